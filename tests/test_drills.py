"""What the world does to a service in a shop, one drill each; docs/operations.md tells them."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from corsheet.catalog import Catalog, Store
from corsheet.model import EVERY_UNIT, BusinessUnitId, CustomerId
from corsheet.reload import reloader as module
from corsheet.reload.child import Compiler
from corsheet.reload.reloader import Reloader
from corsheet.settings import Settings
from corsheet.snapshot import read
from corsheet.snapshot.read import SnapshotError
from corsheet.snapshot.schema import FORMAT
from corsheet.workbook.limits import Limits
from corsheet.worker import state_dir
from tests.support.faults import generation
from tests.support.saving import UNIT, rename_over, versioned_workbook
from tests.support.service import StartError, eventually, serving

HOUR = 3600.0
DAY = 24 * HOUR

ON_WINDOWS = sys.platform == "win32"


class Bench:
    """A reloader whose clocks are the test's, without a watch: the test gives the notices."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.workbook = folder / "orders.xlsx"
        self.workbook.write_bytes(versioned_workbook(1))
        self.store = Store(folder / "state")
        self.catalog = Catalog(self.store)
        self.passed = 0.0
        self.set_by = 0.0
        clocks = SimpleNamespace(
            monotonic=lambda: time.monotonic() + self.passed,
            time_ns=lambda: time.time_ns() + int(self.set_by * 1e9),
        )
        monkeypatch.setattr(module, "time", clocks)
        compiler = Compiler([sys.executable, "-m", "corsheet"], EVERY_UNIT, Limits())
        self.reloader = Reloader(
            self.workbook, self.store, self.catalog, compiler, lambda: time.time() + self.set_by
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run while the block does, once version 1 is served."""
        self.catalog.start()
        self.reloader.start()
        try:
            eventually(lambda: self.serves(1), 10, self.outcome)
            yield
        finally:
            self.reloader.stop()
            self.catalog.stop()

    def save(self, version: int) -> None:
        """Save, by the clock as it is set, and give notice."""
        rename_over(self.workbook, versioned_workbook(version))
        moment = time.time() + self.set_by
        os.utime(self.workbook, (moment, moment))
        self.reloader.notice()

    def serves(self, version: int) -> bool:
        """Tell whether every order is of that version."""
        return _serves(self.catalog, version)

    def outcome(self) -> str:
        """Give how the last reading ended."""
        return self.reloader.last.outcome if self.reloader.last else ""


def _serves(catalog: Catalog, version: int) -> bool:
    snapshot = catalog.current
    if snapshot is None:
        return False
    return bool(snapshot.search(BusinessUnitId(UNIT), CustomerId(f"v{version}")))


def test_a_share_that_was_away_for_an_hour_is_read_as_soon_as_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it was away, the wait before the next look has not grown with it."""
    it = Bench(tmp_path, monkeypatch)
    away = tmp_path / "away.xlsx"
    with it.running():
        it.workbook.rename(away)
        it.reloader.notice()
        eventually(lambda: it.reloader._missing_since is not None, 10, it.outcome)
        it.passed = HOUR
        eventually(lambda: it.outcome() == "missing", 10, it.outcome)
        assert it.serves(1)

        away.write_bytes(versioned_workbook(2))
        away.rename(it.workbook)  # without a notice: by its own look

        eventually(lambda: it.serves(2), module.RETRY_SECONDS[1] + 2, it.outcome)
        eventually(lambda: it.outcome() == "published", 5, it.outcome)


def test_a_clock_set_back_by_a_day_loses_no_save_and_no_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was published last is served after a restart, though its file is the older one."""
    it = Bench(tmp_path, monkeypatch)
    with it.running():
        for path in it.store.folder.glob("*.snapshot"):
            os.utime(path, (time.time() + DAY, time.time() + DAY))
        it.set_by = -DAY
        for version in (2, 3):
            it.save(version)
            eventually(lambda: it.serves(version), 10, it.outcome)  # noqa: B023 - called here
    after = Catalog(it.store)
    after.start()
    try:
        assert _serves(after, 3)
    finally:
        after.stop()


def test_a_snapshot_that_was_damaged_while_it_was_served_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the next reading, though the workbook is the same; a request that fails asks for none."""
    it = Bench(tmp_path, monkeypatch)
    with it.running():
        snapshot = it.catalog.current
        assert snapshot is not None
        before = snapshot.path
        with before.open("r+b") as file:
            file.truncate(4096)
        with pytest.raises(SnapshotError):
            snapshot.findings()
        del snapshot

        it.reloader.notice()

        eventually(lambda: it.catalog.current.path != before, 10, it.outcome)  # type: ignore[union-attr]
        assert it.serves(1)


def test_a_program_replaced_while_it_runs_leaves_the_last_good_orders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its child is of the new version, and so is the snapshot: it is not put before the other."""
    it = Bench(tmp_path, monkeypatch)
    with it.running():
        current = it.store.current()
        monkeypatch.setattr(read, "FORMAT", FORMAT - 1)  # we are the old version
        it.save(2)
        eventually(lambda: it.outcome() == "failed", 10, it.outcome)
        assert "start it again" in str(it.reloader.last and it.reloader.last.reason)
        assert it.serves(1)
        assert it.store.current() == current
        it.save(1)
        eventually(lambda: it.outcome() == "unchanged", 10, it.outcome)


@pytest.mark.parametrize("written", [FORMAT - 1, FORMAT + 1], ids=["upgrade", "downgrade"])
def test_after_another_version_the_orders_are_read_anew_from_the_workbook(
    tmp_path: Path, written: int
) -> None:
    """And where there is no workbook, that is told, and the log says what is not used."""
    shop = tmp_path / "shop"
    shop.mkdir()
    workbook = shop / "orders.xlsx"
    workbook.write_bytes(versioned_workbook(1))
    with serving(shop):
        pass
    for path in (shop / "state").glob("*.snapshot"):
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("UPDATE meta SET value = ? WHERE name = 'format'", (written,))
    away = workbook.rename(tmp_path / "away.xlsx")

    with serving(shop) as service:
        assert service.ready()["status"] == "unready"
        assert service.get(f"/business-units/{UNIT}/customer-orders/000001").status == 503
        away.rename(workbook)
        eventually(service.is_ready, 10, service.ready)
        assert generation(service) == 1
    assert "another version" in "".join(service.log)


def test_two_spellings_of_a_workbook_are_one_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else two services would serve it without knowing of each other."""
    monkeypatch.chdir(tmp_path)
    spellings = ["orders.xlsx", "a/../orders.xlsx", "./orders.xlsx", str(tmp_path / "orders.xlsx")]
    if ON_WINDOWS:
        spellings += ["Orders.XLSX", str(tmp_path / "orders.xlsx").upper()]

    folders = {state_dir(Settings(workbook=Path(spelling))) for spelling in spellings}

    assert len(folders) == 1
    assert state_dir(Settings(workbook=Path("a/orders.xlsx"))) not in folders


@contextmanager
def mounted(folder: Path, how: str) -> Iterator[None]:
    """Put a small disk over a folder while the block runs."""
    if ON_WINDOWS or os.geteuid() != 0:
        pytest.skip("only root may mount the small disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size=512k,{how}", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("this root may not mount the small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_state_folder_that_is_read_only_and_empty_leaves_the_last_good_orders(
    tmp_path: Path,
) -> None:
    """For the service that runs. A start on it ends, and says what to do."""
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "orders.xlsx").write_bytes(versioned_workbook(1))
    with serving(shop) as service:
        with mounted(shop / "state", "ro"):
            rename_over(shop / "orders.xlsx", versioned_workbook(2))
            eventually(lambda: not service.is_ready(), 10, service.ready)
            assert generation(service) == 1
            assert service.ready()["lastReload"]["outcome"] == "failed"
        eventually(lambda: generation(service) == 2, 5, service.ready)

    with mounted(shop / "state", "ro"), pytest.raises(StartError) as end, serving(shop):
        pass
    assert end.value.status == 2
    assert "set state_dir to a folder that can be written" in end.value.log
