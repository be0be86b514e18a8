"""systemd itself keeps the service: the one file, installed as the page says, in a real sandbox.

What the unit bounds, restarts and stops is done by systemd here, not by a stand-in.
"""

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.own_system import OwnSystem, hindrance, own_system
from tests.support.saving import UNIT, rename_over, versioned_workbook
from tests.support.service import AUTHORIZATION, ROOT, Client, eventually, settings_text
from tests.support.supervisor import free_port, version

PROGRAM = ROOT / "dist" / "corsheet"
CONFIG = "/srv/settings/corsheet.toml"
STATE = "var/lib/private/corsheet"
AGAIN_SECONDS = 20
STOP_SECONDS = 5.0

pytestmark = [
    pytest.mark.program,
    pytest.mark.systemd,
    pytest.mark.skipif(not PROGRAM.exists(), reason="`python run.py build` has not been run"),
]


class Shop(Client):
    """A shop's computer with the service on it.

    Attributes:
        system: The computer.
        folder: With the workbook, and room beside it.
        address: Of the service.
    """

    def __init__(self, system: OwnSystem, folder: Path, port: int) -> None:
        self.system = system
        self.folder = folder
        self.address = f"http://127.0.0.1:{port}"

    def corsheet(self, *arguments: str) -> tuple[int, str]:
        """Run the program as root; gives its exit status, and what it said."""
        ran = self.system.run("corsheet", *arguments)
        return ran.returncode, ran.stdout + ran.stderr

    def save(self, version: int) -> None:
        """Save the workbook as Excel does."""
        rename_over(self.folder / "orders.xlsx", versioned_workbook(version))
        (self.folder / "orders.xlsx").chmod(0o644)

    def kill(self) -> None:
        """End the main process as a fault would, and wait until it runs again."""
        starts = self.starts
        self.system.run("systemctl", "kill", "--kill-whom=main", "--signal=SIGKILL", "corsheet")
        eventually(lambda: self.starts > starts, AGAIN_SECONDS, "another start")

    @property
    def starts(self) -> int:
        """How often systemd has started it after a failure."""
        return int(self.system.show("corsheet", "NRestarts"))


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OwnSystem, Path]]:
    """A computer with the one file in its path, and a folder that both of us see."""
    if why := hindrance():
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("system")
    shared = folder / "shared"
    for path in (folder / "over", shared):
        path.mkdir()
    shared.chmod(0o755)
    with own_system(folder / "over", shared) as running:
        shutil.copy(PROGRAM, running.root / "usr/local/bin/corsheet")
        yield running, shared


@pytest.fixture(params=["granian"])
def shop(system: tuple[OwnSystem, Path], request: pytest.FixtureRequest) -> Iterator[Shop]:
    """A shop whose service is installed and serves version 1."""
    computer, shared = system
    folder, settings, port = shared / "shop", shared / "settings", free_port()
    text = settings_text(settings).replace("orders.xlsx", "../shop/orders.xlsx")
    text += f'\n[server]\nport = {port}\nengine = "{request.param}"\n'
    (settings / "corsheet.toml").write_text(text, "utf-8")
    folder.mkdir()
    running = Shop(computer, folder, port)
    running.save(1)
    status, said = running.corsheet("service", "install", "--config", CONFIG)
    try:
        assert status == 0, said
        assert "it runs as a user of its own" in said
        assert f"it answers on 127.0.0.1:{port}\n" in said
        eventually(lambda: version(running) == 1, AGAIN_SECONDS, "version 1")
        yield running
    finally:
        assert running.corsheet("service", "uninstall")[0] == 0
        shutil.rmtree(folder)
        shutil.rmtree(settings)
        computer.run("sh", "-c", f"rm -rf /{STATE} /var/lib/corsheet")


def test_it_is_installed_looked_at_and_taken_away(shop: Shop) -> None:
    """As a user of its own; the doctor knows it, whoever asks."""
    assert shop.system.show("corsheet", "DynamicUser") == "yes"
    assert (shop.system.root / STATE).stat().st_uid != 0
    status, said = shop.corsheet("service", "status")
    assert (status, "corsheet: running" in said) == (0, True), said

    nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    for who in ([], nobody):
        ran = shop.system.run(*who, "corsheet", "doctor", "--seconds=30", "--config", CONFIG)
        assert ran.returncode == 0, ran.stdout
        assert "port: corsheet answers on 127.0.0.1:" in ran.stdout
        assert "service: runs, and serves 20 orders" in ran.stdout
        assert "not noted" not in ran.stdout

    assert shop.corsheet("service", "stop")[0] == 0
    status, said = shop.corsheet("service", "status")
    assert (status, "corsheet: not running" in said) == (1, True), said
    status, said = shop.corsheet("doctor", "--seconds=30", "--config", CONFIG)
    assert (status, "corsheet is installed, and does not answer" in said) == (1, True), said
    assert shop.corsheet("service", "start")[0] == 0
    eventually(lambda: version(shop) == 1, AGAIN_SECONDS, "version 1 again")

    assert shop.corsheet("service", "uninstall")[0] == 0
    assert shop.corsheet("service", "status")[0] == 2
    assert version(shop) == 0


@pytest.mark.parametrize("shop", ["waitress", "granian"], indirect=True)
def test_it_is_started_again_and_stops_in_time(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a kill; and with a request under way, whose body never comes."""
    begun = time.monotonic()
    shop.kill()
    eventually(lambda: version(shop) == 1, AGAIN_SECONDS, "version 1 again")
    again = time.monotonic() - begun
    shop.save(2)
    eventually(lambda: version(shop) == 2, AGAIN_SECONDS, "version 2")

    with contextlib.closing(shop.connect()) as stuck:
        stuck.putrequest("POST", f"/business-units/{UNIT}/customer-orders:search")
        stuck.putheader("Authorization", AUTHORIZATION)
        stuck.putheader("Content-Length", "20")
        stuck.endheaders(b"{")
        begun = time.monotonic()
        assert shop.corsheet("service", "stop")[0] == 0
        stopped = time.monotonic() - begun

    with capsys.disabled():
        print(f"\nserves {again:.1f} s after a kill; stopped in {stopped:.1f} s")
    assert shop.system.show("corsheet", "Result") == "success"  # nobody had to kill it
    assert stopped <= STOP_SECONDS + 1  # with the start of the program that asks for it


def test_a_full_disk_and_a_kill_on_it_leave_the_last_good_orders(shop: Shop) -> None:
    """And a workbook that is saved meanwhile is taken once there is room."""
    mount = f"mount -t tmpfs -o size=512k,mode=0700 tmpfs /{STATE.rpartition('/')[0]}"
    assert shop.corsheet("service", "stop")[0] == 0
    assert shop.system.run("sh", "-c", mount).returncode == 0
    try:
        assert shop.corsheet("service", "start")[0] == 0
        eventually(lambda: version(shop) == 1, AGAIN_SECONDS, "version 1")
        filler = shop.system.root / STATE / ".." / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b"x" * 4096):
                pass
        shop.save(2)
        eventually(lambda: not shop.is_ready(), AGAIN_SECONDS, "to be told of the disk")
        assert version(shop) == 1

        shop.kill()
        eventually(lambda: version(shop) == 1, AGAIN_SECONDS, "version 1 again")

        filler.unlink()
        eventually(lambda: version(shop) == 2, AGAIN_SECONDS, "version 2")
        assert shop.starts == 1
    finally:
        shop.corsheet("service", "stop")
        shop.system.run("umount", "-l", f"/{STATE.rpartition('/')[0]}")


def test_a_folder_that_vanishes_leaves_the_last_good_orders(shop: Shop) -> None:
    """Over a kill while it is away too; and what it brings when it is back is served."""
    away = shop.folder.with_name("away")
    shop.folder.rename(away)
    assert version(shop) == 1
    shop.kill()
    eventually(lambda: version(shop) == 1, AGAIN_SECONDS, "version 1 again")

    away.rename(shop.folder)

    shop.save(2)
    eventually(lambda: version(shop) == 2, AGAIN_SECONDS, "version 2")
    assert shop.starts == 1


def test_it_can_write_nothing_else_and_sees_nobodys_home(shop: Shop) -> None:
    """Looked at from inside its own sandbox."""
    pid = shop.system.show("corsheet", "MainPID")
    inside = ("nsenter", f"--target={pid}", "--mount", "--root", "--wd=/")
    tried = shop.system.run(
        *inside,
        "sh",
        "-c",
        "touch /srv/shop/x; touch /usr/x; ls /root /home; mount -o remount,rw /",
    )
    status = Path(f"/proc/{shop.system.pid}/root/proc/{pid}/status").read_text("ascii")

    assert "/srv/shop/x': Read-only file system" in tried.stderr
    assert "/usr/x': Read-only file system" in tried.stderr
    assert tried.stdout.split() == ["/home:", "/root:"]  # as if nobody lived here
    assert "NoNewPrivs:\t1" in status
    assert "CapEff:\t0000000000000000" in status
    assert "Seccomp:\t2" in status
