"""The application behind a real server, asked as if it were in the same process.

``forwarding`` is an application that sends each request over a socket, so that a
test written for the application runs against every engine as well. This file is
also the program of the process that granian serves from.
"""

import dataclasses
import http.client
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from corsheet.api import WsgiApp
from corsheet.api.app import Options, build_app
from corsheet.api.enactor import EnactorRoutes
from corsheet.api.refusals import Forms
from corsheet.auth.basic import CHEAPEST, BasicUser, BasicUsers, hash_password
from corsheet.auth.door import Door
from corsheet.auth.id_token import IdTokens
from corsheet.catalog import Catalog, Store
from corsheet.model import EVERY_UNIT, BusinessUnitId
from corsheet.server.granian_ import GranianServer
from corsheet.server.waitress_ import WaitressServer
from corsheet.settings import ServerSettings
from corsheet.worker import is_quick
from tests.support.service import ROOT, eventually

USERS = (
    BasicUser("hiiretail", hash_password("s3cret:åäö", CHEAPEST), frozenset({EVERY_UNIT})),
    BasicUser("butik", hash_password("butik", CHEAPEST), frozenset({BusinessUnitId("0001")})),
)

SNAPSHOT = "X-Test-Snapshot"
"""A header with which the process of granian tells which snapshot it serves."""

FORGET = "/-test/forget"
"""A path at which it forgets what it serves."""

OPEN_SECONDS = 10


class Issuer(NamedTuple):
    """Whose id tokens are taken.

    Attributes:
        name: ``iss``.
        keys: Where the keys are.
        audience: ``aud``; empty: anybody's.
    """

    name: str
    keys: str
    audience: str = ""

    def tokens(self) -> IdTokens:
        """Make what checks them."""
        return IdTokens(self.name, self.keys, self.audience)


def forms_of(options: Options | None) -> Forms:
    """Give in which form such an application refuses."""
    return Forms(options.enactor.prefix if options and options.enactor else None)


def written(options: Options, issuer: Issuer | None) -> str:
    """Write options for another process."""
    return json.dumps({"options": dataclasses.asdict(options), "issuer": issuer})


def read_options(text: str) -> tuple[Options, Issuer | None]:
    """Read what ``written`` wrote."""
    told = json.loads(text)
    options, issuer = told["options"], told["issuer"]
    options["prefixes"] = tuple(options["prefixes"])
    if options["enactor"] is not None:
        options["enactor"] = EnactorRoutes(**options["enactor"])
    return Options(**options), issuer and Issuer(*issuer)


def forwarding(address: str) -> WsgiApp:
    """Make an application that asks the server at an address."""
    netloc = urlsplit(address).netloc

    def forward(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        target = quote(environ["PATH_INFO"].encode("latin-1"), safe="/:@!$&'()*+,;=~-._")
        if environ.get("QUERY_STRING"):
            target += "?" + environ["QUERY_STRING"]
        headers = {
            name[5:].replace("_", "-"): value
            for name, value in environ.items()
            if name.startswith("HTTP_") and name != "HTTP_HOST"
        }
        if environ.get("CONTENT_TYPE"):
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else None
        connection = http.client.HTTPConnection(netloc, timeout=OPEN_SECONDS)
        try:
            connection.request(environ["REQUEST_METHOD"], target, body, headers)
            reply = connection.getresponse()
            data = reply.read()
        finally:
            connection.close()
        told = [
            (name, value)
            for name, value in reply.getheaders()
            if name.lower() not in {"connection", "date", "server", SNAPSHOT.lower()}
        ]
        start_response(f"{reply.status} {reply.reason}", told)
        return [data]

    return forward


@contextmanager
def on_waitress(app: WsgiApp, door: Door, options: Options | None = None) -> Iterator[str]:
    """Serve an application of this process while the block runs; gives its address."""
    forms = forms_of(options)
    server = WaitressServer(app, ServerSettings(port=0), partial(is_quick, door, forms), forms)
    thread = threading.Thread(target=server.run, name="waitress")
    thread.start()
    try:
        yield server.address
    finally:
        server.stop()
        thread.join()


class Granian:
    """A process in which granian serves; it takes its snapshots from a folder.

    Attributes:
        store: Where to publish for it.
        address: Where it listens.
        app: Asks it.
    """

    def __init__(self, folder: Path, options: Options, issuer: Issuer | None = None) -> None:
        folder.mkdir(parents=True)
        self.store = Store(folder)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.live", str(folder),
             written(options, issuer)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()
        self.app = forwarding(self.address)

    def follow(self) -> None:
        """Wait until it serves what was published last."""
        current = self.store.current()
        name = "" if current is None else current.name
        eventually(lambda: self._served() == name, OPEN_SECONDS, lambda: (self._served(), name))

    def forget(self) -> None:
        """Let it serve nothing, as if nothing had been read yet."""
        self.store.pointer.unlink(missing_ok=True)
        self.store.tell_last_reload(None)
        self._ask(FORGET)

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.communicate(timeout=OPEN_SECONDS)

    def _served(self) -> str:
        return self._ask("/healthz")

    def _ask(self, path: str) -> str:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=10)
        try:
            connection.request("GET", path)
            reply = connection.getresponse()
            reply.read()
            return reply.headers[SNAPSHOT] or ""
        finally:
            connection.close()


def load(folder: Path, options: Options, issuer: Issuer | None) -> WsgiApp:
    """Make the application in granian's worker."""
    store = Store(folder)
    catalog = Catalog(store)
    catalog.start()
    id_tokens = issuer and issuer.tokens()
    door = Door(BasicUsers(USERS))
    app = build_app(catalog, door, store.last_reload, options, id_tokens=id_tokens)

    def telling(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == FORGET:
            catalog.current = None
        served = catalog.current

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            headers.append((SNAPSHOT, served.path.name if served else ""))
            return start_response(status, headers, exc_info)

        return app(environ, start)

    return telling


def main(folder: str, options: str) -> None:
    """Serve with granian until told to end; prints the address once it answers."""
    settings = ServerSettings(port=0, workers=1)
    server = GranianServer(partial(load, Path(folder), *read_options(options)), settings)

    def announce() -> None:
        server.wait(OPEN_SECONDS)
        print(server.address, flush=True)

    threading.Thread(target=announce, daemon=True).start()
    server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
