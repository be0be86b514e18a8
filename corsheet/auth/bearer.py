"""Bearer tokens (RFC 6750): which of those that check tokens is asked."""

from dataclasses import dataclass

from corsheet.auth import Refusal, Refused, TokenChecker, Verdict
from corsheet.auth.tokens import PREFIX

JWT_DOTS = 2
"""In a signed JWT (RFC 7515, section 3.1)."""

UNKNOWN = Refused("this token is none that is taken", Refusal.INVALID_TOKEN)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Asks the one whom a token is for.

    Attributes:
        own: Knows the tokens that we issued; None: we issue none.
        jwt: Reads tokens that are JWTs; None: they are asked about as others.
        introspection: Asks another server about the rest; None: the rest is refused.
    """

    own: TokenChecker | None = None
    jwt: TokenChecker | None = None
    introspection: TokenChecker | None = None

    def check(self, token: str) -> Verdict:
        """See ``TokenChecker``."""
        if self.own is not None and token.startswith(PREFIX):
            return self.own.check(token)
        if self.jwt is not None and token.count(".") == JWT_DOTS:
            return self.jwt.check(token)
        if self.introspection is not None:
            return self.introspection.check(token)
        return UNKNOWN
