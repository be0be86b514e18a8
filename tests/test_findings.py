"""The catalogue of faults, and how a finding is placed, sorted and written."""

import json
import re

import pytest

from corsheet.findings import (
    ECHO_LENGTH,
    Code,
    Finding,
    Problem,
    Severity,
    column_letters,
    echo,
    in_order,
    render,
)
from corsheet.model import BusinessUnitId, CustomerOrderId, OrderStatus, RewardType
from corsheet.workbook.enactor_layout import ENACTOR_SHEETS
from corsheet.workbook.layout import SHEETS


def test_the_ids_are_unique_ordered_and_of_the_form_that_other_programs_know() -> None:
    """Codes are stable and grouped by their first digit: CS0xx to CS5xx."""
    ids = [code.id for code in Code]

    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"CS[0-5][0-9]{2}", code_id) for code_id in ids)


@pytest.mark.parametrize("code", list(Code), ids=lambda code: code.id)
def test_every_entry_says_what_it_means_and_what_to_do(code: Code) -> None:
    """A title without a full stop, whole sentences that explain and show, and a cure."""
    entry = code.value

    assert re.fullmatch(r"[A-Z].*[^.\s]", entry.title)
    assert re.fullmatch(r"\S.*\.", entry.explanation)
    assert re.fullmatch(r"\S.*\..*\.", entry.example)
    assert re.fullmatch(r"[a-z].*[^.\s]", entry.cure)
    assert code.severity is entry.severity


@pytest.mark.parametrize("code", list(Code), ids=lambda code: code.id)
def test_an_example_stands_where_the_template_has_its_column(code: Code) -> None:
    """The cell of an example is one of the workbook that `corsheet init` writes."""
    columns = {layout.name: len(layout.columns) for layout in (*SHEETS, *ENACTOR_SHEETS)}
    cells = re.findall(r"\b([A-Z][a-z]+)!([A-Z]+)[0-9]+", code.value.example)

    assert bool(cells) or not code.id.startswith("CS2")
    for sheet, letters in cells:
        assert letters in map(column_letters, range(1, columns[sheet] + 1))


def test_the_words_that_the_till_knows_are_all_named() -> None:
    """Who has another one finds the right one in what the code means."""
    known = {Code.UNKNOWN_STATUS: OrderStatus, Code.UNKNOWN_REWARD_TYPE: RewardType}

    for code, words in known.items():
        named = re.findall(r"\b[A-Z_]{5,}\b", code.value.explanation)
        assert sorted(named) == sorted(words)


def test_no_two_entries_have_the_same_title() -> None:
    """A title is the heading in docs/findings.md, and the address within it."""
    titles = [code.value.title for code in Code]

    assert len(set(titles)) == len(titles)


def test_only_what_leaves_the_value_in_service_is_a_warning() -> None:
    """Warnings withhold nothing, so each one of them is a choice; here they all are."""
    warnings = {code.id for code in Code if code.severity is Severity.WARNING}

    assert warnings == {
        "CS105",
        "CS106",
        "CS107",
        "CS108",
        "CS109",
        "CS111",
        "CS112",
        "CS214",
        "CS215",
        "CS219",
        "CS302",
        "CS303",
        "CS304",
        "CS306",
    }


def test_a_finding_is_rendered_as_the_design_shows() -> None:
    """The file, the cell, the grade and what is there; below it what to do."""
    problem = Problem(
        Code.NOT_A_NUMBER, "'two' is not a number", "write the quantity with digits, such as 2"
    )
    finding = Finding(problem=problem, sheet="Items", row=17, column=3)

    assert render([finding], "orders.xlsx") == (
        "orders.xlsx: Items!C17: error CS203: 'two' is not a number\n"
        "    write the quantity with digits, such as 2"
    )


def test_a_finding_without_a_place_is_rendered_with_the_file_alone() -> None:
    """There is no cell to go to in a file that cannot be read."""
    finding = Finding(problem=Problem(Code.FILE_EMPTY, "the file is empty"))

    assert render([finding], "orders.xlsx") == (
        f"orders.xlsx: error CS003: the file is empty\n    {Code.FILE_EMPTY.value.cure}"
    )


def test_findings_are_rendered_one_after_another_in_the_order_given() -> None:
    """The renderer neither sorts nor leaves out."""
    second = Finding(problem=Problem(Code.HIDDEN_ROWS, "a hidden row is served"), sheet="B", row=2)
    first = Finding(problem=Problem(Code.NO_ITEMS, "order '1' has no row"), sheet="A", row=3)

    lines = render([second, first], "x.xlsx").splitlines()

    assert [line.split(": ")[1] for line in lines[::2]] == ["B!2", "A!3"]
    assert "warning CS107" in lines[0]
    assert render([], "x.xlsx") == ""


def test_colour_is_put_around_the_grade_alone() -> None:
    """Red for an error, yellow for a warning, and plain text once the colours are taken off."""
    findings = [
        Finding(problem=Problem(Code.DATE, "the cell holds a date or time"), sheet="A", row=1),
        Finding(problem=Problem(Code.TRIMMED, "there are spaces around it"), sheet="A", row=2),
    ]

    coloured = render(findings, "x.xlsx", colour=True)

    assert "\033[31;1merror CS211\033[0m" in coloured
    assert "\033[33;1mwarning CS214\033[0m" in coloured
    assert re.sub(r"\033\[[0-9;]*m", "", coloured) == render(findings, "x.xlsx")


def test_the_cure_of_the_catalogue_is_the_hint_where_there_is_no_better_one() -> None:
    """No finding is without a hint."""
    assert Problem(Code.MERGED, "2 cells are merged").hint == Code.MERGED.value.cure
    assert Problem(Code.MERGED, "2 cells are merged", "unmerge them").hint == "unmerge them"


@pytest.mark.parametrize(
    ("place", "cell", "whole"),
    [
        ({"sheet": "Items", "row": 17, "column": 3}, "C17", "Items!C17"),
        ({"sheet": "Items", "row": 17}, "17", "Items!17"),
        ({"sheet": "Items", "column": 28}, "AB", "Items!AB"),
        ({"sheet": "Items"}, "", "Items"),
        ({}, "", ""),
        (
            {"sheet": "corsheet.toml", "key": "server.port"},
            "server.port",
            "corsheet.toml!server.port",
        ),
    ],
)
def test_the_place_of_a_finding_is_written_as_excel_writes_it(
    place: dict[str, str | int], cell: str, whole: str
) -> None:
    """A cell, a row, a column, a sheet, a setting, or nothing but the file."""
    finding = Finding(problem=Problem(Code.DATE, "the cell holds a date"), **place)  # type: ignore[arg-type]

    assert (finding.cell, finding.place) == (cell, whole)


def test_a_finding_as_json_has_the_keys_of_the_design() -> None:
    """Programs that drive ours read these names."""
    finding = Finding(
        problem=Problem(Code.TRIMMED, "there are spaces around it"),
        sheet="Items",
        row=2,
        column=2,
        business_unit_id=BusinessUnitId("0001"),
        customer_order_id=CustomerOrderId("42"),
    )

    assert json.loads(json.dumps(finding.as_json())) == {
        "severity": "warning",
        "code": "CS214",
        "sheet": "Items",
        "cell": "B2",
        "message": "there are spaces around it",
        "hint": Code.TRIMMED.value.cure,
        "businessUnitId": "0001",
        "customerOrderId": "42",
    }


@pytest.mark.parametrize(
    ("number", "letters"),
    [
        (1, "A"),
        (26, "Z"),
        (27, "AA"),
        (52, "AZ"),
        (53, "BA"),
        (256, "IV"),
        (702, "ZZ"),
        (703, "AAA"),
        (16384, "XFD"),
    ],
)
def test_columns_are_named_as_excel_names_them(number: int, letters: str) -> None:
    """A to Z, then AA; there is no letter for nought."""
    assert column_letters(number) == letters


def test_findings_stand_by_sheet_row_column_and_code() -> None:
    """The same workbook always gives the same report, from left to right and top to bottom."""

    def at(sheet: str, row: int, column: int, code: Code = Code.DATE) -> Finding:
        return Finding(problem=Problem(code, "something"), sheet=sheet, row=row, column=column)

    expected = (
        Finding(problem=Problem(Code.DAMAGED, "something")),
        at("Orders", 0, 0),
        at("Orders", 2, 1),
        at("Orders", 2, 1, Code.TRIMMED),
        at("Orders", 2, 27),
        at("Orders", 10, 1),
        at("Items", 1, 1),
        at("Another", 1, 1),
    )

    assert in_order(reversed(expected), ["Orders", "Items"]) == expected
    assert in_order(expected, ["Orders", "Items"]) == expected


def test_a_message_repeats_a_cell_on_one_line_and_not_at_length() -> None:
    """A cell may hold a page of text, or line breaks that would forge a line of the log."""
    assert echo("two") == "'two'"
    assert echo("a\nb\x00c\td") == "'a b c d'"
    assert echo("x" * ECHO_LENGTH) == f"'{'x' * ECHO_LENGTH}'"
    assert echo("x" * (ECHO_LENGTH + 1)) == f"'{'x' * (ECHO_LENGTH - 1)}…'"
    assert echo("\u202e\ud800") == "''"
