"""Writes ``docs/benchmarks.md`` and its plots from the figures of a run."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.aims import aims, of_load, rate
from benchmarks.common import Spread, in_mib, in_words, table, three_digits
from benchmarks.figures import LOOK_UP, SEARCH, Figures, SavingFigures, StartFigures
from benchmarks.lookups import CONNECTIONS
from benchmarks.plots import Bar, bars, curves
from benchmarks.rivals.everyone import loaded, starters

PAGE, PLOTS = "benchmarks.md", "benchmarks"
"""In the folder of the docs."""

HEAD = """# Benchmarks: corsheet beside other servers

`.venv/bin/python -m benchmarks` installs the other servers into a folder that git ignores, measures
all of them on this computer's loopback, and writes this page.

This run: {day}, {machine}.

{versions}.

Servers take turns (A B C, B C A, …) in one run. A figure is the median of all turns, with the least
and the most of them. Before and after the load each server's replies are compared with what is
right. All are asked by one program, wrk, with one thread, which shares the two processors with the
server that it asks: the figure of nginx shows how much it can ask.

"""

LOADS = """## {title}

{orders:,} orders with three items each, {rounds} turns of {seconds:g} s each, after a load that
does not count. Half of the answers came within *p50*, 99 of 100 within *p99*; *processor each* is
the time that the server's processes had of the processors for one answer, which a busy computer
changes least.

"""

SAVING = """## From a save to the first reply that shows it

A ready file is renamed over the one that is watched, at a chance time; then an order is looked up
every 10 ms until it is the new one. *Failed* are look-ups meanwhile without a reply or refused,
*mixed* those that told neither the old order nor the new one.

corsheet and ROAPI read the workbook. json-server and Mockoon cannot: they are given their JSON
ready made, so what turns a workbook into JSON is not counted for them. In the row *from the
workbook* it is: there a script with openpyxl runs as soon as the workbook is saved. WireMock and
nginx read a file for each request and have nothing to take up; Prism and Datasette serve what they
were started with.

corsheet alone waits until the file has been quiet for a while before it reads it, so that it does
not read half a save, checks every cell, and swaps all orders at once.

"""

STARTS = """## Start and memory

From the start of the process to the first right reply; *again* is with what corsheet kept of its
last start. Memory is that of all processes, after two seconds of look-ups at {connections}
connections: *resident* counts what processes share for each of them, *shared once* does not.

"""

LOAD_HEADINGS = (
    *("server", "answers a second", "least to most", "p50", "p99", "longest", "failed"),
    "processor each",
)


def write_page(figures: Figures, docs: Path) -> None:
    """Write the page and its plots into the folder of the docs."""
    plots = docs / PLOTS
    plots.mkdir(parents=True, exist_ok=True)
    versions = ", ".join(figures.versions)
    parts = [HEAD.format(day=figures.day, machine=figures.machine, versions=versions)]
    parts += _aims(figures)
    parts += _loads(figures, plots)
    parts += _saving(figures, plots)
    parts += _starts(figures)
    parts += _servers()
    if figures.skipped:
        parts.append("## Not measured\n\n" + "".join(f"- {why}\n" for why in figures.skipped))
    (docs / PAGE).write_text("".join(parts).rstrip("\n") + "\n", "utf-8")


def _aims(figures: Figures) -> Iterator[str]:
    """Write what was promised and what was measured."""
    rows = [
        (aim.what, aim.wanted, aim.measured, "yes" if aim.is_met else "**no**")
        for aim in aims(figures)
    ]
    if rows:
        yield "## Promised and measured\n\n"
        yield table(("what", "promised", "measured", "met"), rows) + "\n"


def _loads(figures: Figures, plots: Path) -> Iterator[str]:
    """Write the look-ups and the searches."""
    if not figures.loads:
        return
    rounds = max(len(load.rounds) for load in figures.loads)
    for kind, title in ((LOOK_UP, "Look-up by id"), (SEARCH, "Search by customer")):
        head = {"orders": figures.orders, "rounds": rounds, "seconds": figures.seconds}
        yield LOADS.format(title=title, **head)
        for connections in CONNECTIONS:
            plural = "s" if connections > 1 else ""
            yield f"With {connections} connection{plural}:\n\n"
            yield table(LOAD_HEADINGS, list(_load_rows(figures, kind, connections))) + "\n"
        name = f"{kind}.svg"
        picture = _load_picture(figures, kind, f"{title}, {CONNECTIONS[0]} connections")
        (plots / name).write_text(picture, "utf-8")
        yield f"![{title}: answers a second](benchmarks/{name})\n\n"


def _load_rows(figures: Figures, kind: str, connections: int) -> Iterator[Sequence[str]]:
    """Give a row for each server."""
    for name in _names(figures):
        load = of_load(figures, name, kind, connections)
        if load is None:
            continue
        spread = Spread.of(done.rate for done in load.rounds)
        latencies = [median(done[column] for done in load.rounds) for column in (1, 2)]
        longest = max(done.worst for done in load.rounds)
        yield (
            load.rival,
            three_digits(spread.median),
            f"{three_digits(spread.least)} to {three_digits(spread.most)}",
            *map(in_words, [*latencies, longest]),
            f"{sum(done.failed for done in load.rounds):,}",
            in_words(median(load.processor)),
        )


def _load_picture(figures: Figures, kind: str, title: str) -> str:
    """Draw the answers a second of each server."""
    rows = []
    for name in _names(figures):
        load = of_load(figures, name, kind, CONNECTIONS[0])
        if load is not None:
            spread = Spread.of(done.rate for done in load.rounds)
            rows.append(Bar(name, *spread, is_ours=_is_ours(name)))
    return bars(title, "answers a second (logarithmic)", rows, is_log=True)


def _names(figures: Figures) -> list[str]:
    """Give the servers under load, the quickest at look-ups first."""
    loads = [
        load for load in figures.loads if (load.kind, load.connections) == (LOOK_UP, CONNECTIONS[0])
    ]
    return [load.rival for load in sorted(loads, key=rate, reverse=True)]


def _saving(figures: Figures, plots: Path) -> Iterator[str]:
    """Write the saves."""
    if not figures.savings:
        return
    yield SAVING
    headings = ("orders", "server", "median", "least to most", "saves", "failed", "mixed")
    yield table(headings, [_saving_row(done) for done in figures.savings]) + "\n"
    series = _series(figures, lambda done: median(done.seconds))
    picture = curves(
        "From a save to the first reply that shows it",
        *("orders (logarithmic)", "seconds, median (logarithmic)"),
        series,
        is_log_x=True,
        is_log_y=True,
    )
    (plots / "saving.svg").write_text(picture, "utf-8")
    yield "![Seconds from a save to the first reply](benchmarks/saving.svg)\n\n"


def _series(
    figures: Figures, value: Callable[[SavingFigures], float]
) -> dict[str, list[tuple[float, float]]]:
    """Give the points of each server."""
    series: dict[str, list[tuple[float, float]]] = {}
    for done in figures.savings:
        series.setdefault(done.rival, []).append((done.orders, value(done)))
    return series


def _row_start(done: SavingFigures | StartFigures) -> tuple[str, ...]:
    """Give how many orders, which server, and how long it took."""
    spread = Spread.of(done.seconds)
    return (
        f"{done.orders:,}",
        done.rival,
        in_words(spread.median),
        f"{in_words(spread.least)} to {in_words(spread.most)}",
    )


def _saving_row(done: SavingFigures) -> Sequence[str]:
    """Give the row of one server with one number of orders."""
    return (
        *_row_start(done),
        str(len(done.seconds)),
        f"{done.failed:,}",
        f"{done.mixed:,}",
    )


def _starts(figures: Figures) -> Iterator[str]:
    """Write the starts and the memory."""
    if not figures.starts:
        return
    yield STARTS.format(connections=CONNECTIONS[0])
    headings = ("orders", "server", "start", "least to most", "resident", "shared once")
    yield table(headings, [_start_row(done) for done in figures.starts]) + "\n"


def _start_row(done: StartFigures) -> Sequence[str]:
    """Give the row of one server with one number of orders."""
    return (
        *_row_start(done),
        in_mib(median(done.resident)),
        in_mib(median(done.proportional)),
    )


def _servers() -> Iterator[str]:
    """Write what to know of each server."""
    yield "## The servers\n\n"
    headings = ("server", "credentials", "reply", "to know")
    rows = [(rival.name, rival.credentials, rival.reply, rival.remark) for rival in loaded()]
    yield table(headings, rows) + "\n"


def _is_ours(name: str) -> bool:
    """Tell whether this is corsheet."""
    return any(rival.is_ours and rival.name == name for rival in starters())
