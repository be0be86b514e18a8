"""How Office saves a workbook on Windows, through the calls that it uses."""

import ctypes
import sys
from pathlib import Path
from typing import Any

GENERIC_READ_WRITE = 0xC0000000
SHARE_READ = 1
OPEN_EXISTING = 3
INVALID_HANDLE = ctypes.c_void_p(-1).value
IGNORE_MERGE_ERRORS = 2

UNSHARED = frozenset({32, 33})
"""ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION: somebody has the file open and shares it not."""

NAME_TAKEN = frozenset({5, 183})
"""ERROR_ACCESS_DENIED, ERROR_ALREADY_EXISTS: a file cannot take the name of one that somebody
has open, however kindly, nor that of one deleted meanwhile. So it is under Wine, on shares and
FAT; on NTFS since Windows 10 1809 less so. Office's own ways do not need that name."""


def code_of(error: OSError) -> int:
    """Give Windows' own number of an error; 0: it has none."""
    return int(getattr(error, "winerror", None) or 0)


def replace_file(path: Path, data: bytes) -> None:
    """Save as Office does now: one call gives the new file the old one's name and rights.

    Source: Microsoft, "ReplaceFileW function"; the backup's name is the one that Office gives.

    Raises:
        OSError: It may not be done.
    """
    temporary, aside = path.with_name("8C2D41F0"), path.with_name(f"{path.name}~RF13423b67.TMP")
    temporary.write_bytes(data)
    _checked("ReplaceFileW", str(path), str(temporary), str(aside), IGNORE_MERGE_ERRORS, None, None)
    aside.unlink()


def while_it_is_open(path: Path, data: bytes) -> None:
    """Save as Excel does with a workbook on the screen: it has it open to write, till it renames.

    Raises:
        OSError: It may not be done.
    """
    temporary = path.with_name("5A77B310")
    handle = _open_to_edit(path)
    try:
        temporary.write_bytes(data)
    finally:
        _close(handle)
    path.unlink()
    temporary.rename(path)


def _open_to_edit(path: Path) -> int:
    """Open a file to read and write; others may read it meanwhile."""
    arguments = (GENERIC_READ_WRITE, SHARE_READ, None, OPEN_EXISTING, 0, None)
    handle: int = _checked("CreateFileW", str(path), *arguments, result=ctypes.c_void_p)
    return handle


def _close(handle: int) -> None:
    _checked("CloseHandle", ctypes.c_void_p(handle))


def _checked(name: str, *arguments: object, result: Any = ctypes.c_int) -> Any:
    """Call a function of Windows.

    Raises:
        OSError: It failed.
    """
    if sys.platform == "win32":
        call = getattr(ctypes.WinDLL("kernel32", use_last_error=True), name)
        call.restype = result
        found = call(*arguments)
        if found and found != INVALID_HANDLE:
            return found
        raise ctypes.WinError(ctypes.get_last_error())
    raise NotImplementedError("Windows has these calls")
