"""What every test has: no thread is left behind; and the service as an application."""

import base64
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from webtest import TestApp

from corsheet.api.app import Options, build_app
from corsheet.auth.basic import CHEAPEST, BasicUser, hash_password
from corsheet.catalog import Catalog, Store
from corsheet.model import EVERY_UNIT, BusinessUnitId
from corsheet.reload.reloader import LastReload
from corsheet.service import make_door
from corsheet.settings import Settings
from corsheet.workbook.reading import Reading
from tests.support.orders import a_snapshot

THREADS_END_SECONDS = 2.0
"""A thread that was told to end may take that long."""

USERS = (
    BasicUser("hiiretail", hash_password("s3cret:åäö", CHEAPEST), frozenset({EVERY_UNIT})),
    BasicUser("butik", hash_password("butik", CHEAPEST), frozenset({BusinessUnitId("0001")})),
)


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


@dataclass
class Till:
    """The application with a snapshot behind it, and a client with credentials.

    Attributes:
        client: Asks as ``hiiretail``, who may see every unit.
        anybody: Asks without credentials.
        butik: Asks as ``butik``, who may see unit 0001.
        store: Where snapshots are published.
        catalog: What is served.
        last_reload: What the application is told of the last reading.
    """

    client: "TestApp[Any]"
    anybody: "TestApp[Any]"
    butik: "TestApp[Any]"
    store: Store
    catalog: Catalog
    last_reload: LastReload | None = None


MakeTill = Callable[..., Till]


@pytest.fixture
def make_till(tmp_path: Path) -> Iterator[MakeTill]:
    """Give a function that serves a reading, or nothing yet where it is None."""
    with ExitStack() as stack:

        def make(reading: Reading | None = None, options: Options | None = None) -> Till:
            store = Store(tmp_path / "state")
            store.folder.mkdir()
            if reading is not None:
                store.publish(a_snapshot(store.partial("first"), reading))
            catalog = Catalog(store)
            catalog.start()
            stack.callback(catalog.stop)
            door = make_door(Settings(workbook=Path("orders.xlsx"), users=USERS))
            app = build_app(catalog, door, lambda: till.last_reload, options)

            def client(**environ: str) -> "TestApp[Any]":
                return TestApp(app, extra_environ=environ)

            till = Till(
                client=client(HTTP_AUTHORIZATION=basic("hiiretail", "s3cret:åäö")),
                anybody=client(),
                butik=client(HTTP_AUTHORIZATION=basic("butik", "butik")),
                store=store,
                catalog=catalog,
            )
            return till

        yield make
