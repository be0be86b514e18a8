"""What a running service holds: memory, handles, threads, snapshots. Needs Linux."""

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks.common import KIB, in_mib
from benchmarks.processes import tree
from tests.support.service import is_reader

SNAPSHOT = ".snapshot"


class Footprint(NamedTuple):
    """What all processes of a service hold together, but for the child that reads.

    Attributes:
        resident: Memory in bytes; pages that processes share count in each.
        proportional: Memory in bytes, with each shared page counted once.
        anonymous: Memory in bytes that no file stands behind, so that the system cannot take it
            back: what grows where something leaks.
        handles: Open files, sockets and the like.
        threads: In all processes.
        snapshots: Snapshot files that the process with the most of them has open or mapped.
    """

    resident: int
    proportional: int
    anonymous: int
    handles: int
    threads: int
    snapshots: int

    def __str__(self) -> str:
        """Write it for a line of figures."""
        return (
            f"{in_mib(self.resident)} resident ({in_mib(self.anonymous)} of its own),"
            f" {self.handles} handles, {self.threads} threads, {self.snapshots} snapshots"
        )


def footprint(pid: int) -> Footprint:
    """Measure a service by the process that was started; what ends meanwhile counts nothing."""
    found = []
    for one in tree(pid):
        with suppress(OSError):
            if not is_reader(one):
                found.append(_of_process(Path(f"/proc/{one}")))
    resident, proportional, anonymous, handles, threads, _ = map(sum, zip(*found, strict=True))
    most = max(one.snapshots for one in found)
    return Footprint(resident, proportional, anonymous, handles, threads, most)


def _of_process(process: Path) -> Footprint:
    memory = dict[str, int]()
    for line in (process / "smaps_rollup").read_text("ascii").splitlines()[1:]:
        name, size, _ = line.split()  # such as "Rss: 123 kB", proc(5)
        memory[name] = int(size) * KIB
    files = [_target(handle) for handle in (process / "fd").iterdir()]
    mapped = {
        line[5] for line in map(str.split, (process / "maps").read_text().splitlines()) if line[5:]
    }
    return Footprint(
        resident=memory["Rss:"],
        proportional=memory["Pss:"],
        anonymous=memory["Anonymous:"],
        handles=len(files),
        threads=len(list((process / "task").iterdir())),
        snapshots=len({path for path in {*files, *mapped} if path.endswith(SNAPSHOT)}),
    )


def _target(handle: Path) -> str:
    """Tell what a handle is open on; the listing's own has gone already."""
    with suppress(OSError):
        return str(handle.readlink()).removesuffix(" (deleted)")
    return ""
