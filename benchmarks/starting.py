"""Measures starts, from the start of the process to the first right reply, and memory."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benchmarks.figures import LOOK_UP, StartFigures
from benchmarks.lookups import CONNECTIONS, last_line, one_load
from benchmarks.plan import Plan, note
from benchmarks.processes import DidNotStart, Memory, memory
from benchmarks.rivals.rival import Rival
from benchmarks.shop import Shop, make_shop

LOAD_SECONDS = 2.0
"""Of look-ups before the memory is read: some take most of theirs only then."""


class _Start(NamedTuple):
    """One start."""

    seconds: float
    memory: Memory


def measure_starts(rivals: Sequence[Rival], plan: Plan) -> tuple[list[StartFigures], list[str]]:
    """Start every server, in turn, some times; gives the figures, and which did not start."""
    found, skipped = [], []
    for orders in plan.start_orders:
        shop = make_shop(orders)
        with ExitStack() as stack:
            folders: dict[Rival, Path] = {}
            for rival in rivals:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                rival.prepare(shop, folder)
                try:
                    _start(rival, shop, folder)
                except DidNotStart as error:
                    skipped.append(f"{rival.name}, {orders:,} orders: {last_line(error)}")
                else:
                    folders[rival] = folder
            starts: dict[Rival, list[_Start]] = {rival: [] for rival in folders}
            for _ in range(plan.starts):
                for rival, done in starts.items():
                    done.append(_start(rival, shop, folders[rival]))
        found += [_figures(rival.name, orders, done) for rival, done in starts.items()]
    return found, skipped


def _start(rival: Rival, shop: Shop, folder: Path) -> _Start:
    """Start a server once, load it a little, weigh it and end it."""
    with rival.running(shop, folder) as run:
        one_load(rival, run, shop, (LOOK_UP, CONNECTIONS[0]), LOAD_SECONDS)
        start = _Start(run.start_seconds, memory(run.program))
    note(f"{rival.name}, {len(shop.orders):,} orders: {start.seconds:.2f} s")
    return start


def _figures(name: str, orders: int, done: Sequence[_Start]) -> StartFigures:
    """Put the starts of one server together."""
    return StartFigures(
        name,
        orders,
        tuple(start.seconds for start in done),
        tuple(start.memory.resident for start in done),
        tuple(start.memory.proportional for start in done),
    )
