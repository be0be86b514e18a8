r"""Drive letters on Windows that a service does not see: a mapped letter is one person's alone.

A service runs in a session of its own; so a path such as ``Z:\shop`` is refused, and
``\\server\share\shop`` proposed. An administrator's terminal does not see the letters of the
same person either, so the registry is asked too.
"""

from collections.abc import Iterable
from enum import Enum
from pathlib import PurePath
from typing import Any, NamedTuple, Protocol

from corsheet.install.steps import InstallError

NO_ROOT, REMOTE = 1, 4
"""What GetDriveTypeW says of a letter that is not there, and of a mapped one (fileapi.h)."""

MOST_CHARACTERS = 32_768
"""Of a path on Windows."""


class Kind(Enum):
    """What stands behind a drive letter."""

    LOCAL = "local"
    MAPPED = "mapped"
    MISSING = "missing"


class Drive(NamedTuple):
    r"""A drive.

    Attributes:
        kind: What stands behind it.
        share: Of a mapped one, such as ``\\server\share``; empty: nobody knows.
    """

    kind: Kind
    share: str = ""


class Drives(Protocol):
    """Whoever knows the drives."""

    def look(self, letter: str) -> Drive:
        """Say what stands behind a letter, such as ``Z:``."""


def refuse_mapped(paths: Iterable[PurePath], drives: Drives) -> None:
    """Refuse paths that a service would not find.

    Raises:
        InstallError: One is on a mapped drive, or on none that is known here; the cure has
            its UNC path.
    """
    for path in paths:
        if len(path.drive) != len("Z:"):
            continue  # a share already
        drive = drives.look(path.drive.upper())
        if drive.kind is Kind.LOCAL:
            continue
        rest = str(path)[len(path.drive) :]
        unc = (drive.share or r"\\SERVER\SHARE") + rest
        raise InstallError(
            f"{path} is on the mapped drive {path.drive}, which a service does not see"
            if drive.kind is Kind.MAPPED
            else f"there is no drive {path.drive} here; a mapped one is not seen by a service",
            f"write {unc} in its place; or use --user: a task that starts when you log on",
        )


class TheseDrives:
    """See ``Drives``; of this computer."""

    def look(self, letter: str) -> Drive:
        """Ask Windows, then the registry."""
        import ctypes  # noqa: PLC0415 - slow to import, and only here

        windows: Any = vars(ctypes)["windll"]  # other systems have none
        kind = windows.kernel32.GetDriveTypeW(f"{letter}\\")
        share = ctypes.create_unicode_buffer(MOST_CHARACTERS)
        length = ctypes.c_ulong(MOST_CHARACTERS)
        if windows.mpr.WNetGetConnectionW(letter, share, ctypes.byref(length)) == 0:
            return Drive(Kind.MAPPED, share.value)
        if kind in {NO_ROOT, REMOTE}:
            remembered = _remembered(letter)
            is_mapped = bool(remembered) or kind == REMOTE
            return Drive(Kind.MAPPED if is_mapped else Kind.MISSING, remembered)
        return Drive(Kind.LOCAL)


def _remembered(letter: str) -> str:
    """Give the share that a person's letter is mapped to at each log-on; empty: none is."""
    import importlib  # noqa: PLC0415 - the type checker knows no registry on other systems

    winreg = importlib.import_module("winreg")
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, rf"Network\{letter[0]}") as key:
            return str(winreg.QueryValueEx(key, "RemotePath")[0])
    except OSError:
        return ""
