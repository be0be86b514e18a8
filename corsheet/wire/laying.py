"""A row of one of Enactor's sheets as a part of its reply, and that part as JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from corsheet.model import NO_FIELDS, Fields, plain_number

MOST_NESTED = 32
"""Deepest nesting that is written; Enactor's own has eight levels."""


class UnfitError(ValueError):
    """An order has no Enactor form; the text says why, and names nobody."""


def append(target: dict[str, Any], name: str, rows: Sequence[Any]) -> None:
    """Add rows to a list; one without any is left out, unless a cell says ``[]``."""
    if not rows:
        return
    standing = target.get(name, [])
    if not isinstance(standing, list):
        raise UnfitError(f"{name} is said twice, by a cell and by rows")
    target[name] = [*standing, *rows]


def part(
    fields: Fields | None, told: Mapping[str, Any] | None = None, keys: Iterable[str] = ()
) -> dict[str, Any]:
    """Lay a row's cells over what stands where its sheet has no column.

    Args:
        fields: The row; None: there is none.
        told: Values by their paths.
        keys: Objects that are there with nothing in them.
    """
    fields = fields or NO_FIELDS
    made: dict[str, Any] = {}
    for path, value in (told or {}).items():
        names = path.split(".")
        if fields.columns and not fields.columns.isdisjoint(_around(names)):
            continue
        inner = made
        for name in names[:-1]:
            inner = inner.setdefault(name, {})
        inner[names[-1]] = value
    for key in keys:
        if key not in fields.columns:
            made.setdefault(key, {})
    _lay(fields.values, made)
    return made


def _around(names: Sequence[str]) -> Iterator[str]:
    """Give the paths of a field and of every object around it."""
    return (".".join(names[:end]) for end in range(1, len(names) + 1))


def _lay(values: Mapping[str, Any], target: dict[str, Any]) -> None:
    """Put values into an object; objects within are put together, anything else replaced."""
    for name, value in values.items():
        standing = target.get(name)
        if isinstance(standing, dict) and isinstance(value, Mapping):
            _lay(value, standing)
        else:
            target[name] = value


def as_json(value: Any, depth: int = 0) -> str:
    """Write JSON without spaces; decimals become numbers as one would write them by hand.

    Args:
        value: Of texts, truth values, decimals, integers, and objects and lists of them.
        depth: How many levels it stands within.

    Raises:
        UnfitError: It is nested deeper than any field of Enactor's.
    """
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | int):
        return plain_number(Decimal(value))
    if depth == MOST_NESTED:
        raise UnfitError(f"a field is nested deeper than {MOST_NESTED} levels")
    if isinstance(value, Mapping):
        members = [f"{encode_basestring(k)}:{as_json(v, depth + 1)}" for k, v in value.items()]
        return f"{{{','.join(members)}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join([as_json(one, depth + 1) for one in value])}]"
    raise TypeError(f"{type(value).__name__} is no part of an order")
