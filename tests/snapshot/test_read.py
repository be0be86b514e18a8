"""A snapshot file to replies: opened read-only, asked from any thread."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from corsheet.model import BusinessUnitId, CustomerId, CustomerOrderId
from corsheet.snapshot import read
from corsheet.snapshot.read import Snapshot, SnapshotError
from corsheet.wire import hiiretail
from corsheet.workbook.examples import example_orders
from tests.support.orders import a_finding, a_key, a_reading, a_snapshot, an_order

UNIT = BusinessUnitId("0001")


def alter(path: Path, statement: str) -> None:
    """Change a snapshot behind corsheet's back."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement)


def cut(path: Path, end: int) -> None:
    """Keep the first bytes of a file only."""
    path.write_bytes(path.read_bytes()[:end])


DAMAGES: list[tuple[Callable[[Path], object], str]] = [
    (lambda path: path.unlink(), "missing"),
    (lambda path: path.write_bytes(b""), "empty"),
    (lambda path: path.write_bytes(b"PK\x03\x04 a workbook" * 500), "not a database"),
    (lambda path: cut(path, 50), "cut off in the header"),
    (lambda path: cut(path, 4096), "cut off after the first page"),
    (lambda path: cut(path, path.stat().st_size // 2), "cut off in the middle"),
    (lambda path: cut(path, path.stat().st_size - 4096), "last page missing"),
    (lambda path: cut(path, path.stat().st_size - 100), "cut off in the last page"),
    (lambda path: alter(path, "DROP TABLE meta"), "no meta"),
    (lambda path: alter(path, "DELETE FROM meta WHERE name = 'sha256'"), "no identity"),
    (lambda path: alter(path, "DELETE FROM meta WHERE name = 'format'"), "no format"),
    (lambda path: alter(path, "UPDATE meta SET value = 'x' WHERE name = 'saved_at'"), "no time"),
    (lambda path: alter(path, "UPDATE meta SET value = '0' WHERE name = 'format'"), "older"),
    (lambda path: alter(path, "UPDATE meta SET value = '99' WHERE name = 'format'"), "newer"),
]


@pytest.mark.parametrize("damage", [pytest.param(damage, id=name) for damage, name in DAMAGES])
def test_a_file_that_is_no_whole_snapshot_is_refused(
    tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    """One error for all of it, which names the file: whoever starts takes the one before."""
    path = a_snapshot(tmp_path / "broken.snapshot", a_reading(*example_orders()))
    damage(path)

    with pytest.raises(SnapshotError, match=r"broken\.snapshot"):
        Snapshot(path)


def test_a_folder_is_no_snapshot(tmp_path: Path) -> None:
    """Whatever stands at the path, the error is the same."""
    with pytest.raises(SnapshotError):
        Snapshot(tmp_path)


def test_a_file_of_another_version_is_told_to_be_one(tmp_path: Path) -> None:
    """Also where it lacks what this version would read first."""
    path = a_snapshot(tmp_path / "s", a_reading())
    alter(path, "UPDATE meta SET value = '1' WHERE name = 'format'")
    alter(path, "DELETE FROM meta WHERE name LIKE 'enactor%'")

    with pytest.raises(SnapshotError, match="another version"):
        Snapshot(path)


def test_a_refused_file_is_not_held_open(tmp_path: Path) -> None:
    """After the error nothing is left open that would keep Windows from deleting it."""
    path = a_snapshot(tmp_path / "s", a_reading())
    alter(path, "UPDATE meta SET value = '99' WHERE name = 'format'")
    fds = Path("/proc/self/fd")

    with pytest.raises(SnapshotError):
        Snapshot(path)

    held = [fd.resolve() for fd in fds.iterdir()] if fds.exists() else []
    assert path not in held
    path.unlink()


def test_an_open_snapshot_cannot_be_written(tmp_path: Path) -> None:
    """Read-only is SQLite's promise, not our habit."""
    path = a_snapshot(tmp_path / "s", a_reading(an_order()))

    with (
        closing(Snapshot(path)) as snapshot,
        pytest.raises(SnapshotError, match="readonly"),
    ):
        snapshot.ask("DELETE FROM answer")


def test_an_open_snapshot_takes_no_locks_and_no_second_file(tmp_path: Path) -> None:
    """Immutable: a writer's exclusive lock on the file does not stop a look-up."""
    path = a_snapshot(tmp_path / "s", a_reading(an_order("1")))

    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with closing(Snapshot(path)) as snapshot:
            assert snapshot.find(UNIT, CustomerOrderId("1")) is not None
        writer.execute("ROLLBACK")

    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["a b.snapshot", "50%.snapshot", "a?b#c.snapshot", "ö.snapshot"])
def test_a_path_may_hold_any_letters(tmp_path: Path, name: str) -> None:
    """The path goes into a URI, where some signs mean something."""
    folder = tmp_path / "Björks butik #1 100%?mode=rwc"
    folder.mkdir()
    path = a_snapshot(folder / name, a_reading(an_order("1")))

    with closing(Snapshot(path)) as snapshot:
        assert snapshot.find(UNIT, CustomerOrderId("1")) is not None
    assert list(folder.iterdir()) == [path]


def test_an_id_is_only_ever_a_value(tmp_path: Path) -> None:
    """Quotes, wildcards and SQL in an id find nothing."""
    path = a_snapshot(tmp_path / "s", a_reading(an_order("1", customer="c")))

    with closing(Snapshot(path)) as snapshot:
        for asked in ("' OR 1=1 --", "%", "_", "*", "1'", "1\x00", "01", ""):
            assert snapshot.find(UNIT, CustomerOrderId(asked)) is None
            assert snapshot.search(UNIT, CustomerId(asked)) == ()


def test_the_own_unit_comes_before_every_unit_even_when_withheld(tmp_path: Path) -> None:
    """A store whose own order has a mistake is not shown another order of the same id."""
    path = a_snapshot(
        tmp_path / "s",
        a_reading(an_order("1"), withheld=[a_key("1", "0001")], findings=[a_finding("1")]),
    )

    with closing(Snapshot(path)) as snapshot:
        own = snapshot.find(UNIT, CustomerOrderId("1"))
        other = snapshot.find(BusinessUnitId("0002"), CustomerOrderId("1"))

    assert own is not None
    assert own.is_withheld
    assert other is not None
    assert not other.is_withheld


@pytest.mark.parametrize("question", [read.FIND, read.SEARCH])
def test_a_look_up_goes_by_the_whole_key(tmp_path: Path, question: str) -> None:
    """Once for the unit and once for every unit, however many other units know that id."""
    path = a_snapshot(tmp_path / "s", a_reading(an_order("1")))

    with closing(Snapshot(path)) as snapshot:
        plan = [row[3] for row in snapshot.ask(f"EXPLAIN QUERY PLAN {question}", ("1", "0001"))]

    searches = [step for step in plan if step.startswith("SEARCH")]
    assert len(searches) == 2
    assert all("_id=? AND business_unit_id=?)" in step for step in searches)
    assert not any(step.startswith("SCAN") or "TEMP B-TREE" in step for step in plan)


def test_many_threads_ask_at_once(tmp_path: Path) -> None:
    """No two share a connection at once, and every answer is the right one."""
    orders = [an_order(str(number), customer=str(number % 7)) for number in range(300)]
    path = a_snapshot(tmp_path / "s", a_reading(*orders))
    together = threading.Barrier(8)

    with closing(Snapshot(path)) as snapshot, ThreadPoolExecutor(8) as threads:

        def ask(start: int) -> int:
            together.wait(timeout=10)
            right = 0
            for number in range(start, 300, 8):
                answer = snapshot.find(UNIT, CustomerOrderId(str(number)))
                found = snapshot.search(UNIT, CustomerId(str(number % 7)))
                right += answer is not None and (
                    answer.body == hiiretail.order_body(orders[number])
                    and hiiretail.order_summary(orders[number]) in b",".join(found)
                )
            return right

        assert sum(threads.map(ask, range(8))) == 300
        assert 1 <= len(snapshot._connections) <= 8


def test_closing_closes_every_connection(tmp_path: Path) -> None:
    """Called from any thread; afterwards nobody gets a connection."""
    snapshot = Snapshot(a_snapshot(tmp_path / "s", a_reading(an_order("1"))), connections=3)
    connections = list(snapshot._connections)

    snapshot.close()

    with ThreadPoolExecutor(1) as other, pytest.raises(SnapshotError, match="closed"):
        other.submit(snapshot.find, UNIT, CustomerOrderId("1")).result()
    assert len(connections) == 3
    for connection in connections:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")


def test_an_open_snapshot_answers_though_its_file_is_deleted(tmp_path: Path) -> None:
    """In as many requests at once as it was opened for: tidying up makes none fail."""
    path = a_snapshot(tmp_path / "s", a_reading(an_order("1")))
    together = threading.Barrier(4)

    with closing(Snapshot(path, connections=4)) as snapshot, ThreadPoolExecutor(4) as threads:
        path.unlink()

        def ask(_: int) -> bool:
            together.wait(timeout=10)
            return snapshot.find(UNIT, CustomerOrderId("1")) is not None

        assert all(threads.map(ask, range(4)))


def test_what_was_asked_last_is_answered_from_memory(tmp_path: Path) -> None:
    """The same for the same unit only; the file is asked no more."""
    path = a_snapshot(tmp_path / "s", a_reading(an_order("1", customer="c")))

    with closing(Snapshot(path)) as snapshot:
        first = snapshot.find(UNIT, CustomerOrderId("1")), snapshot.search(UNIT, CustomerId("c"))
        asked: list[str] = []
        for connection in snapshot._connections:
            connection.set_trace_callback(asked.append)

        again = snapshot.find(UNIT, CustomerOrderId("1")), snapshot.search(UNIT, CustomerId("c"))
        assert asked == []
        snapshot.find(BusinessUnitId("0002"), CustomerOrderId("1"))
        snapshot.search(BusinessUnitId("0002"), CustomerId("c"))
        snapshot.find(UNIT, CustomerOrderId("c"))
        snapshot.search(UNIT, CustomerId("1"))

    assert again == first
    assert len(asked) >= 4


def test_the_memory_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are asked, and whatever asks for what is not there."""
    monkeypatch.setattr(read, "REMEMBERED", 3)
    orders = [an_order(str(number), customer=str(number)) for number in range(8)]
    path = a_snapshot(tmp_path / "s", a_reading(*orders))

    with closing(Snapshot(path)) as snapshot:
        for number in range(16):
            snapshot.find(UNIT, CustomerOrderId(str(number)))
            snapshot.search(UNIT, CustomerId(str(number)))
            assert len(snapshot._answers) <= 3
            assert len(snapshot._searches) <= 3
        assert "12" not in {asked for asked, _ in snapshot._answers}


def test_a_long_answer_is_not_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A customer with ten thousand orders takes no room from the others."""
    orders = [an_order(str(number), customer="c") for number in range(50)]
    path = a_snapshot(tmp_path / "s", a_reading(*orders))
    monkeypatch.setattr(read, "REMEMBERED_BYTES", 100)

    with closing(Snapshot(path)) as snapshot:
        snapshot.search(UNIT, CustomerId("c"))
        snapshot.find(UNIT, CustomerOrderId("1"))
        assert not snapshot._searches
        assert not snapshot._answers


def test_closing_twice_is_closing(tmp_path: Path) -> None:
    """Whoever cleans up need not know whether somebody has."""
    snapshot = Snapshot(a_snapshot(tmp_path / "s", a_reading()))

    snapshot.close()
    snapshot.close()

    with pytest.raises(SnapshotError, match="closed"):
        snapshot.findings()
