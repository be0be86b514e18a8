"""When a server that fails is left alone, and how often its troubles are told."""

import math
import threading
from collections.abc import Callable, Hashable

FAILURES = 5
"""In a row, after which a server is left alone: fewer may be bad luck."""

OPEN_SECONDS = 10.0
"""For which it is: long enough to come up, short enough to wait out at a till."""

RETRY_SECONDS = 1
"""What a client is told to wait after a single failure: a hiccup is over by then."""

TELL_AGAIN_SECONDS = 60.0
"""After which the log is told again of a trouble that it has been told of."""


class Breaker:
    """A circuit breaker. Used from any thread.

    After ``FAILURES`` in a row nobody asks for ``OPEN_SECONDS``; then one may try,
    and the others wait for what comes of it, at most as long again.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures = 0
        self._blocked_until = 0.0

    def allows(self) -> bool:
        """Tell whether to ask; who is told so must say how it went."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            now = self._monotonic()
            if now < self._blocked_until:
                return False
            self._blocked_until = now + OPEN_SECONDS
            return True

    def succeeded(self) -> None:
        """Note an answer."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """Note that there was none."""
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._blocked_until = self._monotonic() + OPEN_SECONDS

    def seconds_left(self) -> int:
        """Give after how many whole seconds asking may help; at least ``RETRY_SECONDS``."""
        with self._lock:
            left = self._blocked_until - self._monotonic() if self._failures >= FAILURES else 0.0
        return max(RETRY_SECONDS, math.ceil(left))


class Notices:
    """Knows what the log has been told lately. Used from any thread."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._told: dict[Hashable, float] = {}

    def is_due(self, kind: Hashable) -> bool:
        """Tell whether to tell this kind of thing; who is told so tells it.

        Args:
            kind: One of a handful: each is kept for good.
        """
        now = self._monotonic()
        with self._lock:
            is_due = now - self._told.get(kind, -math.inf) >= TELL_AGAIN_SECONDS
            if is_due:
                self._told[kind] = now
        return is_due
