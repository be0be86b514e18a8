"""Whatever stands in a sheet: a value, or a finding that says what to do; never an exception."""

from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from hypothesis import given, settings
from hypothesis import strategies as st

from corsheet.workbook.reading import Reading, read_workbook
from tests.support.sheets import drawn, raw_cell, raw_rows, raw_workbook, served

GOOD = {
    "Orders": """
        | Customer order | Business unit | Customer | Status  | Handpenning | Locked |
        | 111            | 0001          | 10001    | CREATED | =100        | yes    |
    """,
    "Items": """
        | Customer order | Business unit | Item | Quantity | Unit price | Contributed amount |
        | 111            | 0001          | 5001 | =2       | =19.90     | =5                 |
    """,
    "Invoices": """
        | Customer order | Business unit | Invoice account | Invoicing amount |
        | 111            | 0001          | 900001          | =500             |
    """,
    "Information": """
        | Customer order | Information id | Value | Display text | Receipt label |
        | 111            | requisition    | 4711  | Requisition  | Requisition   |
    """,
    "Discounts": """
        | Customer order | Item | Discount id | Discount text | Discount amount | Reward type |
        | 111            | 5001 | 7           | Member        | =1              | NET_PRICE   |
    """,
}
STRINGS = "<si><t>111</t></si><si><r><t>CRE</t></r><r><t>ATED</t></r></si><si><t> 10 001</t></si>"

XML_TEXT = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20
)
NUMBERS = st.one_of(
    st.integers().map(str),
    st.floats().map(repr),
    st.sampled_from(["0", "1", "2", "-0", "1E3", "0.1", "1e400", "1_0", "+5", "NaN", " 1 "]),
)
WORDS = st.sampled_from(["111", "CREATED", "yes", "1 234,50", "1,234", "#N/A", "2026-11-21"])
TEXTS = XML_TEXT | NUMBERS | WORDS


class AnyCell(NamedTuple):
    """A cell as some program may write it; what is None is not there.

    Attributes:
        kind: The attribute ``t`` (ECMA-376 part 1, 18.18.11 ST_CellType), or none of them.
        formula: What is calculated.
        value: The stored result.
        inline: The text in the cell itself.
    """

    kind: str | None
    formula: str | None
    value: str | None
    inline: str | None

    def xml(self, address: str) -> str:
        """Write it."""
        kind = "" if self.kind is None else f" t={quoteattr(self.kind)}"
        formula = "" if self.formula is None else f"<f>{escape(self.formula)}</f>"
        value = "" if self.value is None else f"<v>{escape(self.value)}</v>"
        inline = "" if self.inline is None else f"<is><t>{escape(self.inline)}</t></is>"
        return f'<c r="{address}"{kind}>{formula}{value}{inline}</c>'


MAYBE = st.none() | TEXTS
KINDS = st.sampled_from([None, "n", "str", "b", "e", "d", "inlineStr"])
CELLS = st.one_of(
    st.builds(AnyCell, KINDS, st.none(), NUMBERS, st.none()),
    st.builds(AnyCell, KINDS, MAYBE, MAYBE, MAYBE),
    st.builds(AnyCell, st.just("s"), MAYBE, st.sampled_from(["0", "1", "2"]), MAYBE),
    st.builds(AnyCell, st.just("s") | XML_TEXT | XML_TEXT | XML_TEXT, MAYBE, MAYBE, MAYBE),
)

ROWS = {name: drawn(drawing)[1] for name, drawing in GOOD.items()}
PLACES = [(name, column) for name, row in ROWS.items() for column in range(1, len(row))]
"""Every cell but the order's id."""


def changed(cells: dict[tuple[str, int], AnyCell]) -> bytes:
    """Make the workbook of one order, with other cells at some places."""
    inside = {}
    for name, row in ROWS.items():
        heading = drawn(GOOD[name])[0]
        xml = ""
        for column, good in enumerate(row):
            address = f"{chr(ord('A') + column)}2"
            cell = cells.get((name, column))
            xml += raw_cell(address, good) if cell is None else cell.xml(address)
        inside[name] = f'{raw_rows("|".join(heading))}<row r="2">{xml}</row>'
    return raw_workbook(STRINGS, **inside)


def is_told(reading: Reading) -> bool:
    """Tell whether each finding says what is there and what to do."""
    return all(finding.problem.message and finding.problem.hint for finding in reading.findings)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(PLACES), CELLS, max_size=3))
def test_an_order_of_any_cells_is_served_or_withheld_with_a_reason(
    cells: dict[tuple[str, int], AnyCell],
) -> None:
    """One or the other; and where it is withheld, an error stands in its rows."""
    reading = read_workbook(changed(cells))
    errors = [finding for finding in reading.findings if finding.is_error]
    orders = [*served(reading), *(key.customer_order_id for key in reading.withheld)]

    assert is_told(reading)
    assert bool(errors) is (reading.orders == ())
    assert orders == ([] if reading.refused else ["111"])


def element(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Make elements of a sheet's names, right or wrong, around what is inside."""
    names = st.sampled_from(["row", "c", "v", "f", "is", "t", "r", "rPh", "x", "sheetData"])
    references = st.sampled_from(["", "A1", "B2", "C2", "2", "3", "ZZZ9999999", "å"])
    attributes = st.builds(
        'r="{}" t="{}" s="{}"'.format,
        references,
        st.sampled_from(["n", "s", "str", "inlineStr", "b", "q"]),
        st.sampled_from(["0", "1", "-1", "99999999999"]),
    )
    return st.builds(
        lambda name, attributes, inside: f"<{name} {attributes}>{inside}</{name}>",
        names,
        st.just("") | attributes,
        st.lists(inside, max_size=4).map("".join),
    )


TREES = st.recursive(TEXTS.map(escape), element, max_leaves=20)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["Orders", "Items"]), TREES, TREES)
def test_elements_in_any_order_never_raise(sheet: str, tree: str, strings: str) -> None:
    """Cells in cells, rows in texts, shared texts of anything: read, or told."""
    good = {name: raw_rows(drawing) for name, drawing in GOOD.items()}
    reading = read_workbook(raw_workbook(strings, **{**good, sheet: good[sheet] + tree}))

    assert is_told(reading)
    assert reading.findings or served(reading) == ["111"]
