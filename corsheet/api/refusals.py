"""Every refusal to a client, made here only.

It is ``application/problem+json`` (RFC 9457), and below Enactor's prefix an ``ErrorMessage``
("Error Message").
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NamedTuple

from corsheet.wire import enactor

CONTENT_TYPE = "application/problem+json"

ENACTOR_ORDERS = "/orders"
"""Where Enactor's orders are, below its prefix."""

Headers = list[tuple[str, str]]
"""Names may come twice."""

UNHANDLED = {
    HTTPStatus.NOT_FOUND: ("not-found", "nothing is served at this path"),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method-not-allowed", "this path takes another method"),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("internal-error", "an error in corsheet; its log says more"),
}
"""Code and detail of what Bottle refuses by itself."""


class ApiError(Exception):
    """A refusal to a client.

    Attributes:
        status: HTTP status.
        code: Stable, for programs; listed in docs/contract.md.
        detail: For people.
        headers: Beside the usual ones.
        members: Further members of the problem; Enactor's form has none.
    """

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{status.value} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = tuple(headers)
        self.members = dict(members or {})


def problem(error: ApiError) -> bytes:
    """Write the body of a refusal (RFC 9457, section 3)."""
    members = {
        "type": f"urn:corsheet:problem:{error.code}",
        "title": error.status.phrase,
        "status": error.status.value,
        "code": error.code,
        "detail": error.detail,
        **error.members,
    }
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def problem_headers(error: ApiError) -> Headers:
    """Give the headers of a refusal."""
    return [("Content-Type", CONTENT_TYPE), ("Cache-Control", "no-store"), *error.headers]


class Told(NamedTuple):
    """A refusal as it is sent."""

    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Forms:
    """In which form refusals are told, by path.

    Attributes:
        enactor_prefix: Below it they are Enactor's; None: nowhere.
    """

    enactor_prefix: str | None = None

    def is_enactors(self, path: str) -> bool:
        """Tell whether Enactor's clients ask at a path."""
        top = self.enactor_prefix
        return top is not None and (path == top or path.startswith(f"{top}/"))

    def tell(self, error: ApiError, path: str) -> Told:
        """Write a refusal of a request for a path."""
        if not self.is_enactors(path):
            return Told(problem_headers(error), problem(error))
        headers = [("Content-Type", "application/json"), *problem_headers(error)[1:]]
        return Told(headers, enactor.error_body(error.code, error.detail))


UNREADY_RETRY_SECONDS = 5
"""What a client is told to wait for a reading."""


def unready(detail: str) -> ApiError:
    """Make the refusal for when there is nothing to answer from."""
    return ApiError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "not-ready",
        detail,
        headers=[("Retry-After", str(UNREADY_RETRY_SECONDS))],
    )


def unhandled(status_code: int) -> ApiError:
    """Make the refusal for a status that no handler of ours chose."""
    status = HTTPStatus(status_code)
    code, detail = UNHANDLED.get(
        status, (status.phrase.lower().replace(" ", "-"), status.description or status.phrase)
    )
    return ApiError(status, code, detail)
