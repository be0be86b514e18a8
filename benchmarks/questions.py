"""What tills ask, and what is right to answer."""

import json
import random
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from benchmarks.editions import CUSTOMERS, UNITS, UNKNOWN, Edition, Key, Right
from benchmarks.processes import AUTHORIZATION, USERNAME
from corsheet.auth.basic import CHEAPEST, hash_password

BRANCH, BRANCH_PASSWORD = "branch", "for 0002 only"
BRANCH_UNIT = UNITS[1]
BRANCH_USER = f"""
[server]
trusted_proxy = ["127.0.0.1"]

[[auth.basic]]
username = "{BRANCH}"
password_hash = "{hash_password(BRANCH_PASSWORD, CHEAPEST)}"
business_units = ["{BRANCH_UNIT}"]
"""
"""For the settings: somebody who may ask for one business unit, and strangers have addresses."""


def basic(username: str, password: str) -> str:
    """Write credentials as a header has them (RFC 7617)."""
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request, and what is right to answer.

    Attributes:
        kind: For counting.
        path: With the prefix.
        right: Tells it for an edition.
        method: Of HTTP.
        body: Of a POST.
        authorization: Who asks.
        also: Statuses that are right whatever the edition.
        address: Of whoever asks, as a trusted proxy says it; empty: this computer's.
    """

    kind: str
    path: str
    right: Callable[[Edition], Right]
    method: str = "GET"
    body: bytes | None = None
    authorization: str = AUTHORIZATION
    also: frozenset[int] = frozenset()
    address: str = ""


def questions(keys: list[Key], chance: random.Random) -> Iterator[Question]:
    """Ask for ever, for all kinds of things."""
    makers = [_look_up] * 12 + [_search] * 4 + [_unknown, _wrong_password, _other_unit, _bad_search]
    while True:
        yield chance.choice(makers)(chance.choice(keys), chance)


def order_question(unit: str, order: str, prefix: str = "") -> Question:
    """Ask for an order."""
    path = f"{prefix}/business-units/{unit}/customer-orders/{order}"
    return Question(kind="look-up", path=path, right=lambda edition: edition.order(unit, order))


def search_question(unit: str, customer: str, prefix: str = "") -> Question:
    """Ask for a customer's orders."""
    return Question(
        kind="search",
        path=f"{prefix}/business-units/{unit}/customer-orders:search",
        right=lambda edition: edition.search(unit, customer),
        method="POST",
        body=json.dumps({"customerId": customer}).encode(),
    )


def _look_up(key: Key, chance: random.Random) -> Question:
    unit = key.unit if key.unit in UNITS and chance.random() < 0.9 else chance.choice(UNITS)  # noqa: PLR2004 - a tenth asks in another shop
    return order_question(unit, key.order, chance.choice(["", "/api/v1"]))


def _search(key: Key, chance: random.Random) -> Question:
    del key
    customer = f"{chance.randrange(CUSTOMERS + 1):05d}"
    return search_question(chance.choice(UNITS), customer, chance.choice(["", "/api/v1"]))


def _always(kind: str, path: str, status: int, **changes: Any) -> Question:
    return Question(kind=kind, path=path, right=lambda _: Right(status), **changes)


def _unknown(key: Key, chance: random.Random) -> Question:
    order = chance.choice([UNKNOWN, f"{key.order}x", "%C3%A5%2F1", "000"])
    path = f"/business-units/{chance.choice(UNITS)}/customer-orders/{order}"
    return _always("unknown id", path, HTTPStatus.NOT_FOUND)


def _wrong_password(key: Key, chance: random.Random) -> Question:
    wrong = basic(USERNAME, f"wrong {chance.random()}")
    path = f"/business-units/{UNITS[0]}/customer-orders/{key.order}"
    # too many before, or at once (docs/contract.md: too-many-attempts, busy)
    also = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
    return _always(
        "wrong password",
        path,
        HTTPStatus.UNAUTHORIZED,
        authorization=wrong,
        also=also,
        address=f"203.0.113.{chance.randrange(256)}",
    )


def _other_unit(key: Key, chance: random.Random) -> Question:
    authorization = basic(BRANCH, BRANCH_PASSWORD)
    unit = chance.choice(UNITS)
    path = f"/business-units/{unit}/customer-orders/{key.order}"
    if unit != BRANCH_UNIT:
        status = HTTPStatus.FORBIDDEN
        return _always("other unit", path, status, authorization=authorization)
    return Question(
        kind="own unit",
        path=path,
        right=lambda edition: edition.order(unit, key.order),
        authorization=authorization,
    )


def _bad_search(key: Key, chance: random.Random) -> Question:
    del key
    path = f"/business-units/{UNITS[0]}/customer-orders:search"
    body = chance.choice([b"", b"{", b"[]", b'{"customerId": 1}', b'{"customer": "1"}'])
    return _always("bad search", path, HTTPStatus.BAD_REQUEST, method="POST", body=body)


def judge(question: Question, editions: list[Edition], status: int, body: bytes) -> str:
    """Say what is wrong with an answer; empty: it is right for one of the editions."""
    rights = [question.right(edition) for edition in editions]
    with_status = [right for right in rights if right.status == status]
    versions = [edition.version for edition in editions]
    if not with_status:
        return (
            f"status {status}, where {[r.status for r in rights]} of {versions} are right: {body!r}"
        )
    if any(right.body is None for right in with_status):
        return ""
    try:
        found = json.loads(body, parse_float=Decimal, parse_int=Decimal)
    except ValueError as error:
        return f"no JSON: {error}: {body!r}"
    if any(right.body == found for right in with_status):
        return ""
    return f"not of {versions}: {body!r}"
