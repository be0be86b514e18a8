"""The bytes of the workbook, read once and whole, and its handle closed at once.

Nobody can save a file in Excel while we hold it open, so nothing is parsed from
an open file.
"""

import os
import stat
import sys
from io import FileIO
from pathlib import Path

from corsheet.watch import Fingerprint


class UnstableError(Exception):
    """The file changed while it was read; read it again."""


class TooLargeError(Exception):
    """The file has more bytes than the limit."""


def read_whole(path: Path, most_bytes: int) -> tuple[bytes, os.stat_result]:
    """Read a file that is not being written.

    Returns:
        All its bytes, and the stat they belong to.

    Raises:
        UnstableError: It changed meanwhile.
        TooLargeError: It has more than ``most_bytes``.
        OSError: It is not there, is locked, is no file, or cannot be read.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise IsADirectoryError(f"{path.name} is not a file")
    with _open_shared(path) as file:
        before = os.fstat(file.fileno())
        if before.st_size > most_bytes:
            raise TooLargeError
        # room for one byte more, to see it grow; room for the limit takes Windows 0.2 s to make
        data = _read_up_to(file, before.st_size + 1)
        after = os.fstat(file.fileno())
    now = path.stat()
    if not Fingerprint.of(before) == Fingerprint.of(after) == Fingerprint.of(now):
        raise UnstableError
    if len(data) != before.st_size:
        raise UnstableError
    return data, before


def _read_up_to(file: FileIO, count: int) -> bytes:
    pieces = []
    while count and (piece := file.read(count)):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


if sys.platform == "win32":  # pragma: no cover - runs on Windows only
    import ctypes
    import msvcrt
    from ctypes import wintypes

    _GENERIC_READ = 0x80000000
    _SHARE_READ_WRITE_DELETE = 7
    _OPEN_EXISTING = 3
    _INVALID_HANDLE = ctypes.c_void_p(-1).value

    def _open_shared(path: Path) -> FileIO:
        """Open a file so that others may write, rename and delete it meanwhile.

        Python's own ``open`` denies renaming and deleting, which is how Excel saves.
        """
        create = ctypes.WinDLL("kernel32", use_last_error=True).CreateFileW
        create.restype = wintypes.HANDLE
        create.argtypes = (
            wintypes.LPCWSTR,
            wintypes.DWORD,
            wintypes.DWORD,
            wintypes.LPVOID,
            wintypes.DWORD,
            wintypes.DWORD,
            wintypes.HANDLE,
        )
        handle = create(
            str(path), _GENERIC_READ, _SHARE_READ_WRITE_DELETE, None, _OPEN_EXISTING, 0, None
        )
        if handle == _INVALID_HANDLE:
            raise ctypes.WinError(ctypes.get_last_error())
        return FileIO(msvcrt.open_osfhandle(handle, os.O_RDONLY), "r")

else:

    def _open_shared(path: Path) -> FileIO:
        return FileIO(path, "r")
