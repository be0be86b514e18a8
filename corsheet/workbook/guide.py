"""What the template says to the manager: notes on headings, advice at cells, the help sheet.

Words only, as data; ``template`` puts them into the workbook.
"""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from corsheet.workbook.enactor_glossary import FIELDS, KINDS, STRUCTURAL
from corsheet.workbook.enactor_layout import PAYMENT
from corsheet.workbook.layout import (
    BUSINESS_UNIT,
    DISCOUNTS,
    INFORMATION,
    INVOICES,
    ITEMS,
    ORDER,
    ORDERS,
    Column,
    Kind,
    SheetLayout,
)

_AMOUNT = "In kronor, with at most two decimals"

_SAME_ORDER = "The id of the order, as it stands on the sheet Orders."
_SAME_UNIT = (
    "The store of the order, as it stands on the sheet Orders."
    " Needed only where two stores have orders with the same id."
)

NOTES: Mapping[str, Mapping[str, str]] = {
    ORDERS.name: {
        BUSINESS_UNIT: "The store that may ask for the order, by its id in the till, such as 0001."
        " Left empty: the store named in corsheet.toml, or every store.",
        ORDER: "The id by which the till asks for the order, such as 000042."
        " It stands once in each store.",
        "Customer": "The id of the customer, not the name. The till searches for it.",
        "Status": "How far the order has come. Choose it from the list.",
        "Minimum down payment": f"The least that the customer pays in advance. {_AMOUNT}.",
        "Locked": "yes: the till should leave the order alone. no: it need not.",
    },
    ITEMS.name: {
        BUSINESS_UNIT: _SAME_UNIT,
        ORDER: f"{_SAME_ORDER} One row for each article.",
        "Item": "The id of the article, as the till knows it.",
        "Quantity": "How many were ordered: more than 0, such as 2 or 24,5.",
        "Unit price": f"The price of one piece. {_AMOUNT}.",
        "Contributed amount": f"Passed on to the till as it stands. {_AMOUNT}.",
    },
    INVOICES.name: {
        BUSINESS_UNIT: _SAME_UNIT,
        ORDER: f"{_SAME_ORDER} One row for each order that may be paid by invoice.",
        "Invoice account": "The account to charge, which is not the id of the customer.",
        "Invoicing amount": f"The most that may be invoiced. {_AMOUNT}.",
    },
    INFORMATION.name: {
        BUSINESS_UNIT: _SAME_UNIT,
        ORDER: f"{_SAME_ORDER} It must have a row on the sheet Invoices too.",
        "Information id": "What kind of information it is, such as requisition.",
        "Value": "What the line says, such as the number of the requisition.",
        "Display text": "What the till's screen calls it, such as Requisition number.",
        "Receipt label": "What the receipt calls it.",
    },
    DISCOUNTS.name: {
        BUSINESS_UNIT: _SAME_UNIT,
        ORDER: _SAME_ORDER,
        "Item": "The article with the discount, as it stands on the sheet Items."
        " The order must have it on one row only.",
        "Discount id": "The id of the discount.",
        "Discount text": "What the receipt calls the discount.",
        "Discount amount": f"How large the discount is. {_AMOUNT}.",
        "Reward type": "What kind of discount it is. Choose it from the list.",
    },
}
"""What belongs in a column, by sheet and column; whether it may be empty is said behind."""


def note(sheet: SheetLayout, column: Column) -> str:
    """Give the note on a heading."""
    need = "Must be filled in." if column.required else "May be left empty."
    if not sheet.is_open:
        said = NOTES[sheet.name][column.name]
    elif column.name in STRUCTURAL:
        said = STRUCTURAL[column.name]
        if not column.required and column.name == ORDER:
            said += " Left empty: the product is shown with every order that has it."
    else:
        meaning = FIELDS[sheet.name].get(column.name, f"Enactor's field {column.name}.")
        said = f"{meaning} {KINDS[column.kind]}"
        need = need if column.required else "Left empty, the field is not sent."
    return f"{said}\n{need}"


class Advice(NamedTuple):
    """What Excel says at a cell.

    Attributes:
        before: Once the cell is selected; at most 255 characters, Excel's limit.
        title: Over ``after``; at most 32 characters.
        after: Once something else was typed; at most 255 characters.
    """

    before: str
    title: str
    after: str


_WORDS: Mapping[str, Advice] = {
    "Status": Advice(
        "Choose the status from the list.",
        "Not in the list",
        "The till may not know this status. It is passed on as it stands.",
    ),
    "Reward type": Advice(
        "Choose the kind of discount from the list.",
        "Not in the list",
        "The till may not know this kind of discount. It is passed on as it stands.",
    ),
    PAYMENT: Advice(
        "Choose the kind of payment from the list.",
        "Not in the list",
        "Enactor may not know this kind of payment. It is passed on as it stands.",
    ),
}
"""By the column with the words."""

_KINDS: Mapping[Kind, Advice] = {
    Kind.YES_NO: Advice(
        "Choose yes or no, or leave the cell empty.",
        "Neither yes nor no",
        "The order is held back unless the cell says yes or no. ja, nej, x, 1 and 0 do as well.",
    ),
    Kind.AMOUNT: Advice(
        f"{_AMOUNT}, such as 100 or 19,90.",
        "Not an amount",
        "Write an amount with digits, 0 or more and below 10 000 000 000 000.",
    ),
    Kind.QUANTITY: Advice(
        "How many were ordered, such as 2 or 24,5.",
        "Not a quantity",
        "Write a number above 0 with digits. An article that nobody ordered needs no row.",
    ),
    Kind.MINOR: Advice(
        "In öre or pence, as a whole number: 1990 is 19,90.",
        "Not a whole number",
        "Write it in öre or pence with digits only, such as 1990 for 19,90; below 0 with a minus"
        " in front.",
    ),
}

_ENACTORS_YES_NO = Advice(
    "Choose yes or no. Left empty, the field is not sent.",
    "Neither yes nor no",
    "The order is held back from Enactor's clients unless the cell says yes or no, or is empty."
    " ja, nej, x, 1 and 0 do as well.",
)


def advice(sheet: SheetLayout, column: Column) -> Advice | None:
    """Give what Excel says at the cells of a column; None: it takes any text."""
    if sheet.is_open and column.kind is Kind.YES_NO:
        return _ENACTORS_YES_NO
    return _WORDS[column.name] if column.words else _KINDS.get(column.kind)


class Look(Enum):
    """How a line of the help sheet looks."""

    TITLE = "title"
    SECTION = "section"
    PLAIN = "plain"
    REQUIRED = "a heading that must be filled"
    OPTIONAL = "a heading that may be left empty"


class HelpLine(NamedTuple):
    """A line of the help sheet: a word, and what there is to say about it."""

    word: str
    meaning: str = ""
    look: Look = Look.PLAIN


HELP = (
    HelpLine("Customer orders for the till", look=Look.TITLE),
    HelpLine(
        "",
        "The till reads its customer orders from this workbook. Edit and save: a second later the"
        " till shows it. The workbook may stay open all the time.",
    ),
    HelpLine("The sheets", look=Look.SECTION),
    HelpLine("Orders", "One row for each order: whose it is and how far it has come."),
    HelpLine("Items", "One row for each article of an order, with the order's id in front."),
    HelpLine("Invoices", "One row for each order that may be paid by invoice."),
    HelpLine(
        "Information", "Lines for the till's screen and the receipt, such as a requisition number."
    ),
    HelpLine("Discounts", "Discounts on single articles of an order."),
    HelpLine("Filling them in", look=Look.SECTION),
    HelpLine("Blue heading", "The column must be filled in every row.", Look.REQUIRED),
    HelpLine("Grey heading", "The column may be left empty.", Look.OPTIONAL),
    HelpLine("Notes", "Rest the pointer on a heading to read what belongs below it."),
    HelpLine("New rows", "Type in the first free row; the table grows. Blank rows do no harm."),
    HelpLine(
        "Ids",
        "Type them as they are, zeros in front too: the cells are formatted as Text. If Excel"
        " offers to convert them to numbers, let it be.",
    ),
    HelpLine("Amounts", "In kronor, at most two decimals, without a minus: 100 or 19,90."),
    HelpLine(
        "Business unit",
        "The store that may ask for the order. If two stores use the same order ids, fill it in on"
        " every sheet.",
    ),
    HelpLine("Pasting", "Choose Paste Special, Values: formats and drop-downs then stay."),
    HelpLine("Your own notes", "Further columns and sheets are left alone; use them as you like."),
    HelpLine("What the till is told", look=Look.SECTION),
    HelpLine(
        "Mistakes",
        "An order with a mistake is held back; all the others are served. The command “corsheet"
        " check” tells every mistake with its cell.",
    ),
    HelpLine("Hidden rows", "Hidden and filtered rows are served like any other."),
    HelpLine(
        "Examples",
        "All orders in here are examples. Delete their rows on every sheet, keep the headings, and"
        " begin with your own.",
    ),
)
"""The help sheet, from top to bottom; it is to fit on one printed page."""

ENACTOR_HELP = (
    HelpLine("Enactor's sheets", look=Look.SECTION),
    HelpLine(
        "What they are",
        "What Enactor's clients are told beyond Orders and Items: one row for each order, article,"
        " product, payment, note, adjustment and address. Hii Retail is not told of it.",
    ),
    HelpLine(
        "Headings",
        "Each is the name of a field in Enactor's order, such as locationId.id. Add a column to"
        " send a further field, delete one to send it no more. A column status, unitPrice or"
        " orderedQty is sent in place of what Orders and Items say, until you delete it.",
    ),
    HelpLine("Money", "Whole numbers of öre or pence, as Enactor has it: 1990 is 19,90."),
    HelpLine("Cards", "Keep card numbers, their tokens and hashes out of the workbook."),
)
"""The help sheet's section on Enactor's sheets."""

BESIDE_ENACTOR = {
    line.word: line
    for line in (
        HelpLine(
            "Amounts",
            "In kronor, at most two decimals, without a minus: 100 or 19,90. On Enactor's sheets"
            " in öre, see below.",
        ),
        HelpLine(
            "Your own notes",
            "Further sheets are left alone, and further columns too; on Enactor's sheets only"
            " columns with a heading of two words, such as Comment by Anna. One word is a field"
            " of Enactor's, and is sent.",
        ),
    )
}
"""What lines of ``HELP`` say instead where Enactor's sheets are there too, by their word."""


def help_lines(*, enactor: bool, are_examples: bool) -> tuple[HelpLine, ...]:
    """Give the lines of the help sheet.

    Args:
        enactor: The workbook has some of Enactor's sheets.
        are_examples: Its orders are to be deleted.
    """
    lines = HELP if are_examples else HELP[:-1]
    if not enactor:
        return lines
    return (*(BESIDE_ENACTOR.get(line.word, line) for line in lines), *ENACTOR_HELP)
