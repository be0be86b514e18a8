"""Who may ask: a module for each RFC."""

import math
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from corsheet.model import EVERY_UNIT, BusinessUnitId


@dataclass(frozen=True, slots=True)
class Granted:
    """Somebody who may ask.

    Attributes:
        principal: Who, for the log.
        business_units: Which units' orders; ``EVERY_UNIT`` in it: all.
        seconds: For which this may be remembered, from now on.
    """

    principal: str
    business_units: frozenset[BusinessUnitId]
    seconds: float = math.inf

    def may_ask_for(self, unit: BusinessUnitId) -> bool:
        """Tell whether the orders of that unit may be told."""
        return EVERY_UNIT in self.business_units or unit in self.business_units


class Refusal(Enum):
    """Why somebody may not ask."""

    NEEDED = auto()
    """There are no credentials."""

    WRONG = auto()
    """The credentials are wrong, or of a kind that is not taken."""

    INVALID_TOKEN = auto()
    """The bearer token is malformed, expired, revoked, or for somebody else (RFC 6750, 3.1)."""

    INSUFFICIENT_SCOPE = auto()
    """The bearer token is good, but not for this (RFC 6750, 3.1)."""

    BUSY = auto()
    """Nobody has looked yet: others are being checked. Asking again helps."""

    THROTTLED = auto()
    """Nobody looks for a while: too many wrong ones came before."""

    UNAVAILABLE = auto()
    """Nobody can look: the authorization server does not answer."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody who may not.

    Attributes:
        reason: For the problem's detail; says nothing that helps guessing.
        kind: Why.
        retry_after: Seconds to wait before asking again; 0: asking again does not help.
        scope: What the token would need, where that is why.
    """

    reason: str
    kind: Refusal = Refusal.WRONG
    retry_after: int = 0
    scope: str = ""


Verdict = Granted | Refused


class TokenChecker(Protocol):
    """Checks bearer tokens (RFC 6750). Used from any thread."""

    def check(self, token: str) -> Verdict:
        """Let in or not; may take as long as its time-outs say, and never raises."""

    def is_costly(self, token: str) -> bool:
        """Tell whether another server would be asked about it now."""
