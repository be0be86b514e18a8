"""What no HTTP client sends: on each engine, and behind each proxy, no request hides in another."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.support.proxies import FRONTS, in_front, needs_proxies, recipe
from tests.support.raw import Answer, Target, answer_to_part, exchange, read_answer
from tests.support.raw_cases import CASES, HIDDEN_ID, NO_ANSWER, PARTS, Case, get
from tests.support.saving import ORDER_IDS, versioned_workbook, versions_in
from tests.support.service import ENGINES, serving

NO_ERRORS = {200, 204, 400, 401, 404, 405, 413, 414, 415, 417, 431, 501, 502, 505}
"""What a proxy may answer; 502 is Caddy's, where a body is refused before its end."""

ANSWERED_WITHOUT_A_HEAD = "HTTP/0.9"
"""What nginx still answers as in 1991, with nothing but the body."""


class Place(NamedTuple):
    """A running service.

    Attributes:
        engine: Its name.
        target: Where it listens.
    """

    engine: str
    target: Target


@pytest.fixture(scope="module", params=ENGINES)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """Each engine with version 1, once for all cases; nothing may have failed in it at the end."""
    folder = tmp_path_factory.mktemp("raw")
    (folder / "orders.xlsx").write_bytes(versioned_workbook(1))
    with serving(folder, engine=request.param) as service:
        yield Place(request.param, Target(urlsplit(service.address).port or 0))
        service.stop()
        assert "Traceback" not in "".join(service.log)


def follow_up(name: str) -> bytes:
    """Write a good request that says whose answer it wants, and that it is the last."""
    return get(f"Correlation-Id: {name}".encode(), b"Connection: close")


def assert_is_its_own(answer: Answer | None, name: str) -> None:
    """Fail unless an answer is the one to ``follow_up``."""
    assert answer is not None
    assert (answer.status, answer.header("Correlation-Id")) == (200, name), answer
    assert versions_in(json.loads(answer.body)) == {"v1"}


def assert_is_well_told(answer: Answer) -> None:
    """Fail where an answer of ours has not what the RFCs have every answer of its status have."""
    assert answer.header("Correlation-Id") != HIDDEN_ID, answer
    assert not answer.header("X-Injected"), answer
    if answer.status == 401:
        assert answer.header("WWW-Authenticate"), "RFC 9110, section 15.5.2"
    if answer.status == 405:
        assert answer.header("Allow"), "RFC 9110, section 15.5.6"
    if answer.status >= 400:
        assert answer.header("Content-Type") == "application/problem+json", answer
        assert json.loads(answer.body)["status"] == answer.status


def assert_is_whole(case: Case, answer: Answer) -> None:
    """Fail where an answer with status 200 lacks the order, or an order, that was asked for."""
    if case.sent.startswith(b"HEAD "):
        assert answer.body == b""
    elif case.sent.startswith(b"POST "):
        assert len(json.loads(answer.body)["customerOrders"]) == len(ORDER_IDS)
    else:
        assert versions_in(json.loads(answer.body)) == {"v1"}


@pytest.mark.parametrize(("number", "case"), [*enumerate(CASES)], ids=[case.name for case in CASES])
def test_a_request_is_answered_as_the_rfcs_ask_and_once(
    place: Place, number: int, case: Case
) -> None:
    """Whoever comes next on the connection gets the answer to their own request, or none.

    What granian cannot even read it refuses without a body, before the application.
    """
    heard = exchange(place.target, case.sent, follow_up(f"next-{number}"), number)
    answer = heard.first
    status = NO_ANSWER if answer is None else answer.status

    assert status in case.statuses + (case.on_granian if place.engine == "granian" else ()), case
    assert heard.rest == b""
    if case.ends:
        assert heard.second is None, "the connection is kept"
    if heard.second is not None or (status == 200 and not case.ends):
        assert_is_its_own(heard.second, f"next-{number}")
    if answer is None:
        return
    if place.engine == "granian" and status >= 400 and not answer.header("Correlation-Id"):
        assert (answer.body, answer.closes) == (b"", True)
        return
    assert_is_well_told(answer)
    if status == 200:
        assert_is_whole(case, answer)


@pytest.mark.parametrize("part", PARTS)
def test_a_request_that_breaks_off_is_not_taken_for_a_whole_one(place: Place, part: str) -> None:
    """Of a body in chunks granian does not tell that it is not whole; of one with a length we see.

    The address is that of no case.
    """
    answer = answer_to_part(place.target, PARTS[part], len(CASES))

    assert answer is None or answer.status == 400, answer


@pytest.mark.proxies
@needs_proxies
@pytest.mark.parametrize("front", FRONTS)
def test_behind_a_proxy_everybody_gets_the_answer_to_their_own_request(
    tmp_path: Path, engine: str, front: str
) -> None:
    """A proxy that reads a request otherwise than we do would mix up its clients' answers.

    So somebody else asks after every case. What the proxy refuses itself it tells in its
    own words.
    """
    (tmp_path / "orders.xlsx").write_bytes(versioned_workbook(1))
    with (
        serving(tmp_path, config=recipe("toml"), engine=engine) as service,
        in_front(front, tmp_path / "front", service.address) as proxy,
        Target(proxy.port, is_tls=True).connect(len(CASES)) as other,
        other.makefile("rb") as answers,
    ):
        target = Target(proxy.port, is_tls=True)
        for number, case in enumerate(CASES):
            if case.name == ANSWERED_WITHOUT_A_HEAD:
                continue
            answer = exchange(target, case.sent, follow_up("same"), number).first
            if answer is not None:
                assert answer.status in NO_ERRORS, (case, answer)
                if answer.header("Correlation-Id"):
                    assert_is_well_told(answer)
            other.sendall(get(f"Correlation-Id: other-{number}".encode()))
            assert_is_its_own(read_answer(answers, b"GET"), f"other-{number}")
        service.stop()
        assert "Traceback" not in "".join(service.log)
