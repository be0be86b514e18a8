"""A bound on the memory of this process, with what each system has for that."""

import ctypes
import sys
from typing import Any


class _Basic(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION (winnt.h)."""

    _fields_ = (
        ("per_process_user_time", ctypes.c_int64),
        ("per_job_user_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("most_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    )


class Extended(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION (winnt.h)."""

    _fields_ = (
        ("basic", _Basic),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_bytes", ctypes.c_size_t),
        ("job_bytes", ctypes.c_size_t),
        ("peak_process_bytes", ctypes.c_size_t),
        ("peak_job_bytes", ctypes.c_size_t),
    )


EXTENDED_LIMITS = 9
"""JobObjectExtendedLimitInformation."""

PROCESS_MEMORY = 0x100
"""JOB_OBJECT_LIMIT_PROCESS_MEMORY: what a process has committed, as with RLIMIT_AS."""


def limit_memory(most_bytes: int) -> None:
    """Bind this process, and those that it starts; a request beyond raises MemoryError.

    Args:
        most_bytes: Above 0. Where somebody has set a lower limit, that one stays.

    Raises:
        OSError: The system does not do it.
    """
    if sys.platform == "win32":
        enter_job(ctypes.WinDLL("kernel32"), most_bytes)
        return
    import resource  # noqa: PLC0415 - not on Windows

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = most_bytes if hard == resource.RLIM_INFINITY else min(most_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def enter_job(kernel32: Any, most_bytes: int) -> None:
    """Put this process into a job of its own, which ends with it (jobapi2.h).

    Args:
        kernel32: Windows' library.
        most_bytes: Of each process in it.

    Raises:
        OSError: The system does not do it.
    """
    kernel32.CreateJobObjectW.restype = ctypes.c_void_p
    kernel32.GetCurrentProcess.restype = ctypes.c_void_p
    limits = Extended(_Basic(flags=PROCESS_MEMORY), process_bytes=most_bytes)
    job = ctypes.c_void_p(kernel32.CreateJobObjectW(None, None))
    size = ctypes.sizeof(limits)
    if not (
        job
        and kernel32.SetInformationJobObject(job, EXTENDED_LIMITS, ctypes.byref(limits), size)
        and kernel32.AssignProcessToJobObject(job, ctypes.c_void_p(kernel32.GetCurrentProcess()))
    ):
        raise OSError(f"there is no job with a limit: error {kernel32.GetLastError()}")
