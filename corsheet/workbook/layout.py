"""The sheets and columns of the workbook, as data.

One table says what may stand in a workbook. The reader, the template and
docs/workbook.md all follow it.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from corsheet.model import OrderStatus, RewardType


class Kind(StrEnum):
    """What a column holds; ``cells`` has one parser for each."""

    ID = "id"
    TEXT = "text"
    AMOUNT = "amount"
    QUANTITY = "number above 0"
    YES_NO = "yes/no"
    # those of Enactor's fields; ``fields`` has their parsers
    MINOR = "money in minor units"
    WHOLE = "whole number"
    NUMBER = "number"
    EPOCH = "milliseconds since 1970"
    MOMENT = "date and time"
    EMPTY = "{} or nothing"
    VALUE = "anything"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: The heading in the template and in every message.
        kind: What its cells hold.
        spellings: Other headings that mean the same, wire name first.
        required: The column must be there and its cells filled.
        words: What the till knows; others are served with a warning. Empty: any.
    """

    name: str
    kind: Kind
    spellings: tuple[str, ...]
    required: bool = True
    words: tuple[str, ...] = ()

    def matches(self, folded: str) -> bool:
        """Tell whether a heading, folded, means this column."""
        return folded in {fold(name) for name in (self.name, *self.spellings)}


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet.

    Attributes:
        name: The name in the template and in every message.
        spellings: Other names that mean the same.
        columns: In the template's order.
        required: The workbook is refused without it.
        is_open: A heading that is none of the columns', but the path of a field, is a
            column too (``Kind.VALUE``).
    """

    name: str
    spellings: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False
    is_open: bool = False

    def matches(self, folded: str) -> bool:
        """Tell whether a sheet's name, folded, means this sheet."""
        return folded in {fold(name) for name in (self.name, *self.spellings)}


ORDER = "Customer order"
"""The column that every sheet has."""

BUSINESS_UNIT = "Business unit"

_UNIT_SPELLINGS = ("businessUnitId", "Business unit id", "Store", "Butik", "Affär")


def unit_column() -> Column:
    """Make the column of business units, which every sheet may have."""
    return Column(BUSINESS_UNIT, Kind.ID, _UNIT_SPELLINGS, required=False)


def order_column(*, required: bool = True) -> Column:
    """Make the column of order ids."""
    spellings = ("customerOrderId", "Order", "Order id", "Order number", "Ordernummer", "Kundorder")
    return Column(ORDER, Kind.ID, spellings, required)


def _item() -> Column:
    return Column("Item", Kind.ID, ("itemId", "Article", "Artikel", "Artikelnummer"))


ORDERS = SheetLayout(
    "Orders",
    ("Customer orders", "customerOrders", "Ordrar", "Kundordrar"),
    (
        unit_column(),
        order_column(),
        Column("Customer", Kind.ID, ("customerId", "Customer number", "Kund", "Kundnummer")),
        Column("Status", Kind.TEXT, ("Orderstatus",), words=tuple(OrderStatus)),
        Column(
            "Minimum down payment",
            Kind.AMOUNT,
            ("minimumDownPaymentAmount", "Minimum down payment amount", "Handpenning"),
            required=False,
        ),
        Column("Locked", Kind.YES_NO, ("isLocked", "Låst"), required=False),
    ),
    required=True,
)
ITEMS = SheetLayout(
    "Items",
    ("Order items", "Rader", "Orderrader", "Artiklar"),
    (
        unit_column(),
        order_column(),
        _item(),
        Column("Quantity", Kind.QUANTITY, ("quantityOrdered", "Quantity ordered", "Antal")),
        Column("Unit price", Kind.AMOUNT, ("unitPrice", "Price", "Pris", "Styckpris", "À-pris")),
        Column("Contributed amount", Kind.AMOUNT, ("contributedAmount", "Bidrag"), required=False),
    ),
    required=True,
)
INVOICES = SheetLayout(
    "Invoices",
    ("Invoice", "invoicePaymentInstructions", "Faktura", "Fakturor"),
    (
        unit_column(),
        order_column(),
        Column("Invoice account", Kind.ID, ("customerAccountId", "Account", "Fakturakonto")),
        Column("Invoicing amount", Kind.AMOUNT, ("invoicingAmount", "Fakturabelopp")),
    ),
)
INFORMATION = SheetLayout(
    "Information",
    ("Additional information", "additionalInformation", "Info", "Uppgifter"),
    (
        unit_column(),
        order_column(),
        Column("Information id", Kind.TEXT, ("id", "Information", "Uppgift")),
        Column("Value", Kind.TEXT, ("Värde",)),
        Column("Display text", Kind.TEXT, ("displayText", "Visningstext", "Skärmtext")),
        Column("Receipt label", Kind.TEXT, ("receiptLabel", "Kvittotext")),
    ),
)
DISCOUNTS = SheetLayout(
    "Discounts",
    ("Discount", "Rabatter", "Rabatt"),
    (
        unit_column(),
        order_column(),
        _item(),
        Column("Discount id", Kind.TEXT, ("discountId", "Discount", "Rabatt-id", "Rabattnummer")),
        Column("Discount text", Kind.TEXT, ("discountText", "Rabattext")),
        Column("Discount amount", Kind.AMOUNT, ("discountAmount", "Rabattbelopp")),
        Column("Reward type", Kind.TEXT, ("rewardType", "Rabattyp"), words=tuple(RewardType)),
    ),
)
SHEETS = (ORDERS, ITEMS, INVOICES, INFORMATION, DISCOUNTS)


LONGEST_NAME = 255
"""Characters of a name that is folded; Excel's sheets have 31, a heading some twenty."""

_NO_MATTER = dict.fromkeys([*range(ord(" ") + 1), ord("_"), 0x7F])


@lru_cache(maxsize=1024)
def fold(name: str) -> str:
    """Reduce a name to what matters: case, spaces, underscores and accents do not.

    ``"Låst"``, ``"LAST"`` and ``" la_st "`` are one name.
    """
    if len(name) > LONGEST_NAME:
        return name  # no name of ours; letters with thousands of marks would take minutes
    if name.isascii():
        return name.casefold().translate(_NO_MATTER)
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(
        c for c in plain if c != "_" and unicodedata.category(c) not in {"Mn", "Zs", "Cc", "Cf"}
    )


def headings(columns: Iterable[Column]) -> frozenset[str]:
    """Give every name of some columns, folded."""
    return frozenset(fold(name) for c in columns for name in (c.name, *c.spellings))


ORDER_HEADINGS = headings(c for layout in SHEETS for c in layout.columns if c.name == ORDER)
"""What may stand above order ids."""

NEAR = 2
"""Most letters that may differ for a name to be a near miss."""

SHORT = 5
"""Names up to this many letters may differ in one letter only."""


LONGEST = 100
"""Characters of a word that may be near a name; a cell may hold 32,767, and no name has 40."""

SHORTEST_BEGINNING = 3
"""Letters that the beginning of a word must have to be taken for the word."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the known name that the word is a misspelling or a short form of, or None.

    A name is near when at most ``NEAR`` letters (one for a short name) are
    missing, added, wrong or swapped with a neighbour; or when each word stands
    for one of the name's, in a row, by its beginning: "Min down payment", "Lock",
    "Down payment".
    """
    if len(word) > LONGEST:
        return None
    names = list(known)
    folded = fold(word)
    near = [(distance(folded, fold(name)), name) for name in names]
    fitting = [
        (steps, name)
        for steps, name in near
        if steps <= (1 if min(len(folded), len(fold(name))) <= SHORT else NEAR)
    ]
    if fitting:
        return min(fitting)[1]
    return min((name for name in names if _is_short_form(word, name)), key=len, default=None)


def _is_short_form(word: str, name: str) -> bool:
    short, whole = ([fold(p) for p in text.replace("_", " ").split()] for text in (word, name))
    # one word alone has to be the first: "Unit" is not short for "Business unit"
    starts = range(len(whole) - len(short) + 1) if len(short) > 1 else range(len(short))
    return any(
        all(
            len(a) >= SHORTEST_BEGINNING and b.startswith(a)
            for a, b in zip(short, whole[start:], strict=False)
        )
        for start in starts
    )


def distance(a: str, b: str) -> int:
    """Count the letters to mend: missing, added, wrong, or swapped with a neighbour."""
    if abs(len(a) - len(b)) > NEAR:
        return NEAR + 1
    before, last = list[int](), list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            steps = min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                steps = min(steps, before[j - 2] + 1)
            row.append(steps)
        before, last = last, row
    return last[-1]
