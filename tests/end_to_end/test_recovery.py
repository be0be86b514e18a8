"""What goes wrong around the service: kills, broken and absent workbooks, folders that move.

``ROUNDS`` says how often a folder is moved away or made anew (CI: 20).
"""

import json
import os
import statistics
import subprocess
import sys
import time
from functools import partial
from http import HTTPStatus
from pathlib import Path

import pytest

from tests.support.saving import UNIT, rename_over, versioned_workbook, versions_in
from tests.support.service import ROOT, Service, eventually, serving
from tests.support.sheets import workbook

ROUNDS = int(os.environ.get("ROUNDS", "2"))
LONGEST_SECONDS = 8.0
"""For a save to arrive on a machine that is busy; the usual figure is printed."""

ORDER = f"/business-units/{UNIT}/customer-orders/000001"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with version 1 of the workbook; settings and state stand elsewhere."""
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "orders.xlsx").write_bytes(versioned_workbook(1))
    return shop


def served(service: Service) -> int:
    """Give the version that is served; 0: none is."""
    reply = service.get(ORDER)
    if reply.status != HTTPStatus.OK:
        return 0
    (version,) = versions_in(reply.json())
    return int(version.removeprefix("v"))


def serves(service: Service, version: int) -> bool:
    """Tell whether an order of that version is served."""
    return served(service) == version


def save_until_a_reload_is_under_way(folder: Path) -> int:
    """Save versions from 2 on until one is seen being compiled; gives which."""
    for version in range(2, 12):
        rename_over(folder / "orders.xlsx", versioned_workbook(version))
        end = time.monotonic() + 3
        while time.monotonic() < end:
            if any((folder / "state").glob("*.partial")):
                return version
    raise AssertionError("no reload was seen under way")


def test_after_a_kill_in_a_reload_the_last_good_orders_are_served_over_a_broken_workbook(
    folder: Path, engine: str
) -> None:
    """A power cut and a cut-off save together lose nothing that was served."""
    workbook = folder / "orders.xlsx"
    first = Service(folder, engine=engine)
    try:
        assert serves(first, 1)
        saved = save_until_a_reload_is_under_way(folder)
        before = served(first)
    finally:
        first.kill()
    workbook.write_bytes(versioned_workbook(saved + 1)[:3000])

    with serving(folder, engine=engine) as second:
        # what was served or, where the kill came a moment late, what was under way
        assert before <= served(second) <= saved
        eventually(lambda: "CS006" in (second.ready()["reason"] or ""), 10, second.ready)
        state = second.ready()
        assert state["status"] == "degraded"
        assert state["lastReload"]["outcome"] == "refused"
        assert state["snapshot"]["ordersServed"] == 20

        rename_over(workbook, versioned_workbook(saved + 2))
        eventually(lambda: serves(second, saved + 2), 10, second.ready)
        # orders are served a moment before it is told that they are
        eventually(lambda: second.ready()["status"] == "ready", 10, second.ready)
    assert [path.suffix for path in (folder / "state").glob("*.partial")] == []


def test_a_deleted_workbook_is_told_and_its_orders_stay(folder: Path, engine: str) -> None:
    """No workbook is no reason to leave the till without orders."""
    workbook = folder / "orders.xlsx"
    with serving(folder, engine=engine) as service:
        workbook.unlink()
        eventually(lambda: service.ready()["status"] == "degraded", 12, service.ready)

        assert serves(service, 1)
        assert service.ready()["lastReload"]["outcome"] == "missing"
        assert "CS001" in service.ready()["reason"]

        workbook.write_bytes(versioned_workbook(2))
        eventually(lambda: serves(service, 2), 10, service.ready)
        # orders are served a moment before it is told that they are
        eventually(lambda: service.ready()["status"] == "ready", 10, service.ready)


def test_a_workbook_that_stays_half_written_is_told_until_it_is_whole(
    folder: Path, engine: str
) -> None:
    """A writer that stops half-way costs nothing but the news."""
    workbook = folder / "orders.xlsx"
    whole = versioned_workbook(2)
    with serving(folder, engine=engine) as service:
        workbook.write_bytes(whole[: len(whole) // 2])
        eventually(lambda: service.ready()["status"] == "degraded", 10, service.ready)
        assert serves(service, 1)

        workbook.write_bytes(whole)
        eventually(lambda: serves(service, 2), 10, service.ready)


def test_without_any_workbook_the_service_says_so_and_waits_for_one(
    tmp_path: Path, engine: str
) -> None:
    """A first start before the workbook is there is a start all the same."""
    with serving(tmp_path, engine=engine) as service:
        reply = service.get(ORDER)
        assert (reply.status, reply.json()["code"]) == (503, "not-ready")
        assert reply.headers["Retry-After"]
        assert service.get("/readyz").status == 503
        assert service.ready()["status"] == "unready"
        assert service.get("/healthz").status == 200

        (tmp_path / "orders.xlsx").write_bytes(versioned_workbook(1))
        eventually(lambda: serves(service, 1), 10, service.ready)


@pytest.mark.parametrize("recreated", [False, True], ids=["renamed away and back", "made anew"])
def test_every_save_arrives_after_the_folder_was_away(
    tmp_path: Path, recreated: bool, capsys: pytest.CaptureFixture[str], engine: str
) -> None:
    """An observer that went deaf with its folder is replaced without a restart."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "orders.xlsx").write_bytes(versioned_workbook(1))
    away = tmp_path / "away"
    home = tmp_path / "home"
    home.mkdir()
    with serving(home, arguments=(str(folder / "orders.xlsx"),)) as service:
        version, times = 1, []
        for _ in range(ROUNDS):
            folder.rename(away)
            if recreated:
                for path in away.iterdir():
                    path.unlink()
                away.rmdir()
                folder.mkdir()
            else:
                away.rename(folder)
            for _ in range(2):
                version += 1
                rename_over(folder / "orders.xlsx", versioned_workbook(version))
                arrived = partial(serves, service, version)
                times.append(eventually(arrived, LONGEST_SECONDS, service.ready))
    with capsys.disabled():
        print(f"\nfolder {'made anew' if recreated else 'renamed'}, {len(times)} saves:", end=" ")
        print(f"median {statistics.median(times):.2f} s, most {max(times):.2f} s")


def test_a_state_folder_has_one_service_and_the_second_says_whose_it_is(
    folder: Path, engine: str
) -> None:
    """Two services on one folder would delete each other's snapshots."""
    with serving(folder, engine=engine) as service:
        second = subprocess.run(
            [sys.executable, "-m", "corsheet", "serve", "--config", str(service.settings),
             "--port", "0"],
            cwd=ROOT, capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip

        assert second.returncode == 2
        assert f"process {service.process.pid}" in second.stderr
        assert str(folder / "orders.xlsx") in second.stderr
        assert serves(service, 1)


def test_another_setting_for_the_business_unit_counts_after_a_restart(
    tmp_path: Path, engine: str
) -> None:
    """What is stored is never served beyond the first reading under new settings."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "orders.xlsx").write_bytes(
        workbook(
            Orders="""
            | Customer order | Customer | Status  |
            | 111            | c        | CREATED |
            """,
            Items="""
            | Customer order | Item | Quantity | Unit price |
            | 111            | a    | 1        | 1          |
            """,
        )
    )
    with serving(folder, engine=engine) as service:
        assert service.get("/business-units/0009/customer-orders/111").status == 200
    settings = folder / "corsheet.toml"
    settings.write_text('business_unit = "0001"\n' + settings.read_text("utf-8"), "utf-8")
    with serving(folder, engine=engine) as service:
        eventually(
            lambda: service.get("/business-units/0009/customer-orders/111").status == 404, 10, "404"
        )
        assert service.get("/business-units/0001/customer-orders/111").status == 200


def test_a_full_disk_keeps_the_last_good_orders_and_is_told(tmp_path: Path, engine: str) -> None:
    """A snapshot that does not fit is no snapshot; the next one that fits is taken."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount the small disk")
    folder, disk = tmp_path / "shop", tmp_path / "disk"
    folder.mkdir()
    disk.mkdir()
    (folder / "orders.xlsx").write_bytes(versioned_workbook(1))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(disk)], check=True)
    try:
        with serving(folder, config="", engine=engine) as service:
            service.stop()
        settings = folder / "corsheet.toml"
        settings.write_text(settings.read_text("utf-8").replace('"state"', json.dumps(str(disk))))
        with serving(folder, engine=engine) as service:
            assert serves(service, 1)
            filler = disk / "filler"
            with filler.open("wb", buffering=0) as file:
                try:
                    while file.write(b"x" * 4096):
                        pass
                except OSError:
                    pass  # full, as it should be
            rename_over(folder / "orders.xlsx", versioned_workbook(2))
            eventually(lambda: service.ready()["status"] == "degraded", 10, service.ready)
            assert service.ready()["lastReload"]["outcome"] == "failed"
            assert serves(service, 1)

            filler.unlink()
            eventually(lambda: serves(service, 2), 15, service.ready)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
