"""The parameters of Enactor's search ("Search Orders")."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qsl

from corsheet.api.refusals import ApiError
from corsheet.wire.enactor import milliseconds

T = TypeVar("T")

DAYS = 60
"""For which orders are looked back, unless the client says otherwise."""

DAY = timedelta(days=1)

PAGE, MOST_PAGE = 10, 100
"""Orders of a reply: usually, and at most."""

MOST_OFFSET = 10**9 - 1
"""Far more orders than a workbook has rows for."""

COUNT = re.compile("[0-9]{1,9}")

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

MOMENT = re.compile(
    rf"({DATE.pattern}T[0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]+)?)?)"
    r"(Z|[-+ ][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
"""A date and time (ISO 8601) with or without an offset, whose plus a query turns into a space.

Whatever is a date and time of RFC 3339, which takes small letters, is one but for leap seconds.
"""

MILLISECOND = timedelta(milliseconds=1)


class Asked(NamedTuple):
    """What a search asks for.

    Attributes:
        type_id: Of the orders; None: any.
        earliest: When they were made, in milliseconds since 1970, itself included.
        latest: Likewise.
        offset: Orders to leave out at the beginning.
        limit: Orders to give at most.
    """

    type_id: str | None
    earliest: int
    latest: int
    offset: int
    limit: int


def read_query(query: str, now: float) -> Asked:
    """Read the parameters; unknown ones are ignored.

    Args:
        query: Of the request's target, its octets each as a character (PEP 3333).
        now: Seconds since 1970.

    Raises:
        ApiError: A parameter is bad, or stands there twice.
    """
    text = query.encode("latin-1", "replace").decode("utf-8", "replace")
    told = parse_qsl(text, keep_blank_values=True)

    def take(name: str, read: Callable[[str], T], missing: T) -> T:
        values = [value for told_name, value in told if told_name == name]
        if not values:
            return missing
        try:
            (value,) = values
            return read(value)
        except ValueError:
            reason = (
                f"{name} is {EXPECTED[name]}"
                if len(values) == 1
                else f"{name} stands more than once"
            )
            raise ApiError(HTTPStatus.BAD_REQUEST, "Fail", reason) from None

    present = int(now * 1000)
    return Asked(
        type_id=take("typeId", _type, None),
        earliest=take("earliestDate", earliest, present - DAYS * (DAY // MILLISECOND)),
        latest=take("latestDate", latest, present),
        offset=take("pageOffset", lambda value: _count(value, 0, MOST_OFFSET), 0),
        limit=take("pageSize", lambda value: _count(value, 1, MOST_PAGE), PAGE),
    )


A_DATE = "a date such as 2026-11-22, or a date and time such as 2026-11-22T10:00:00+01:00"

EXPECTED = {
    "typeId": "a type of orders such as CUSTOMER_ORDER",
    "earliestDate": A_DATE,
    "latestDate": A_DATE,
    "pageOffset": f"a number of orders from 0 to {MOST_OFFSET}",
    "pageSize": f"a number of orders from 1 to {MOST_PAGE}",
}
"""What each parameter is, for whoever sends something else."""


def earliest(text: str) -> int:
    """Read when a time begins, in milliseconds since 1970; a date is a day in UTC.

    Raises:
        ValueError: It is no time.
    """
    if DATE.fullmatch(text):
        return milliseconds(datetime.fromisoformat(text))
    match = MOMENT.fullmatch(text)
    if match is None:
        raise ValueError("no date and time")
    offset = (match[2] or "Z").upper().replace(" ", "+")
    return milliseconds(datetime.fromisoformat(match[1] + offset))


def latest(text: str) -> int:
    """Read when a time ends: that of a date is the end of the day.

    Raises:
        ValueError: It is no time.
    """
    return earliest(text) + (DAY // MILLISECOND - 1 if DATE.fullmatch(text) else 0)


def _count(text: str, least: int, most: int) -> int:
    if not COUNT.fullmatch(text) or not least <= int(text) <= most:
        raise ValueError("no such number")
    return int(text)


def _type(text: str) -> str:
    if not text:
        raise ValueError("no type")
    return text
