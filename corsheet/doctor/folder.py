"""What stands around the workbook: who has it open, where its folder lies, copies beside it."""

import os
import platform
import re
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from corsheet.doctor import Check, ok, plural, trouble, warning

# Excel's owner file "~$NAME": a length, the name in a code page up to byte 54, then a length and
# the name in UTF-16 (LibreOffice, svl/source/misc/msodocumentlockfile.cxx).
OWNER_START, OWNER_NAME, OWNER_LONGEST = 55, 57, 52

LOCK_OLD_SECONDS = 24 * 3600.0
"""A lock file older than a day is rather left over than held: shops close at night."""

MOST_LOCK_BYTES = 4096
"""Of a lock file; Excel's has 165, LibreOffice's a line."""

SHARES = frozenset({"9p", "afs", "ceph", "cifs", "davfs", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"})
"""Kinds of file system that other computers write to (the fuse ones beside them)."""

FUSE_SHARES = re.compile(r"fuse\.(sshfs|davfs2?|rclone|gvfsd-fuse|s3fs|glusterfs|smbnetfs)")

DRIVE_REMOTE = 4
"""What Windows' GetDriveType says of a mapped drive."""

SYNCED = re.compile(
    r"(OneDrive|Dropbox|Google ?Drive|GoogleDrive-.*|iCloud ?Drive|Mobile Documents|Nextcloud"
    r"|ownCloud|SynologyDrive)\b.*",
    re.IGNORECASE,
)
"""Names of the folders that sync clients keep."""

RECALL = 0x1000 | 0x40000 | 0x400000
"""FILE_ATTRIBUTE_OFFLINE, _RECALL_ON_OPEN and _RECALL_ON_DATA_ACCESS ([MS-FSCC], 2.6)."""

SHOWN = 3
"""Names of copies that are told."""

KEEP = "right-click its folder and choose “Always keep on this device”"


def is_folder(path: Path) -> bool:
    """Tell whether there is a folder, as far as this account may look."""
    try:
        return path.is_dir()
    except OSError:
        return False


def check_owners(workbook: Path, now: float | None = None) -> Iterator[Check]:
    """Tell who has the workbook open: Excel and LibreOffice leave a file beside it that says so.

    Args:
        workbook: Its file.
        now: Seconds since 1970; None: the clock's.
    """
    locks = {
        "Excel": workbook.with_name(f"~${workbook.name}"),
        "LibreOffice": workbook.with_name(f".~lock.{workbook.name}#"),
    }
    is_open = False
    for program, lock in locks.items():
        try:
            written = lock.stat().st_mtime
        except OSError:
            continue
        is_open = True
        who = _owner(lock) or "somebody"
        seen = f"{who} has the workbook open in {program}"
        cure = "what is not saved yet, the till does not see: have it saved there"
        if (time.time() if now is None else now) - written > LOCK_OLD_SECONDS:
            seen += ", for more than a day"
            cure = f"if nobody has it open any more, delete {lock.name}"
        yield warning("open", seen, cure)
    if not is_open:
        yield ok("open", "nobody has the workbook open")


def _owner(lock: Path) -> str:
    """Read who holds a lock file; empty: it does not say, or may not be read."""
    try:
        with lock.open("rb") as file:
            data = file.read(MOST_LOCK_BYTES)
    except OSError:
        return ""  # Excel denies it at times
    if lock.name.startswith("~$"):
        count = int.from_bytes(data[OWNER_START:OWNER_NAME], "little")
        text = data[OWNER_NAME : OWNER_NAME + 2 * min(count, OWNER_LONGEST)]
        name = text.decode("utf-16-le", "replace")
        name = name or data[1 : 1 + min(data[0] if data else 0, OWNER_LONGEST)].decode("latin-1")
    else:  # name, login, computer, time, profile; parted by commas
        fields = [*data.decode("utf-8", "replace").split(","), "", "", ""][:3]
        name = " on ".join(part for part in (fields[0].strip() or fields[1], fields[2]) if part)
    return "".join(c for c in name if c.isprintable()).strip()


def check_place(
    workbook: Path, mounts: str | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[Check]:
    """Tell whether the folder is a network share, or a sync client's.

    Args:
        workbook: Its file.
        mounts: ``/proc/self/mountinfo``; None: this computer's.
        environment: Of the process; None: ours.
    """
    folder = Path(os.path.realpath(workbook.parent))
    share = share_of(folder, mounts)
    if share:
        yield warning(
            "place",
            f"the workbook is on a network share ({share}): events may not come from there",
            "it works, by a look every 2 seconds; for a service on Windows name the share as"
            r" \\server\folder, since it has no mapped letters",
        )
    synced = _synced(folder, os.environ if environment is None else environment)
    if synced:
        yield warning(
            "place",
            f"the workbook is in a folder that {synced} keeps in step with other computers",
            f"{KEEP}; let one person at a time edit it, or two copies come of it",
        )
    if not (share or synced):
        yield ok("place", "the workbook is in a folder of this computer's own")


def share_of(folder: Path, mounts: str | None = None) -> str:
    """Name the kind of share that a folder is on; empty: none, or this system does not say."""
    if str(folder).startswith(("\\\\", "//")):
        return "UNC path"
    if sys.platform == "win32":  # pragma: no cover - runs on Windows only
        import ctypes  # noqa: PLC0415 - Windows only

        kind = ctypes.windll.kernel32.GetDriveTypeW(folder.anchor)
        return "mapped drive" if kind == DRIVE_REMOTE else ""
    if mounts is None:
        try:
            mounts = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
        except OSError:
            return ""  # not Linux
    kind = _file_system(folder, mounts)
    return kind if kind in SHARES or FUSE_SHARES.fullmatch(kind) else ""


def _file_system(folder: Path, mounts: str) -> str:
    """Give the kind of file system at a folder (proc_pid_mountinfo(5)); empty: unknown."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5:  # noqa: PLR2004 - the fifth is the place
            continue
        place = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[4])
        # of two at one place, the later one lies on top
        if folder.is_relative_to(place) and len(place) >= best:
            best, kind = len(place), after.split(" ")[0]
    return kind


def _synced(folder: Path, environment: Mapping[str, str]) -> str:
    """Name the sync client whose folder this is; empty: none that is known."""
    for variable in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"):  # set by it on Windows
        root = environment.get(variable)
        if root and folder.is_relative_to(root):
            return "OneDrive"
    for part in folder.parts:
        found = SYNCED.fullmatch(part)
        if found:
            return found[1]
    return ""


def check_placeholder(workbook: Path, attributes: int | None = None) -> Iterator[Check]:
    """Tell whether the file is only a name here, and its bytes are in the cloud (Windows).

    Args:
        workbook: Its file.
        attributes: Of the file, as Windows has them; None: those it has.
    """
    if attributes is None:
        try:
            attributes = getattr(workbook.stat(), "st_file_attributes", 0)
        except OSError:
            return  # told by the check of the workbook
    if attributes & RECALL:
        yield trouble(
            "placeholder",
            "the workbook is only a name on this computer; its content is in the cloud",
            f"{KEEP}, so that it can be read without the internet",
        )


def check_copies(workbook: Path, computer: str | None = None) -> Iterator[Check]:
    """Tell of copies beside the workbook that a sync client or a browser made.

    Args:
        workbook: Its file.
        computer: The name of this one, which OneDrive writes; None: as it says.
    """
    try:
        names = sorted(path.name for path in workbook.parent.iterdir())
    except OSError:
        return  # told by the check of the workbook
    pattern = _copy_pattern(workbook, computer or platform.node())
    copies = [name for name in names if name != workbook.name and pattern.fullmatch(name)]
    if not copies:
        yield ok("copies", "no second copy of the workbook is beside it")
        return
    told = ", ".join(copies[:SHOWN]) + (" …" if len(copies) > SHOWN else "")
    yield warning(
        "copies",
        f"{plural(len(copies), 'copy', 'copies')} of the workbook beside it: {told}",
        f"look which is right, put its changes into {workbook.name}, and move the copy away",
    )


def _copy_pattern(workbook: Path, computer: str) -> re.Pattern[str]:
    """Make what the names of copies match.

    ``orders (1)`` by browsers, ``orders-PC1`` by OneDrive, ``(Anna's conflicted copy …)`` by
    Dropbox, ``.sync-conflict-…`` by Syncthing, ``- Copy`` by Windows. A computer's name is in
    capitals (at most 15, [MS-NBTE]), or this one's own.
    """
    names = rf"-(?:(?=[0-9-]*[A-Z])[A-Z0-9-]{{2,15}}|(?i:{re.escape(computer) or 'PC'}))"
    ways = rf"(?: ?\([0-9]+\)|{names}(?:-[0-9]+)?|(?i:.*conflict.*)| - (?i:copy|kopia).*)"
    return re.compile(f"(?i:{re.escape(workbook.stem)}){ways}(?i:{re.escape(workbook.suffix)})")
