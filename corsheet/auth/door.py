"""Who asks: the ``Authorization`` header to somebody, at once where they are known."""

import hashlib
import secrets
import threading
from concurrent.futures import Future

from corsheet.auth import Granted, Refusal, Refused, Verdict, header
from corsheet.auth.basic import BasicUsers
from corsheet.model import EVERY_UNIT

REMEMBERED = 1000
"""Headers of those who were let in; shops have one or two."""

CHECKS = 2
"""Passwords that are hashed at the same time."""

BUSY_SECONDS = 1
"""What a client is told to wait while others' passwords are checked."""

ANYBODY = Granted("anonymous", frozenset({EVERY_UNIT}))

NEEDED = Refused("this path needs a user name and a password", Refusal.NEEDED)


class Door:
    """Lets in whoever has credentials. Used from any thread.

    Checking a password costs a tenth of a second and 32 MiB, on purpose. So the
    header of whoever was let in is remembered, as a digest with a key that
    nobody else has, and the next request costs a microsecond.
    """

    def __init__(self, users: BasicUsers | None) -> None:
        """Prepare.

        Args:
            users: Who has a password; None: nobody is asked for one.
        """
        self._users = users
        self._key = secrets.token_bytes(32)
        self._known: dict[bytes, Granted] = {}
        self._lock = threading.Lock()
        self._under_way: dict[bytes, Future[Verdict]] = {}  # guarded by _lock

    def recall(self, authorization: str | None) -> Granted | None:
        """Give who asks where that is known already; never takes time."""
        if self._users is None:
            return ANYBODY
        return self._known.get(self._digest(authorization)) if authorization else None

    def is_quick(self, authorization: str | None) -> bool:
        """Tell whether ``admit`` cannot take long: whoever asks is known, or brings nothing."""
        return authorization is None or self.recall(authorization) is not None

    def admit(self, authorization: str | None) -> Verdict:
        """Let in or not; may take as long as a password is hashed."""
        if self._users is None:
            return ANYBODY
        match header.parse(authorization):
            case header.BasicCredentials() as credentials:
                return self._check(self._digest(authorization or ""), credentials, self._users)
            case header.NoCredentials(is_malformed=False):
                return NEEDED
            case _:
                return Refused("these credentials are of a kind that is not taken")

    def _check(
        self, digest: bytes, credentials: header.BasicCredentials, users: BasicUsers
    ) -> Verdict:
        """Check a password, unless that has been done or is being done.

        At most ``CHECKS`` at a time, so that a flood of wrong ones leaves the
        till a processor and the server a thread. Whoever sends what is being
        checked already waits for that.
        """
        with self._lock:
            granted = self._known.get(digest)
            if granted is not None:
                return granted
            waiting = self._under_way.get(digest)
            if waiting is None:
                if len(self._under_way) >= CHECKS:
                    return Refused(
                        "too many passwords are being checked", Refusal.BUSY, BUSY_SECONDS
                    )
                future = self._under_way[digest] = Future()
        if waiting is not None:
            return waiting.result()
        verdict: Verdict | None = None
        try:
            verdict = users.check(credentials)
        except BaseException as error:
            future.set_exception(error)
            raise
        finally:
            with self._lock:  # known before it is no longer under way
                if isinstance(verdict, Granted):
                    self._remember(digest, verdict)
                del self._under_way[digest]
        future.set_result(verdict)
        return verdict

    def _remember(self, digest: bytes, granted: Granted) -> None:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[digest] = granted

    def _digest(self, authorization: str) -> bytes:
        text = authorization.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, key=self._key, digest_size=32).digest()
