"""nginx and Caddy in front of a service, set up as docs/security.md says."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.service import ROOT, Reply, ask, eventually

CERTIFICATE = ROOT / "tests" / "data" / "localhost.pem"
KEY = ROOT / "tests" / "data" / "localhost-key.pem"
PAGE = ROOT / "docs" / "security.md"
OPEN_SECONDS = 15

FRONTS = ("nginx", "caddy")

needs_proxies = pytest.mark.skipif(
    not all(shutil.which(name) for name in FRONTS), reason="nginx or Caddy is not installed"
)


@dataclass(frozen=True)
class Front:
    """A proxy that serves HTTPS.

    Attributes:
        name: One of ``FRONTS``.
        port: Where, on this computer.
    """

    name: str
    port: int

    def connect(self, source: str = "127.0.0.1") -> http.client.HTTPSConnection:
        """Open a connection from an address of this computer, such as 127.0.0.2."""
        trusting = ssl.create_default_context(cafile=CERTIFICATE)
        return http.client.HTTPSConnection(
            "localhost", self.port, timeout=10, context=trusting, source_address=(source, 0)
        )

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        headers: Mapping[str, str],
        source: str = "127.0.0.1",
    ) -> Reply:
        """Send a request and read the whole reply."""
        connection = self.connect(source)
        try:
            return ask(connection, method, path, body, dict(headers))
        finally:
            connection.close()


def recipe(language: str) -> str:
    """Give the one code block of docs/security.md that is of a language."""
    (found,) = re.findall(
        rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return str(found)


def exchanged(text: str, places: Mapping[str, str]) -> str:
    """Put what a test's computer has in the place of what a reader's has.

    Raises:
        AssertionError: A place is not there exactly once: the recipe has changed.
    """
    for old, new in places.items():
        assert text.count(old) == 1, f"{old!r} in {text}"
        text = text.replace(old, new)
    return text


@contextmanager
def in_front(name: str, folder: Path, address: str) -> Iterator[Front]:
    """Have a proxy in front of the service at an address while the block runs.

    Args:
        name: One of ``FRONTS``.
        folder: For its files; empty.
        address: Of the service, such as ``http://127.0.0.1:8080``.
    """
    folder.mkdir()
    behind = urlsplit(address).netloc
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = _nginx(folder, port, behind) if name == "nginx" else _caddy(folder, port, behind)
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder / "data")}
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=folder, env=environment
        )
    try:
        eventually(lambda: _listens(port), OPEN_SECONDS, lambda: log.read_text("utf-8", "replace"))
        yield Front(name, port)
    finally:
        process.terminate()
        process.wait(OPEN_SECONDS)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _nginx(folder: Path, port: int, behind: str) -> list[str]:
    """Write the files of nginx; gives its command."""
    certificates = "/etc/letsencrypt/live/orders.example.com"
    server = exchanged(
        recipe("nginx"),
        {
            "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
            "server_name orders.example.com;": "server_name localhost;",
            f"{certificates}/fullchain.pem": str(CERTIFICATE),
            f"{certificates}/privkey.pem": str(KEY),
            "127.0.0.1:8080": behind,
        },
    )
    temporary = "".join(
        f"{kind}_temp_path {folder};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    as_root = "user root;\n" if os.geteuid() == 0 else ""  # a test's folder is its owner's only
    settings = folder / "nginx.conf"
    settings.write_text(
        f"{as_root}daemon off;\npid {folder}/pid;\nerror_log stderr;\n"
        "events { worker_connections 4096; }\n"
        f"http {{\naccess_log off;\n{temporary}{server}}}\n",
        "utf-8",
    )
    return ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(settings)]


def _caddy(folder: Path, port: int, behind: str) -> list[str]:
    """Write the file of Caddy; gives its command."""
    settings = folder / "Caddyfile"
    settings.write_text(
        exchanged(
            recipe("caddyfile"),
            {
                "{\n    servers {": "{\n    admin off\n    auto_https off\n    servers {",
                "orders.example.com {": f"https://localhost:{port} {{\n    bind 127.0.0.1\n"
                f"    tls {CERTIFICATE} {KEY}",
                "127.0.0.1:8080": behind,
            },
        ),
        "utf-8",
    )
    return ["caddy", "run", "--config", str(settings), "--adapter", "caddyfile"]
