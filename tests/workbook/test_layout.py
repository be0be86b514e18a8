"""The sheets and columns as data: no name means two things, and misspellings are near."""

from itertools import chain

import pytest

from corsheet.workbook.layout import (
    BUSINESS_UNIT,
    ORDER,
    SHEETS,
    Kind,
    SheetLayout,
    distance,
    fold,
    nearest,
)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Customer order", "customerorder"),
        ("CUSTOMER_ORDER", "customerorder"),
        ("customerOrder", "customerorder"),
        ("  Customer\u00a0 order\n", "customerorder"),
        ("Låst", "last"),
        ("La\u030ast", "last"),
        ("la_st", "last"),
        ("\ufeffStatus\u200b", "status"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_case_spaces_underscores_and_accents_do_not_matter(name: str, folded: str) -> None:
    """A heading is found however the manager happens to write it."""
    assert fold(name) == folded


@pytest.mark.parametrize("layout", SHEETS, ids=lambda layout: layout.name)
def test_no_heading_of_a_sheet_means_two_columns(layout: SheetLayout) -> None:
    """A spelling listed twice could never be found once."""
    folded = [{fold(name) for name in (c.name, *c.spellings)} for c in layout.columns]
    every = list(chain.from_iterable(folded))

    assert len(every) == len(set(every))


def test_no_name_means_two_sheets() -> None:
    """The same for the sheets."""
    every = [
        name
        for layout in SHEETS
        for name in {fold(spelling) for spelling in (layout.name, *layout.spellings)}
    ]

    assert len(every) == len(set(every))


def test_the_layout_has_the_sheets_and_columns_of_the_design() -> None:
    """The table of design.md, section 4."""
    assert [(layout.name, layout.required) for layout in SHEETS] == [
        ("Orders", True),
        ("Items", True),
        ("Invoices", False),
        ("Information", False),
        ("Discounts", False),
    ]
    assert {
        layout.name: [column.name for column in layout.columns if column.required]
        for layout in SHEETS
    } == {
        "Orders": ["Customer order", "Customer", "Status"],
        "Items": ["Customer order", "Item", "Quantity", "Unit price"],
        "Invoices": ["Customer order", "Invoice account", "Invoicing amount"],
        "Information": [
            "Customer order",
            "Information id",
            "Value",
            "Display text",
            "Receipt label",
        ],
        "Discounts": [
            "Customer order",
            "Item",
            "Discount id",
            "Discount text",
            "Discount amount",
            "Reward type",
        ],
    }


@pytest.mark.parametrize("layout", SHEETS, ids=lambda layout: layout.name)
def test_every_sheet_can_say_which_order_of_which_unit(layout: SheetLayout) -> None:
    """Both are ids, and the unit may be left out everywhere."""
    by_name = {column.name: column for column in layout.columns}

    assert (by_name[ORDER].kind, by_name[ORDER].required) == (Kind.ID, True)
    assert (by_name[BUSINESS_UNIT].kind, by_name[BUSINESS_UNIT].required) == (Kind.ID, False)


@pytest.mark.parametrize(
    ("a", "b", "steps"),
    [
        ("order", "order", 0),
        ("order", "ordre", 1),
        ("order", "oder", 1),
        ("order", "orders", 1),
        ("order", "arder", 1),
        ("customer", "costumer", 2),
        ("quantity", "qauntiyt", 2),
        ("", "ab", 2),
        ("kitten", "sitting", 3),
        ("a", "abcdef", 3),
    ],
)
def test_the_distance_counts_missing_added_wrong_and_swapped_letters(
    a: str, b: str, steps: int
) -> None:
    """It is the same both ways; beyond a near miss it only says so."""
    assert distance(a, b) == distance(b, a) == steps


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Custmer order", "Customer order"),
        ("Costumer", "Customer"),
        ("STATSU", "Status"),
        ("lokced", "Locked"),
        ("Itme", "Item"),
        ("Ipem", "Item"),
        ("Team", None),
        ("Comment", None),
        ("", None),
    ],
)
def test_a_misspelt_name_is_near_the_one_that_is_meant(word: str, meant: str | None) -> None:
    """Two letters of a long name, one of a short one; a word of its own is left alone."""
    assert nearest(word, ["Customer order", "Customer", "Status", "Locked", "Item"]) == meant
