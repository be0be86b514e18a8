"""Amounts and ids come through a real LibreOffice as they are, to the last digit.

``AMOUNTS=1000000 python run.py test tests/end_to_end/test_exactness.py`` is the long run; each
amount has an id of its own beside it.
"""

import json
import os
import random
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import xlsxwriter

from corsheet.wire import hiiretail
from corsheet.workbook.reading import Reading, read_workbook
from tests.support.libreoffice import needs_libreoffice, opened

pytestmark = [pytest.mark.libreoffice, needs_libreoffice]

AMOUNTS = int(os.environ.get("AMOUNTS", "20000"))
BATCH = 100_000
"""Amounts of one workbook, at most: so a small machine can do the long run too."""

SIZES = [min(BATCH, AMOUNTS - done) for done in range(0, AMOUNTS, BATCH)]

EXCEL_DIGITS = 15
"""Significant digits that a spreadsheet keeps."""

TOO_LARGE = Decimal(10) ** 13
"""Amounts stay below it, so that two decimals still fit into 15 digits."""

ORE = Decimal("0.01")
MOST_TERMS = 50
TERM_DIGITS = 13
"""Of a term, with two decimals: fifty of them add up to fifteen digits at most."""

TIE_DIGITS = 12
"""Of what a percentage is rounded of; beyond, LibreOffice 7.4 rounds some halves down."""

FACTORS = [Decimal(f) for f in ("0.06", "0.12", "0.25", "0.05", "0.075", "0.5", "0.985", "0.001")]

ROWS_OF_ORDER = 50
REFUSED_SHARE = 20
"""One more row in so many has an id that must be refused."""

REFUSED_ORDER = "refused"


class Amount(NamedTuple):
    """A unit price, and the two cells beside it that its formula may use.

    Attributes:
        typed: As it is typed; a formula begins with an equals sign.
        expected: What must be read, in major units.
        base: The cell in column E.
        factor: The cell in column F.
        slack: How far off it may be; 0 wherever the result has an end.
    """

    typed: str
    expected: Decimal
    base: Decimal
    factor: Decimal = Decimal(1)
    slack: Decimal = Decimal(0)


def in_ore(chance: random.Random, most_digits: int) -> Decimal:
    """Make an amount of any size from 0.01, with up to so many digits, two of them decimals."""
    digits = chance.randint(1, most_digits)
    return chance.randrange(10 ** (digits - 1), 10**digits) * ORE


def significant(number: Decimal) -> int:
    """Count the digits, from the first to the last that is not zero."""
    return len(number.normalize().as_tuple().digits)


# Where a result has at most 15 digits, decimal arithmetic says what a sheet shows: each operand
# and each operation of binary arithmetic errs by at most 2**-53 of the value, three of them by
# less than half a unit of the fifteenth digit (and SUM carries its errors along).


def typed(chance: random.Random, row: int, terms: Sequence[Decimal]) -> Amount:
    """Make an amount that is typed."""
    amount = in_ore(chance, EXCEL_DIGITS)
    return Amount(str(amount), amount, in_ore(chance, TERM_DIGITS))


def product(chance: random.Random, row: int, terms: Sequence[Decimal]) -> Amount:
    """Make a price times a quantity."""
    base = in_ore(chance, TERM_DIGITS)
    most = 10 ** (EXCEL_DIGITS - significant(base))
    factor = Decimal(chance.randrange(1, most)).scaleb(-chance.randint(0, 3))
    if base * factor >= TOO_LARGE:
        factor = Decimal(1)
    return Amount(f"=E{row}*F{row}", base * factor, base, factor)


def total(chance: random.Random, row: int, terms: Sequence[Decimal]) -> Amount:
    """Make a sum of amounts, the row's own and those above it."""
    base = in_ore(chance, TERM_DIGITS)
    above = chance.randint(0, min(MOST_TERMS - 1, len(terms)))
    expected = sum(terms[len(terms) - above :], base)
    return Amount(f"=SUM(E{row - above}:E{row})", expected, base)


def rounded(chance: random.Random, row: int, terms: Sequence[Decimal]) -> Amount:
    """Make a percentage, rounded to öre, a half upwards."""
    base, factor = in_ore(chance, TIE_DIGITS), chance.choice(FACTORS)
    expected = (base * factor).quantize(ORE, ROUND_HALF_UP)
    return Amount(f"=ROUND(E{row}*F{row},2)", expected, base, factor)


def unrounded(chance: random.Random, row: int, terms: Sequence[Decimal]) -> Amount:
    """Make a price with a percentage on it, with all its decimals."""
    base, factor = in_ore(chance, EXCEL_DIGITS - 4), chance.choice(FACTORS)
    return Amount(f"=E{row}*(1+F{row})", base * (1 + factor), base, factor)


def quotient(chance: random.Random, row: int, terms: Sequence[Decimal]) -> Amount:
    """Make a quotient. Most have no end: one of the two nearest that 15 digits can say."""
    base, factor = in_ore(chance, TERM_DIGITS), Decimal(chance.randint(2, 1000))
    expected = base / factor
    is_long = significant(expected) > EXCEL_DIGITS
    unit = Decimal(1).scaleb(expected.adjusted() - EXCEL_DIGITS + 1)
    return Amount(f"=E{row}/F{row}", expected, base, factor, unit if is_long else Decimal(0))


MAKERS: list[Callable[[random.Random, int, Sequence[Decimal]], Amount]] = [
    *[typed] * 5,
    product,
    total,
    rounded,
    unrounded,
    quotient,
]
"""Half of all amounts are typed."""


class Id(NamedTuple):
    """The id of an item.

    Attributes:
        value: A text as it stands, or a number.
        shown: What the manager sees and the till must get; empty: it must be refused.
        format: How the cell shows a number.
    """

    value: str | int | float
    shown: str = ""
    format: str = "@"


TEMPTING = ["00042", "1E5", "1-2", "1/2", "=1+1", "TRUE", "+46", "1,5", "#N/A", "_x0041_", "'5"]
"""Texts that a program may take for something else."""

LETTERS = "0123456789abcXYZåäöÅÄÖéü/:.-_#+*=%&<>\"'@()[]{}|~€漢😀"


def some_id(chance: random.Random) -> Id:
    """Make an id that must be served as it is shown."""
    digits = chance.randint(1, EXCEL_DIGITS)
    number = chance.randrange(10 ** (digits - 1), 10**digits)
    places = chance.randint(4, EXCEL_DIGITS)
    padded = str(number).zfill(places)
    letters = "".join(chance.choices(LETTERS, k=digits))
    return chance.choice(
        [
            Id(padded, padded),
            Id(letters, letters),
            Id(tempting := chance.choice(TEMPTING), tempting),
            Id(number, str(number), "General"),
            Id(number, padded, "0" * places),
            Id(number, f"CO-{padded}", f'"CO-"{"0" * places}'),
            Id(number, f"{padded[:-3]}-{padded[-3:]}", f"{'0' * (places - 3)}-000"),
            Id(number, f"{padded[:-3]} {padded[-3:]}", f"{'0' * (places - 3)} 000"),
        ]
    )


def some_unusable_id(chance: random.Random) -> Id:
    """Make an id that nobody can be sure of."""
    number = chance.randrange(1, 10**5)
    return chance.choice(
        [
            Id(number * 10**EXCEL_DIGITS + chance.randrange(1000), format="0"),
            Id(number + 0.5, format="General"),
            Id(number, format="#,##0"),
            Id(number, format="0.00"),
            Id(number, format="yyyy-mm-dd"),
            Id(-number, format="General"),
        ]
    )


class Rows(NamedTuple):
    """A sheet of Items: first those to be served, then those to be refused."""

    amounts: list[Amount]
    ids: list[Id]
    unusable: list[Id]


def some_rows(chance: random.Random, size: int) -> Rows:
    """Make so many rows with an amount, and some more with an id to be refused."""
    amounts: list[Amount] = []
    terms: list[Decimal] = []
    for row in range(2, size + 2):
        amounts.append(chance.choice(MAKERS)(chance, row, terms))
        terms.append(amounts[-1].base)
    ids = [some_id(chance) for _ in amounts]
    return Rows(amounts, ids, [some_unusable_id(chance) for _ in range(size // REFUSED_SHARE)])


def write(path: Path, rows: Rows) -> None:
    """Write the workbook; its formulas have no results, so LibreOffice must calculate them."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    orders, items = book.add_worksheet("Orders"), book.add_worksheet("Items")
    orders.write_row(0, 0, ["Customer order", "Customer", "Status"])
    last = (len(rows.amounts) - 1) // ROWS_OF_ORDER
    for row, order in enumerate([*map(str, range(last + 1)), REFUSED_ORDER], 1):
        for column, text in enumerate([order, "10001", "CREATED"]):
            orders.write_string(row, column, text)
    items.write_row(0, 0, ["Customer order", "Item", "Quantity", "Unit price", "Base", "Factor"])
    for row, (amount, item) in enumerate(zip(rows.amounts, rows.ids, strict=True), 1):
        write_item(book, items, row, str((row - 1) // ROWS_OF_ORDER), item)
        if amount.typed.startswith("="):
            items.write_formula(row, 3, amount.typed, None, "")
        else:
            items.write_number(row, 3, float(amount.typed))
        items.write_number(row, 4, float(amount.base))
        items.write_number(row, 5, float(amount.factor))
    for row, item in enumerate(rows.unusable, len(rows.amounts) + 1):
        write_item(book, items, row, REFUSED_ORDER, item)
        items.write_number(row, 3, 1)
    book.close()


def write_item(book: Any, items: Any, row: int, order: str, item: Id) -> None:
    """Write the order, the item and the quantity of a row."""
    items.write_string(row, 0, order)
    if isinstance(item.value, str):
        items.write_string(row, 1, item.value)
    else:
        items.write_number(row, 1, item.value, book.add_format({"num_format": item.format}))
    items.write_number(row, 2, 1)


def sent(reading: Reading) -> list[tuple[str, Decimal]]:
    """Give the id and the price of every item, out of the replies that the till would get."""
    return [
        (item["itemId"], item["unitPrice"])
        for order in reading.orders
        for item in json.loads(hiiretail.order_body(order), parse_float=Decimal, parse_int=Decimal)[
            "customerOrder"
        ]["items"]
    ]


@pytest.mark.parametrize("batch", range(len(SIZES)))
def test_amounts_and_ids_saved_by_libreoffice_are_sent_exactly(tmp_path: Path, batch: int) -> None:
    """Every amount, typed or calculated, is its decimal; every id is as it is shown, or refused."""
    rows = some_rows(random.Random(batch), SIZES[batch])  # noqa: S311 - the same in every run
    path = tmp_path / "orders.xlsx"
    write(path, rows)
    with opened(path) as document:
        document.save({})

    reading = read_workbook(path.read_bytes())
    items = sent(reading)
    first_refused = len(rows.amounts) + 2
    refused = [f"Items!B{row}" for row in range(first_refused, first_refused + len(rows.unusable))]
    wrong_amounts = [
        (amount, price)
        for amount, (_, price) in zip(rows.amounts, items, strict=True)
        if abs(price - amount.expected) > amount.slack
    ]
    wrong_ids = [
        (item, shown)
        for item, (shown, _) in zip(rows.ids, items, strict=True)
        if shown != item.shown
    ]

    assert wrong_amounts == []
    assert wrong_ids == []
    assert [f.place for f in reading.findings if f.is_error] == refused
    assert [key.customer_order_id for key in reading.withheld] == [REFUSED_ORDER]
