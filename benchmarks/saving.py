"""Measures the time from a save to the first reply that shows it.

Each round starts every server anew and lets it take up some saves: two that read again and again,
side by side, would share the processors. A save renames a file that is ready over the one that
is watched, so that its writing is not measured.
"""

import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path

from benchmarks.figures import SavingFigures
from benchmarks.lookups import last_line
from benchmarks.plan import Plan, note
from benchmarks.processes import DidNotStart
from benchmarks.rivals.rival import Rival, Running, ask
from benchmarks.shop import Order, Shop, make_shop

LONGEST_SECONDS = 90.0
"""For one save; a server that takes longer is left out."""

POLL_SECONDS = 0.01
PAUSE_SECONDS = (0.5, 1.5)
"""Between two saves, by chance, so that they meet a server's own clock anywhere."""


@dataclass
class _Tally:
    """What one server did so far."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0
    mixed: int = 0


def measure_saving(rivals: Sequence[Rival], plan: Plan) -> tuple[list[SavingFigures], list[str]]:
    """Measure every server with each number of orders; gives the figures, and who gave up."""
    found, skipped = [], []
    for orders, ours, theirs in plan.saving:
        versions = [make_shop(orders, version) for version in (1, 2)]
        tallies = {rival: _Tally() for rival in rivals}
        with ExitStack() as stack:
            folders = {}
            for rival in rivals:
                folders[rival] = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            left = list(rivals)
            for _ in range(plan.saving_rounds):
                for rival in tuple(left):
                    saves = ours if rival.is_ours else theirs
                    try:
                        _round(rival, versions, folders[rival], tallies[rival], saves)
                    except (DidNotStart, TimeoutError) as error:
                        left.remove(rival)
                        why = last_line(error) if isinstance(error, DidNotStart) else str(error)
                        skipped.append(f"{rival.name}, {orders:,} orders: {why}")
        found += [
            SavingFigures(rival.name, orders, tuple(done.seconds), done.failed, done.mixed)
            for rival, done in tallies.items()
            if done.seconds
        ]
    return found, skipped


def _round(rival: Rival, versions: Sequence[Shop], folder: Path, tally: _Tally, saves: int) -> None:
    """Start a server with the first version and save so many times."""
    if not rival.source(folder).exists():
        rival.prepare(versions[0], folder)
    else:
        rival.save(versions[0], folder).replace(rival.source(folder))
    chance = random.Random(saves)  # noqa: S311 - not for secrets
    with rival.running(versions[0], folder) as run:
        for number in range(saves):
            old, new = versions[number % 2], versions[(number + 1) % 2]
            file = rival.save(new, folder)
            time.sleep(chance.uniform(*PAUSE_SECONDS))
            saved = time.monotonic()
            file.replace(rival.source(folder))
            rival.take_up(folder)
            _await(rival, run, old.orders[-1], new.orders[-1], tally)
            tally.seconds.append(time.monotonic() - saved)
            note(f"{rival.name}, {len(new.orders):,} orders: {tally.seconds[-1]:.3f} s")


def _await(rival: Rival, run: Running, old: Order, new: Order, tally: _Tally) -> None:
    """Wait until the new order is served.

    Raises:
        TimeoutError: It takes too long.
    """
    begun = time.monotonic()
    while True:
        try:
            replies = [ask(run.address, request) for request in rival.look_up(new)]
        except (OSError, HTTPException):
            replies = []
        if time.monotonic() - begun > LONGEST_SECONDS:
            raise TimeoutError(f"not served within {LONGEST_SECONDS:.0f} s")
        bodies = [body for status, body in replies if status == HTTPStatus.OK]
        if len(bodies) < rival.calls:
            tally.failed += 1
        elif rival.is_right(new, bodies):
            return
        elif not rival.is_right(old, bodies):
            tally.mixed += 1
        time.sleep(POLL_SECONDS)
