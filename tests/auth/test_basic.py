"""Names and passwords against scrypt hashes."""

import hashlib
import threading
from typing import Any

import pytest

from corsheet.auth import Granted, Refused
from corsheet.auth.basic import (
    CHEAPEST,
    COST,
    BasicUser,
    BasicUsers,
    PasswordHash,
    hash_password,
    parse_hash,
)
from corsheet.auth.header import BasicCredentials
from corsheet.model import EVERY_UNIT, BusinessUnitId

SALT = "c2FsdHNhbHRzYWx0c2FsdA=="
KEY = "a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U="


def a_user(name: str, password: str, *units: str) -> BasicUser:
    """Make a user, cheap to check."""
    allowed = frozenset(BusinessUnitId(unit) for unit in units or (EVERY_UNIT,))
    return BasicUser(name, hash_password(password, CHEAPEST), allowed)


class Counted:
    """The real scrypt, with the costs it was asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.costs: list[tuple[int, int, int]] = []
        self._real = hashlib.scrypt
        monkeypatch.setattr(hashlib, "scrypt", self._count)

    def _count(self, *arguments: Any, **options: Any) -> bytes:
        self.costs.append((options["n"], options["r"], options["p"]))
        return self._real(*arguments, **options)


@pytest.mark.parametrize("password", ["s3cret", "åäö 日本 😀", "a:b", " ", "x" * 1000])
def test_a_hash_survives_being_written_and_read(password: str) -> None:
    """What the settings hold checks the password it was made of, and no other."""
    written = str(hash_password(password, CHEAPEST))

    read = parse_hash(written)

    assert str(read) == written
    assert written.startswith("scrypt:16:8:1:")
    assert read.matches(password)
    assert not read.matches(password + "x")
    assert not read.matches("")


def test_a_hash_is_scrypt_as_others_compute_it() -> None:
    """RFC 7914, section 12, third vector (its first 32 bytes): no scheme of our own."""
    known = PasswordHash(
        16384,
        8,
        1,
        b"SodiumChloride",
        bytes.fromhex("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"),
    )

    assert known.matches("pleaseletmein")


def test_two_hashes_of_one_password_differ() -> None:
    """Each has its own salt."""
    assert str(hash_password("same", CHEAPEST)) != str(hash_password("same", CHEAPEST))


def test_a_password_is_compared_in_one_unicode_form() -> None:
    """RFC 7617, section 2.1 (RFC 8265): ö is ö, whatever the keyboard sends."""
    assert hash_password("o\u0308", CHEAPEST).matches("ö")


def test_a_new_hash_costs_what_is_advised() -> None:
    """32 MiB; a change of the cost is a decision, not an accident."""
    made = hash_password("x")

    assert (made.n, made.r, made.p) == COST == (2**15, 8, 3)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("secret", id="a bare password"),
        pytest.param(f"bcrypt:16:8:1:{SALT}:{KEY}", id="another scheme"),
        pytest.param(f"scrypt:16:8:1:{SALT}", id="part missing"),
        pytest.param(f"scrypt:16:8:1:{SALT}:{KEY}:", id="part too many"),
        pytest.param(f"scrypt:x:8:1:{SALT}:{KEY}", id="cost not a number"),
        pytest.param(f"scrypt:16:8:1:{SALT}:???", id="key not base64"),
        pytest.param(f"scrypt:16:8:1:{SALT[:-1]}:{KEY}", id="salt not padded"),
        pytest.param(f"scrypt:16:8:1::{KEY}", id="no salt"),
        pytest.param(f"scrypt:16:8:1:{SALT}:{SALT}", id="key too short"),
        pytest.param(f"scrypt:16:8:1:{SALT}:", id="no key"),
        pytest.param(f"scrypt:15:8:1:{SALT}:{KEY}", id="N no power of two"),
        pytest.param(f"scrypt:1:8:1:{SALT}:{KEY}", id="N is 1"),
        pytest.param(f"scrypt:0:8:1:{SALT}:{KEY}", id="N is 0"),
        pytest.param(f"scrypt:-16:8:1:{SALT}:{KEY}", id="N negative"),
        pytest.param(f"scrypt:16:0:1:{SALT}:{KEY}", id="r is 0"),
        pytest.param(f"scrypt:16:8:0:{SALT}:{KEY}", id="p is 0"),
        pytest.param(f"scrypt:16:-8:-1:{SALT}:{KEY}", id="r and p negative"),
        pytest.param(f"scrypt:1048576:8:1:{SALT}:{KEY}", id="1 GiB"),
        pytest.param(f"scrypt:16:8:1000000:{SALT}:{KEY}", id="hours"),
    ],
)
def test_a_hash_that_cannot_be_used_is_refused(text: str) -> None:
    """Not of the form, or of a cost that would stall the till or mean nothing."""
    with pytest.raises(ValueError, match=r"form|range|length"):
        parse_hash(text)


def test_a_refused_hash_does_not_repeat_what_was_given() -> None:
    """A password in place of its hash must not come to the screen or the log."""
    with pytest.raises(ValueError, match="form") as caught:
        parse_hash("my-real-passw0rd")

    assert "passw0rd" not in str(caught.value)


def test_right_credentials_are_let_in_to_their_units() -> None:
    """The answer names who, and which stores."""
    users = BasicUsers([a_user("all", "one"), a_user("butik", "two", "0001", "0007")])

    everyone = users.check(BasicCredentials("all", "one"))
    butik = users.check(BasicCredentials("butik", "two"))

    assert everyone == Granted("all", frozenset({EVERY_UNIT}))
    assert isinstance(butik, Granted)
    asked = [butik.may_ask_for(BusinessUnitId(u)) for u in ("0001", "0007", "0002", "*", "")]
    assert asked == [True, True, False, False, False]
    assert everyone.may_ask_for(BusinessUnitId("whatever"))


@pytest.mark.parametrize(
    ("name", "password"),
    [("all", "two"), ("all", ""), ("butik", "one"), ("", ""), ("ALL", "one"), ("all ", "one")],
)
def test_wrong_credentials_are_refused(name: str, password: str) -> None:
    """Names and passwords are exact, and another user's password is wrong."""
    users = BasicUsers([a_user("all", "one"), a_user("butik", "two")])

    assert isinstance(users.check(BasicCredentials(name, password)), Refused)


def test_a_user_may_have_a_name_in_any_unicode_form() -> None:
    """The header is made NFC; so is the name in the settings."""
    users = BasicUsers([a_user("bo\u0308rje", "x")])

    assert isinstance(users.check(BasicCredentials("börje", "x")), Granted)


def test_nobody_is_let_in_where_there_are_no_users() -> None:
    """No user table does not mean an open door."""
    assert isinstance(BasicUsers([]).check(BasicCredentials("", "")), Refused)


def test_an_unknown_name_costs_as_much_as_a_wrong_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Time does not tell which names exist."""
    cost = (2**5, 8, 2)
    user = BasicUser("known", hash_password("x", cost), frozenset({EVERY_UNIT}))
    users = BasicUsers([user])
    counted = Counted(monkeypatch)

    wrong = users.check(BasicCredentials("known", "wrong"))
    unknown = users.check(BasicCredentials("unknown", "wrong"))

    assert counted.costs == [cost, cost]
    assert wrong == unknown


def test_many_threads_may_ask_at_once() -> None:
    """Right is let in and wrong is refused, whoever else asks meanwhile."""
    users = BasicUsers([a_user("till", "x")])
    answers: dict[int, Granted | Refused] = {}

    def ask(number: int) -> None:
        password = "x" if number % 2 else f"wrong{number}"
        answers[number] = users.check(BasicCredentials("till", password))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {n: isinstance(a, Granted) for n, a in answers.items()} == {
        n: bool(n % 2) for n in range(20)
    }


def test_hashes_are_not_told_by_repr() -> None:
    """Salt and key stay out of logs."""
    user = BasicUser("till", parse_hash(f"scrypt:16:8:1:{SALT}:{KEY}"), frozenset({EVERY_UNIT}))

    assert "till" in repr(user)
    assert "salt" not in repr(user)
    assert "key" not in repr(user)
