"""Enactor's ``id_token``: a JWT that says which customer asks ("REST authentication").

It shows nothing of whoever sends it: corsheet's own gate is in front of it. Enactor's
sample has ``iat`` in milliseconds, so that is not judged.
"""

import time
from collections.abc import Callable

from corsheet.auth import Refusal, Refused, claims
from corsheet.auth.jwks import IssuerKeys
from corsheet.auth.jwt_ import SignedTokens
from corsheet.auth.trouble import Patience
from corsheet.model import has_control_characters, normalise_id

ALGORITHMS = ("RS256",)
"""What Enactor's identity server signs with."""

TYPES = ("jwt", "at+jwt", "application/at+jwt", None)
"""``typ`` of one (RFC 7519, section 5.1; RFC 9068, section 2.1), or there is none."""

LATEST_END = 10**11
"""Seconds since 1970, in the year 5138; an end beyond it was written in milliseconds."""

NO_END = Refused("the id_token does not say in seconds when it ends", Refusal.INVALID_TOKEN)
NOBODYS = Refused("the id_token names no customer", Refusal.INVALID_TOKEN)


class IdTokens:
    """Reads the tokens of one issuer. Used from any thread."""

    def __init__(
        self,
        issuer: str,
        jwks_url: str,
        audience: str = "",
        *,
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        patience: Patience | None = None,
    ) -> None:
        """Prepare; the keys are fetched with the first token.

        Args:
            issuer: ``iss`` of every token, to the letter.
            jwks_url: Where the issuer publishes its keys (RFC 7517, section 5).
            audience: That ``aud`` must name; empty: not checked.
            wall: Seconds since 1970.
            clock: Seconds that nobody sets back.
            patience: How long to wait for the server of the keys.

        Raises:
            ImportError: The extra ``jwt`` is not installed.
            ValueError: The issuer or the address is empty. Settings are checked before
                they come here, so this is a mistake of ours.
        """
        if not (issuer and jwks_url):  # an empty issuer would be anybody
            raise ValueError("issuer and jwks_url are both needed")
        self._expected = claims.Expected(issuer=issuer, audience=audience)
        self._wall = wall
        keys = IssuerKeys(jwks_url, clock, patience or Patience())
        self._tokens = SignedTokens(keys, ALGORITHMS, TYPES)

    def subject(self, token: str) -> str | Refused:
        """Give the customer number, normalised as ids are; or why not.

        Takes milliseconds, or as long as keys are fetched; never raises.
        """
        told = self._tokens.read(token)
        if isinstance(told, Refused):
            return told
        end = claims.expiry(told)
        if end is None or end > LATEST_END:  # infinite where there is none
            return NO_END
        verdict = claims.judge(told, self._expected, self._wall())
        if isinstance(verdict, Refused):
            return verdict
        return _customer_number(told.get("sub")) or NOBODYS


def _customer_number(sub: object) -> str:
    """Read a text or a whole number; empty: it is neither, or no id."""
    if isinstance(sub, bool) or not isinstance(sub, str | int):
        return ""
    text = str(sub)
    return "" if has_control_characters(text) else normalise_id(text)
