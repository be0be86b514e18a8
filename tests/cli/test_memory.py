"""The bound on the memory of the process that reads."""

import ctypes
import subprocess
import sys
from typing import Any

import pytest

from corsheet.cli.memory import EXTENDED_LIMITS, PROCESS_MEMORY, Extended, enter_job

MIB = 1024 * 1024


class Kernel32:
    """Stands for Windows' library, and notes what it is told.

    Attributes:
        limits: What the job was given.
        members: The processes in it.
    """

    def __init__(self, *, takes_limits: bool = True) -> None:
        self.limits = b""
        self.members: list[int] = []
        self._takes_limits = takes_limits
        for name in ("CreateJobObjectW", "GetCurrentProcess", "SetInformationJobObject"):
            setattr(self, name, Function(getattr(self, f"_{name}")))

    def _CreateJobObjectW(self, *_: object) -> int:  # noqa: N802 - as it is called
        return 7

    def _GetCurrentProcess(self) -> int:  # noqa: N802
        return 2**64 - 1

    def _SetInformationJobObject(  # noqa: N802
        self, job: Any, kind: int, limits: Any, size: int
    ) -> int:
        assert (job.value, kind) == (7, EXTENDED_LIMITS)
        self.limits = ctypes.string_at(limits, size)
        return int(self._takes_limits)

    def AssignProcessToJobObject(self, job: Any, process: Any) -> int:  # noqa: N802
        """Note a member."""
        assert job.value == 7
        self.members.append(process.value)
        return 1

    def GetLastError(self) -> int:  # noqa: N802
        """Give an error's number."""
        return 87


class Function:
    """One of the library's, whose kind of result can be told."""

    restype: Any = None

    def __init__(self, call: Any) -> None:
        self.call = call

    def __call__(self, *arguments: Any) -> Any:
        """Call it."""
        return self.call(*arguments)


def test_windows_process_enters_a_job_with_a_limit() -> None:
    """Itself, whose handle is -1; with the structure that winnt.h has."""
    kernel32 = Kernel32()

    enter_job(kernel32, 300 * MIB)

    told = Extended.from_buffer_copy(kernel32.limits)
    assert ctypes.sizeof(Extended) == 144  # of Windows with 64 bits
    assert (told.basic.flags, told.process_bytes) == (PROCESS_MEMORY, 300 * MIB)
    assert kernel32.members == [2**64 - 1]


def test_windows_takes_no_limit() -> None:
    """What it says is told, and the process is in no job."""
    kernel32 = Kernel32(takes_limits=False)

    with pytest.raises(OSError, match="error 87"):
        enter_job(kernel32, MIB)

    assert kernel32.members == []


@pytest.mark.skipif(sys.platform == "win32", reason="there it is a job")
@pytest.mark.parametrize("lower", [None, 512 * MIB])
def test_a_limit_that_somebody_has_set_is_not_raised(lower: int | None) -> None:
    """Such as a hard limit of the shell's, which nobody but root may raise."""
    limit = f"resource.setrlimit(resource.RLIMIT_AS, ({lower}, {lower}))" if lower else ""
    code = f"""
import resource
{limit}
from corsheet.cli.memory import limit_memory
limit_memory({600 * MIB})
print(*resource.getrlimit(resource.RLIMIT_AS))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    expected = lower or 600 * MIB
    assert ran.stdout.split() == [str(expected)] * 2
