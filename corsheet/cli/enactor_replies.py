"""Replies of Enactor, as files and as JSON."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from corsheet.findings import echo
from corsheet.workbook.enactor_layout import is_card_secret
from corsheet.workbook.enactor_spread import Loss, below, flat
from corsheet.workbook.enactor_values import why_unheld
from corsheet.workbook.layout import Kind

Json = dict[str, Any]

TOP = "order"
"""Where the paths of losses begin."""

LISTS = ("products", "customerOrderItems", "customerOrderPayments", "customerOrderNotes")
HEAD = "customerOrderHeader"
ADJUSTED = "adjustments"
ADDRESS = "address"

MOST_NESTED = 100
"""Levels of a reply: Enactor's has ten, and each costs a call within a call."""


ERROR_CURE = (
    "ask for the order again, with an id that is there and as the customer whose it is, and save"
    " that reply"
)
SAVE_CURE = "save the reply of GET …/orders/ORDER as Enactor sends it, and name that file"


class MisuseError(Exception):
    """There is nothing to write; the text says why.

    Attributes:
        cure: What to do.
    """

    def __init__(self, reason: str, cure: str = SAVE_CURE) -> None:
        super().__init__(reason)
        self.cure = cure


class TwiceError(ValueError):
    """An object of JSON has a name twice, so that one of its values would be lost.

    RFC 8259, section 4: what is made of it is unpredictable. The text is the name.
    """


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
        keep_secrets: Leave what is secret of a card where it is.

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
                raise MisuseError(
                    f"{file} has the order {order_id}, which is there already",
                    "take one of the two out, or leave its file away",
                )
            secrets = () if keep_secrets else tuple(_take_secrets(order, TOP))
            found[order_id] = Saved(order_id, order, secrets)
    if not found:
        raise MisuseError(
            "there is no order in the replies",
            "save a search that found some, or the reply of GET …/orders/ORDER",
        )
    return list(found.values())


def _orders(file: Path) -> list[Any]:
    try:
        reply = load(file.read_bytes())
    except OSError as error:
        raise MisuseError(
            f"cannot read {file}: {error.strerror}", "name a file that is there and can be read"
        ) from error
    except TwiceError as error:
        raise MisuseError(f"{file} has an object with two values for the name {error}") from error
    except ArithmeticError as error:
        raise MisuseError(
            f"{file} has a number that is too large, or too small",
            "mend it in the file: no workbook can hold it",
        ) from error
    except (ValueError, RecursionError) as error:
        raise MisuseError(
            f"{file} is not JSON; it may be empty, or a page that asks for a password"
        ) from error
    if _is_deep(reply):
        raise MisuseError(f"{file} is nested deeper than {MOST_NESTED} levels")
    match reply:
        case {"order": dict() as order}:
            return [order]
        case {"orderList": list() as orders}:
            return orders
        case dict() if HEAD in reply:
            return [reply]
        case {"errorCode": str() as code, **rest}:
            text = rest.get("messageText")
            said = f"{echo(code)}, {echo(text)}" if isinstance(text, str) else echo(code)
            raise MisuseError(f"{file} holds Enactor's error {said}, and no order", ERROR_CURE)
        case _:
            raise MisuseError(f"{file} holds no reply with an order")


def _is_deep(value: Any) -> bool:
    """Tell whether a value is nested deeper than ``MOST_NESTED`` levels."""
    level = [value]
    for _ in range(MOST_NESTED):
        level = [inner for one in level for inner in _inside(one)]
    return any(isinstance(one, dict | list) for one in level)


def _inside(value: Any) -> Iterable[Any]:
    """Give what an object or a list holds; anything else holds nothing."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _take_secrets(value: Any, place: str) -> Iterator[str]:
    """Take card secrets out of a value, and give their paths."""
    if isinstance(value, dict):
        for name in [name for name in value if is_card_secret(name)]:
            del value[name]
            yield below(place, name)
        for name, inner in value.items():
            yield from _take_secrets(inner, below(place, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _take_secrets(inner, f"{place}[{number}]")


def load(data: bytes) -> Any:
    """Read JSON with decimals for all numbers, so that none is rounded.

    Raises:
        ArithmeticError: A number has an exponent that no decimal has.
        RecursionError: It is nested too deep.
        TwiceError: A name is twice in an object.
        ValueError: It is no JSON.
    """
    return json.loads(
        data,
        parse_int=Decimal,
        parse_float=Decimal,
        parse_constant=_no_constant,
        object_pairs_hook=_object,
    )


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _object(pairs: Sequence[tuple[str, Any]]) -> Json:
    made = dict(pairs)
    if len(made) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise TwiceError(ascii(twice))
    return made


def differences(saved: Any, told: Any, place: str) -> Iterator[Loss]:
    """Give the places at which two JSON values differ; their numbers are decimals.

    The order of an object's names does not matter (RFC 8259, section 4).
    """
    match saved, told:
        case dict(), dict():
            for name in sorted(saved.keys() | told.keys()):
                inner = below(place, name)
                if name not in told:
                    for path, _ in flat(saved[name], inner):
                        yield Loss(path, "it is left out")
                elif name not in saved:
                    yield Loss(inner, "it is sent, and was not there")
                else:
                    yield from differences(saved[name], told[name], inner)
        case list(), list() if len(saved) == len(told):
            for number, (one, other) in enumerate(zip(saved, told, strict=True)):
                yield from differences(one, other, f"{place}[{number}]")
        case list(), list():
            yield Loss(place, f"it has {len(told)} entries, and had {len(saved)}")
        case _ if isinstance(saved, bool) is not isinstance(told, bool) or saved != told:
            yield Loss(place, "it is another value")
        case _:
            return


def is_within(path: str, known: Collection[str]) -> bool:
    """Tell whether a place is one of those that are known, or stands within one."""
    while path:
        if path in known:
            return True
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return False
