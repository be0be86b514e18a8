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
        checker = self._checker(token)
        return UNKNOWN if checker is None else checker.check(token)

    def is_costly(self, token: str) -> bool:
        """See ``TokenChecker``."""
        checker = self._checker(token)
        return checker is not None and checker.is_costly(token)

    def _checker(self, token: str) -> TokenChecker | None:
        if self.own is not None and token.startswith(PREFIX):
            return self.own
        if self.jwt is not None and token.count(".") == JWT_DOTS:
            return self.jwt
        return self.introspection
