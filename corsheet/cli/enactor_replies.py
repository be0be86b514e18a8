"""Replies of Enactor, as files and as JSON."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from corsheet.workbook.enactor_spread import Loss
from corsheet.workbook.enactor_values import why_unheld
from corsheet.workbook.layout import Kind

Json = dict[str, Any]

TOP = "order"
"""Where the paths of losses begin."""

LISTS = ("products", "customerOrderItems", "customerOrderPayments", "customerOrderNotes")
HEAD = "customerOrderHeader"
ADJUSTED = "adjustments"
ADDRESS = "address"

SECRETS = frozenset({"panToken", "hashedPan"})
"""Fields that let somebody find out, or use, a card's number; left out wherever they stand."""


class MisuseError(Exception):
    """There is nothing to write; the text says why."""


class Saved(NamedTuple):
    """An order as it was saved.

    Attributes:
        order_id: Its id.
        order: All of it, numbers as decimals; without card secrets, unless they are kept.
        secrets: Paths of those that were left out.
    """

    order_id: str
    order: Json
    secrets: tuple[str, ...]


def read_replies(files: Sequence[Path], *, keep_secrets: bool) -> list[Saved]:
    """Read the orders of saved replies.

    Args:
        files: Each holds ``{"order":{…}}``, the order itself, or ``{"orderList":[…]}``.
        keep_secrets: Leave ``SECRETS`` where they are.

    Raises:
        MisuseError: A file cannot be read or holds something else, an order is there
            twice, or there is none.
    """
    found: dict[str, Saved] = {}
    for file in files:
        for order in _orders(file):
            header = order.get(HEAD) if isinstance(order, dict) else None
            order_id = header.get("customerOrderId") if isinstance(header, dict) else None
            if not isinstance(order_id, str) or why_unheld(Kind.ID, order_id):
                raise MisuseError(f"{file} has an order without {HEAD}.customerOrderId")
            if order_id in found:
                raise MisuseError(f"{file} has the order {order_id}, which is there already")
            secrets = () if keep_secrets else tuple(_take_secrets(order, TOP))
            found[order_id] = Saved(order_id, order, secrets)
    if not found:
        raise MisuseError("there is no order in the replies")
    return list(found.values())


def _orders(file: Path) -> list[Any]:
    try:
        reply = load(file.read_bytes())
    except OSError as error:
        raise MisuseError(f"cannot read {file}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise MisuseError(f"{file} is not JSON") from error
    match reply:
        case {"order": dict() as order}:
            return [order]
        case {"orderList": list() as orders}:
            return orders
        case dict() if HEAD in reply:
            return [reply]
        case _:
            raise MisuseError(f"{file} holds no reply with an order")


def _take_secrets(value: Any, place: str) -> Iterator[str]:
    """Take card secrets out of a value, and give their paths."""
    if isinstance(value, dict):
        for name in [name for name in value if name in SECRETS]:
            del value[name]
            yield f"{place}.{name}"
        for name, inner in value.items():
            yield from _take_secrets(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _take_secrets(inner, f"{place}[{number}]")


def load(data: bytes) -> Any:
    """Read JSON with decimals for all numbers, so that none is rounded."""
    return json.loads(data, parse_int=Decimal, parse_float=Decimal, parse_constant=_no_constant)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def differences(saved: Any, told: Any, place: str) -> Iterator[Loss]:
    """Give the places at which two JSON values differ; their numbers are decimals.

    The order of an object's names does not matter (RFC 8259, section 4).
    """
    match saved, told:
        case dict(), dict():
            for name in sorted(saved.keys() | told.keys()):
                inner = f"{place}.{name}"
                if name not in told:
                    yield Loss(inner, "it is left out")
                elif name not in saved:
                    yield Loss(inner, "it is sent, and was not there")
                else:
                    yield from differences(saved[name], told[name], inner)
        case list(), list() if len(saved) == len(told):
            for number, (one, other) in enumerate(zip(saved, told, strict=True)):
                yield from differences(one, other, f"{place}[{number}]")
        case _ if isinstance(saved, bool) is not isinstance(told, bool) or saved != told:
            yield Loss(place, "it is another value")
        case _:
            return
