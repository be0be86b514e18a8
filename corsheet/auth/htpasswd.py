"""Password files as Apache's and nginx's tools write them: ``name:hash``, a user a line.

Taken are bcrypt (``htpasswd -B``), argon2 (RFC 9106) and our own scrypt. The
first two need the extra ``htpasswd``; its libraries are loaded with the first
such line.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

from corsheet.auth import basic
from corsheet.auth.basic import PasswordChecker
from corsheet.model import has_control_characters

BCRYPT = re.compile(r"\$2[aby]\$([0-9]{2})(\$[./A-Za-z0-9]{53})")
"""Cost; salt and key. ``$2x$`` marks hashes of a faulty program, and is not taken."""

BCRYPT_COSTS = range(4, 16)
"""Rounds, as a power of two: from the scheme's least to two or three seconds on a shop's PC."""

BCRYPT_CHEAPEST = "04"

BCRYPT_BYTES = 72
"""Of a password; the scheme sees no more of it."""

ARGON2 = re.compile(
    r"\$argon2(id?)\$v=19\$m=([0-9]{1,10}),t=([0-9]{1,10}),p=([0-9]{1,10})"
    r"(\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+)"
)
"""Variant, KiB, passes, lanes; salt and key. Version 19 is RFC 9106's, written since 2016."""

ARGON2_MOST_KIB = basic.MOST_MEMORY // 1024
ARGON2_PASSES = range(1, 21)
"""With the most memory, twenty take five seconds."""

ARGON2_LANES = range(1, 17)
"""Each is a thread while a password is checked."""

ARGON2_KIB_PER_LANE = 8
"""The least that the scheme works with (RFC 9106, section 3.1)."""

NOT_TAKEN = (
    ("{SHA}", "SHA-1 without a salt ({SHA})"),
    ("{", "a hash of an LDAP server"),
    ("$apr1$", "Apache's MD5 ($apr1$)"),
    ("$1$", "MD5 ($1$)"),
    ("$2x$", "bcrypt as a faulty program made it ($2x$)"),
    ("$2", "a damaged bcrypt hash"),
    ("$argon2d$", "argon2d, which is not for passwords"),
    ("$argon2", "a damaged argon2 hash, or one of before version 19"),
    ("$5$", "SHA-256 crypt ($5$)"),
    ("$6$", "SHA-512 crypt ($6$)"),
    ("$y$", "yescrypt ($y$)"),
    ("$", "a hash of an unknown kind"),
    ("", "a plain password, or a hash of the old crypt"),
)
"""How other forms begin, and their names; the first that fits."""


class Entry(NamedTuple):
    """A user of the file.

    Attributes:
        number: Of the line, from 1.
        name: In Unicode's form C; without a colon, not empty.
        password: What to check against.
    """

    number: int
    name: str
    password: PasswordChecker


class BadLine(NamedTuple):
    """A line that names nobody who can be let in.

    Attributes:
        number: Of the line, from 1.
        reason: For the owner; repeats nothing of the hash.
    """

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class BcryptHash:
    """A password as bcrypt keeps it.

    Attributes:
        cost: Rounds, as a power of two.
    """

    cost: int
    _text: bytes = field(repr=False)

    def matches(self, password: str) -> bool:
        """Tell whether it is this password, in time that does not depend on the answer.

        Of a longer one than ``BCRYPT_BYTES`` the scheme sees the beginning
        only: the library cut it silently before 5.0 and raises since. Such a
        password is refused; it costs as much as any other.
        """
        import bcrypt  # noqa: PLC0415 - of an extra

        plain = _plain(password)
        matches = bcrypt.checkpw(plain[:BCRYPT_BYTES], self._text)
        return matches and len(plain) <= BCRYPT_BYTES


@dataclass(frozen=True, slots=True)
class Argon2Hash:
    """A password as argon2i or argon2id keeps it (RFC 9106).

    Attributes:
        variant: ``i`` or ``id``.
        kib: Memory that a check takes.
        passes: Over that memory.
        lanes: Threads that a check takes.
    """

    variant: str
    kib: int
    passes: int
    lanes: int
    _text: bytes = field(repr=False)

    def matches(self, password: str) -> bool:
        """Tell whether it is this password, in time that does not depend on the answer.

        Raises:
            argon2.exceptions.VerificationError: There is no memory for the check.
        """
        return _argon2_matches(self._text, self.variant, _plain(password))


def read_htpasswd(text: str) -> tuple[list[Entry], list[BadLine]]:
    """Read a password file.

    Blank lines, and those that begin with ``#``, are skipped. Of a name that
    stands twice the first line is taken, as by Apache, and the second reported.

    Returns:
        Who can be let in, and the lines that cannot be used; both in the file's order.
    """
    entries: dict[str, Entry] = {}
    bad: list[BadLine] = []
    lines = text.removeprefix("\ufeff").split("\n")  # what Windows' Notepad puts first
    for number, line in enumerate((line.strip(" \t\r") for line in lines), 1):
        if not line or line.startswith("#"):
            continue
        read = _read_line(number, line)
        if isinstance(read, BadLine):
            bad.append(read)
        elif read.name in entries:
            first = entries[read.name].number
            bad.append(BadLine(number, f"its name stands in line {first} already"))
        else:
            entries[read.name] = read
    return list(entries.values()), bad


def _read_line(number: int, line: str) -> Entry | BadLine:
    name, colon, kept = line.partition(":")
    if not colon or not name or has_control_characters(name):
        return BadLine(number, "not of the form name:hash")
    try:
        return Entry(number, unicodedata.normalize("NFC", name), _read_hash(kept))
    except ValueError as error:
        return BadLine(number, str(error))


def _read_hash(text: str) -> PasswordChecker:
    """Read one hash.

    Raises:
        ValueError: It cannot be used, for a reason that repeats nothing of it.
    """
    if text.startswith("scrypt:"):
        return basic.parse_hash(text)
    text = text.partition(":")[0]  # Apache and nginx leave out what follows, too
    try:
        if match := BCRYPT.fullmatch(text):
            return _bcrypt(text, match)
        if match := ARGON2.fullmatch(text):
            return _argon2(text, match)
    except ImportError as error:
        raise ValueError(
            "its hash needs corsheet's extra `htpasswd`, which is missing (README.md says how)"
        ) from error
    form = next(form for start, form in NOT_TAKEN if text.startswith(start))
    raise ValueError(f"{form} is not taken")


def _bcrypt(text: str, match: re.Match[str]) -> BcryptHash:
    import bcrypt  # noqa: PLC0415 - of an extra

    if int(match[1]) not in BCRYPT_COSTS:
        raise ValueError(
            f"bcrypt of cost {match[1]} is not taken: {BCRYPT_COSTS[0]} to {BCRYPT_COSTS[-1]} is"
        )
    try:
        bcrypt.checkpw(b"", f"$2b${BCRYPT_CHEAPEST}{match[2]}".encode())  # can the salt be read?
    except ValueError:
        raise ValueError("a damaged bcrypt hash") from None
    return BcryptHash(int(match[1]), text.encode())


def _argon2(text: str, match: re.Match[str]) -> Argon2Hash:
    from argon2.exceptions import VerificationError  # noqa: PLC0415 - of an extra

    variant, salt_and_key = match[1], match[5]
    kib, passes, lanes = (int(match[group]) for group in (2, 3, 4))
    is_in_range = passes in ARGON2_PASSES and lanes in ARGON2_LANES
    if not (is_in_range and ARGON2_KIB_PER_LANE * lanes <= kib <= ARGON2_MOST_KIB):
        raise ValueError(
            f"argon2 of this cost is not taken: at most {ARGON2_MOST_KIB} KiB (m), "
            f"{ARGON2_PASSES[-1]} passes (t) and {ARGON2_LANES[-1]} lanes (p) are"
        )
    cheap = f"$argon2{variant}$v=19$m={ARGON2_KIB_PER_LANE},t=1,p=1{salt_and_key}"
    try:
        _argon2_matches(cheap.encode(), variant, b"")  # can salt and key be read?
    except VerificationError:
        raise ValueError("a damaged argon2 hash") from None
    return Argon2Hash(variant, kib, passes, lanes, text.encode())


def _argon2_matches(text: bytes, variant: str, plain: bytes) -> bool:
    from argon2.exceptions import VerifyMismatchError  # noqa: PLC0415 - of an extra
    from argon2.low_level import Type, verify_secret  # noqa: PLC0415 - of an extra

    try:
        return verify_secret(text, plain, Type.ID if variant == "id" else Type.I)
    except VerifyMismatchError:
        return False


def _plain(password: str) -> bytes:
    """Give what is hashed, the same as for our own hashes."""
    return unicodedata.normalize("NFC", password).encode()
