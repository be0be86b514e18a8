"""The public keys of an issuer of JWTs (RFC 7517): fetched when needed, kept for a while."""

import logging
import math
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from corsheet.auth import Refusal, Refused
from corsheet.auth.trouble import Patience, Trouble, TroubleError

if TYPE_CHECKING:
    from joserfc.jwk import Key

log = logging.getLogger(__name__)

KEY_TYPES = {"RS256": "RSA", "ES256": "EC", "PS256": "RSA"}
"""The algorithms that may be named, and what keys they need (RFC 7518, section 3.1)."""

KEYS_SECONDS = 600
"""For which fetched keys are used without a look for others."""

UNKNOWN_KEY_SECONDS = 60
"""Between two fetches for keys that are not known: anybody can name one."""

RETRY_SECONDS = 5
"""Between two fetches while they fail."""

MOST_REPLY = 256 * 1024
"""Bytes of a key set; usual ones have 2 to 10 KiB, those with certificates more."""

PUBLIC_MEMBERS = ("kty", "kid", "alg", "key_ops", "n", "e", "crv", "x", "y")
"""Of a key (RFC 7517, RFC 7518); a private part published by mistake is left where it is."""

LEAST_MODULUS = 342
"""Letters of a modulus of 2048 bits (RFC 7518, section 3.3)."""

NOT_SIGNED = Refused("the token is not signed by its issuer", Refusal.INVALID_TOKEN)
NO_KEYS = Refused(
    "the keys that tokens are signed with cannot be fetched", Refusal.UNAVAILABLE, RETRY_SECONDS
)


class Flight(NamedTuple):
    """A fetch under way.

    Attributes:
        done: Set when it has ended, well or not.
        end: When nobody waits for it any longer, by the clock.
    """

    done: threading.Event
    end: float


class IssuerKeys:
    """The issuer's public keys, fetched when needed. Used from any thread.

    They are fetched in a thread of its own, one fetch at a time, so that nobody
    whose key is known waits for the server, and nobody at all longer than
    ``Patience.total``. While fetches fail, the known keys are used on.
    """

    def __init__(self, url: str, clock: Callable[[], float], patience: Patience) -> None:
        """Prepare.

        Args:
            url: Where they are published.
            clock: Seconds that nobody sets back.
            patience: How long to wait for their server.
        """
        self._url = url
        self._clock = clock
        self._patience = patience
        self._lock = threading.Lock()
        self._keys: tuple[Key, ...] = ()  # replaced as a whole
        self._flight: Flight | None = None  # this and the rest: guarded by _lock
        self._asked = -math.inf
        self._failed = False

    def find(self, kid: str | None) -> "list[Key] | Refused":
        """Give the keys that a token may be signed with.

        Args:
            kid: The key's name in the token; None: it names none, any may be the one.

        Returns:
            At least one key; ``NOT_SIGNED`` where the issuer has none such;
            ``NO_KEYS`` where the issuer cannot be asked.
        """
        found = self._known(kid)
        flight = self._refresh(is_wanted=not found)
        if found:
            return found
        if flight is not None:
            flight.done.wait(max(0.0, flight.end - self._clock()))
        found = self._known(kid)
        if found:
            return found
        with self._lock:
            return NO_KEYS if self._failed or self._flight is not None else NOT_SIGNED

    def _known(self, kid: str | None) -> "list[Key]":
        return [key for key in self._keys if kid in (None, key.kid)]

    def _refresh(self, *, is_wanted: bool) -> Flight | None:
        """Begin a fetch where one is due; gives the one that is under way."""
        with self._lock:
            if self._flight is not None:
                return self._flight
            pause = UNKNOWN_KEY_SECONDS if is_wanted else KEYS_SECONDS
            now = self._clock()
            if now - self._asked < (RETRY_SECONDS if self._failed else pause):
                return None
            self._asked = now
            flight = self._flight = Flight(threading.Event(), now + self._patience.total)
        try:
            threading.Thread(target=self._fetch, args=(flight,), name="jwks", daemon=True).start()
        except RuntimeError as error:  # no thread is to be had
            self._end(flight, (), f"was not asked: {error}")
        return flight

    def _fetch(self, flight: Flight) -> None:
        keys: tuple[Key, ...] = ()
        reason = Trouble.OUR_FAULT.value
        try:
            keys = parse_keys(fetch(self._url, self._patience))
        except KeysError as error:
            reason = str(error)
        finally:
            self._end(flight, keys, reason)

    def _end(self, flight: Flight, keys: "tuple[Key, ...]", reason: str) -> None:
        """End a fetch, and tell the log where that changes anything."""
        host = urlsplit(self._url).hostname
        with self._lock:
            has_changed = self._failed == bool(keys)
            self._failed = not keys
            self._keys = keys or self._keys
            self._flight = None
        if has_changed and keys:
            log.info("the keys of tokens can be fetched from %s again", host)
        elif has_changed:
            log.warning("the keys of tokens cannot be fetched: %s %s", host, reason)
        flight.done.set()


class KeysError(Exception):
    """There are no keys to be had; its text is for the log, after the host's name."""


def fetch(url: str, patience: Patience) -> Mapping[str, object]:
    """Get a key set from exactly this address, over a connection of its own.

    Raises:
        KeysError: There is no answer, or one that is no JSON object, too long or too slow.
    """
    from corsheet.auth.remote import Remote  # noqa: PLC0415 - few need it; it is slow

    try:
        with closing(Remote(patience=patience, most_bytes=MOST_REPLY)) as remote:
            return remote.get(url, remote.deadline())
    except TroubleError as error:
        if error.trouble is Trouble.UNTRUSTED:  # its text names a setting that is not ours
            raise KeysError("has a certificate that is not trusted") from error
        raise KeysError(str(error)) from error
    except (OSError, ValueError) as error:  # requests': the address is none that can be asked
        reason = f"cannot be asked ({type(error).__name__})"  # its text may tell more of it
        raise KeysError(reason) from None


def parse_keys(told: Mapping[str, object]) -> "tuple[Key, ...]":
    """Read a key set (RFC 7517, section 5); keys that cannot be used are left out.

    Raises:
        KeysError: It is none, or without a key that can be used.
    """
    entries = told.get("keys")
    if not isinstance(entries, list):
        raise KeysError("gives no key set")
    keys = tuple(key for entry in entries if (key := _parse_key(entry)) is not None)
    if not keys:
        raise KeysError("gives no key that can be used")
    return keys


def _parse_key(entry: object) -> "Key | None":
    from joserfc.errors import JoseError  # noqa: PLC0415 - of an extra
    from joserfc.jwk import import_key  # noqa: PLC0415 - of an extra

    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
        return None
    kind, modulus = entry.get("kty"), entry.get("n")
    if kind not in KEY_TYPES.values():
        return None
    if kind == "RSA" and not (isinstance(modulus, str) and len(modulus) >= LEAST_MODULUS):
        return None
    try:
        return import_key({name: entry[name] for name in PUBLIC_MEMBERS if name in entry})
    except (JoseError, ValueError, TypeError, KeyError):
        return None
