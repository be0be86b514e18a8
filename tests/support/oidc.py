"""npm's oidc-provider as the authorization server, in a process of its own.

``tests/end_to_end/oidc`` holds its program; ``npm install`` there makes it ready.
"""

import dataclasses
import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "end_to_end" / "oidc"
START_SECONDS = 30
END_SECONDS = 10

AUDIENCE = "urn:corsheet"
"""Of tokens for any resource that begins so."""

RESOURCE, JWT_RESOURCE = AUDIENCE, f"{AUDIENCE}:jwt"
"""What a client names to get an opaque token, or a JWT; none: an opaque one."""

SHORT_RESOURCE, SHORT_JWT_RESOURCE = f"{AUDIENCE}:short", f"{AUDIENCE}:jwt:short"
"""Likewise, for tokens that are good for two seconds."""

OTHER_RESOURCE, OTHER_JWT_RESOURCE = "urn:other", "urn:other:jwt"
"""Likewise, for tokens that are for another audience."""

SCOPE, OTHER_SCOPE = "orders:read", "orders:write"
UNITS_CLAIM = "units"


def is_installed() -> bool:
    """Tell whether it can be started."""
    has_modules = (FOLDER / "node_modules" / "oidc-provider").is_dir()
    return has_modules and shutil.which("node") is not None


needs_oidc = pytest.mark.skipif(
    not is_installed(),
    reason="Node or oidc-provider is missing; npm install --prefix tests/end_to_end/oidc",
)


@dataclass(frozen=True, kw_only=True)
class OidcClient:
    """Somebody who gets tokens by client credentials.

    Attributes:
        id: Its name.
        secret: With which it shows who it is.
        scope: What its tokens may be good for, parted by spaces.
        units: What its tokens say of business units; None: nothing.
        auth: How it shows who it is: ``client_secret_basic`` or ``client_secret_post``.
    """

    id: str
    secret: str = field(repr=False)
    scope: str = f"{SCOPE} {OTHER_SCOPE}"
    units: tuple[str, ...] | None = None
    auth: str = "client_secret_basic"


class OidcProvider:
    """A running authorization server.

    Attributes:
        issuer: Its name and address.
        port: At which it listens.
    """

    def __init__(
        self, clients: Sequence[OidcClient], asks: Sequence[str] = (), port: int = 0
    ) -> None:
        """Start it.

        Args:
            clients: Who gets tokens.
            asks: Ids of those that may ask about others' tokens.
            port: At which to listen; 0: at a free one.
        """
        told = [
            {key: value for key, value in dataclasses.asdict(one).items() if value is not None}
            for one in clients
        ]
        argument = json.dumps({"port": port, "clients": told, "asks": list(asks)})
        self._process = subprocess.Popen(
            ["node", "server.mjs", argument],
            cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        self._said: list[str] = []
        lines: queue.Queue[str] = queue.Queue()
        self._readers = [
            threading.Thread(target=self._read, args=(self._process.stdout, lines)),
            threading.Thread(target=self._read, args=(self._process.stderr, None)),
        ]
        for reader in self._readers:
            reader.start()
        try:
            self.issuer = lines.get(timeout=START_SECONDS)
        except queue.Empty:
            self.stop()
            raise AssertionError("".join(self._said)) from None
        if not self.issuer:  # it has ended
            self.stop()
            raise AssertionError("".join(self._said))
        self.port = int(self.issuer.rpartition(":")[2])

    @property
    def token_url(self) -> str:
        """Where tokens come from."""
        return f"{self.issuer}/token"

    @property
    def introspection_url(self) -> str:
        """Where tokens are asked about."""
        return f"{self.issuer}/token/introspection"

    @property
    def revocation_url(self) -> str:
        """Where tokens are ended."""
        return f"{self.issuer}/token/revocation"

    @property
    def jwks_url(self) -> str:
        """Where the keys of its JWTs are."""
        return f"{self.issuer}/jwks"

    def stop(self) -> None:
        """End it; its tokens are gone with it."""
        self._process.terminate()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def _read(self, stream: Iterator[str], lines: "queue.Queue[str] | None") -> None:
        for line in stream:
            self._said.append(line)
            if lines is not None:
                lines.put(line.strip())
        if lines is not None:
            lines.put("")


@contextmanager
def oidc_provider(
    clients: Sequence[OidcClient], asks: Sequence[str] = (), port: int = 0
) -> Iterator[OidcProvider]:
    """Run it while the block runs."""
    provider = OidcProvider(clients, asks, port)
    try:
        yield provider
    finally:
        provider.stop()
