"""The sheets and columns as data: no name means two things, and misspellings are near."""

from itertools import chain

import pytest

from corsheet.workbook.layout import (
    BUSINESS_UNIT,
    ORDER,
    ORDER_HEADINGS,
    SHEETS,
    Kind,
    SheetLayout,
    distance,
    fold,
    headings,
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
        ("Lock", "Locked"),
        ("Cust", "Customer"),
        ("Cust ord", "Customer order"),
        ("CUST_ORD", "Customer order"),
        ("Cu order", None),
        ("Ord", None),
        ("Order", None),
        ("Order customer", None),
        ("Customer order number", None),
        ("Team", None),
        ("Comment", None),
        (" ", None),
        ("", None),
    ],
)
def test_a_misspelt_name_is_near_the_one_that_is_meant(word: str, meant: str | None) -> None:
    """Two letters of a long name, one of a short one; a word of its own is left alone."""
    assert nearest(word, ["Customer order", "Customer", "Status", "Locked", "Item"]) == meant


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Min down payment", "Minimum down payment"),
        ("min. down paym", None),  # a full stop is a letter here
        ("Minimum", "Minimum down payment"),
        ("Down payment", "Minimum down payment"),
        ("Down paym", "Minimum down payment"),
        ("Minimum payment", None),
        ("Payment", None),
        ("Unit", None),  # of measure, most likely
        ("Business", "Business unit"),
        ("Unit business", None),
    ],
)
def test_a_short_form_has_the_beginnings_of_words_that_stand_together(
    word: str, meant: str | None
) -> None:
    """A single word has to be the first: the second alone is a word of its own."""
    assert nearest(word, ["Business unit", "Minimum down payment"]) == meant


def test_a_long_text_is_near_no_name() -> None:
    """An instruction above the table is not compared word by word."""
    assert nearest("Customer order " * 2000, ["Customer order"]) is None
    assert nearest("Custmer" + " " * 20 + "order", ["Customer order"]) == "Customer order"
    assert nearest("Custmer" + " " * 200 + "order", ["Customer order"]) is None


def test_a_short_form_is_of_the_shortest_name() -> None:
    """Of several it fits, that is the one of which least is missing."""
    assert nearest("Inv", ["Invoice account", "Invoices", "Invoicing amount"]) == "Invoices"


@pytest.mark.parametrize("layout", SHEETS, ids=lambda layout: layout.name)
def test_no_name_of_a_sheet_is_near_another_column_of_it(layout: SheetLayout) -> None:
    """The hint names the column that is meant, and a listed spelling is never a near miss."""
    for column in layout.columns:
        others = [
            name for c in layout.columns if c is not column for name in (c.name, *c.spellings)
        ]
        for name in (column.name, *column.spellings):
            near = nearest(name, [*others, column.name, *column.spellings])
            assert near is not None
            assert fold(near) == fold(name)


def test_the_headings_of_columns_are_their_names_folded() -> None:
    """What a second heading row is known by."""
    assert {"customerorder", "ordernummer", "order"} <= ORDER_HEADINGS
    assert "customer" not in ORDER_HEADINGS
    assert headings(SHEETS[0].columns) >= {"last", "handpenning", "status"}
