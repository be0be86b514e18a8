"""Checks the tokens that we issued ourselves (RFC 6750)."""

import hashlib
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corsheet.auth import Granted, Refusal, Refused, Verdict
from corsheet.auth.basic import BasicUser, PasswordHash
from corsheet.auth.token_store import PREFIX, Token, TokenStore, TokenStoreError
from corsheet.model import BusinessUnitId

__all__ = ["PREFIX", "TOKEN_SECONDS", "Client", "Issued", "OwnTokens", "TokenStore"]

TOKEN_SECONDS = 3600
"""For which a token is valid: what most authorization servers choose."""

AGREE_SECONDS = 1.0
"""For which a worker may remember a token: the longest that one outlives its revocation."""

RETRY_SECONDS = 5
"""What a client is told to wait for a disk that does not do."""


@dataclass(frozen=True, slots=True)
class Client:
    """A program that may ask for tokens (RFC 6749, section 2).

    Attributes:
        client_id: Its name.
        secret_hash: Of its secret.
        business_units: Which units' orders; ``EVERY_UNIT`` in it: all.
    """

    client_id: str
    secret_hash: PasswordHash
    business_units: frozenset[BusinessUnitId]

    @property
    def fingerprint(self) -> bytes:
        """Tells its secret from the next one; with another, its tokens end."""
        return hashlib.sha256(str(self.secret_hash).encode()).digest()

    def as_user(self) -> BasicUser:
        """Give it as somebody whose secret is checked as a password is."""
        return BasicUser(self.client_id, self.secret_hash, self.business_units)


@dataclass(frozen=True, slots=True)
class Issued:
    """A valid token and whose it is."""

    token: Token
    client: Client


class OwnTokens:
    """Checks the tokens that we issued ourselves. Used from any thread."""

    def __init__(
        self, store: TokenStore, clients: Sequence[Client], clock: Callable[[], float] = time.time
    ) -> None:
        """Prepare.

        Args:
            store: Where the tokens are.
            clients: Of the settings; a token of another is not valid.
            clock: Seconds since 1970.
        """
        self._store = store
        self._clients = {unicodedata.normalize("NFC", one.client_id): one for one in clients}
        self._clock = clock

    def client(self, client_id: str) -> Client | None:
        """Give the client of that name; None: there is none."""
        return self._clients.get(unicodedata.normalize("NFC", client_id))

    def issue(self, client: Client, scope: str, audience: str, seconds: int) -> str:
        """Make a token.

        Args:
            client: For whom.
            scope: As asked for; parted by spaces.
            audience: As asked for.
            seconds: For which it is valid, > 0.

        Raises:
            TokenStoreError: It cannot be kept.
        """
        now = int(self._clock())
        return self._store.issue(
            Token(client.client_id, client.fingerprint, scope, audience, now, now + seconds)
        )

    def revoke(self, token: str) -> None:
        """End a token, if there is such a one.

        Raises:
            TokenStoreError: It may still be valid.
        """
        self._store.revoke(token)

    def find(self, token: str) -> Issued | None:
        """Find a valid token; None: it is not one of ours, or no longer valid.

        Raises:
            TokenStoreError: Nobody can tell.
        """
        found = self._store.look_up(token)
        client = None if found is None else self.client(found.client_id)
        if found is None or client is None or found.fingerprint != client.fingerprint:
            return None
        return Issued(found, client)

    def is_costly(self, token: str) -> bool:
        """See ``TokenChecker``: it is looked up in a file of ours."""
        del token
        return False

    def check(self, token: str) -> Verdict:
        """Let in or not; never raises. What it says holds for ``AGREE_SECONDS`` at most."""
        try:
            issued = self.find(token)
        except TokenStoreError:
            return Refused("tokens cannot be checked now", Refusal.UNAVAILABLE, RETRY_SECONDS)
        if issued is None:
            return Refused("the token is unknown, expired or revoked", Refusal.INVALID_TOKEN)
        rest = issued.token.expires_at - self._clock()
        return Granted(
            issued.client.client_id,
            issued.client.business_units,
            seconds=max(0.0, min(AGREE_SECONDS, rest)),
        )
