"""systemd itself, as the first process of a system of its own that is thrown away afterwards.

The root of that system is this computer's, with all that is written kept in memory
(overlayfs(5)): nothing of this computer is changed. Only the network is the same.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.service import eventually

SYSTEMD = Path("/lib/systemd/systemd")
START_SECONDS = 20
RUN_SECONDS = 60
TARGET = "corsheet-test.target"

BOOT = r"""
set -e
over=$1 shared=$2 target=$3
mount --make-rprivate /
mount -t tmpfs tmpfs "$over"
mkdir "$over/up" "$over/work" "$over/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$over/up,workdir=$over/work" "$over/root"
cd "$over/root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
chmod 1777 tmp
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount --bind "$shared" srv
rm -rf etc/systemd/system/*
printf '[Unit]\nDescription=Nothing but what is tested\n' > "etc/systemd/system/$target"
pivot_root . mnt
umount -l mnt
export container=other
exec chroot . /lib/systemd/systemd --system --unit="$target" --log-target=null
"""


TRY = """
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/up /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/up,workdir=/mnt/work /mnt/root
mount -t cgroup2 cgroup2 /mnt/root/mnt
"""
"""What only some may do, in a place that is gone with the process that does it."""


class OwnSystem:
    """A system that runs.

    Attributes:
        pid: Of its systemd, as this computer counts.
        root: Its files, seen from here.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.root = Path(f"/proc/{pid}/root")

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run a command in it, as its root, with next to no environment."""
        return subprocess.run(
            ["nsenter", f"--target={self.pid}", "--mount", "--pid", "--uts", "--ipc", "--cgroup",
             "--root", "--wd=/", *command],
            env={"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin", "HOME": "/root"},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            timeout=RUN_SECONDS,
        )  # fmt: skip

    def show(self, unit: str, key: str) -> str:
        """Give a property of a unit."""
        return self.run("systemctl", "show", unit, f"--property={key}", "--value").stdout.strip()

    @property
    def is_up(self) -> bool:
        """Tell whether its systemd takes commands."""
        return self.run("systemctl", "is-active", TARGET).stdout.strip() == "active"


def hindrance() -> str:
    """Say why there can be no such system here; empty: there can."""
    if os.name != "posix" or os.geteuid() != 0:
        return "only root may start a system of its own"
    if not SYSTEMD.exists() or not all(map(shutil.which, ("unshare", "nsenter", "systemctl"))):
        return "needs systemd and util-linux"
    tried = ["unshare", "--mount", "--pid", "--fork", "--uts", "--ipc", "--cgroup", "sh", "-ec"]
    if subprocess.run([*tried, TRY], check=False, capture_output=True).returncode:
        return "this root may not mount what a system needs"
    return ""


@contextmanager
def own_system(folder: Path, shared: Path) -> Iterator[OwnSystem]:
    """Start a system, and end it with everything in it.

    Args:
        folder: An empty one, over which its files are mounted.
        shared: What both see; there it is /srv.
    """
    process = subprocess.Popen(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc", "--cgroup",
         "bash", "-c", BOOT, "boot", str(folder), str(shared), TARGET],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    try:
        eventually(lambda: bool(children.read_text("ascii")), START_SECONDS, "a first process")
        system = OwnSystem(int(children.read_text("ascii").split()[0]))
        eventually(lambda: system.is_up, START_SECONDS, "systemd")
        yield system
    finally:
        process.send_signal(signal.SIGKILL)
        _, errors = process.communicate()
        assert not errors, errors
