"""Tokens that we issue ourselves, kept in a file that every worker shares.

A token is 256 random bits, so its SHA-256 is all that need be kept: whoever
reads the file can use none of them.
"""

import hashlib
import logging
import re
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")

FILE = "tokens.sqlite"
FORMAT = 1
"""Of the file, in its ``user_version``."""

PREFIX = "cst_"
"""Of our tokens: the door knows whom to ask, and a scanner what it has found."""

TOKEN_BYTES = 32
"""256 random bits, 43 characters of base64url."""

TOKEN = re.compile(PREFIX + "[A-Za-z0-9_-]{43}")

MOST_TOKENS = 1000
"""Of one client; beyond them the oldest goes. Even one that takes a token for each request
uses it long before."""

CLOCK_SECONDS = 60
"""By which the clock may be set back; a token of a later time is not valid, or it lived longer."""

LOCK_SECONDS = 2.0
"""To wait for another worker's writing, which takes milliseconds."""

SCHEMA = (
    """
    CREATE TABLE token (
        digest BLOB PRIMARY KEY,
        client_id TEXT NOT NULL,
        fingerprint BLOB NOT NULL,
        scope TEXT NOT NULL,
        audience TEXT NOT NULL,
        issued_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX token_expiry ON token (expires_at)",
    "CREATE INDEX token_client ON token (client_id, expires_at)",
    f"PRAGMA user_version = {FORMAT}",
)
FIND = """
SELECT client_id, fingerprint, scope, audience, issued_at, expires_at FROM token WHERE digest = ?
"""
INSERT = "INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?)"
DELETE = "DELETE FROM token WHERE digest = ?"
DELETE_EXPIRED = "DELETE FROM token WHERE expires_at <= ?"
DELETE_OLDEST = f"""
DELETE FROM token WHERE digest IN (
    SELECT digest FROM token WHERE client_id = ?
    ORDER BY expires_at DESC LIMIT -1 OFFSET {MOST_TOKENS - 1}
)
"""  # noqa: S608 - a constant of ours

DAMAGE = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
"""SQLite's codes for a file that is not ours any more; the first: other tables are in it."""


class Token(NamedTuple):
    """What is kept of a token, in the order of the table's columns.

    Attributes:
        client_id: To whom it was issued.
        fingerprint: Of that client's secret then.
        scope: Parted by spaces; empty: none was asked for.
        audience: Empty: none was asked for.
        issued_at: Seconds since 1970 (UTC).
        expires_at: Likewise; from then on it is not valid.
    """

    client_id: str
    fingerprint: bytes
    scope: str
    audience: str
    issued_at: int
    expires_at: int


class TokenStoreError(Exception):
    """The file can be neither read nor written: it is locked, or the disk is full, or read-only."""


class TokenStore:
    """The tokens in a state folder. Used from any thread and any process.

    Each call opens the file, which takes less than a millisecond, so that it
    may be deleted or made anew at any time. A damaged one is made anew: its
    clients have to ask for new tokens.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        """Prepare; nothing is read or written yet.

        Args:
            folder: The state folder; made where missing.
            clock: Seconds since 1970.
        """
        self._path = folder / FILE
        self._clock = clock
        self._making = threading.Lock()
        self._told = ""

    def issue(self, kept: Token) -> str:
        """Make a token and keep its digest; forget those that have expired.

        Args:
            kept: What to keep of it.

        Raises:
            TokenStoreError: It cannot be kept.
        """
        token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(DELETE_EXPIRED, (self._clock(),))
            connection.execute(DELETE_OLDEST, (kept.client_id,))
            connection.execute(INSERT, (_digest(token), *kept))
            connection.execute("COMMIT")

        self._run(write)
        return token

    def look_up(self, token: str) -> Token | None:
        """Find a token that is valid by time; None: there is none.

        Raises:
            TokenStoreError: Nobody can tell.
        """
        if not TOKEN.fullmatch(token):
            return None
        rows = self._run(lambda connection: connection.execute(FIND, (_digest(token),)).fetchall())
        if not rows:
            return None
        found = Token(*rows[0])
        if [type(value) for value in found] != [str, bytes, str, str, int, int]:
            return None  # damage that SQLite did not see
        is_valid = found.issued_at - CLOCK_SECONDS <= self._clock() < found.expires_at
        return found if is_valid else None

    def revoke(self, token: str) -> None:
        """Forget a token, if there is such a one.

        Raises:
            TokenStoreError: It may still be there.
        """
        if TOKEN.fullmatch(token):
            self._run(lambda connection: connection.execute(DELETE, (_digest(token),)))

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            try:
                result = self._try(work)
            except (sqlite3.Error, UnicodeDecodeError) as error:
                if not _is_damage(error):
                    raise
                self._make_anew(error)
                result = self._try(work)
        except (sqlite3.Error, UnicodeDecodeError, OSError) as error:
            if self._told != str(error):  # once, not for every request
                log.error("%s cannot be used: %s", FILE, error)  # noqa: TRY400
                self._told = str(error)
            raise TokenStoreError(f"{FILE} cannot be used") from error
        self._told = ""
        return result

    def _try(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if not self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
        connection = sqlite3.connect(self._path, timeout=LOCK_SECONDS, isolation_level=None)
        with closing(connection):  # which undoes what is not committed
            connection.text_factory = _text
            if _format(connection) != FORMAT:
                _create(connection)
            return work(connection)

    def _make_anew(self, error: Exception) -> None:
        """Delete the file, unless somebody else has just done that.

        Between the look and the deed another process may have issued a token,
        which is lost then: its client asks for another.
        """
        with self._making:
            try:
                if self._try(_is_sound):
                    return
            except (sqlite3.Error, UnicodeDecodeError) as again:
                if not _is_damage(again):
                    raise
            log.warning("%s is damaged (%s): it is made anew, without its tokens", FILE, error)
            # the journal first: it must never be applied to another file
            self._path.with_name(f"{FILE}-journal").unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("ascii")).digest()


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "replace")


def _format(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _create(connection: sqlite3.Connection) -> None:
    """Write the schema into an empty file.

    Raises:
        sqlite3.OperationalError: The file has other tables; counts as damage.
    """
    connection.execute("BEGIN IMMEDIATE")
    if _format(connection) != FORMAT:  # else another process was faster
        for statement in SCHEMA:
            connection.execute(statement)
    connection.execute("COMMIT")


def _is_damage(error: Exception) -> bool:
    """Tell whether it is; what SQLite cannot say in UTF-8 is about a name that is damaged."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in DAMAGE or isinstance(error, UnicodeDecodeError)


def _is_sound(connection: sqlite3.Connection) -> bool:
    connection.execute(FIND, (b"",))
    return bool(connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",))
