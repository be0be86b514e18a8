"""How long nobody looks at somebody's credentials, after too many wrong ones."""

import ipaddress
import logging
import math
import threading
import time
from collections.abc import Callable
from pathlib import Path

from corsheet.auth.tally import Tally, TallyFile, Times

log = logging.getLogger(__name__)

FREE = 10
"""Failures that cost nothing: somebody who mistypes, or a client with an old password."""

FREE_TOKENS = 50
"""Likewise of tokens that another server was asked about: one that has run out comes often."""

FIRST_SECONDS = 1
"""After the first failure beyond them; each further one doubles it."""

LONGEST_SECONDS = 60
"""Of waiting: a client that has been mended is back within a minute."""

FORGOTTEN_SECONDS = 600
"""Without a failure, after which there was none."""

TURN_SECONDS = 1
"""Between two looks at one name, from wherever; more, and a stranger could lock its owner out."""

CLOCK_SLACK_SECONDS = 1
"""By which a failure may lie ahead. One further ahead is from before the clock was set back,
and forgotten: else it would count until the clock is there again."""

NETWORK_BITS = 64
"""Of an IPv6 address that count: its owner chooses the rest freely (RFC 4291, section 2.5.4)."""

LINE_SECONDS = 1
"""Between two lines in the log about one address."""

MOST_LINES = 1000
"""Addresses whose last line is remembered; beyond, all have their next line at once."""


class Throttle:
    """Counts wrong credentials by address and by name. Used from any thread and process.

    An address has ten failures free; then it waits, longer each time. A name that
    many fail at is looked at once a second, over all addresses. Spared is an address
    from which that very name was let in before: else strangers would take the till's
    turn.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        """Prepare; the file is opened when it is needed.

        Args:
            folder: The state folder, which exists by then.
            clock: Seconds since some moment that every process agrees on.
        """
        self._file = TallyFile(folder)
        self._clock = clock
        self._lines = _Lines("refused credentials", clock)
        self._token_lines = _Lines("refused a token", clock)

    def wait(self, address: str, name: str) -> int:
        """Tell how long nobody looks at that name's credentials from that address.

        Where the answer is 0 and the name is throttled, its turn is taken: whoever
        asks within the next second is told 1.

        Args:
            address: Of the client, as ``client_address`` gives it.
            name: That the credentials claim; empty where they claim none.

        Returns:
            Whole seconds, at most ``LONGEST_SECONDS``; 0: now.
        """
        block = _block(address)

        def look(tally: Tally) -> int:
            seconds = self._address_wait(tally, block)
            return seconds or (self._name_wait(tally, block, name) if name else 0)

        return self._file.use(look, 0)

    def failed(self, address: str, name: str) -> None:
        """Count wrong credentials, and say in the log from where they came, never whose."""
        block = _block(address)

        def count(tally: Tally) -> None:
            with tally.transaction():
                times = self._times()
                tally.count(("address", block), times)
                if name:
                    tally.count(("name", name), times)
                tally.prune(times)

        self._file.use(count, None)
        self._lines.tell(address)

    def is_known(self, address: str, name: str) -> bool:
        """Tell whether that name was let in from that address before."""
        return self._file.use(lambda tally: tally.is_known("known", _block(address), name), False)

    def wait_for_token(self, address: str) -> int:
        """Tell how long nobody looks at tokens from that address: 1 second, or 0: now.

        After ``FREE_TOKENS`` wrong ones there is one look a second: nobody guesses a token,
        but made-up ones keep the authorization server from the others. More, and a till
        whose token had run out would wait for its next one.
        """
        block = _block(address)
        return self._file.use(
            lambda tally: self._turn_wait(tally, ("tokens", block), FREE_TOKENS), 0
        )

    def failed_token(self, address: str) -> None:
        """Count a wrong token, and say so in the log, in other words than of a password."""
        block = _block(address)

        def count(tally: Tally) -> None:
            with tally.transaction():
                times = self._times()
                tally.count(("tokens", block), times)
                tally.prune(times)

        self._file.use(count, None)
        self.tell_of_token(address)

    def tell_of_token(self, address: str) -> None:
        """Say in the log that a token was refused, and count nothing: it cost nothing."""
        self._token_lines.tell(address)

    def succeeded(self, address: str, name: str) -> None:
        """Forget the failures of an address, and remember that this name belongs there."""
        block = _block(address)

        def note(tally: Tally) -> None:
            with tally.transaction():
                tally.forget("address", block)
                if name:
                    tally.know("known", block, name, now=self._clock())

        self._file.use(note, None)

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        self._file.close()

    def _address_wait(self, tally: Tally, block: str) -> int:
        found = tally.failures("address", block)
        times = self._times()  # after the look, so that no other process's time lies ahead
        if found is None or found.number <= FREE or not times.oldest <= found.last <= times.newest:
            return 0
        doublings = min(found.number - FREE - 1, LONGEST_SECONDS.bit_length())
        pause = min(FIRST_SECONDS * (1 << doublings), LONGEST_SECONDS)
        return min(max(0, math.ceil(found.last + pause - times.now)), LONGEST_SECONDS)

    def _name_wait(self, tally: Tally, block: str, name: str) -> int:
        if tally.is_known("known", block, name):
            return 0
        return self._turn_wait(tally, ("name", name), FREE)

    def _turn_wait(self, tally: Tally, who: tuple[str, str], free: int) -> int:
        found = tally.failures(*who)
        times = self._times()
        if found is None or found.number <= free or not times.oldest <= found.last <= times.newest:
            return 0
        return 0 if tally.take_turn(who, TURN_SECONDS, times) else TURN_SECONDS

    def _times(self) -> Times:
        now = self._clock()
        return Times(now, now - FORGOTTEN_SECONDS, now + CLOCK_SLACK_SECONDS)


class _Lines:
    """The lines about wrong credentials: one a second for an address, by each process."""

    def __init__(self, what: str, clock: Callable[[], float]) -> None:
        self._what = what
        self._clock = clock
        self._lock = threading.Lock()
        self._told: dict[str, float] = {}  # guarded by _lock
        self._untold: dict[str, int] = {}  # likewise

    def tell(self, address: str) -> None:
        """Log a failure; or count it, for that address's next line."""
        now, block = self._clock(), _block(address)
        with self._lock:
            count = self._untold.pop(block, 0) + 1
            if 0 <= now - self._told.get(block, -math.inf) < LINE_SECONDS:
                self._untold[block] = count
                return
            if len(self._told) >= MOST_LINES:
                self._told.clear()
                self._untold.clear()
            self._told[block] = now
        # fail2ban reads those of passwords: docs/security.md has the pattern, which a test applies
        log.warning("%s (%d) from %s", self._what, count, address)


def _block(address: str) -> str:
    """Give what of an address counts: all of it, or the network of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    return str(ipaddress.ip_network((int(found), NETWORK_BITS), strict=False))
