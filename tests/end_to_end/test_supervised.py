"""The service under a supervisor that does what its unit says (systemd does not run here).

What stands in the unit's ExecStart, Environment, Restart, RestartSec, KillSignal, KillMode and
TimeoutStopSec lines is what is done; the bounds of the sandbox are not.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corsheet.install.account import Account
from corsheet.install.unit import STATES, unit
from corsheet.install.wanted import read_wanted
from tests.support.saving import UNIT, rename_over, versioned_workbook
from tests.support.service import AUTHORIZATION, ENGINES, ROOT, eventually, settings_text
from tests.support.supervisor import Supervisor, Unit, free_port, version

SEARCH = f"/business-units/{UNIT}/customer-orders:search"
BODY = b'{"customerId": "v1"}'

AGAIN_SECONDS = 20
"""For it to answer again on a busy machine; one of them is RestartSec's."""

STOP_SECONDS = 5.0
"""Within which it has to end by itself."""


@contextlib.contextmanager
def supervised(folder: Path, states: Path, engine: str = "waitress") -> Iterator[Supervisor]:
    """Serve version 1 of the workbook of a folder as a service of the system would.

    Args:
        folder: Of the workbook.
        states: Stands for /var/lib. Here, too, are the settings.
        engine: The HTTP server underneath.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "orders.xlsx").write_bytes(versioned_workbook(1))
    port = free_port()
    home = folder.parent / "settings"
    text = settings_text(home).replace('"orders.xlsx"', f'"{folder / "orders.xlsx"}"')
    config = home / "corsheet.toml"
    config.write_text(f'{text}\n[server]\nport = {port}\nengine = "{engine}"\n', "utf-8")
    text = unit(read_wanted(config, "corsheet"), Account()).replace(f"={STATES}", f"={states}")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CORSHEET_")}
    environment["PYTHONPATH"] = str(ROOT)
    supervisor = Supervisor(Unit(text), f"http://127.0.0.1:{port}", environment)
    try:
        eventually(lambda: version(supervisor) == 1, AGAIN_SECONDS, "version 1")
        yield supervisor
    finally:
        supervisor.stop()


def test_after_a_kill_it_serves_again_with_all_its_processes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By itself, on the same port, though nothing of it could say good-bye.

    With granian; waitress is killed in the tests below.
    """
    with supervised(tmp_path / "shop", tmp_path / "states", "granian") as service:
        os.kill(service.pid, signal.SIGKILL)
        eventually(lambda: service.starts == 2, AGAIN_SECONDS, "a second start")

        taken = eventually(lambda: version(service) == 1, AGAIN_SECONDS, "version 1 again")

        with capsys.disabled():
            print(f"\n{taken:.2f} s from the second start to the first reply")
        assert (tmp_path / "states" / "corsheet" / "current").exists()


def test_it_stops_in_time_with_requests_under_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One whose body never comes is given up, so that nobody has to kill the service.

    On both engines at the same time, since each waits as long as it may.
    """
    with contextlib.ExitStack() as stack:
        services = [
            stack.enter_context(supervised(tmp_path / one / "shop", tmp_path / one, one))
            for one in ENGINES
        ]
        for service in services:
            stuck = stack.enter_context(contextlib.closing(service.connect()))
            stuck.putrequest("POST", SEARCH)
            stuck.putheader("Authorization", AUTHORIZATION)
            stuck.putheader("Content-Length", str(len(BODY)))
            stuck.endheaders(BODY[:5])

        with ThreadPoolExecutor() as pool:
            ends = list(pool.map(Supervisor.stop, services))

    with capsys.disabled():
        for engine, end in zip(ENGINES, ends, strict=True):
            print(f"\n{engine}: stopped in {end.seconds:.2f} s with a request under way")
    assert [end.status for end in ends] == [0, 0]
    assert max(end.seconds for end in ends) <= STOP_SECONDS
    assert [service.starts for service in services] == [1, 1]


def test_a_full_disk_and_a_kill_on_it_leave_the_last_good_orders(tmp_path: Path) -> None:
    """And a workbook that is saved meanwhile is taken once there is room."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount the small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("this root may not mount the small disk")
    shop, filler = tmp_path / "shop", disk / "filler"
    try:
        with supervised(shop, disk) as service:
            with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while file.write(b"x" * 4096):
                    pass
            rename_over(shop / "orders.xlsx", versioned_workbook(2))
            eventually(lambda: not service.is_ready(), AGAIN_SECONDS, "to be told of the disk")
            assert version(service) == 1

            os.kill(service.pid, signal.SIGKILL)
            eventually(lambda: service.starts == 2, AGAIN_SECONDS, "a second start")
            eventually(lambda: version(service) == 1, AGAIN_SECONDS, "version 1 again")

            filler.unlink()
            eventually(lambda: version(service) == 2, AGAIN_SECONDS, "version 2")
            assert service.starts == 2
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_folder_that_vanishes_leaves_the_last_good_orders(tmp_path: Path) -> None:
    """Over a kill while it is away too; and what it brings when it is back is served."""
    shop, away = tmp_path / "shop", tmp_path / "away"
    with supervised(shop, tmp_path / "states") as service:
        shop.rename(away)
        assert version(service) == 1
        os.kill(service.pid, signal.SIGKILL)
        eventually(lambda: service.starts == 2, AGAIN_SECONDS, "a second start")
        eventually(lambda: version(service) == 1, AGAIN_SECONDS, "version 1 again")

        rename_over(away / "orders.xlsx", versioned_workbook(2))
        away.rename(shop)

        eventually(lambda: version(service) == 2, AGAIN_SECONDS, "version 2")
        assert service.starts == 2
