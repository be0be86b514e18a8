"""Measures the time from a save to the first reply that shows it.

``.venv/bin/python benchmarks/save_to_served.py [SAVES]`` starts the service on loopback, saves
its workbook (20 orders) so many times, 20 where nothing is said, by a rename and, where it is
installed, in LibreOffice in turn, and prints the median and the extremes of each.
"""

import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.end_to_end.test_reload_under_load import version_changes
from tests.support.libreoffice import bridge_python, opened
from tests.support.saving import UNIT, rename_over, versioned_workbook
from tests.support.service import Service, serving

LONGEST_SECONDS = 10.0
ORDER = f"/business-units/{UNIT}/customer-orders/000020"


def measure(service: Service, version: int, save: Callable[[], object]) -> float:
    """Save once; gives the seconds until the version is served."""
    save()
    saved = time.monotonic()
    while f'"v{version}"'.encode() not in service.get(ORDER).body:
        if time.monotonic() - saved > LONGEST_SECONDS:
            raise SystemExit(f"not served within {LONGEST_SECONDS} s: {service.ready()}")
        time.sleep(0.005)
    return time.monotonic() - saved


def run(name: str, saves: int) -> list[float]:
    """Measure one way to save, with a service of its own."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path = Path(folder) / "orders.xlsx"
        path.write_bytes(versioned_workbook(1))
        service = stack.enter_context(serving(path.parent))
        document = stack.enter_context(opened(path)) if name == "LibreOffice" else None
        times = []
        for version in range(2, saves + 2):
            if document is not None:
                changes = version_changes(version)
                times.append(measure(service, version, partial(document.save, changes)))
            else:
                data = versioned_workbook(version)
                times.append(measure(service, version, partial(rename_over, path, data)))
    return sorted(times)


def main() -> None:
    """Measure and print."""
    saves = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    print(f"Python {platform.python_version()}, {platform.machine()}, {saves} saves each")
    print("| saved by | median | least | most |\n|---|---|---|---|")
    for name in ("rename", *(["LibreOffice"] if bridge_python() else [])):
        times = run(name, saves)
        median = statistics.median(times)
        print(f"| {name} | {median:.3f} s | {times[0]:.3f} s | {times[-1]:.3f} s |")


if __name__ == "__main__":
    main()
