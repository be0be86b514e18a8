"""How long nobody looks, after too many wrong credentials."""

import logging
import os
import re
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corsheet.auth import tally
from corsheet.auth.throttle import (
    FORGOTTEN_SECONDS,
    FREE,
    FREE_TOKENS,
    LONGEST_SECONDS,
    MOST_LINES,
    Throttle,
)
from corsheet.logs import FORMAT
from tests.support.service import ROOT

STRANGER = "203.0.113.7"
TILL = "198.51.100.1"

FAIL2BAN_ADDR = (
    r"\[?(?:(?:::f{4,6}:)?(?P<ip4>(?:\d{1,3}\.){3}\d{1,3})"
    r"|(?P<ip6>(?:[0-9a-fA-F]{1,4}::?|:){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):)))\]?"
)
"""What fail2ban 1.0 puts in place of <ADDR> (its server/failregex.py)."""


class Clock:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def guard(tmp_path: Path, clock: Clock) -> Iterator[Throttle]:
    """A throttle of one worker."""
    with closing(Throttle(tmp_path, clock)) as made:
        yield made


@pytest.fixture
def other(tmp_path: Path, clock: Clock) -> Iterator[Throttle]:
    """A throttle of another worker of the same service."""
    with closing(Throttle(tmp_path, clock)) as made:
        yield made


def addresses(number: int) -> Iterator[str]:
    """Give addresses of which none counts for another."""
    return (f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}" for n in range(number))


def flood(guard: Throttle, name: str, failures: int = FREE + 1) -> None:
    """Let many strangers fail at one name, each of them once."""
    for address in addresses(failures):
        guard.failed(address, name)


def test_an_address_waits_longer_after_each_failure_beyond_the_free_ones(
    guard: Throttle, clock: Clock
) -> None:
    """Nothing for ten failures, then 1 s, doubled up to a minute; each time it is looked at."""
    waited = []
    for number in range(FREE + 9):
        waited.append(guard.wait(STRANGER, f"name {number}"))
        clock.now += waited[-1]
        assert guard.wait(STRANGER, f"name {number}") == 0
        guard.failed(STRANGER, f"name {number}")

    assert waited == [0] * 11 + [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_wait_is_told_in_whole_seconds_never_too_few(guard: Throttle, clock: Clock) -> None:
    """Whoever comes back when told is looked at."""
    for _ in range(FREE + 3):
        guard.failed(STRANGER, "")
    told = []
    for _ in range(5):
        told.append(guard.wait(STRANGER, ""))
        clock.now += 0.9

    assert told == [4, 4, 3, 2, 1]
    clock.now += 0.1
    assert guard.wait(STRANGER, "") == 0


def test_failures_are_forgotten_after_ten_quiet_minutes(guard: Throttle, clock: Clock) -> None:
    """Also where the next failure is what comes."""
    for _ in range(FREE + 5):
        guard.failed(STRANGER, "till")
    clock.now += FORGOTTEN_SECONDS + 1

    guard.failed(STRANGER, "till")
    assert guard.wait(STRANGER, "till") == 0
    for _ in range(FREE):
        guard.failed(STRANGER, "till")
    assert guard.wait(STRANGER, "till") == 1


def test_one_address_is_not_another(guard: Throttle) -> None:
    """A stranger's failures cost the till nothing, as long as they are at other names."""
    for number in range(FREE + 5):
        guard.failed(STRANGER, f"name {number}")

    assert guard.wait(STRANGER, "till") > 0
    assert guard.wait(TILL, "till") == 0


def test_an_ipv6_network_is_one_address(guard: Throttle) -> None:
    """Its owner chooses the last 64 bits; the next network is somebody else's."""
    for number in range(FREE + 1):
        guard.failed(f"2001:db8:0:1::{number:x}", "")

    assert guard.wait("2001:db8:0:1:ffff::1", "") == 1
    assert guard.wait("2001:db8:0:2::1", "") == 0


def test_an_address_that_is_none_counts_as_one(guard: Throttle) -> None:
    """A server that names no address is throttled as a whole."""
    for _ in range(FREE + 1):
        guard.failed("unknown", "")

    assert guard.wait("unknown", "") == 1


def test_a_success_forgets_the_failures_of_its_address(guard: Throttle) -> None:
    """A till that was mended begins anew."""
    for _ in range(FREE + 5):
        guard.failed(TILL, "till")

    guard.succeeded(TILL, "till")

    assert guard.wait(TILL, "till") == 0
    guard.failed(TILL, "till")
    assert guard.wait(TILL, "till") == 0


def test_a_name_is_looked_at_once_a_second_over_all_addresses(
    guard: Throttle, clock: Clock
) -> None:
    """Strangers at a thousand addresses get one guess a second between them."""
    flood(guard, "till", 1000)
    looked_at = 0
    for number, address in enumerate(addresses(500)):
        clock.now = 1_800_000_001.0 + number / 100
        told = guard.wait(address, "till")
        assert told <= 1
        looked_at += told == 0

    assert looked_at == 5
    assert guard.wait(STRANGER, "another") == 0


def test_a_name_has_ten_failures_free(guard: Throttle) -> None:
    """Two tills with an old password do not slow each other down."""
    flood(guard, "till", FREE)
    assert [guard.wait(TILL, "till") for _ in range(3)] == [0, 0, 0]

    guard.failed(STRANGER, "till")
    assert guard.wait(TILL, "till") == 1


def test_strangers_do_not_take_the_turn_of_an_address_the_name_is_known_at(
    guard: Throttle, other: Throttle, clock: Clock
) -> None:
    """The till is let in through a flood, after a restart too; for its own name only."""
    guard.succeeded(TILL, "till")
    flood(guard, "till")
    flood(guard, "butik")

    for _ in range(3):
        assert guard.wait(STRANGER, "till") == 1
        assert other.wait(TILL, "till") == 0
        assert other.wait(TILL, "butik") == 1
    for number in range(FREE + 1):
        guard.failed(TILL, f"name {number}")
    assert guard.wait(TILL, "till") == 1, "its address counts all the same"


def test_workers_share_the_counts(guard: Throttle, other: Throttle, clock: Clock) -> None:
    """To come by at another worker is no way around; a success there helps here."""
    for _ in range(FREE):
        guard.failed(STRANGER, "till")
    other.failed(STRANGER, "till")

    assert (guard.wait(STRANGER, "till"), other.wait(STRANGER, "till")) == (1, 1)
    clock.now += 1
    assert sorted([guard.wait(TILL, "till"), other.wait("192.0.2.9", "till")]) == [0, 1]
    other.succeeded(STRANGER, "till")
    assert guard.wait(STRANGER, "till") == 0


def test_no_failure_is_lost_between_threads_and_workers(
    guard: Throttle, other: Throttle, tmp_path: Path
) -> None:
    """Four threads in two workers count to the last one."""
    threads = [
        threading.Thread(target=lambda who=who: [who.failed(STRANGER, "till") for _ in range(50)])
        for who in (guard, other, guard, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert rows(tmp_path, "SELECT number FROM failures") == [(200,), (200,)]


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    """Ask the file."""
    with closing(sqlite3.connect(folder / tally.FILE)) as database:
        return database.execute(query).fetchall()


def test_counts_survive_a_restart(tmp_path: Path) -> None:
    """Whoever makes the service start anew does not begin anew; in another process."""
    program = (
        "import sys; from pathlib import Path; from corsheet.auth.throttle import Throttle\n"
        f"for _ in range({FREE + 3}): Throttle(Path(sys.argv[1])).failed({STRANGER!r}, 'till')"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=True)

    with closing(Throttle(tmp_path)) as guard:
        assert guard.wait(STRANGER, "till") > 0


@pytest.mark.parametrize("seconds", [-30 * 86400, -3600, -2, 30 * 86400])
def test_a_clock_that_is_set_locks_nobody_out(guard: Throttle, clock: Clock, seconds: int) -> None:
    """Failures that lie ahead are forgotten; those after it count as ever."""
    for _ in range(FREE + 9):
        guard.failed(STRANGER, "till")
    clock.now += seconds

    assert (guard.wait(STRANGER, "till"), guard.wait(TILL, "till")) == (0, 0)
    for _ in range(FREE + 1):
        guard.failed(STRANGER, "till")
    assert guard.wait(STRANGER, "till") == 1


def test_a_clock_that_is_a_little_off_forgets_nothing(guard: Throttle, clock: Clock) -> None:
    """Time servers turn clocks back by milliseconds all day."""
    for _ in range(FREE + 9):
        guard.failed(STRANGER, "till")
        clock.now -= 0.01

    assert guard.wait(STRANGER, "") == LONGEST_SECONDS


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["failed", "succeeded", "wait"]),
            st.sampled_from([STRANGER, TILL, "2001:db8::1"]),
            st.sampled_from(["till", "butik", ""]),
            st.sampled_from([0, 0, 0.3, 1, 61, 700, -0.5, -5, -700]),
        ),
        max_size=120,
    )
)
@settings(max_examples=25, deadline=None)
def test_nobody_waits_longer_than_a_minute_whatever_happens(
    events: list[tuple[str, str, str, float]],
) -> None:
    """Nor longer than a second for what others did; and whoever waited is looked at."""
    clock = Clock()
    with TemporaryDirectory() as folder, closing(Throttle(Path(folder), clock)) as guard:
        for kind, address, name, seconds in events:
            clock.now += seconds
            getattr(guard, kind)(address, name)
        assert guard.wait("192.0.2.1", "till") <= 1, "an address without failures"
        clock.now += 2  # a failure may lie ahead by the clock's slack
        assert guard.wait("192.0.2.2", "till") == 0, "the name's turn has come"
        for address in (STRANGER, TILL, "2001:db8::1"):
            told = guard.wait(address, "")
            assert 0 <= told <= LONGEST_SECONDS
            clock.now += told + 1
            assert guard.wait(address, "") == 0


def test_neither_names_nor_addresses_stand_in_the_file(guard: Throttle, tmp_path: Path) -> None:
    """A name may be a password in the wrong field; nobody else may read the file anyway."""
    guard.failed(STRANGER, "s3cret:åäö")
    guard.succeeded(TILL, "till-47")

    files = list(tmp_path.iterdir())
    content = b"".join(path.read_bytes() for path in files)
    for word in ("s3cret", "åäö", STRANGER, TILL, "till-47"):
        assert word.encode() not in content
    assert tally.FILE in [path.name for path in files]
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_the_file_does_not_grow_with_made_up_names(
    guard: Throttle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that were quiet longest go; whoever goes on failing stays."""
    monkeypatch.setattr(tally, "MOST_ROWS", 50)
    monkeypatch.setattr(tally, "MOST_KNOWN", 5)
    for number, address in enumerate(addresses(tally.PRUNE_EVERY * 4)):
        guard.failed(STRANGER, f"name {number}")
        guard.succeeded(address, "till")
        guard.failed(address, "till")

    ((counted,),) = rows(tmp_path, "SELECT count(*) FROM failures")
    ((known,),) = rows(tmp_path, "SELECT count(*) FROM known")
    assert isinstance(counted, int)
    assert isinstance(known, int)
    assert counted <= 50 + 4 * tally.PRUNE_EVERY
    assert known <= 5 + tally.PRUNE_EVERY
    assert guard.wait(STRANGER, "") == LONGEST_SECONDS


def test_what_is_forgotten_leaves_the_file(
    guard: Throttle, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten quiet minutes later, with a look at the file."""
    monkeypatch.setattr(tally, "PRUNE_EVERY", 0)
    flood(guard, "till", 20)
    clock.now += FORGOTTEN_SECONDS + 1
    guard.failed(STRANGER, "butik")

    assert rows(tmp_path, "SELECT count(*) FROM failures") == [(2,)]


def assert_open(guard: Throttle) -> None:
    """Check that nothing is counted, and nothing is raised."""
    for _ in range(FREE + 5):
        guard.failed(STRANGER, "till")
        guard.succeeded(TILL, "till")
        assert guard.wait(STRANGER, "till") == 0


def troubles(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Give what the log says of the file."""
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR]


def test_without_its_folder_nobody_is_throttled(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says so once; refusals are still told."""
    assert_open(Throttle(tmp_path / "nowhere"))

    (told,) = troubles(caplog)
    assert told.startswith("throttle.sqlite: ")
    assert "refused credentials" in caplog.text


def test_while_the_file_is_held_nobody_is_throttled(
    guard: Throttle, tmp_path: Path, caplog: pytest.LogCaptureFixture, clock: Clock
) -> None:
    """A program that looks at the file for long costs counts, not answers; then they count on."""
    flood(guard, "till")
    with closing(sqlite3.connect(tmp_path / tally.FILE, isolation_level=None)) as intruder:
        intruder.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            guard.failed(STRANGER, "till")
            guard.succeeded(TILL, "till")
        clock.now += 2
        assert guard.wait(STRANGER, "till") == 0, "the turn cannot be taken"
        intruder.execute("ROLLBACK")
    assert len(troubles(caplog)) == 1

    clock.now += 1
    assert (guard.wait(STRANGER, "till"), guard.wait(TILL, "till")) == (0, 1)


@pytest.mark.parametrize(
    "content", [b"no database at all" * 100, b"SQLite format 3\0" + b"x" * 9000]
)
def test_a_damaged_file_is_made_anew(
    guard: Throttle, tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    """Else one bad moment of the disk would end throttling for good."""
    (tmp_path / tally.FILE).write_bytes(content)
    for _ in range(FREE + 2):
        guard.failed(STRANGER, "till")

    assert len(troubles(caplog)) == 1
    assert guard.wait(STRANGER, "till") == 1


def test_a_file_that_is_damaged_while_it_is_open_is_made_anew(
    guard: Throttle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection is closed first."""
    flood(guard, "till")

    def malformed(*_: object) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    with monkeypatch.context() as damaged:
        damaged.setattr(tally.Tally, "failures", malformed)
        assert guard.wait(STRANGER, "till") == 0
    assert not (tmp_path / tally.FILE).exists()
    flood(guard, "till")
    assert guard.wait(STRANGER, "till") == 1


def test_a_full_disk_costs_no_more_than_its_moment(
    guard: Throttle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was begun is taken back, and the next failure counts again."""
    flood(guard, "till", FREE)

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as short:
        short.setattr(tally.Tally, "prune", full)
        guard.failed(STRANGER, "till")
    assert guard.wait(TILL, "till") == 0, "the one that could not be kept"
    guard.failed(STRANGER, "till")
    assert guard.wait(TILL, "till") == 1


def test_the_log_tells_where_from_and_never_whose(
    guard: Throttle, caplog: pytest.LogCaptureFixture, clock: Clock
) -> None:
    """One line a second for each address, with how many there were."""
    for _ in range(3):
        guard.failed(STRANGER, "s3cret")
        guard.failed("2001:db8::1", "s3cret")
        guard.failed("2001:db8::2", "s3cret")
    clock.now += 1
    guard.failed(STRANGER, "s3cret")
    guard.failed_token("2001:db8::3")

    assert [(r.levelname, r.getMessage()) for r in caplog.records] == [
        ("WARNING", "refused credentials (1) from 203.0.113.7"),
        ("WARNING", "refused credentials (1) from 2001:db8::1"),
        ("WARNING", "refused credentials (3) from 203.0.113.7"),
        ("WARNING", "refused a token (1) from 2001:db8::3"),
    ]


def test_wrong_tokens_cost_one_look_a_second_and_no_more(guard: Throttle, clock: Clock) -> None:
    """After fifty; passwords from there are looked at all the same, and tokens from elsewhere."""
    for _ in range(FREE_TOKENS):
        guard.failed_token(STRANGER)
    assert guard.wait_for_token(STRANGER) == 0

    for _ in range(50):
        guard.failed_token(STRANGER)

    assert guard.wait_for_token(STRANGER) == 1
    assert guard.wait(STRANGER, "till") == 0
    assert guard.wait_for_token(TILL) == 0
    clock.now += 1.1
    assert [guard.wait_for_token(STRANGER) for _ in range(3)] == [0, 1, 1]


def test_a_name_is_known_where_it_was_let_in(guard: Throttle) -> None:
    """Not elsewhere, and no other name."""
    guard.succeeded(TILL, "till")

    assert guard.is_known(TILL, "till")
    assert not guard.is_known(STRANGER, "till")
    assert not guard.is_known(TILL, "other")


def test_lines_take_no_more_memory_than_they_may(
    guard: Throttle, caplog: pytest.LogCaptureFixture
) -> None:
    """An attacker with many addresses costs lines in the log, which rotate."""
    for address in addresses(MOST_LINES + 1):
        guard.failed_token(address)
        guard.failed_token(address)

    assert len(caplog.records) == MOST_LINES + 1
    assert len(guard._token_lines._told) == len(guard._token_lines._untold) == 1


def fail2ban_pattern() -> re.Pattern[str]:
    """Give the failregex that docs/security.md shows, as fail2ban compiles it."""
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    (line,) = re.findall(r"^failregex = (.*)$", page, re.MULTILINE)
    return re.compile(line.replace("<ADDR>", FAIL2BAN_ADDR))


@pytest.mark.parametrize("address", [STRANGER, "2001:db8::1", "::1", "2001:db8:1:2:3:4:5:6"])
@pytest.mark.parametrize("is_journal", [False, True])
def test_fail2ban_reads_the_line(
    guard: Throttle, caplog: pytest.LogCaptureFixture, address: str, *, is_journal: bool
) -> None:
    """With the pattern of docs/security.md; it cuts the time out of a file's line first.

    To a line of systemd's journal it puts the host and the process instead.
    """
    caplog.handler.setFormatter(logging.Formatter(FORMAT))
    guard.failed(address, "till")
    line = caplog.text.strip()
    if is_journal:
        line = f"shop corsheet[123]: {line}"
    else:
        line = re.sub(r"^\d+-\d+-\d+ \d+:\d+:\d+,\d+", "", line)

    found = fail2ban_pattern().search(line)

    assert found is not None, line
    assert address in found.groups()


@pytest.mark.parametrize(
    "line",
    [
        " INFO    refused credentials (1) from 203.0.113.7",
        " WARNING orders.xlsx: WARNING refused credentials (1) from 203.0.113.7",
        " WARNING refused credentials (1) from 203.0.113.7 and more",
        " WARNING refused credentials (1) from unknown",
    ],
)
def test_fail2ban_takes_no_other_line_for_it(line: str) -> None:
    """Words that somebody else put into a line ban nobody."""
    assert fail2ban_pattern().search(line) is None
