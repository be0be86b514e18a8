"""Compares the figures of a run with what was promised."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks.common import in_mib, in_words
from benchmarks.figures import LOOK_UP, SEARCH, Figures, LoadFigures
from benchmarks.rivals.bare import Bare
from benchmarks.rivals.everyone import ENGINES, watchers
from benchmarks.rivals.nginx import Nginx
from benchmarks.rivals.ours import Corsheet

NO_RIVALS = {
    Nginx.name,
    *(one(engine).name for one in (Bare, Corsheet) for engine in ENGINES),
}
"""Of those that are loaded: limits, and ourselves."""

CONNECTIONS = 16
"""At which speeds are promised."""

TIMES_BEST_RIVAL = {"granian": 8.0, "waitress": 2.0}
OF_NGINX = {"granian": 0.35}
P99_SECONDS = {"waitress": 0.020}
SEARCH_FACTOR = 2.0
"""A search gives at least a second of the answers that look-ups give, divided by this."""

SAVED_SECONDS = {200: 0.6, 10_000: 1.2, 100_000: 6.0}
MEMORY_BYTES = {100_000: 120_000_000}


@dataclass(frozen=True)
class Aim:
    """One promise and what was measured; each in words."""

    what: str
    wanted: str
    measured: str
    is_met: bool


def aims(figures: Figures) -> Iterator[Aim]:
    """Give each promise that this run measured."""
    for engine in ENGINES:
        yield from _speed(figures, engine)
    for engine in ENGINES:
        yield from _saving(figures, Corsheet(engine).name)
        yield from _memory(figures, Corsheet(engine).name)


def of_load(figures: Figures, rival: str, kind: str, connections: int) -> LoadFigures | None:
    """Find the loads of one server; None where it was not measured."""
    for load in figures.loads:
        if (load.rival, load.kind, load.connections) == (rival, kind, connections):
            return load
    return None


def rate(load: LoadFigures) -> float:
    """Give the median of answers a second."""
    return median(done.rate for done in load.rounds)


def _speed(figures: Figures, engine: str) -> Iterator[Aim]:
    """Compare look-ups with the best rival and with nginx, and searches with look-ups."""
    name = Corsheet(engine).name
    ours = of_load(figures, name, LOOK_UP, CONNECTIONS)
    limit = of_load(figures, Nginx.name, LOOK_UP, CONNECTIONS)
    if ours is None:
        return
    others = {
        load.rival: rate(load)
        for load in figures.loads
        if (load.kind, load.connections) == (LOOK_UP, CONNECTIONS) and load.rival not in NO_RIVALS
    }
    if others:
        best = max(others, key=lambda rival: others[rival])
        times, wanted = rate(ours) / others[best], TIMES_BEST_RIVAL[engine]
        what = f"{name}: look-ups, times those of the best rival ({best})"
        bare = of_load(figures, Bare(engine).name, LOOK_UP, CONNECTIONS)
        most = f" (the engine alone: {rate(bare) / others[best]:.1f})" if bare is not None else ""
        yield Aim(what, f"≥ {wanted:g}", f"{times:.1f}{most}", times >= wanted)
    if limit is not None and engine in OF_NGINX:
        share, wanted = rate(ours) / rate(limit), OF_NGINX[engine]
        yield Aim(f"{name}: look-ups, of nginx's", f"≥ {wanted:g}", f"{share:.2f}", share >= wanted)
    if engine in P99_SECONDS:
        p99, wanted = median(done.p99 for done in ours.rounds), P99_SECONDS[engine]
        what = f"{name}: 99 of 100 look-ups within"
        yield Aim(what, f"≤ {in_words(wanted)}", in_words(p99), p99 <= wanted)
    if (search := of_load(figures, name, SEARCH, CONNECTIONS)) is not None:
        factor = rate(ours) / rate(search)
        what = f"{name}: a search's cost, in look-ups"
        yield Aim(what, f"≤ {SEARCH_FACTOR:g}", f"{factor:.2f}", factor <= SEARCH_FACTOR)


def _saving(figures: Figures, name: str) -> Iterator[Aim]:
    """Compare saves with their limits, and with every rival that reloads."""
    medians = {(done.rival, done.orders): median(done.seconds) for done in figures.savings}
    rivals = [rival for rival in watchers() if not rival.is_ours]
    readers = [rival.name for rival in rivals if rival.reads_workbook]
    given = [rival.name for rival in rivals if not rival.reads_workbook]
    for orders, wanted in SAVED_SECONDS.items():
        if (name, orders) not in medians:
            continue
        measured = medians[name, orders]
        what = f"{name}: saved to served, {orders:,} orders"
        yield Aim(what, f"≤ {in_words(wanted)}", in_words(measured), measured <= wanted)
        for kind, names in (("reads the workbook", readers), ("is given JSON", given)):
            if others := {who: medians[who, orders] for who in names if (who, orders) in medians}:
                best = min(others, key=lambda who: others[who])
                what = f"{name}: the same, against the quickest that {kind} ({best})"
                limit = f"< {in_words(others[best])}"
                yield Aim(what, limit, in_words(measured), measured < others[best])


def _memory(figures: Figures, name: str) -> Iterator[Aim]:
    """Compare the memory with its limit."""
    for done in figures.starts:
        wanted = MEMORY_BYTES.get(done.orders)
        if done.rival == name and wanted is not None:
            measured = median(done.proportional)
            what = f"{name}: memory of all processes, pages they share once, {done.orders:,} orders"
            yield Aim(what, f"≤ {in_mib(wanted)}", in_mib(measured), measured <= wanted)
