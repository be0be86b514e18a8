"""HTTP Basic authentication (RFC 7617) against scrypt hashes (RFC 7914).

A hash is made to cost a tenth of a second and 32 MiB; ``door`` remembers whom it
has let in.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from corsheet.auth import Granted, Refused
from corsheet.auth.header import BasicCredentials
from corsheet.model import BusinessUnitId

COST = (2**15, 8, 3)
"""N, r and p of new hashes: 32 MiB; OWASP's password storage cheat sheet, 2026."""

CHEAPEST = (2**4, 8, 1)
"""For tests only."""

MOST_MEMORY = 256 * 1024 * 1024
"""Bytes that a hash from the settings may cost to check."""

SALT_BYTES = 16
KEY_BYTES = 32


class PasswordChecker(Protocol):
    """A password as it is kept, in whatever form."""

    def matches(self, password: str) -> bool:
        """Tell whether it is this password, in time that does not depend on the answer."""


@dataclass(frozen=True, slots=True)
class PasswordHash:
    """A password as it is kept: ``scrypt:N:r:p:salt:key``, salt and key in base64url."""

    n: int
    r: int
    p: int
    salt: bytes = field(repr=False)
    key: bytes = field(repr=False)

    def matches(self, password: str) -> bool:
        """Tell whether it is this password, in time that does not depend on the answer."""
        return hmac.compare_digest(_scrypt(password, self.salt, (self.n, self.r, self.p)), self.key)

    def __str__(self) -> str:
        salt, key = (base64.urlsafe_b64encode(b).decode() for b in (self.salt, self.key))
        return f"scrypt:{self.n}:{self.r}:{self.p}:{salt}:{key}"


def hash_password(password: str, cost: tuple[int, int, int] = COST) -> PasswordHash:
    """Hash a password with a fresh salt."""
    salt = secrets.token_bytes(SALT_BYTES)
    return PasswordHash(*cost, salt, _scrypt(password, salt, cost))


def parse_hash(text: str) -> PasswordHash:
    """Read a hash as the settings hold it.

    Raises:
        ValueError: It is not of the form, or costs more than ``MOST_MEMORY``.
    """
    scheme, *parts = text.split(":")
    if scheme != "scrypt" or len(parts) != 5:  # noqa: PLR2004
        raise ValueError("not of the form scrypt:N:r:p:salt:key")
    try:
        n, r, p = (int(part) for part in parts[:3])
        salt, key = (base64.b64decode(part, altchars=b"-_", validate=True) for part in parts[3:])
    except (ValueError, binascii.Error) as error:
        raise ValueError("not of the form scrypt:N:r:p:salt:key") from error
    # N below 2^(128 r / 8): RFC 7914, section 2
    is_cost = n > 1 and n & (n - 1) == 0 and r > 0 and p > 0 and n.bit_length() <= 16 * r
    if not (is_cost and 128 * n * r * p <= MOST_MEMORY):
        raise ValueError("its cost is out of range")
    if len(key) != KEY_BYTES or not salt:
        raise ValueError("its salt or key has a wrong length")
    return PasswordHash(n, r, p, salt, key)


def _scrypt(password: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    n, r, p = cost
    plain = unicodedata.normalize("NFC", password).encode()
    return hashlib.scrypt(plain, salt=salt, n=n, r=r, p=p, maxmem=2 * MOST_MEMORY, dklen=KEY_BYTES)


@dataclass(frozen=True, slots=True)
class BasicUser:
    """Somebody with a password.

    Attributes:
        username: Without a colon.
        password_hash: What to check against.
        business_units: Which units' orders; ``EVERY_UNIT`` in it: all.
    """

    username: str
    password_hash: PasswordChecker
    business_units: frozenset[BusinessUnitId]


class BasicUsers:
    """Checks names and passwords. Used from any thread."""

    def __init__(self, users: Sequence[BasicUser]) -> None:
        self._users = {unicodedata.normalize("NFC", user.username): user for user in users}
        self._somebody = users[0] if users else None

    def check(self, credentials: BasicCredentials) -> Granted | Refused:
        """Let in or not; an unknown name costs as much as a wrong password."""
        user = self._users.get(credentials.username)
        looked_at = user or self._somebody
        matches = looked_at and looked_at.password_hash.matches(credentials.password)
        if user is None or not matches:
            return Refused("the user name or the password is wrong")
        return Granted(user.username, user.business_units)
