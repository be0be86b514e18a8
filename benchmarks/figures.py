"""What was measured, as it is kept: ``docs/benchmarks/figures.json``.

The page is written from it, so that its words can be mended without measuring again.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.load import Load

FILE = "benchmarks/figures.json"
"""In the folder of the docs."""

LOOK_UP, SEARCH = "look-up", "search"


@dataclass(frozen=True)
class LoadFigures:
    """One kind of request to one server: a load for each round.

    Attributes:
        rival: Its name.
        kind: ``LOOK_UP`` or ``SEARCH``.
        connections: Kept busy.
        calls: Requests for one answer; the rates are of answers.
        rounds: The loads.
        processor: The processor's time for an answer in each of them, in seconds: the server's.
    """

    rival: str
    kind: str
    connections: int
    calls: int
    rounds: tuple[Load, ...]
    processor: tuple[float, ...]


@dataclass(frozen=True)
class SavingFigures:
    """Saves of one workbook or document, each until it was served.

    Attributes:
        rival: Its name.
        orders: How many.
        seconds: Of each save.
        failed: Look-ups meanwhile that got no or a refusing reply.
        mixed: Look-ups meanwhile that were told neither the old nor the new order.
    """

    rival: str
    orders: int
    seconds: tuple[float, ...]
    failed: int
    mixed: int


@dataclass(frozen=True)
class StartFigures:
    """Starts of one server, and its memory after some load.

    Attributes:
        rival: Its name.
        orders: How many.
        seconds: From the start of the process to the first right reply, for each start.
        resident: Bytes in all its processes, what they share counted for each; for each start.
        proportional: The same, with what they share counted once.
    """

    rival: str
    orders: int
    seconds: tuple[float, ...]
    resident: tuple[int, ...]
    proportional: tuple[int, ...]


@dataclass(frozen=True)
class Figures:
    """All of one run.

    Attributes:
        day: When it was, such as ``2026-11-22``.
        machine: On which, in a sentence.
        versions: Of every program, ``name version``.
        orders: Of the look-ups and the searches.
        seconds: Of each load.
        loads: Look-ups and searches.
        savings: Saves.
        starts: Starts and memory.
        skipped: What could not be measured, and why.
    """

    day: str
    machine: str
    versions: tuple[str, ...]
    orders: int
    seconds: float
    loads: tuple[LoadFigures, ...]
    savings: tuple[SavingFigures, ...]
    starts: tuple[StartFigures, ...]
    skipped: tuple[str, ...]


def store(figures: Figures, docs: Path) -> None:
    """Keep figures; what was kept before is gone."""
    file = docs / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(figures), indent=1) + "\n", "utf-8")


def stored(docs: Path) -> Figures:
    """Give what was kept.

    Raises:
        FileNotFoundError: Nothing was.
    """
    kept = json.loads((docs / FILE).read_text("utf-8"))
    return Figures(
        day=kept["day"],
        machine=kept["machine"],
        versions=tuple(kept["versions"]),
        orders=kept["orders"],
        seconds=kept["seconds"],
        loads=tuple(_load(one) for one in kept["loads"]),
        savings=tuple(SavingFigures(**_fixed(one)) for one in kept["savings"]),
        starts=tuple(StartFigures(**_fixed(one)) for one in kept["starts"]),
        skipped=tuple(kept["skipped"]),
    )


def _load(kept: dict[str, Any]) -> LoadFigures:
    """Give the loads of one server again; JSON has lists for them."""
    rounds = tuple(Load(*done) for done in kept.pop("rounds"))
    return LoadFigures(**_fixed(kept), rounds=rounds)


def _fixed(kept: dict[str, Any]) -> dict[str, Any]:
    """Make tuples of what JSON has as lists."""
    return {name: tuple(one) if isinstance(one, list) else one for name, one in kept.items()}
