"""A reading to a snapshot file."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from corsheet.findings import Code
from corsheet.model import BusinessUnitId, CustomerId, CustomerOrderId
from corsheet.snapshot.read import Answer, Snapshot
from corsheet.snapshot.schema import FORMAT, etag
from corsheet.snapshot.write import TOLD_CELLS, write_snapshot
from corsheet.wire import hiiretail
from corsheet.workbook.examples import example_orders
from tests.support.orders import (
    SOURCE,
    a_finding,
    a_key,
    a_reading,
    a_snapshot,
    an_item,
    an_order,
    published_order,
)


def find(path: Path, order: str, unit: str = "0001") -> Answer | None:
    """Look an order up in a file."""
    with closing(Snapshot(path)) as snapshot:
        return snapshot.find(BusinessUnitId(unit), CustomerOrderId(order))


def told(path: Path, order: str, unit: str = "0001") -> list[tuple[str, str]]:
    """Give cell and code of each finding that a withheld order's answer names."""
    answer = find(path, order, unit)
    assert answer is not None
    assert answer.is_withheld
    return [(finding["cell"], finding["code"]) for finding in json.loads(answer.body)]


def test_every_order_is_answered_with_its_ready_reply(tmp_path: Path) -> None:
    """The bytes in the file are those that go to the till, with the tag of just them."""
    orders = example_orders()
    path = a_snapshot(tmp_path / "s", a_reading(*orders))

    for order in orders:
        body = hiiretail.order_body(order)
        answer = find(path, order.customer_order_id, order.business_unit_id)
        assert answer == Answer(is_withheld=False, etag=etag(body), body=body)


def test_the_orders_of_a_customer_in_a_unit_are_one_piece(tmp_path: Path) -> None:
    """So a search reads one row, however many orders it finds, unless both kinds are mixed."""
    orders = [
        an_order("9", unit="0001", customer="c"),
        an_order("8", unit="0002", customer="c"),
        an_order("7", unit="0001", customer="c"),
        an_order("6", customer="d"),
        an_order("5", customer="d"),
    ]
    path = a_snapshot(tmp_path / "s", a_reading(*orders))
    first, second, third, *others = map(hiiretail.order_summary, orders)

    with closing(Snapshot(path)) as snapshot:
        assert snapshot.search(BusinessUnitId("0001"), CustomerId("c")) == (first + b"," + third,)
        assert snapshot.search(BusinessUnitId("0002"), CustomerId("c")) == (second,)
        assert snapshot.search(BusinessUnitId("0002"), CustomerId("d")) == (b",".join(others),)


def test_a_search_keeps_the_order_of_the_sheet(tmp_path: Path) -> None:
    """Over the unit's own orders and those of every unit."""
    orders = [
        an_order("9", customer="c"),
        an_order("3", unit="0001", customer="c"),
        an_order("8", unit="0002", customer="c"),
        an_order("1", customer="c"),
        an_order("0", unit="0001", customer="other"),
        an_order("2", unit="0001", customer="c"),
    ]
    path = a_snapshot(tmp_path / "s", a_reading(*orders))

    with closing(Snapshot(path)) as snapshot:
        mine = snapshot.search(BusinessUnitId("0001"), CustomerId("c"))
        theirs = snapshot.search(BusinessUnitId("0002"), CustomerId("c"))
        nobodys = snapshot.search(BusinessUnitId("0001"), CustomerId("nobody"))

    assert mine == tuple(hiiretail.order_summary(orders[place]) for place in (0, 1, 3, 5))
    assert theirs == tuple(hiiretail.order_summary(orders[place]) for place in (0, 2, 3))
    assert nobodys == ()


def test_the_file_is_little_more_than_its_replies(tmp_path: Path) -> None:
    """No page is left half empty for long rows, which every look-up would pay for."""
    items = tuple(an_item(str(number)) for number in range(20))
    orders = [an_order(str(number), customer=str(number), items=items) for number in range(1000)]
    path = a_snapshot(tmp_path / "s", a_reading(*orders))

    replies = sum(
        len(hiiretail.order_body(order)) + len(hiiretail.order_summary(order)) for order in orders
    )
    assert replies < path.stat().st_size < 1.5 * replies


def test_the_source_and_the_counts_are_kept(tmp_path: Path) -> None:
    """What /readyz tells of a snapshot stands in it, to the last bit."""
    source = replace(SOURCE, workbook="Björks order.xlsx", saved_at=0.1 + 0.2, read_at=2.0**31)
    path = tmp_path / "s"

    write_snapshot(path, a_reading(an_order("1"), an_order("2"), withheld=[a_key("3")]), source)

    with closing(Snapshot(path)) as snapshot:
        assert snapshot.source == source
        assert (snapshot.orders_served, snapshot.orders_withheld) == (2, 1)


def test_all_findings_are_kept_in_order(tmp_path: Path) -> None:
    """Warnings too, and those that concern no order."""
    findings = [
        a_finding("1", row=9, code=Code.TRIMMED),
        a_finding(None, unit=None, row=3),
        a_finding("ö", row=7),
    ]
    path = a_snapshot(tmp_path / "s", a_reading(findings=findings))

    with closing(Snapshot(path)) as snapshot:
        assert snapshot.findings() == [finding.as_json() for finding in findings]


def test_a_withheld_order_carries_its_own_errors_in_order(tmp_path: Path) -> None:
    """Not its warnings, not another order's errors, not those of its namesake elsewhere."""
    path = a_snapshot(
        tmp_path / "s",
        a_reading(
            withheld=[a_key("666"), a_key("7"), a_key("666", "0002")],
            findings=[
                a_finding("666", row=30),
                a_finding("666", row=4, column=2),
                a_finding("666", row=4, column=1, code=Code.NOT_AN_ID),
                a_finding("666", row=5, code=Code.TRIMMED),
                a_finding("7", row=6),
                a_finding("666", unit="0002", row=8),
            ],
        ),
    )

    assert told(path, "666") == [("A4", "CS202"), ("B4", "CS203"), ("C30", "CS203")]
    assert told(path, "7") == [("C6", "CS203")]
    assert told(path, "666", "0002") == [("C8", "CS203")]


def test_a_withheld_order_tells_no_cells_of_enactors_sheets(tmp_path: Path) -> None:
    """They are not why Hii Retail is told nothing."""
    findings = [a_finding("666", row=4), replace(a_finding("666", row=5), is_enactors=True)]
    path = a_snapshot(tmp_path / "s", a_reading(withheld=[a_key("666")], findings=findings))

    assert told(path, "666") == [("C4", "CS203")]
    with closing(Snapshot(path)) as snapshot:
        assert len(snapshot.findings()) == 2


def test_an_error_that_names_no_unit_concerns_the_orders_of_its_id_everywhere(
    tmp_path: Path,
) -> None:
    """A row that may belong to several orders is told with each of them."""
    path = a_snapshot(
        tmp_path / "s",
        a_reading(
            withheld=[a_key("666", "0001"), a_key("666", "0002")],
            findings=[
                a_finding("666", unit=None, row=9, code=Code.ORDER_IN_SEVERAL_UNITS),
                a_finding("666", unit="0001", row=2),
            ],
        ),
    )

    assert told(path, "666", "0001") == [("C2", "CS203"), ("C9", "CS402")]
    assert told(path, "666", "0002") == [("C9", "CS402")]


@pytest.mark.parametrize(("errors", "shown"), [(1, 1), (20, 20), (21, 20), (500, 20)])
def test_a_withheld_order_names_the_first_cells_only(
    tmp_path: Path, errors: int, shown: int
) -> None:
    """Whoever mends twenty cells looks again; the reply stays small."""
    findings = [a_finding("666", row=row) for row in range(2, 2 + errors)]
    path = a_snapshot(tmp_path / "s", a_reading(withheld=[a_key("666")], findings=findings))

    assert TOLD_CELLS == 20
    assert told(path, "666") == [(f"C{row}", "CS203") for row in range(2, 2 + shown)]


def test_an_order_that_stands_twice_is_withheld_once(tmp_path: Path) -> None:
    """Every copy is counted; the answer is one."""
    reading = a_reading(
        withheld=[a_key("666"), a_key("666")],
        findings=[
            a_finding("666", row=2, code=Code.DUPLICATE_ORDER),
            a_finding("666", row=5, code=Code.DUPLICATE_ORDER),
        ],
    )
    path = a_snapshot(tmp_path / "s", reading)

    assert told(path, "666") == [("C2", "CS301"), ("C5", "CS301")]
    with closing(Snapshot(path)) as snapshot:
        assert snapshot.orders_withheld == 2


def test_an_empty_workbook_makes_a_snapshot_without_orders(tmp_path: Path) -> None:
    """No orders is a state to serve like any other."""
    path = a_snapshot(tmp_path / "s", a_reading())

    assert find(path, "1") is None


def test_an_existing_file_is_written_anew(tmp_path: Path) -> None:
    """Nothing of a file that a crash left behind stays."""
    path = tmp_path / "s"
    path.write_bytes(b"left behind" * 10_000)

    a_snapshot(path, a_reading(an_order("1")))

    assert find(path, "1") is not None


def test_one_file_is_all_there_is(tmp_path: Path) -> None:
    """No journal stays beside it: the file can be renamed alone."""
    path = a_snapshot(tmp_path / "s", a_reading(published_order()))

    assert list(tmp_path.iterdir()) == [path]


def test_the_file_is_sound_and_says_its_format(tmp_path: Path) -> None:
    """SQLite itself finds nothing wrong with it."""
    path = a_snapshot(tmp_path / "s", a_reading(*example_orders()))

    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (written,) = database.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()

    assert written == str(FORMAT)


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """A folder in its place, or no folder: the caller is told, nothing is half done."""
    (tmp_path / "taken").mkdir()

    with pytest.raises(OSError, match="taken"):
        a_snapshot(tmp_path / "taken", a_reading(an_order()))
    with pytest.raises((OSError, sqlite3.Error)):
        a_snapshot(tmp_path / "missing" / "s", a_reading(an_order()))

    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
