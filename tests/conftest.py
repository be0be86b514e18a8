"""What every test has: no thread is left behind; and the service as an application."""

import base64
import gc
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies
from webtest import TestApp

from corsheet.api import WsgiApp
from corsheet.api.app import Options, build_app
from corsheet.auth.basic import BasicUsers
from corsheet.auth.door import Door
from corsheet.catalog import Catalog, LastReload, Store
from corsheet.workbook.reading import Reading
from tests.support.live import USERS, Issuer
from tests.support.orders import a_snapshot

THREADS_END_SECONDS = 2.0
"""A thread that was told to end may take that long."""


@pytest.fixture(autouse=True, scope="session")
def _table_of_characters() -> None:
    """Have Hypothesis build its table of characters before a test is timed.

    Where no folder ``.hypothesis`` stands, as in a new clone, that takes over a second, and
    Hypothesis would call the first test that draws a text too slow.
    """
    strategies.text().validate()


@pytest.fixture(autouse=True, scope="session")
def _state_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the state of services that name no folder for it out of the developer's home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("states")))
        yield


@pytest.fixture(autouse=True, scope="session")
def _modules_stay() -> None:
    """Leave what was imported out of each look for cycles, as a service does at its start."""
    gc.freeze()


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    """Fail a test that leaves a thread behind."""
    before = set(threading.enumerate())
    yield
    end = time.monotonic() + THREADS_END_SECONDS
    for thread in set(threading.enumerate()) - before:
        thread.join(max(0.0, end - time.monotonic()))
    left = [thread.name for thread in set(threading.enumerate()) - before if thread.is_alive()]
    assert not left, f"threads are left behind: {left}"


def basic(username: str, password: str) -> str:
    """Write an ``Authorization`` header (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode("ascii")


class Till:
    """An application with a snapshot behind it, and clients with credentials.

    Attributes:
        app: The application, or one that asks it over a socket.
        client: Asks as ``hiiretail``, who may see every unit.
        anybody: Asks without credentials.
        butik: Asks as ``butik``, who may see unit 0001.
        store: Where snapshots are published.
        address: Where a server listens for it; empty: none does.
        last_reload: What the application is told of the last reading.
    """

    def __init__(
        self, app: WsgiApp, store: Store, published: Callable[[], None] = lambda: None
    ) -> None:
        """Take an application.

        Args:
            app: It.
            store: Where it takes its snapshots from.
            published: Called after each; waits until it is served.
        """
        self.store = store
        self.address = ""
        self.last_reload: LastReload | None = None
        self._published = published
        self.ask_through(app)

    def ask_through(self, app: WsgiApp) -> None:
        """Let the clients ask another application, such as one that asks this one."""
        self.app = app
        self.client = self._client(HTTP_AUTHORIZATION=basic("hiiretail", "s3cret:åäö"))
        self.anybody = self._client()
        self.butik = self._client(HTTP_AUTHORIZATION=basic("butik", "butik"))

    def _client(self, **environ: str) -> "TestApp[Any]":
        return TestApp(self.app, extra_environ=environ)

    def publish(self, reading: Reading) -> None:
        """Serve another reading."""
        self.store.publish(a_snapshot(self.store.partial(str(next(NAMES))), reading))
        self._published()

    def tell(self, last: LastReload) -> None:
        """Let the application know how the last reading ended."""
        self.last_reload = last
        self.store.tell_last_reload(last)


class InnerTill(Till):
    """One whose application is in this process.

    Attributes:
        catalog: What is served.
        door: Who is let in.
    """

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        door: Door,
        options: Options | None,
        issuer: Issuer | None = None,
    ) -> None:
        self.catalog = catalog
        self.door = door
        id_tokens = issuer and issuer.tokens()
        app = build_app(catalog, door, lambda: self.last_reload, options, id_tokens=id_tokens)
        super().__init__(app, store, catalog.refresh)


MakeTill = Callable[..., Till]
MakeInnerTill = Callable[..., InnerTill]

NAMES = itertools.count(1)
"""Of snapshots."""


@pytest.fixture
def make_inner_till(tmp_path: Path) -> Iterator[MakeInnerTill]:
    """Give a function that serves a reading, or nothing yet where it is None."""
    with ExitStack() as stack:

        def make(
            reading: Reading | None = None,
            options: Options | None = None,
            issuer: Issuer | None = None,
        ) -> InnerTill:
            store = Store(tmp_path / "state")
            store.folder.mkdir()
            catalog = Catalog(store)
            catalog.start()
            stack.callback(catalog.stop)
            till = InnerTill(store, catalog, Door(BasicUsers(USERS)), options, issuer)
            if reading is not None:
                till.publish(reading)
            return till

        yield make
