"""What of a process' threads each kind of request may take."""

import subprocess
import sys
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from webtest import TestApp

from corsheet.api.identity import Identity
from corsheet.auth import Granted, Verdict
from corsheet.auth.basic import BasicUsers
from corsheet.auth.door import BUSY
from corsheet.catalog import Catalog, Store
from corsheet.model import EVERY_UNIT
from corsheet.service import unwise
from corsheet.settings import ServerSettings, Settings
from corsheet.settings.credentials import AuthSettings
from corsheet.settings.enactor import EnactorSettings
from corsheet.worker import enactor_routes, make_app, make_door
from tests.conftest import basic
from tests.support.enactor import ORDERS
from tests.support.live import USERS

THREADS = 8
SECONDS = 10


def settings_of(
    folder: Path, engine: str = "waitress", port: int = 8080, **enactor: Any
) -> Settings:
    """Make settings with few threads."""
    return Settings(
        workbook=folder / "orders.xlsx",
        state_dir=folder,
        server=ServerSettings(engine=engine, threads=THREADS, port=port),
        auth=AuthSettings(users=USERS),
        enactor=EnactorSettings(**enactor),
    )


@pytest.mark.parametrize("engine", ["waitress", "granian"])
def test_requests_that_wait_for_a_password_leave_threads_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    """With waitress to Enactor's clients, whoever they are; with granian to all who are known."""
    go_on = threading.Event()
    granted = Granted("hiiretail", frozenset({EVERY_UNIT}))

    def check(*_: object) -> Verdict:
        assert go_on.wait(SECONDS)
        return granted

    monkeypatch.setattr(BasicUsers, "check", check)
    door = make_door(settings_of(tmp_path, engine))
    most = THREADS * 5 // 8

    with ThreadPoolExecutor(THREADS) as pool:
        asked = {pool.submit(door.admit, basic("hiiretail", "x")) for _ in range(most + 1)}
        refused, waiting = wait(asked, SECONDS, FIRST_COMPLETED)
        go_on.set()

    assert [one.result() for one in refused] == [BUSY]
    assert [one.result() for one in waiting] == [granted] * most


@pytest.mark.parametrize(("engine", "searching"), [("waitress", 2), ("granian", 1)])
def test_enactors_requests_take_a_third_of_the_threads(
    tmp_path: Path, engine: str, searching: int
) -> None:
    """Of its searches one looks through orders at a time, or two where one process has them all."""
    routes = enactor_routes(settings_of(tmp_path, engine))

    assert routes is not None
    assert (routes.places, routes.searching) == (THREADS // 3, searching)


def test_of_enactors_requests_no_more_are_under_way_than_have_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the service makes its application."""
    go_on = threading.Event()
    monkeypatch.setattr(Identity, "customer", lambda *_: go_on.wait(SECONDS) and None)
    settings = replace(settings_of(tmp_path), allow_anonymous=True, auth=AuthSettings())
    app = TestApp(make_app(settings, Catalog(Store(tmp_path)), make_door(settings), lambda: None))

    with ThreadPoolExecutor(THREADS) as pool:
        asked = {pool.submit(app.get, f"{ORDERS}/111", status="*") for _ in range(THREADS // 3 + 1)}
        refused, waiting = wait(asked, SECONDS, FIRST_COMPLETED)
        go_on.set()

    assert [one.result().json["errorCode"] for one in refused] == ["busy"]
    assert [one.result().json["errorCode"] for one in waiting] == ["not-ready"] * (THREADS // 3)


@pytest.mark.parametrize(
    ("enactor", "is_told"),
    [
        ({"identity": "id_token"}, True),
        ({"identity": "id_token", "audience": "client"}, False),
        ({"identity": "subject"}, False),
        ({"identity": "id_token", "enabled": False}, False),
    ],
)
def test_whoever_takes_anybodys_id_tokens_is_told(
    tmp_path: Path, enactor: dict[str, Any], *, is_told: bool
) -> None:
    """A token that the issuer made for another service is signed as well."""
    told = list(unwise(settings_of(tmp_path, **enactor)))

    assert any(text.startswith("enactor.audience is not set") for text in told) == is_told


@pytest.mark.parametrize(
    "serve",
    [
        "load_worker(settings)",
        "service = Service(settings); service.run(lambda _: service.stop())",
    ],
)
def test_no_look_for_cycles_goes_through_what_was_there_at_the_start(
    tmp_path: Path, serve: str
) -> None:
    """One takes 10 to 20 ms otherwise, for which no request is answered."""
    script = f"""
        import gc
        from pathlib import Path
        from corsheet.service import Service
        from corsheet.worker import load_worker
        from tests.server.test_worker import settings_of

        settings = settings_of(Path({str(tmp_path)!r}), port=0)
        {serve}
        print(gc.get_freeze_count(), len(gc.get_objects()))
    """

    run = subprocess.run(
        [sys.executable, "-c", dedent(script)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    frozen, looked_at = map(int, run.stdout.split())
    assert frozen > 5 * looked_at
