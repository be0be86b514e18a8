"""The one check of every refusal."""

import json
from typing import Any

from webtest import TestResponse


def assert_refusal(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """Check that a reply is a problem (RFC 9457) of that status and code, and give it.

    Nothing of it may be HTML or tell of our insides.
    """
    assert response.status_int == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Correlation-Id"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    text = response.body.decode("utf-8")
    for forbidden in ("<", "Traceback", "File ", ".py", "scrypt"):
        assert forbidden not in text
    problem: dict[str, Any] = json.loads(text)
    assert problem["code"] == code
    assert problem["status"] == status
    assert problem["type"] == f"urn:corsheet:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    return problem


def assert_enactor_refusal(
    response: TestResponse, status: int, code: str, text: str | None = None
) -> None:
    """Check that a reply is Enactor's ErrorMessage ("Error Message") of that status and code.

    Args:
        response: The reply.
        status: That it must have.
        code: Its ``errorCode``.
        text: Its ``messageText``; None: any that says something.
    """
    assert response.status_int == status, response
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Correlation-Id"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    told = json.loads(response.body.decode("utf-8"))
    assert list(told) == ["errorCode", "messageText"]
    assert told["errorCode"] == code
    assert told["messageText"]
    assert text in (None, told["messageText"])
