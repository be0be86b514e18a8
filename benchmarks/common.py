"""What every measurement needs: the machine in words, medians with their spread, tables.

Beside it: ``processes`` (starting programs, their memory), ``load`` (requests a second and
latencies), ``plots`` (pictures as .svg), ``shop`` (made-up orders in every form).
"""

import math
import os
import platform
import statistics
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PLOTS = DOCS / "benchmarks"

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


class Spread(NamedTuple):
    """Several measurements of one thing, all in one unit."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        """Sum up at least one value."""
        ordered = sorted(values)
        return cls(statistics.median(ordered), ordered[0], ordered[-1])


def percentile(values: Iterable[float], share: float) -> float:
    """Give the least value that is not below this share (0 to 1) of all values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table, with a line break at its end."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def in_words(seconds: float) -> str:
    """Write a time with three digits that count, in s, ms or µs."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1 or unit == "µs":
            return f"{three_digits(seconds * factor)} {unit}"
    raise AssertionError


def three_digits(value: float) -> str:
    """Write a number with three digits that count, or all of a longer whole one."""
    if value <= 0:
        return f"{value:.0f}"
    return f"{value:,.{max(0, 2 - math.floor(math.log10(value)))}f}"


def in_mib(size: float) -> str:
    """Write a size, given in bytes."""
    return f"{size / MIB:,.0f} MiB"


def versions(*packages: str) -> str:
    """Name Python packages with their versions here; those not installed are left out."""
    found = []
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def machine() -> str:
    """Describe this computer in one sentence."""
    return (
        f"{_processor()}, {os.cpu_count()} processors, {_memory()}, {_system()}, "
        f"{platform.python_implementation()} {platform.python_version()}"
    )


def _processor() -> str:
    """Name the processor, or only its kind where the system does not tell more."""
    return _value_of(Path("/proc/cpuinfo"), "model name") or platform.machine()


def _memory() -> str:
    """Tell the main memory."""
    kibibytes = _value_of(Path("/proc/meminfo"), "MemTotal").removesuffix(" kB")
    return f"{int(kibibytes) * KIB / GIB:.0f} GiB" if kibibytes else "memory unknown"


def _system() -> str:
    """Name the operating system."""
    if sys.platform != "linux":
        return platform.platform()
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{system} (Linux {platform.release()})"


def _value_of(path: Path, name: str) -> str:
    """Give the first value of a name in lines such as ``name : value``; empty if there is none."""
    if not path.exists():
        return ""
    for line in path.read_text("utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""
