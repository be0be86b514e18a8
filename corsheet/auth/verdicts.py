"""What is remembered of tokens: bounded, for a time, and never the tokens themselves."""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")

KEY_BYTES = 32


class Digests:
    """Makes names of tokens that tell nothing about them, under a key that nobody else has."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(KEY_BYTES)

    def of(self, token: str) -> bytes:
        """Give the token's name."""
        text = token.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, key=self._key, digest_size=32).digest()


class Remembered(Generic[V]):
    """The newest few values, each for a time. The caller holds a lock."""

    def __init__(self, most: int, monotonic: Callable[[], float]) -> None:
        """Prepare.

        Args:
            most: How many; beyond it, what was used longest ago goes.
            monotonic: Seconds of a clock that nobody sets.
        """
        self._most = most
        self._monotonic = monotonic
        self._values: OrderedDict[bytes, tuple[float, V]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, name: bytes) -> V | None:
        """Give what is remembered under a name; None: nothing, or its time is over."""
        found = self._values.get(name)
        if found is None:
            return None
        until, value = found
        if self._monotonic() >= until:
            del self._values[name]
            return None
        self._values.move_to_end(name)
        return value

    def put(self, name: bytes, value: V, seconds: float) -> None:
        """Remember a value for so many seconds, from now on."""
        self._values[name] = (self._monotonic() + seconds, value)
        self._values.move_to_end(name)
        if len(self._values) > self._most:
            self._values.popitem(last=False)

    def forget(self, name: bytes) -> None:
        """Remember nothing under a name."""
        self._values.pop(name, None)
