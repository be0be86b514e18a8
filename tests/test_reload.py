"""The reload: what it does about each way in which a reading can fail."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

import pytest

from corsheet.catalog import Catalog, Store
from corsheet.model import EVERY_UNIT
from corsheet.reload import reloader as module
from corsheet.reload.child import NICENESS, Compiler, Failed, Job, Refused, Written
from corsheet.reload.reloader import Reloader
from corsheet.reload.source import TooLargeError, UnstableError, read_whole
from corsheet.workbook.limits import Limits
from tests.support.saving import rename_over, versioned_workbook
from tests.support.service import eventually
from tests.support.sheets import workbook

CORSHEET = [sys.executable, "-m", "corsheet"]

ON_WINDOWS = sys.platform == "win32"

ABORTED = 3 if ON_WINDOWS else -6
"""How a process that calls `abort()` ends."""


class Bench:
    """A reloader on a workbook, without a watch: the test gives the notices."""

    def __init__(self, folder: Path, command: list[str], limits: Limits) -> None:
        self.workbook = folder / "orders.xlsx"
        self.store = Store(folder / "state")
        self.store.folder.mkdir(exist_ok=True)
        self.catalog = Catalog(self.store)
        compiler = Compiler(command, EVERY_UNIT, limits)
        self.reloader = Reloader(self.workbook, self.store, self.catalog, compiler)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run while the block does."""
        self.catalog.start()
        self.reloader.start()
        try:
            yield
        finally:
            self.reloader.stop()
            self.catalog.stop()

    def outcome(self) -> str:
        """Give how the last reading ended."""
        last = self.reloader.last
        return "" if last is None else last.outcome

    def version(self) -> str:
        """Give the version that is served; empty: none is."""
        snapshot = self.catalog.current
        if snapshot is None:
            return ""
        found = snapshot.search(EVERY_UNIT, "v1") or snapshot.search(EVERY_UNIT, "v2")  # type: ignore[arg-type]
        found = found or snapshot.search("0001", "v1") or snapshot.search("0001", "v2")  # type: ignore[arg-type]
        return found[0].decode().partition('"customerId":"')[2][:2]


def bench(folder: Path, command: list[str] | None = None, *, limits: Limits | None = None) -> Bench:
    """Make one."""
    return Bench(folder, command or CORSHEET, limits or Limits())


def program(folder: Path, text: str) -> list[str]:
    """Give a command that stands in for `corsheet` as the child: a real process that misbehaves."""
    script = folder / "child.py"
    script.write_text(text, "utf-8")
    return [sys.executable, str(script)]


def test_a_notice_brings_the_new_version_and_no_notice_none(tmp_path: Path) -> None:
    """The reading follows the notice, not the clock."""
    it = bench(tmp_path)
    it.workbook.write_bytes(versioned_workbook(1))
    with it.running():
        assert it.reloader.first_done.wait(10)
        assert (it.version(), it.outcome()) == ("v1", "published")
        it.workbook.write_bytes(versioned_workbook(2))
        it.reloader.notice()
        eventually(lambda: it.version() == "v2", 10, it.outcome)


def test_many_notices_are_one_reading(tmp_path: Path) -> None:
    """A save of thirty events is read once, when it is quiet; the same bytes are not read anew."""
    it = bench(tmp_path)
    it.workbook.write_bytes(versioned_workbook(1))
    with it.running():
        assert it.reloader.first_done.wait(10)
        first = it.reloader.last
        for _ in range(50):
            it.reloader.notice()
        eventually(lambda: not it.reloader._wanted, 10, "the notices are heeded")

        assert it.reloader.last is first
        assert len(it.store.newest_first()) == 1


def test_an_endless_writer_does_not_starve_the_till(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AutoSave every moment delays a reading by the longest wait, no more."""
    monkeypatch.setattr(module, "LONGEST_WAIT_SECONDS", 0.6)
    it = bench(tmp_path)
    it.workbook.write_bytes(versioned_workbook(1))
    stopped = threading.Event()
    with it.running():
        assert it.reloader.first_done.wait(10)
        it.workbook.write_bytes(versioned_workbook(2))

        def nag() -> None:
            while not stopped.wait(0.05):
                it.reloader.notice()

        nagging = threading.Thread(target=nag)
        nagging.start()
        try:
            eventually(lambda: it.version() == "v2", 10, it.outcome)
        finally:
            stopped.set()
            nagging.join()


def test_a_crashing_reader_is_tried_three_times_and_then_left_until_the_file_changes(
    tmp_path: Path,
) -> None:
    """A workbook that kills its reader does not keep the processor busy for ever."""
    count = tmp_path / "count"
    command = program(
        tmp_path,
        f"import os, sys; sys.stdin.buffer.readline(); open({str(count)!r}, 'a').write('x');"
        " os.abort()",
    )
    it = bench(tmp_path, command)
    it.workbook.write_bytes(b"deadly")
    with it.running():
        eventually(lambda: it.outcome() == "failed", 10, it.outcome)
        assert f"ended with {ABORTED}" in str(it.reloader.last and it.reloader.last.reason)
        eventually(lambda: count.read_text() == "xxx", 10, count.read_text)
        it.reloader.notice()
        eventually(lambda: it.outcome() == "refused", 10, it.outcome)

        assert count.read_text() == "xxx"


def test_a_reader_that_never_ends_is_ended(tmp_path: Path) -> None:
    """A stuck reading is refused by its limit, and the orders before stay."""
    command = program(tmp_path, "import sys, time; sys.stdin.buffer.read(); time.sleep(60)")
    compiler = Compiler(command, EVERY_UNIT, Limits(seconds=1))
    begun = time.monotonic()
    outcome = compiler.run(Job(b"x", "orders.xlsx", 0.0, tmp_path / "out"))

    assert isinstance(outcome, Refused)
    assert "limits.seconds" in outcome.reason
    assert time.monotonic() - begun < 15


ECHO = """
import json, os, sys
job = json.loads(sys.stdin.buffer.readline())
told = json.dumps({"pid": os.getpid(), **job, "data": sys.stdin.buffer.read().decode()})
open(job["snapshot"], "w").write(told)
raise SystemExit(4)
"""
"""Stands in for the child: tells what it was told."""


def echoed(compiler: Compiler, target: Path) -> dict[str, object]:
    """Run a job with ``ECHO``; gives what the child was told, and its process."""
    outcome = compiler.run(Job(b"x\ny", "orders.xlsx", 12.5, target))
    assert isinstance(outcome, Failed)
    found = json.loads(target.read_text())
    assert isinstance(found, dict)
    return found


def waits(compiler: Compiler) -> "subprocess.Popen[bytes]":
    """Give the process that waits."""
    assert compiler._waiting is not None
    return compiler._waiting


def test_a_process_that_was_started_before_reads_and_only_once(tmp_path: Path) -> None:
    """A save need not wait for a process to start; the next one has another for itself."""
    compiler = Compiler(program(tmp_path, ECHO), EVERY_UNIT, Limits())
    compiler.prepare()
    waiting = waits(compiler)
    compiler.prepare()
    assert waits(compiler) is waiting

    told = echoed(compiler, tmp_path / "first")
    again = echoed(compiler, tmp_path / "second")

    assert told == {
        "pid": waiting.pid, "snapshot": str(tmp_path / "first"), "name": "orders.xlsx",
        "saved_at": 12.5, "data": "x\ny",
    }  # fmt: skip
    assert again["pid"] != told["pid"]


def test_a_waiting_process_that_somebody_ended_costs_no_reading(tmp_path: Path) -> None:
    """Its end says nothing of the workbook, so another one is started."""
    compiler = Compiler(CORSHEET, EVERY_UNIT, Limits())
    compiler.prepare()
    waits(compiler).kill()
    waits(compiler).wait()

    outcome = compiler.run(Job(versioned_workbook(1), "orders.xlsx", 0.0, tmp_path / "out"))

    assert outcome == Written(20, 0)


def test_a_process_that_ends_as_it_is_told_its_job_costs_no_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never had the workbook; another one is started."""
    compiler = Compiler(CORSHEET, EVERY_UNIT, Limits())
    compiler.prepare()
    gone = waits(compiler)
    gone.kill()
    gone.wait()
    monkeypatch.setattr(gone, "poll", lambda: None)  # nobody has noticed yet

    outcome = compiler.run(Job(versioned_workbook(1), "orders.xlsx", 0.0, tmp_path / "out"))

    assert outcome == Written(20, 0)


@pytest.mark.skipif(ON_WINDOWS, reason="an end is told by a signal")
@pytest.mark.parametrize("size", [10, 4_000_000])
def test_a_process_that_ends_before_it_has_the_workbook_is_told(tmp_path: Path, size: int) -> None:
    """However much of it is still to be written."""
    command = program(tmp_path, "import os; os.close(0); os.abort()")
    compiler = Compiler(command, EVERY_UNIT, Limits())

    outcome = compiler.run(Job(bytes(size), "orders.xlsx", 0.0, tmp_path / "out"))

    assert isinstance(outcome, Failed)
    assert (outcome.is_crash, f"ended with {ABORTED}" in outcome.reason) == (True, True)


def test_a_waiting_process_that_somebody_ended_is_replaced(tmp_path: Path) -> None:
    """By the next look at the workbook, changed or not."""
    compiler = Compiler(program(tmp_path, ECHO), EVERY_UNIT, Limits())
    compiler.prepare()
    gone = waits(compiler)
    gone.kill()
    eventually(lambda: gone.poll() is not None, 10, "it has ended")

    compiler.prepare()

    assert waits(compiler) is not gone
    assert waits(compiler).poll() is None
    compiler.stop()


def test_after_each_reading_the_next_process_waits_until_the_stop(tmp_path: Path) -> None:
    """There is one of them, whatever came of the reading, and none is left over."""
    it = bench(tmp_path)
    compiler = it.reloader._compiler
    it.workbook.write_bytes(versioned_workbook(1))
    with it.running():
        eventually(lambda: compiler._waiting is not None, 10, it.outcome)
        first = waits(compiler)
        it.workbook.write_bytes(b"not a workbook at all")
        it.reloader.notice()
        eventually(lambda: compiler._waiting not in {first, None}, 20, it.outcome)
        assert first.returncode is not None
        second = waits(compiler)
        assert second.poll() is None
    compiler.prepare()

    assert second.returncode is not None
    assert compiler._waiting is None


def test_a_command_that_cannot_be_prepared_is_told_when_it_is_needed(tmp_path: Path) -> None:
    """Nobody waits for it yet."""
    compiler = Compiler([str(tmp_path / "gone")], EVERY_UNIT, Limits())

    compiler.prepare()

    assert isinstance(compiler.run(Job(b"x", "orders.xlsx", 0.0, tmp_path / "out")), Failed)


def test_a_stop_ends_a_running_reader(tmp_path: Path) -> None:
    """Nobody waits for a reading when the service is told to stop."""
    running = tmp_path / "running"
    command = program(tmp_path, f"import time; open({str(running)!r}, 'w').close(); time.sleep(60)")
    it = bench(tmp_path, command)
    it.workbook.write_bytes(b"x")
    with it.running():
        eventually(running.exists, 10, "the reader runs")
        begun = time.monotonic()
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    "text",
    [
        "print('{}')",
        "print('[1')",
        "raise SystemExit(2)",
        "raise SystemExit(3)",
        "raise SystemExit(7)",
        "1 / 0",
    ],
    ids=[
        "empty report",
        "half a report",
        "refusal without report",
        "abort on Windows",
        "odd status",
        "exception",
    ],
)
def test_an_end_without_a_verdict_is_a_crash(tmp_path: Path, text: str) -> None:
    """Only a report counts; whatever else the child says is a failure, told with its last line."""
    compiler = Compiler(program(tmp_path, text), EVERY_UNIT, Limits(seconds=10))
    outcome = compiler.run(Job(b"x", "orders.xlsx", 0.0, tmp_path / "out"))

    assert isinstance(outcome, Failed)
    assert outcome.is_crash
    assert outcome.reason


def test_a_full_disk_is_no_crash(tmp_path: Path) -> None:
    """Status 4: the workbook is not to blame, so trying goes on."""
    command = program(
        tmp_path, "import sys; print('disk is full', file=sys.stderr); raise SystemExit(4)"
    )
    outcome = Compiler(command, EVERY_UNIT, Limits(seconds=10)).run(
        Job(b"x", "orders.xlsx", 0.0, tmp_path / "out")
    )

    assert outcome == Failed("disk is full", is_crash=False)


def test_a_command_that_does_not_start_is_told(tmp_path: Path) -> None:
    """An uninstalled Python is no reason to stop serving."""
    outcome = Compiler([str(tmp_path / "gone")], EVERY_UNIT, Limits()).run(
        Job(b"x", "orders.xlsx", 0.0, tmp_path / "out")
    )

    assert isinstance(outcome, Failed)
    assert not outcome.is_crash


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has classes in place of niceness")
def test_the_child_leaves_the_processor_to_the_till(tmp_path: Path) -> None:
    """Its parent sees to that, so it holds for the child's start too."""
    told = tmp_path / "niceness"
    text = f"""
        import os, sys, time
        from pathlib import Path
        sys.stdin.buffer.read()
        before = time.monotonic()
        while os.nice(0) < {os.nice(0) + NICENESS} and time.monotonic() < before + 10:
            time.sleep(0.01)
        Path({str(told)!r}).write_text(str(os.nice(0)))
    """

    Compiler(program(tmp_path, dedent(text)), EVERY_UNIT, Limits(seconds=20)).run(
        Job(b"", "orders.xlsx", 0.0, tmp_path / "s")
    )

    assert told.read_text() == str(os.nice(0) + NICENESS)


@pytest.mark.skipif(ON_WINDOWS, reason="Wine does not enforce a job's limits; a PC would")
def test_the_child_has_no_more_memory_than_its_limit(tmp_path: Path) -> None:
    """A workbook that would take all the memory is refused by name, and nothing else dies."""
    limits = Limits(memory_bytes=100 * 1024 * 1024)
    rows = "\n".join(f"| {n} | c | CREATED |" for n in range(50_000))
    data = workbook(
        Orders=f"| Customer order | Customer | Status |\n{rows}",
        Items="| Customer order | Item | Quantity | Unit price |",
    )
    outcome = Compiler(CORSHEET, EVERY_UNIT, limits).run(
        Job(data, "orders.xlsx", 0.0, tmp_path / "out")
    )

    assert isinstance(outcome, Refused), outcome
    assert "CS007" in outcome.reason


def test_a_good_workbook_is_written(tmp_path: Path) -> None:
    """The counts come from the child's report."""
    outcome = Compiler(CORSHEET, EVERY_UNIT, Limits()).run(
        Job(versioned_workbook(1), "orders.xlsx", 0.0, tmp_path / "out")
    )

    assert outcome == Written(20, 0)


def test_a_refused_workbook_is_not_read_again_until_it_changes(tmp_path: Path) -> None:
    """A broken workbook that lies there costs nothing; mended, it is taken."""
    it = bench(tmp_path)
    it.workbook.write_bytes(b"not a workbook at all")
    os.utime(it.workbook, (1, 1))  # old: nobody is writing it
    with it.running():
        eventually(lambda: it.outcome() == "refused", 10, it.outcome)
        assert it.reloader._retry_in is None
        it.workbook.write_bytes(versioned_workbook(1))
        it.reloader.notice()
        eventually(lambda: it.version() == "v1", 10, it.outcome)
        assert it.outcome() == "published"


def test_a_mistake_that_is_taken_back_makes_the_state_good_again(tmp_path: Path) -> None:
    """The bytes that are served already, saved again after a bad save, are no news but good."""
    it = bench(tmp_path)
    it.workbook.write_bytes(versioned_workbook(1))
    with it.running():
        assert it.reloader.first_done.wait(10)
        it.workbook.write_bytes(b"PK broken")
        it.reloader.notice()
        eventually(lambda: it.outcome() == "refused", 10, it.outcome)
        it.workbook.write_bytes(versioned_workbook(1))
        it.reloader.notice()
        eventually(lambda: it.outcome() == "unchanged", 10, it.outcome)
        assert it.version() == "v1"


@pytest.mark.skipif(ON_WINDOWS, reason="a pipe has no name in a folder there")
def test_a_folder_in_place_of_the_workbook_is_unreadable(tmp_path: Path) -> None:
    """And so is a pipe, which would block its reader for ever."""
    it = bench(tmp_path)
    os.mkfifo(it.workbook)
    with it.running():
        eventually(lambda: it.outcome() == "unreadable", 10, it.outcome)
        it.workbook.unlink()
        it.workbook.write_bytes(versioned_workbook(1))
        eventually(lambda: it.version() == "v1", 10, it.outcome)


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    """Its size is looked at before its bytes."""
    it = bench(tmp_path, limits=Limits(workbook_bytes=2048))
    it.workbook.write_bytes(b"x" * 4096)
    with it.running():
        eventually(lambda: it.outcome() == "refused", 10, it.outcome)
        assert "limits.workbook_bytes" in str(it.reloader.last and it.reloader.last.reason)


@pytest.mark.skipif(ON_WINDOWS, reason="/proc tells; tests/end_to_end/test_windows.py saves beside")
def test_reading_closes_the_file_at_once(tmp_path: Path) -> None:
    """A handle that stays open keeps Excel from saving, on Windows."""
    path = tmp_path / "orders.xlsx"
    path.write_bytes(b"x" * 100_000)
    data, found = read_whole(path, 200_000)

    assert (len(data), found.st_size) == (100_000, 100_000)
    opened = [os.path.realpath(handle) for handle in Path("/proc/self/fd").iterdir()]
    assert str(path) not in opened


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    """Half of one save and half of the next is no workbook."""
    path = tmp_path / "orders.xlsx"
    path.write_bytes(b"x" * 8_000_000)
    stopped = threading.Event()

    def write() -> None:
        while not stopped.is_set():
            with path.open("r+b") as file:
                file.write(os.urandom(8))

    writing = threading.Thread(target=write)
    writing.start()
    try:
        outcomes = set()
        for _ in range(50):
            try:
                read_whole(path, 10_000_000)
                outcomes.add("whole")
            except UnstableError:
                outcomes.add("unstable")
    finally:
        stopped.set()
        writing.join()

    assert "unstable" in outcomes
    with pytest.raises(TooLargeError):
        read_whole(path, 100)


@pytest.mark.skipif(ON_WINDOWS, reason="a file that is open cannot be deleted there")
def test_a_state_folder_that_was_deleted_is_made_again(tmp_path: Path) -> None:
    """Somebody tidies up while the service runs."""
    it = bench(tmp_path)
    it.workbook.write_bytes(versioned_workbook(1))
    with it.running():
        assert it.reloader.first_done.wait(10)
        shutil.rmtree(it.store.folder)
        it.workbook.write_bytes(versioned_workbook(2))
        it.reloader.notice()
        eventually(lambda: it.version() == "v2", 10, it.outcome)


def test_a_snapshot_that_cannot_be_published_is_told_and_tried_again(tmp_path: Path) -> None:
    """A pointer that cannot be replaced leaves the orders before in service."""
    it = bench(tmp_path)
    it.workbook.write_bytes(versioned_workbook(1))
    with it.running():
        assert it.reloader.first_done.wait(10)
        it.store.pointer.unlink()
        (it.store.pointer / "in the way").mkdir(parents=True)
        it.workbook.write_bytes(versioned_workbook(2))
        it.reloader.notice()
        eventually(lambda: it.outcome() == "failed", 10, it.outcome)
        assert it.version() == "v1"
        shutil.rmtree(it.store.pointer)
        eventually(lambda: it.version() == "v2", 10, it.outcome)


@pytest.mark.parametrize("modified_at", [-5.0, 4e9, 1e11], ids=["before 1970", "2096", "5138"])
def test_a_workbook_with_an_impossible_time_is_served(tmp_path: Path, modified_at: float) -> None:
    """A clock that is wrong makes no reply fail; no reply is from the future."""
    it = bench(tmp_path)
    it.workbook.write_bytes(versioned_workbook(1))
    os.utime(it.workbook, (modified_at, modified_at))
    with it.running():
        assert it.reloader.first_done.wait(10)
        snapshot = it.catalog.current
        assert snapshot is not None
        assert 0 <= snapshot.source.saved_at <= time.time()


@pytest.mark.skipif(ON_WINDOWS, reason="Linux has the file that does")
def test_a_workbook_that_changes_all_the_time_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never whole, never quiet: after a while the status says so."""
    monkeypatch.setattr(module, "YOUNG_SECONDS", 0.5)
    it = bench(tmp_path)
    it.workbook.symlink_to("/proc/self/status")  # its size is 0 and its bytes are not
    with it.running():
        eventually(lambda: it.outcome() == "unreadable", 10, it.outcome)
        assert "changes all the time" in str(it.reloader.last and it.reloader.last.reason)
        it.workbook.unlink()
        it.workbook.write_bytes(versioned_workbook(1))
        eventually(lambda: it.version() == "v1", 10, it.outcome)


def test_the_log_tells_the_first_mistakes_and_how_many_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever watches the window learns the cell and the cure; a flood is cut short."""
    it = bench(tmp_path)
    rows = "\n".join(f"| {number} | | CREATED |" for number in range(15))
    it.workbook.write_bytes(
        workbook(
            Orders=f"| Customer order | Customer | Status |\n{rows}",
            Items="| Customer order | Item | Quantity | Unit price |",
        )
    )
    with caplog.at_level("INFO"), it.running():
        assert it.reloader.first_done.wait(10)

    assert "serving 0 orders, 15 withheld" in caplog.text
    assert "orders.xlsx: Orders!B2: CS201: Customer is empty; fill in the cell" in caplog.text
    assert "Orders!B11" in caplog.text
    assert "Orders!B12" not in caplog.text
    assert "and 5 more errors" in caplog.text


def test_a_workbook_without_orders_is_taken_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """No mistake, but worth a word: a slip of the hand empties a sheet."""
    it = bench(tmp_path)
    it.workbook.write_bytes(
        workbook(
            Orders="| Customer order | Customer | Status |",
            Items="| Customer order | Item | Quantity | Unit price |",
        )
    )
    with caplog.at_level("INFO"), it.running():
        assert it.reloader.first_done.wait(10)

    assert it.outcome() == "published"
    assert "orders.xlsx has no orders" in caplog.text


@pytest.mark.parametrize(("bytes_of_small", "waits"), [(10**9, "QUIET"), (0, "SMALL_QUIET")])
def test_how_long_a_file_must_be_quiet_depends_on_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bytes_of_small: int, waits: str
) -> None:
    """A small one is read again in no time, a large one costs seconds each time."""
    monkeypatch.setattr(module, "SMALL_BYTES", bytes_of_small)
    monkeypatch.setattr(module, f"{waits}_SECONDS", 60.0)  # not for this one
    monkeypatch.setattr(module, "LONGEST_WAIT_SECONDS", 60.0)
    it = bench(tmp_path)
    it.workbook.write_bytes(versioned_workbook(1))
    with it.running():
        assert it.reloader.first_done.wait(10)
        rename_over(it.workbook, versioned_workbook(2))
        it.reloader.notice()

        eventually(lambda: it.version() == "v2", 10, it.outcome)
