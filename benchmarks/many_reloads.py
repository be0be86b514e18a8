"""Reloads a small workbook a thousand times under load, and looks for what is left behind.

``python -m benchmarks.many_reloads [--engine E] [--reloads N] [--orders N]`` saves workbooks of
200 orders that change in every field, the next one as soon as the one before is served, while
tills ask 200 times a second and check each answer (``tills``). Told are wrong answers, and what
the service holds after 10 reloads and after all: memory, handles, threads, snapshots. Ends with 1
where an answer was wrong or something has grown. Needs Linux.
"""

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.common import in_words, machine, percentile, table
from benchmarks.editions import UNITS, Edition, Key, keys
from benchmarks.footprint import Footprint, footprint
from benchmarks.load import Request, load
from benchmarks.processes import AUTHORIZATION, Corsheet, corsheet
from benchmarks.questions import BRANCH_USER, order_question
from benchmarks.reloading import wait_until_served
from benchmarks.tills import FOLLOW_SECONDS, History, Tills
from tests.support.saving import rename_over

EDITIONS = 20
"""Workbooks made beforehand, which take turns."""

REQUESTS_PER_SECOND = 200
FIRST_LOOK = 10
"""Reloads after which what the service holds is looked at first."""

MOST_GROWTH = 1.05
"""Of memory from the first look to the last, as the aim says."""

MOST_SNAPSHOTS = 2
"""Open at once: the one served, and the one before while it is still asked."""

CALM_SECONDS = 3.0
"""Without a reload before a look, so that nothing of one is under way."""

WARM_CONNECTIONS, WARM_SECONDS = 32, 3.0
MINUTE = 60.0
BETWEEN_LOOKS = 50
"""Reloads between two lines of figures."""


def look(service: Corsheet) -> Footprint:
    """Look at what the service holds at rest."""
    time.sleep(CALM_SECONDS)
    return footprint(service.program.process.pid)


def warm(service: Corsheet, ids: list[Key]) -> None:
    """Ask all at once for a while, so that the engine has started all the threads it may."""
    headers = {"Authorization": AUTHORIZATION}
    paths = [order_question(UNITS[0], key.order).path for key in ids]
    requests = [Request(path, headers=headers) for path in paths]
    load(service.address, requests, connections=WARM_CONNECTIONS, seconds=WARM_SECONDS)


def verdict(first: Footprint, last: Footprint, most_snapshots: int, wrong: int) -> list[str]:
    """Name what misses its aim."""
    aims = {
        f"{wrong} wrong answers": wrong == 0,
        "more memory": last.resident <= first.resident * MOST_GROWTH,
        "more handles": last.handles <= first.handles,
        "more threads": last.threads <= first.threads,
        f"{most_snapshots} snapshots open": most_snapshots <= MOST_SNAPSHOTS,
    }
    return [what for what, is_met in aims.items() if not is_met]


def compared(looks: dict[int, Footprint]) -> str:
    """Write a table of what was held after so many reloads."""
    headings = ("reloads", "resident", "of its own", "handles", "threads", "snapshots")
    rows = [
        [str(count), f"{one.resident:,}", f"{one.anonymous:,}"] + [str(n) for n in one[3:]]
        for count, one in looks.items()
    ]
    return table(headings, rows)


def measure(service: Corsheet, workbook: Path, options: argparse.Namespace) -> list[str]:
    """Reload so often; prints what it finds, and gives what misses its aim."""
    history = History(0.0 if options.engine == "waitress" else FOLLOW_SECONDS)
    editions = [Edition(version, options.orders) for version in range(1, EDITIONS + 1)]
    contents = [edition.workbook for edition in editions]
    tills = Tills(service.address, keys(options.orders), history, REQUESTS_PER_SECOND)
    times: list[float] = []
    looks: list[Footprint] = []
    most_snapshots = 0

    def reload(number: int) -> None:
        history.saves(editions[number % EDITIONS])
        saved = time.monotonic()
        rename_over(workbook, contents[number % EDITIONS])
        wait_until_served(service.address, contents[number % EDITIONS])
        history.confirms(editions[number % EDITIONS])
        times.append(time.monotonic() - saved)

    begun = time.monotonic()
    reload(0)
    warm(service, keys(options.orders))
    time.sleep(FOLLOW_SECONDS)
    with tills.running():
        for number in range(1, options.reloads + 1):
            reload(number)
            now = footprint(service.program.process.pid)
            most_snapshots = max(most_snapshots, now.snapshots)
            is_late = time.monotonic() - begun > options.minutes * MINUTE
            if number in {FIRST_LOOK, options.reloads} or (is_late and looks):
                looks.append(look(service))
            if number == FIRST_LOOK or number % BETWEEN_LOOKS == 0:
                print(f"{number} reloads: {now}; {tills.wrong} wrong", flush=True)
            if is_late and looks:
                break
    print(compared(dict(zip((FIRST_LOOK, len(times) - 1), looks, strict=True))))
    print(
        f"{sum(tills.asked.values()):,} answers, {tills.wrong} wrong; saved to served"
        f" {in_words(percentile(times, 0.5))} median, {in_words(max(times))} at most;"
        f" at most {most_snapshots} snapshots open"
    )
    print(*tills.faults, sep="\n")
    cut = [] if len(times) > options.reloads else [f"only {len(times) - 1} reloads in time"]
    return [*cut, *verdict(looks[0], looks[-1], most_snapshots, tills.wrong)]


def main() -> None:
    """Measure, print and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="waitress")
    parser.add_argument("--reloads", type=int, default=1000)
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=30.0, help="at most")
    options = parser.parse_args()
    print(f"{machine()}; engine {options.engine}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        workbook = Path(name) / "orders.xlsx"
        workbook.write_bytes(Edition(EDITIONS + 1, options.orders).workbook)
        with corsheet(
            workbook.parent, config=BRANCH_USER, arguments=("--engine", options.engine)
        ) as service:
            missed = measure(service, workbook, options)
    print("missed: " + ", ".join(missed) if missed else "all aims met")
    raise SystemExit(bool(missed))


if __name__ == "__main__":
    main()
