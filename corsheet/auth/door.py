"""Who asks: the ``Authorization`` header to somebody, at once where they are known."""

import hashlib
import math
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from corsheet.auth import Granted, Refusal, Refused, TokenChecker, Verdict, header
from corsheet.auth.basic import BasicUsers
from corsheet.auth.throttle import Throttle
from corsheet.model import EVERY_UNIT

REMEMBERED = 1000
"""Headers of those who were let in; shops have one or two."""

CHECKS = 2
"""Passwords that are hashed at the same time."""

KEPT_CHECKS = 1
"""One more, for a name at an address from which it was let in before: a flood does not take it."""

UNBOUNDED = sys.maxsize
"""Requests that may wait, where they are in nobody's way."""

LEAST_PRIORITY = 19
"""Of a thread that hashes (nice, sched(7))."""

BUSY_SECONDS = 1
"""What a client is told to wait while others' passwords are checked."""

ANYBODY = Granted("anonymous", frozenset({EVERY_UNIT}))

NEEDED = Refused("this path needs credentials", Refusal.NEEDED)
NOT_TAKEN = Refused("these credentials are of a kind that is not taken, or cannot be read")
BUSY = Refused("too many credentials are being checked", Refusal.BUSY, BUSY_SECONDS)

Check = Callable[[], Verdict]


@dataclass
class _Room:
    """How many may wait at the same time, and how many do."""

    most: int
    waiting: int = 0


class Door:
    """Lets in whoever has credentials. Used from any thread.

    Checking a password costs a tenth of a second and 32 MiB, on purpose, and a
    token a question to another server. So the header of whoever was let in is
    remembered, as a digest with a key that nobody else has, and the next request
    costs a microsecond.

    Attributes:
        takes_passwords: HTTP Basic (RFC 7617) is taken.
        takes_tokens: Bearer tokens (RFC 6750) are.
    """

    def __init__(
        self,
        users: BasicUsers | None = None,
        tokens: TokenChecker | None = None,
        *,
        clients: BasicUsers | None = None,
        throttle: Throttle | None = None,
        is_open: bool = False,
        waiting: int = UNBOUNDED,
        waiting_for_tokens: int = UNBOUNDED,
    ) -> None:
        """Prepare.

        Args:
            users: Who has a password; None: nobody.
            tokens: Checks bearer tokens; None: none are taken.
            clients: Who has a secret at our token endpoint; None: nobody.
            throttle: Counts wrong passwords; None: nobody does.
            is_open: Nobody is asked for credentials.
            waiting: Requests that may wait for a check of a password at the same time.
            waiting_for_tokens: Likewise of a token that another server is asked about.
        """
        self.takes_passwords = users is not None
        self.takes_tokens = tokens is not None
        self._users = users
        self._tokens = tokens
        self._clients = clients
        self._throttle = throttle
        self._is_open = is_open
        self._key = secrets.token_bytes(32)
        self._known: dict[bytes, tuple[Granted, float]] = {}
        self._lock = threading.Lock()
        self._under_way: dict[bytes, Future[Verdict]] = {}  # guarded by _lock
        self._hashing = 0  # likewise
        self._passwords = _Room(waiting)  # likewise, as the next one
        self._token_checks = _Room(waiting_for_tokens)
        self._cheap_checks = _Room(UNBOUNDED)  # nobody waits there for long

    def recall(self, authorization: str | None) -> Granted | None:
        """Give who asks where that is known already; never takes time."""
        if self._is_open:
            return ANYBODY
        return self._recall(self._digest(authorization)) if authorization else None

    def is_quick(self, authorization: str | None) -> bool:
        """Tell whether ``admit`` cannot take long: whoever asks is known, or brings nothing."""
        return authorization is None or self.recall(authorization) is not None

    def admit(self, authorization: str | None, address: str = "") -> Verdict:
        """Let in or not; may take as long as a password is hashed, or a server is asked.

        Args:
            authorization: The header; None: there is none.
            address: Of whoever asks.
        """
        if self._is_open:
            return ANYBODY
        digest = self._digest(authorization or "")
        granted = self._recall(digest)
        if granted is not None:
            return granted
        match header.parse(authorization):
            case header.BasicCredentials() as credentials if self._users is not None:
                return self._check_password(digest, self._users, credentials, address)
            case header.BearerToken(token) if self._tokens is not None:
                return self._check_token(digest, self._tokens, token, address)
            case header.NoCredentials(is_malformed=False):
                return NEEDED
            case _:
                return NOT_TAKEN

    def admit_client(self, client_id: str, secret: str, address: str = "") -> Verdict:
        """Let in a client of our token endpoint, or not; may take as long as a hash."""
        if self._clients is None:
            return NOT_TAKEN
        digest = self._digest(f"client\0{client_id}\0{secret}")  # no header has a NUL
        credentials = header.BasicCredentials(client_id, secret)
        return self._recall(digest) or self._check_password(
            digest, self._clients, credentials, address
        )

    def forget_tokens(self) -> None:
        """Remember no token any more: one has been revoked."""
        with self._lock:
            self._known = {k: v for k, v in self._known.items() if v[1] == math.inf}

    def _check_password(
        self,
        digest: bytes,
        users: BasicUsers,
        credentials: header.BasicCredentials,
        address: str,
    ) -> Verdict:
        throttle, name = self._throttle, credentials.username
        is_known = throttle is not None and throttle.is_known(address, name)
        places = CHECKS + KEPT_CHECKS * is_known
        with self._lock:
            is_full = self._hashing >= places and digest not in self._under_way
        if is_full:  # before a turn is taken, which would be for nothing
            return BUSY
        seconds = throttle.wait(address, name) if throttle else 0
        if seconds:  # before one of the few places is taken
            return Refused("too many wrong passwords came before", Refusal.THROTTLED, seconds)

        def check() -> Verdict:
            verdict = _behind_others(lambda: users.check(credentials))
            if throttle and isinstance(verdict, Granted):
                throttle.succeeded(address, name)
            elif throttle:
                throttle.failed(address, name)
            return verdict

        return self._check(digest, check, self._passwords, places)

    def _check_token(
        self, digest: bytes, tokens: TokenChecker, token: str, address: str
    ) -> Verdict:
        throttle = self._throttle
        is_costly = tokens.is_costly(token)
        seconds = throttle.wait_for_token(address) if throttle and is_costly else 0
        if seconds:
            return Refused("too many wrong tokens came before", Refusal.THROTTLED, seconds)

        def check() -> Verdict:
            verdict = tokens.check(token)
            is_wrong = isinstance(verdict, Refused) and verdict.kind is Refusal.INVALID_TOKEN
            if is_wrong and throttle and is_costly:
                throttle.failed_token(address)
            elif is_wrong and throttle:
                throttle.tell_of_token(address)
            return verdict

        return self._check(digest, check, self._token_checks if is_costly else self._cheap_checks)

    def _check(self, digest: bytes, check: Check, room: "_Room", most_hashing: int = 0) -> Verdict:
        """Check, unless that has been done or is being done.

        Only a few passwords at a time, so that a flood of wrong ones leaves the till
        a processor; and no more requests wait than leave the server threads. Whoever
        sends what is being checked already waits for that.

        Args:
            digest: Of what is checked.
            check: Does it.
            room: Where to wait.
            most_hashing: Passwords that may be hashed at the same time; 0: it is none.
        """
        with self._lock:
            granted = self._recall(digest)
            if granted is not None:
                return granted
            waiting_for = self._under_way.get(digest)
            hashes = int(most_hashing > 0 and waiting_for is None)
            if room.waiting >= room.most or (hashes and self._hashing >= most_hashing):
                return BUSY
            room.waiting += 1
            self._hashing += hashes
            future = waiting_for or self._under_way.setdefault(digest, Future())
        try:
            if waiting_for is not None:
                return waiting_for.result()
            return self._check_first(digest, future, check)
        finally:
            with self._lock:
                room.waiting -= 1
                self._hashing -= hashes

    def _check_first(self, digest: bytes, future: "Future[Verdict]", check: Check) -> Verdict:
        """Check for everybody who waits for the same."""
        begun = time.monotonic()
        verdict: Verdict | None = None
        try:
            verdict = check()
        except BaseException as error:
            future.set_exception(error)
            raise
        finally:
            with self._lock:  # known before it is no longer under way
                if isinstance(verdict, Granted):
                    self._remember(digest, verdict, begun + verdict.seconds)
                del self._under_way[digest]
        future.set_result(verdict)
        return verdict

    def _recall(self, digest: bytes) -> Granted | None:
        known = self._known.get(digest)
        return known[0] if known is not None and time.monotonic() < known[1] else None

    def _remember(self, digest: bytes, granted: Granted, until: float) -> None:
        if len(self._known) >= REMEMBERED:  # tokens first: a client may have taken hundreds
            self._known = {k: v for k, v in self._known.items() if v[1] == math.inf}
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[digest] = granted, until

    def _digest(self, text: str) -> bytes:
        octets = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(octets, key=self._key, digest_size=32).digest()


def _behind_others(check: Check) -> Verdict:
    """Check in a thread that goes behind those who answer, where threads can (Linux).

    A hash takes a processor for a third of a second; a till that is known already
    should not wait for that.
    """
    if sys.platform != "linux":
        return check()
    future: Future[Verdict] = Future()

    def run() -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LEAST_PRIORITY)
        try:
            future.set_result(check())
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            future.set_exception(error)

    threading.Thread(target=run, name="hash", daemon=True).start()
    return future.result()
