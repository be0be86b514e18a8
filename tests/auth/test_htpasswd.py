"""Password files of Apache and nginx, with hashes of the libraries and published ones."""

import sys
from collections.abc import Callable

import argon2
import bcrypt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corsheet.auth.basic import CHEAPEST, PasswordChecker, PasswordHash, hash_password
from corsheet.auth.htpasswd import (
    Argon2Hash,
    BadLine,
    BcryptHash,
    Entry,
    read_htpasswd,
)

SALT = "CCCCCCCCCCCCCCCCCCCCC."
"""Of bcrypt."""

KEY = "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
"""What bcrypt with cost 5 and ``SALT`` makes of ``U*U``."""

ARGON2_TAIL = "$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
"""Salt and key of argon2id in the reference implementation's tests."""


def by_bcrypt(password: str) -> str:
    """Hash as the library does."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()


def by_argon2id(password: str) -> str:
    """Hash as the library does."""
    return argon2.PasswordHasher(1, 64, 2).hash(password)


def by_argon2i(password: str) -> str:
    """Hash as the library does."""
    return argon2.PasswordHasher(1, 64, 1, type=argon2.Type.I).hash(password)


def by_scrypt(password: str) -> str:
    """Hash as we do."""
    return str(hash_password(password, CHEAPEST))


MAKERS = [by_bcrypt, by_argon2id, by_argon2i, by_scrypt]


def password_of(line: str) -> PasswordChecker:
    """Read the hash of a file with one good line."""
    ((_, _, password),), bad = read_htpasswd(line)
    assert not bad
    return password


def reason_of(line: str) -> str:
    """Read why the one line of a file is bad."""
    entries, (bad,) = read_htpasswd(line)
    assert not entries
    return bad.reason


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("password", ["s3cret", "åäö 日本 😀", "a:b", " ", ""])
def test_a_hash_of_each_kind_matches_its_password_only(
    make: Callable[[str], str], password: str
) -> None:
    """As the libraries make them; a colon in the password is no matter."""
    kept = password_of("till:" + make(password))

    assert kept.matches(password)
    assert not kept.matches(password + "x")
    assert not kept.matches("x" + password)


@pytest.mark.parametrize("make", MAKERS)
def test_a_password_is_compared_in_one_unicode_form(make: Callable[[str], str]) -> None:
    """RFC 7617, section 2.1: ö is ö, whatever the keyboard sends."""
    assert password_of("till:" + make("ö")).matches("o\u0308")


@pytest.mark.parametrize(
    ("kept", "password"),
    [
        pytest.param("$2a$05$" + SALT + KEY, "U*U", id="Openwall's crypt_blowfish, first"),
        pytest.param("$2y$05$" + SALT + KEY, "U*U", id="as Apache marks it"),
        pytest.param("$2b$05$" + SALT + KEY, "U*U", id="as OpenBSD marks it"),
        pytest.param(
            "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a",
            "U*U*U",
            id="Openwall's crypt_blowfish, third",
        ),
        pytest.param(
            "$argon2id$v=19$m=256,t=2,p=1" + ARGON2_TAIL, "password", id="reference argon2id"
        ),
        pytest.param(
            "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
            "password",
            id="reference argon2i",
        ),
    ],
)
def test_published_hashes_match(kept: str, password: str) -> None:
    """The tests of Openwall's and of the argon2 authors' programs: no scheme of our own."""
    assert password_of("till:" + kept).matches(password)
    assert not password_of("till:" + kept).matches(password + "*")


def test_a_file_is_read_as_apache_reads_it() -> None:
    """Comments, blank lines, Windows' line ends, blanks around; the order of the file."""
    text = (
        "\ufeff# the shop's users\r\n"
        "\r\n"
        f"till:$2y$05${SALT}{KEY}\r\n"
        f"   bo\u0308rje:{by_scrypt('x')}  \n"
        "\t# another comment\n"
        f"butik:$argon2id$v=19$m=256,t=2,p=1{ARGON2_TAIL}:a note\n"
    )

    entries, bad = read_htpasswd(text)

    assert bad == []
    assert [(entry.number, entry.name) for entry in entries] == [
        (3, "till"),
        (4, "börje"),
        (6, "butik"),
    ]
    kinds = [type(entry.password) for entry in entries]
    assert kinds == [BcryptHash, PasswordHash, Argon2Hash]


def test_the_cost_of_a_hash_can_be_read() -> None:
    """For whoever wants to know how long a check may take."""
    assert password_of(f"till:$2y$05${SALT}{KEY}") == BcryptHash(5, f"$2y$05${SALT}{KEY}".encode())
    kept = password_of(f"till:$argon2id$v=19$m=256,t=2,p=1{ARGON2_TAIL}")
    assert isinstance(kept, Argon2Hash)
    assert (kept.variant, kept.kib, kept.passes, kept.lanes) == ("id", 256, 2, 1)


@pytest.mark.parametrize(
    ("kept", "form"),
    [
        ("{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "SHA-1 without a salt"),
        ("{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr", "LDAP"),
        ("$apr1$qHDFfhPC$nITSVHgYbDAK1Y0acGRnY0", "Apache's MD5"),
        ("$1$O3JMY.Tw$AdLnLjQ/5jXF9.MTp3gHv/", "MD5"),
        ("$2x$05$" + SALT + KEY, "faulty program"),
        ("$2$05$" + SALT + KEY, "damaged bcrypt"),
        ("$2y$05$" + SALT + KEY[1:], "damaged bcrypt"),
        ("$2y$5$" + SALT + KEY, "damaged bcrypt"),
        ("$2y$05$" + SALT[:-1] + "A" + KEY, "damaged bcrypt"),
        ("$argon2d$v=19$m=256,t=2,p=1" + ARGON2_TAIL, "argon2d"),
        ("$argon2id$v=16$m=256,t=2,p=1" + ARGON2_TAIL, "before version 19"),
        ("$argon2id$m=256,t=2,p=1" + ARGON2_TAIL, "before version 19"),
        ("$argon2id$v=19$m=256,t=2" + ARGON2_TAIL, "damaged argon2"),
        ("$argon2id$v=19$m=-256,t=2,p=1" + ARGON2_TAIL, "damaged argon2"),
        ("$argon2id$v=19$m=256,t=2,p=1" + ARGON2_TAIL[:-1], "damaged argon2"),
        ("$argon2id$v=19$m=256,t=2,p=1$c29t$c29tZXNhbHQ", "damaged argon2"),
        ("$argon2id$v=19$m=٢56,t=2,p=1" + ARGON2_TAIL, "damaged argon2"),
        ("$5$MnfsQ4iN$ZMTppKN16y/tIsUYs/obHlhdP.Os80yXhTurpBMUbA5", "SHA-256 crypt"),
        ("$6$52450745$k5ka2p8bFuSmoVT1tzOyyuaREkkKBcCNqoDKzYiJL9", "SHA-512 crypt"),
        ("$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G3", "yescrypt"),
        ("$shiro1$SHA-512$1024$bJoN", "unknown kind"),
        ("rqXexS6ZhobKA", "old crypt"),
        ("my-real-passw0rd", "plain password"),
        ("", "plain password"),
    ],
)
def test_another_form_is_named_and_not_repeated(kept: str, form: str) -> None:
    """The owner sees what the line holds and what to do; the log sees no hash."""
    reason = reason_of("till:" + kept)

    assert form in reason
    if "damaged" not in reason:
        assert reason.endswith("is not taken")
    assert len(kept) < 8 or kept[7:] not in reason
    assert "passw0rd" not in reason


@pytest.mark.parametrize(
    "kept",
    [
        "$2y$03$" + SALT + KEY,
        "$2y$16$" + SALT + KEY,
        "$2y$31$" + SALT + KEY,
        "$argon2id$v=19$m=262145,t=1,p=1" + ARGON2_TAIL,
        "$argon2id$v=19$m=256,t=21,p=1" + ARGON2_TAIL,
        "$argon2id$v=19$m=256,t=0,p=1" + ARGON2_TAIL,
        "$argon2id$v=19$m=256,t=2,p=0" + ARGON2_TAIL,
        "$argon2id$v=19$m=256,t=2,p=17" + ARGON2_TAIL,
        "$argon2id$v=19$m=15,t=2,p=2" + ARGON2_TAIL,
        "$argon2id$v=19$m=9999999999,t=9999999999,p=9999999999" + ARGON2_TAIL,
    ],
)
def test_a_cost_that_would_stall_the_till_is_refused(kept: str) -> None:
    """More than five seconds or 256 MiB, or less than the scheme has."""
    reason = reason_of("till:" + kept)

    assert "cost" in reason
    assert KEY not in reason
    assert ARGON2_TAIL not in reason


@pytest.mark.parametrize(
    "kept",
    [
        f"$2y$15${SALT}{KEY}",
        f"$2y$04${SALT}{KEY}",
        f"$argon2id$v=19$m=262144,t=20,p=16{ARGON2_TAIL}",
        f"$argon2id$v=19$m=8,t=1,p=1{ARGON2_TAIL}",
    ],
)
def test_the_costs_at_the_ends_are_taken(kept: str) -> None:
    """And reading such a line costs nothing of the kind."""
    assert password_of("till:" + kept)


@pytest.mark.parametrize(
    "line",
    [
        "till",
        "my-real-passw0rd",
        pytest.param(":" + by_scrypt("x"), id="no name"),
        "a\x00b:x",
        ":",
    ],
)
def test_a_line_that_names_nobody_is_bad(line: str) -> None:
    """No colon, no name, or a name that cannot be sent (RFC 7617, section 2)."""
    assert reason_of(line) == "not of the form name:hash"


def test_a_damaged_hash_of_our_own_is_bad() -> None:
    """With the reason that the settings give."""
    assert "cost" in reason_of("till:scrypt:15:8:1:c2FsdA==:a2V5")


def test_a_name_that_stands_twice_is_reported() -> None:
    """The first counts, as for Apache; also where the second spells it in other code points."""
    first, second = by_scrypt("one"), by_scrypt("two")

    entries, bad = read_htpasswd(f"börje:{first}\nbo\u0308rje:{second}\n")

    assert [entry.password.matches("one") for entry in entries] == [True]
    assert bad == [BadLine(2, "its name stands in line 1 already")]


def test_a_bad_line_does_not_hide_the_others() -> None:
    """Every line is read; each bad one is told with its number."""
    entries, bad = read_htpasswd(f"a:plain\nb:{by_scrypt('x')}\nnobody\nc:{by_bcrypt('x')}")

    assert [entry.name for entry in entries] == ["b", "c"]
    assert [line.number for line in bad] == [1, 3]


@pytest.mark.parametrize("length", [72, 73, 100])
def test_bcrypt_takes_no_password_that_it_would_cut(length: int) -> None:
    """What follows the 72nd byte is not compared, so nothing may follow it."""
    kept = password_of("till:" + by_bcrypt("x" * 72))

    assert kept.matches("x" * length) is (length == 72)
    assert not kept.matches("å" * length)


@pytest.mark.parametrize(
    ("library", "kept"),
    [
        ("bcrypt", f"$2y$05${SALT}{KEY}"),
        ("argon2.exceptions", f"$argon2id$v=19$m=256,t=2,p=1{ARGON2_TAIL}"),
    ],
)
def test_without_the_extra_the_line_says_what_to_install(
    library: str, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And our own hashes are read all the same."""
    monkeypatch.setitem(sys.modules, library, None)

    entries, bad = read_htpasswd(f"till:{kept}\nbutik:{by_scrypt('x')}")

    assert [entry.name for entry in entries] == ["butik"]
    assert "extra `htpasswd`" in bad[0].reason


def test_want_of_memory_is_no_wrong_password() -> None:
    """Nobody is told that the password is wrong when it could not be compared."""
    kept = Argon2Hash("id", 256, 2, 1, b"$argon2id$v=19$m=1,t=2,p=1" + ARGON2_TAIL.encode())

    with pytest.raises(argon2.exceptions.VerificationError, match="Memory"):
        kept.matches("password")


@pytest.mark.parametrize("make", MAKERS)
def test_hashes_are_not_told_by_repr(make: Callable[[str], str]) -> None:
    """Salt and key stay out of logs."""
    kept = make("x")
    (entry,), _ = read_htpasswd("till:" + kept)

    assert "till" in repr(entry)
    assert kept[-20:].rstrip("=") not in repr(entry)


@given(st.text(alphabet="$2abyx0159argonid=,.:/#{SHA}v m\n\r\t\x00åA", max_size=80))
@example("$2y$05$" + SALT + KEY)
@example("x:$argon2id$v=19$m=256,t=2,p=1$$")
def test_no_file_crashes_the_reader(text: str) -> None:
    """Whatever stands in a line: a user, a bad line, or nothing."""
    entries, bad = read_htpasswd(text)

    numbers = [entry.number for entry in entries] + [line.number for line in bad]
    assert len(set(numbers)) == len(numbers)
    assert all(isinstance(entry, Entry) and entry.name for entry in entries)
    assert all(line.reason for line in bad)
