"""Who is let in by their header, at once where they are known, and never by the hundred."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from corsheet.auth import Granted, Refusal, Refused
from corsheet.auth.basic import BasicUsers
from corsheet.auth.door import ANYBODY, REMEMBERED, Door
from tests.auth.test_basic import Counted, a_user
from tests.conftest import basic

TILL = basic("till", "secret")


def a_door() -> Door:
    """Make a door with one user."""
    return Door(BasicUsers([a_user("till", "secret")]))


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
    door._known = {number.to_bytes(32, "big"): ANYBODY for number in range(REMEMBERED)}

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
    assert isinstance(Door(BasicUsers([])).admit(TILL), Refused)
    assert Door(None).admit(None) == Door(None).recall(None) == ANYBODY


def test_a_flood_of_wrong_passwords_is_asked_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two are hashed at a time; further ones are not waited for, and a known pair is let in."""
    door = a_door()
    assert isinstance(door.admit(TILL), Granted)
    hashing, go_on = threading.Semaphore(0), threading.Event()
    scrypt = hashlib.scrypt

    def slow(*arguments: Any, **options: Any) -> bytes:
        hashing.release()
        assert go_on.wait(10)
        return scrypt(*arguments, **options)

    monkeypatch.setattr(hashlib, "scrypt", slow)
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
