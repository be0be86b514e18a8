"""What is said of a token, judged: who has it, for whom it is, and until when."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from corsheet.auth import Granted, Refusal, Refused, Verdict
from corsheet.model import EVERY_UNIT, BusinessUnitId, normalise_id

Claims = Mapping[str, object]
"""What is said of a token: RFC 7662, section 2.2, and whatever else a server adds."""

MOST_SECONDS = 60.0
"""For which a yes is remembered: so long a revoked token may still be good."""

SKEW_SECONDS = 60.0
"""By which another's clock may be before ours where a token is not good yet (``nbf``)."""

LONGEST_PRINCIPAL = 200
"""Characters of a name that are told to the log."""

NAMELESS = "bearer"
"""Who has a token that names nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a token must say; empty: anything.

    Attributes:
        audience: For whom it is (``aud``).
        issuer: Who made it (``iss``).
        scope: What it is good for, several parted by spaces; all are needed (``scope``).
        units_claim: Name of what it says of business units: a list of texts, or one text
            parted by spaces; ``*`` is every unit. Empty: good for every unit.
    """

    audience: str = ""
    issuer: str = ""
    scope: str = ""
    units_claim: str = ""


def judge(claims: Claims, expected: Expected, now: float) -> Verdict:
    """Let in or not, by what is said of an active token.

    Args:
        claims: What is said of it.
        expected: What it must say.
        now: Seconds since 1970.

    Returns:
        Granted for at most ``MOST_SECONDS`` and never past ``exp`` (RFC 7662, section 4);
        or why not.
    """
    expires, begins = expiry(claims), _time(claims, "nbf", -math.inf)
    if expires is None or begins is None:
        return _invalid("the token's times are no numbers")
    if expires <= now:
        return _invalid("the token has expired")
    if begins > now + SKEW_SECONDS:
        return _invalid("the token is not good yet")
    kind = claims.get("token_type", "bearer")
    if not isinstance(kind, str) or kind.casefold() != "bearer":
        return _invalid("the token is no bearer token")
    if expected.issuer and claims.get("iss") != expected.issuer:
        return _invalid("the token is somebody else's")
    if expected.audience and expected.audience not in _texts(claims.get("aud")):
        return _invalid("the token is for somebody else")
    if not set(expected.scope.split()) <= set(_words(claims.get("scope"))):
        reason = "the token is not good for this"
        return Refused(reason, Refusal.INSUFFICIENT_SCOPE, scope=expected.scope)
    seconds = min(MOST_SECONDS, expires - now)
    return Granted(_principal(claims), _units(claims, expected), seconds)


def expiry(claims: Claims) -> float | None:
    """Give when a token ends, in seconds since 1970; infinite: never; None: that is no number."""
    return _time(claims, "exp", math.inf)


def _invalid(reason: str) -> Refused:
    return Refused(reason, Refusal.INVALID_TOKEN)


def _time(claims: Claims, key: str, missing: float) -> float | None:
    """Read a finite JSON number (RFC 7519's NumericDate); None: it is none."""
    if key not in claims:
        return missing
    value = claims[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:  # an integer of hundreds of digits
        return None


def _texts(value: object) -> list[str]:
    """Read a text, or a list of them; what is no text is left out."""
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]


def _words(value: object) -> list[str]:
    """Read a text parted by spaces (RFC 6749, section 3.3)."""
    return value.split(" ") if isinstance(value, str) else []


def _units(claims: Claims, expected: Expected) -> frozenset[BusinessUnitId]:
    """Read which units' orders the token is good for; none where it does not say."""
    if not expected.units_claim:
        return frozenset({EVERY_UNIT})
    told = claims.get(expected.units_claim)
    texts = _words(told) if isinstance(told, str) else _texts(told)
    units = (BusinessUnitId(normalise_id(text)) for text in texts)
    return frozenset(unit for unit in units if unit)


def _principal(claims: Claims) -> str:
    """Give the first name that can stand in a line of the log."""
    for key in ("username", "sub", "client_id"):
        name = claims.get(key)
        if isinstance(name, str) and name and name.isprintable():
            return name[:LONGEST_PRINCIPAL]
    return NAMELESS
