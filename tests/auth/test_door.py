"""Who is let in by their header, at once where they are known, and never by the hundred."""

import hashlib
import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from corsheet.auth import Granted, Refusal, Refused, Verdict
from corsheet.auth.basic import BasicUsers
from corsheet.auth.door import ANYBODY, BUSY, NOT_TAKEN, REMEMBERED, Door
from corsheet.auth.throttle import Throttle
from corsheet.model import EVERY_UNIT
from tests.auth.test_basic import Counted, a_user
from tests.conftest import basic

TILL = basic("till", "secret")


def a_door() -> Door:
    """Make a door with one user."""
    return Door(BasicUsers([a_user("till", "secret")]))


def held_hashes(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Semaphore, threading.Event]:
    """Let each hash tell that it has begun, and wait until all may go on."""
    hashing, go_on = threading.Semaphore(0), threading.Event()
    scrypt = hashlib.scrypt

    def held(*arguments: Any, **options: Any) -> bytes:
        hashing.release()
        assert go_on.wait(10)
        return scrypt(*arguments, **options)

    monkeypatch.setattr(hashlib, "scrypt", held)
    return hashing, go_on


def test_whoever_was_let_in_is_known_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The till pays for its password once, not with every order."""
    door = a_door()
    assert door.recall(TILL) is None
    first = door.admit(TILL)

    def no_scrypt(*_: Any, **__: Any) -> bytes:
        raise AssertionError("hashed again")

    monkeypatch.setattr(hashlib, "scrypt", no_scrypt)

    assert isinstance(first, Granted)
    assert door.recall(TILL) == first
    assert door.admit(TILL) == first
    with pytest.raises(AssertionError, match="hashed again"):
        door.admit(basic("till", "other"))


def test_an_error_while_checking_lets_nobody_in_and_blocks_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Want of memory, say: the next one with the same header is checked anew."""
    door = a_door()
    scrypt = hashlib.scrypt

    def no_memory(*_: Any, **__: Any) -> bytes:
        raise MemoryError

    monkeypatch.setattr(hashlib, "scrypt", no_memory)
    with pytest.raises(MemoryError):
        door.admit(TILL)
    assert door.recall(TILL) is None

    monkeypatch.setattr(hashlib, "scrypt", scrypt)
    assert isinstance(door.admit(TILL), Granted)


def test_whoever_was_refused_is_never_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every wrong password costs its hash, and fills no memory."""
    door = a_door()
    counted = Counted(monkeypatch)

    for _ in range(3):
        for wrong in (basic("till", "wrong"), basic("nobody", "secret")):
            assert isinstance(door.admit(wrong), Refused)
            assert door.recall(wrong) is None

    assert len(counted.costs) == 6
    assert not door._known


def test_what_is_remembered_is_bounded_and_holds_no_password() -> None:
    """Memory does not grow with headers, and a dump of it shows no password."""
    door = a_door()
    door._known = {number.to_bytes(32, "big"): (ANYBODY, math.inf) for number in range(REMEMBERED)}

    door.admit(TILL)

    assert len(door._known) == 1
    assert door.recall(TILL) is not None
    assert TILL.removeprefix("Basic ").encode() not in b"".join(door._known)


@pytest.mark.parametrize(
    "header", [None, "", "Basic", "Basic !!", "Bearer abc", "Digest a", TILL + ", Basic x"]
)
def test_without_a_name_and_a_password_nobody_is_let_in(header: str | None) -> None:
    """No header, or one that is not ours to read."""
    door = a_door()

    assert isinstance(door.admit(header), Refused)
    assert door.recall(header) is None


def test_a_door_without_users_lets_nobody_in() -> None:
    """No user table does not mean an open door; only saying so does."""
    for door in (Door(), Door(BasicUsers([]))):
        assert isinstance(door.admit(TILL), Refused)
        assert isinstance(door.admit("Bearer token"), Refused)
        assert isinstance(door.admit_client("till", "secret"), Refused)
    assert Door(is_open=True).admit(None) == Door(is_open=True).recall(None) == ANYBODY


def test_a_flood_of_wrong_passwords_is_asked_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two are hashed at a time; further ones are not waited for, and a known pair is let in."""
    door = a_door()
    assert isinstance(door.admit(TILL), Granted)
    hashing, go_on = held_hashes(monkeypatch)
    with ThreadPoolExecutor(3) as threads:
        wrong = [threads.submit(door.admit, basic("till", str(n))) for n in range(2)]
        for _ in wrong:
            assert hashing.acquire(timeout=10)
        same = threads.submit(door.admit, basic("till", "0"))

        third = door.admit(basic("till", "third"))
        known = door.admit(TILL)
        go_on.set()

        assert isinstance(third, Refused)
        assert third.kind is Refusal.BUSY
        assert isinstance(known, Granted)
        assert [isinstance(f.result(), Refused) for f in (*wrong, same)] == [True] * 3
        verdicts = [future.result() for future in (*wrong, same)]
        assert not any(isinstance(v, Refused) and v.kind is Refusal.BUSY for v in verdicts)


def test_the_same_pair_from_many_at_once_is_hashed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A till that opens ten connections at its start is not turned away."""
    door = a_door()
    calls: list[int] = []
    together = threading.Barrier(10)
    scrypt = hashlib.scrypt

    def counted(*arguments: Any, **options: Any) -> bytes:
        calls.append(1)
        return scrypt(*arguments, **options)

    monkeypatch.setattr(hashlib, "scrypt", counted)

    def check(_: int) -> Granted | Refused:
        together.wait(timeout=10)
        return door.admit(TILL)

    with ThreadPoolExecutor(10) as threads:
        verdicts = list(threads.map(check, range(10)))

    assert all(isinstance(verdict, Granted) for verdict in verdicts)
    assert len(calls) == 1


CHEAP = {"cheap"}
"""Tokens about which no other server is asked."""


class Checker:
    """Knows one token; counts how often it is asked."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.asked = 0

    def check(self, token: str) -> Verdict:
        """See ``TokenChecker``."""
        self.asked += 1
        return self.verdict

    def is_costly(self, token: str) -> bool:
        """See ``TokenChecker``."""
        return token not in CHEAP


TOKEN = "Bearer abc"


def test_a_token_is_remembered_for_its_time_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever checked it says for how long; then it is checked again."""
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    granted = Granted("till", frozenset({EVERY_UNIT}), seconds=30)
    checker = Checker(granted)
    door = Door(tokens=checker)

    assert door.admit(TOKEN) == door.admit(TOKEN) == door.recall(TOKEN) == granted
    now += 29.9
    assert door.is_quick(TOKEN)
    assert checker.asked == 1
    now += 0.2
    assert door.recall(TOKEN) is None
    assert door.admit(TOKEN) == granted
    assert checker.asked == 2


def test_a_verdict_counts_from_when_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes its time to answer makes no token live longer."""
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    granted = Granted("till", frozenset({EVERY_UNIT}), seconds=3)

    class Slow(Checker):
        def check(self, token: str) -> Verdict:
            nonlocal now
            now += 2.5
            return granted

    door = Door(tokens=Slow(granted))
    door.admit(TOKEN)
    now += 0.6

    assert door.recall(TOKEN) is None


def test_a_revoked_token_is_not_remembered() -> None:
    """Nor is any other token; passwords are."""
    checker = Checker(Granted("till", frozenset({EVERY_UNIT}), seconds=30))
    door = Door(BasicUsers([a_user("till", "secret")]), tokens=checker)
    door.admit(TOKEN)
    door.admit(TILL)

    door.forget_tokens()

    assert door.recall(TOKEN) is None
    assert door.recall(TILL) is not None


def test_each_way_is_taken_only_where_it_is_set_up() -> None:
    """A token is nothing to a door with passwords, and the other way round."""
    verdict = Granted("till", frozenset({EVERY_UNIT}))

    assert a_door().admit(TOKEN) == NOT_TAKEN
    assert Door(tokens=Checker(verdict)).admit(TILL) == NOT_TAKEN
    assert (a_door().takes_passwords, a_door().takes_tokens) == (True, False)


def test_a_client_of_the_token_endpoint_is_no_user() -> None:
    """Its secret is good there, and not as a password for orders."""
    door = Door(clients=BasicUsers([a_user("till", "secret")]))

    assert isinstance(door.admit_client("till", "secret"), Granted)
    assert isinstance(door.admit_client("till", "wrong"), Refused)
    assert door.admit(TILL) == NOT_TAKEN
    assert door.recall(TILL) is None


def test_wrong_passwords_are_counted_and_right_ones_forgive(tmp_path: Path) -> None:
    """After ten an address waits; whoever is known already is not even looked at."""
    throttle = Throttle(tmp_path)
    door = Door(BasicUsers([a_user("till", "secret")]), throttle=throttle)
    assert isinstance(door.admit(TILL, "203.0.113.9"), Granted)

    kinds = []
    for number in range(12):
        verdict = door.admit(basic(f"name{number}", "wrong"), "203.0.113.9")
        assert isinstance(verdict, Refused)
        kinds.append(verdict.kind)

    assert kinds == [*[Refusal.WRONG] * 11, Refusal.THROTTLED]
    assert isinstance(door.admit(TILL, "203.0.113.9"), Granted)
    elsewhere = door.admit(basic("other", "wrong"), "203.0.113.10")
    assert isinstance(elsewhere, Refused)
    assert elsewhere.kind is Refusal.WRONG
    throttle.close()


def test_wrong_tokens_are_told_and_slowed_down(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """After fifty, one look a second at what comes from there; the others have the places."""
    checker = Checker(Refused("it has expired", Refusal.INVALID_TOKEN))
    throttle = Throttle(tmp_path, lambda: 1000.0)
    door = Door(tokens=checker, throttle=throttle)

    kinds = []
    for number in range(60):
        verdict = door.admit(f"Bearer {number}", "203.0.113.9")
        assert isinstance(verdict, Refused)
        kinds.append(verdict.kind)

    assert kinds == [*[Refusal.INVALID_TOKEN] * 51, *[Refusal.THROTTLED] * 9]
    cheap = [door.admit("Bearer cheap", "203.0.113.9") for _ in range(60)]
    assert all(isinstance(v, Refused) and v.kind is Refusal.INVALID_TOKEN for v in cheap)
    assert "refused a token (1) from 203.0.113.9" in caplog.text
    elsewhere = door.admit("Bearer other", "203.0.113.10")
    assert isinstance(elsewhere, Refused)
    assert elsewhere.kind is Refusal.INVALID_TOKEN
    throttle.close()


def test_a_place_is_kept_for_whoever_was_let_in_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a restart in the middle of a flood, the till need not wait for its end."""
    throttle = Throttle(tmp_path)
    throttle.succeeded("203.0.113.9", "till")
    door = Door(BasicUsers([a_user("till", "secret")]), throttle=throttle)
    hashing, go_on = held_hashes(monkeypatch)
    with ThreadPoolExecutor(4) as threads:
        flood = [
            threads.submit(door.admit, basic("till", str(n)), f"198.51.100.{n}") for n in range(2)
        ]
        for _ in flood:
            assert hashing.acquire(timeout=10)
        assert door.admit(TILL, "198.51.100.7") == BUSY
        ours = threads.submit(door.admit, TILL, "203.0.113.9")
        assert hashing.acquire(timeout=10)
        go_on.set()
        assert isinstance(ours.result(), Granted)
    throttle.close()


def test_many_tokens_do_not_drive_out_a_password() -> None:
    """A client that takes a token for each request costs the till nothing."""
    checker = Checker(Granted("till", frozenset({EVERY_UNIT}), seconds=30))
    door = Door(BasicUsers([a_user("till", "secret")]), tokens=checker)
    door.admit(TILL)

    for number in range(REMEMBERED + 5):
        door.admit(f"Bearer {number}")

    assert door.recall(TILL) is not None
    assert len(door._known) <= REMEMBERED


def test_a_token_that_costs_nothing_is_never_told_to_come_again() -> None:
    """A client with our own token on many connections, whose verdict has just run out."""
    together, granted = threading.Barrier(6), Granted("till", frozenset({EVERY_UNIT}), seconds=0)
    door = Door(tokens=Checker(granted), waiting_for_tokens=1)

    def ask(_: int) -> Verdict:
        together.wait(10)
        return door.admit("Bearer cheap")

    with ThreadPoolExecutor(6) as threads:
        assert all(isinstance(one, Granted) for one in threads.map(ask, range(6)))


def test_no_more_wait_than_leave_the_server_a_thread() -> None:
    """A slow authorization server holds some threads, and those who bring passwords the rest."""
    asked, go_on = threading.Semaphore(0), threading.Event()
    granted = Granted("till", frozenset({EVERY_UNIT}))

    class Slow(Checker):
        def check(self, token: str) -> Verdict:
            asked.release()
            assert go_on.wait(10)
            return Granted("till", frozenset({EVERY_UNIT}))

    door = Door(BasicUsers([a_user("till", "secret")]), tokens=Slow(granted), waiting_for_tokens=3)
    assert isinstance(door.admit(TILL), Granted)
    with ThreadPoolExecutor(4) as threads:
        waiting = [threads.submit(door.admit, f"Bearer {n}") for n in range(3)]
        for _ in waiting:
            assert asked.acquire(timeout=10)
        assert door.admit("Bearer 3") == BUSY
        assert isinstance(door.admit(TILL), Granted)
        go_on.set()
        assert all(isinstance(one.result(), Granted) for one in waiting)
    assert isinstance(door.admit("Bearer 3"), Granted)
