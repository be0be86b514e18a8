"""Access tokens that are JWTs (RFC 9068): read here, with the issuer's public keys.

No other server is asked about a token, so none can revoke one before its end.
Signatures are joserfc's business: small, typed, one dependency (cryptography),
strict in base64url, and it takes no algorithm that is not named. It comes with
the extra ``jwt`` and is loaded with the first checker.
"""

import json
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from corsheet.auth import Refusal, Refused, Verdict, claims
from corsheet.auth.jwks import KEY_TYPES, NOT_SIGNED, IssuerKeys
from corsheet.auth.trouble import Patience

if TYPE_CHECKING:
    from joserfc.jwk import Key
    from joserfc.jws import CompactSignature

TYPES = {"at+jwt", "application/at+jwt"}
"""``typ`` of an access token (RFC 9068, section 2.1); an ID token has another."""

CHANGING = {"crit", "b64"}
"""Members of a header that change how a token is read; none of them is understood here."""

MOST_TOKEN = 8 * 1024
"""Bytes of a token; servers take some 16 KiB of header."""

NOT_TAKEN = Refused("the token is none that is taken", Refusal.INVALID_TOKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtSettings:
    """``[auth.jwt]``: whose tokens are taken.

    Attributes:
        issuer: ``iss`` of every token, to the letter.
        jwks_url: Where the issuer publishes its keys (RFC 7517, section 5).
        audience: That ``aud`` must name (RFC 9068, section 4).
        algorithms: Of signatures; of ``KEY_TYPES``.
        scope: That a token must have, several parted by spaces; empty: none is needed.
        units_claim: Which claim names business units; empty: every token is for every unit.

    Raises:
        ValueError: One of the first three is empty or no address, or an algorithm is
            none that may be named. Settings are checked before they come here, so
            this is a mistake of ours.
    """

    issuer: str
    jwks_url: str
    audience: str
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    scope: str = ""
    units_claim: str = ""

    def __post_init__(self) -> None:
        if not (self.issuer and self.jwks_url and self.audience):
            raise ValueError("issuer, jwks_url and audience are all needed")
        if not urlsplit(self.jwks_url).hostname:
            raise ValueError("jwks_url is no address")
        if not self.algorithms or not set(self.algorithms) <= KEY_TYPES.keys():
            raise ValueError(f"algorithms are of {', '.join(KEY_TYPES)}")


class SignedTokens:
    """Tokens signed by an issuer (RFC 7515): parted, and what they say given. Used from any thread.

    A key that comes with a token, or an address of one (``jwk``, ``jku``,
    ``x5c``, ``x5u``), is never looked at.
    """

    def __init__(
        self, keys: IssuerKeys, algorithms: Collection[str], types: Collection[str | None]
    ) -> None:
        """Prepare.

        Args:
            keys: Of the issuer.
            algorithms: Of signatures that are taken; of ``KEY_TYPES``.
            types: ``typ`` of tokens that are taken, in small letters; None: those without one.

        Raises:
            ImportError: The extra ``jwt`` is not installed.
        """
        from joserfc.jws import JWSRegistry  # noqa: PLC0415 - of an extra

        self._keys = keys
        self._algorithms = tuple(algorithms)  # a header may name anything, even a list
        self._types = frozenset(types)
        self._registry = JWSRegistry(algorithms=[*algorithms], strict_check_header=False)

    def read(self, token: str) -> dict[str, object] | Refused:
        """Give what a token says whose signature is good; takes as long as keys are fetched."""
        signed = self._part(token)
        if signed is None:
            return NOT_TAKEN
        keys = self._keys.find(signed.headers().get("kid"))
        if isinstance(keys, Refused):
            return keys
        if not any(self._is_signed_by(key, signed) for key in keys):
            return NOT_SIGNED
        try:
            told = json.loads(signed.payload or b"", parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            return NOT_TAKEN
        return told if isinstance(told, dict) else NOT_TAKEN

    def _part(self, token: str) -> "CompactSignature | None":
        """Part a token and read its header; None: it is none that is taken.

        RFC 9068, section 4; RFC 8725, sections 3.1 and 3.11.
        """
        from joserfc.errors import JoseError  # noqa: PLC0415 - of an extra
        from joserfc.jws import extract_compact  # noqa: PLC0415 - of an extra

        if len(token) > MOST_TOKEN or not token.isascii():
            return None
        try:
            signed = extract_compact(token.encode(), registry=self._registry)
        except (JoseError, ValueError, TypeError, RecursionError):
            return None
        header = signed.headers()
        if not isinstance(header, dict) or CHANGING & header.keys():
            return None
        is_taken = (
            self._is_type(header)
            and header["alg"] in self._algorithms
            and isinstance(header.get("kid", ""), str)
        )
        return signed if is_taken else None

    def _is_type(self, header: dict[str, object]) -> bool:
        kind = header.get("typ")
        if isinstance(kind, str):
            return kind.lower() in self._types
        return "typ" not in header and None in self._types

    def _is_signed_by(self, key: "Key", signed: "CompactSignature") -> bool:
        from joserfc.errors import JoseError  # noqa: PLC0415 - of an extra
        from joserfc.jws import validate_compact  # noqa: PLC0415 - of an extra

        try:
            return validate_compact(signed, key, registry=self._registry)
        except (JoseError, ValueError):  # the key is for another algorithm or purpose
            return False


class JwtChecker:
    """Checks tokens that are JWTs; see ``TokenChecker``. Used from any thread."""

    def __init__(
        self,
        settings: JwtSettings,
        *,
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        patience: Patience | None = None,
    ) -> None:
        """Prepare; the keys are fetched with the first token.

        Args:
            settings: Whose tokens are taken.
            wall: Seconds since 1970.
            clock: Seconds that nobody sets back.
            patience: How long to wait for the server of the keys.

        Raises:
            ImportError: The extra ``jwt`` is not installed.
        """
        self._settings = settings
        self._wall = wall
        keys = IssuerKeys(settings.jwks_url, clock, patience or Patience())
        self._tokens = SignedTokens(keys, settings.algorithms, TYPES)

    def is_costly(self, token: str) -> bool:
        """See ``TokenChecker``: the issuer is asked for its keys only, once a minute at most."""
        del token
        return False

    def check(self, token: str) -> Verdict:
        """Let in or not; takes milliseconds, or as long as keys are fetched; never raises."""
        told = self._tokens.read(token)
        return told if isinstance(told, Refused) else judge(told, self._settings, self._wall())


def judge(told: object, settings: JwtSettings, now: float) -> Verdict:
    """Let in or not, by what a token says whose signature is good (RFC 9068, section 4).

    What such a token must have is looked for here (section 2.2); what it says is
    judged as of any other token.

    Args:
        told: Its payload, as JSON has it.
        settings: Whose tokens are taken.
        now: Seconds since 1970.
    """
    if not isinstance(told, dict) or "exp" not in told:
        return NOT_TAKEN
    if not any(isinstance(told.get(name), str) and told[name] for name in ("sub", "client_id")):
        return NOT_TAKEN
    issued = told.get("iat", now)
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        return NOT_TAKEN
    if not issued <= now + claims.SKEW_SECONDS:  # so that NaN is refused, too
        return NOT_TAKEN
    expected = claims.Expected(
        audience=settings.audience,
        issuer=settings.issuer,
        scope=settings.scope,
        units_claim=settings.units_claim,
    )
    return claims.judge(told, expected, now)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
