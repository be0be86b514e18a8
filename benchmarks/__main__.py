"""Measures corsheet beside other servers, and writes docs/benchmarks.md.

``.venv/bin/python -m benchmarks [WHAT …] [--quick]`` does what is named, or all of it:

install
    the other servers, into ``benchmarks/.rivals``, and nginx and wrk;
lookups
    look-ups by id and searches: answers a second and latencies;
saving
    the time from a save to the first reply that shows it;
starting
    the time of a start, and memory;
page
    ``docs/benchmarks.md`` from ``docs/benchmarks/figures.json``, where each of the three puts its
    figures; what is there of another day, computer or version goes away with the first of them.

Needs Linux with Node, npm, Java, and apt. All traffic stays on loopback. ``--quick`` measures so
little that the figures are good for nothing: they are printed, and the docs stay as they are.
"""

import argparse
import contextlib
import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.common import DOCS, machine, versions
from benchmarks.figures import Figures, store, stored
from benchmarks.lookups import measure_loads
from benchmarks.page import PAGE, write_page
from benchmarks.plan import FULL, QUICK, Plan
from benchmarks.rivals.everyone import loaded, starters, watchers
from benchmarks.rivals.installed import (
    NODE_PACKAGES,
    PYTHON_PACKAGES,
    install,
    program,
    version_of,
)
from benchmarks.saving import measure_saving
from benchmarks.starting import measure_starts

MEASURED = ("lookups", "saving", "starting")
PARTS = ("install", *MEASURED, "page")


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure and write the page.")
    parser.add_argument("parts", nargs="*", metavar="WHAT", help=f"of {', '.join(PARTS)}; else all")
    parser.add_argument("--quick", action="store_true", help="only to see that measuring works")
    arguments = parser.parse_args()
    parts = arguments.parts or list(PARTS)
    if unknown := set(parts) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if "install" in parts:
        install()
    plan = QUICK if arguments.quick else FULL
    with tempfile.TemporaryDirectory() as folder:
        docs = Path(folder) if arguments.quick else DOCS
        measure([part for part in MEASURED if part in parts], plan, docs)
        if "page" in parts:
            write_page(stored(docs), docs)
        if arguments.quick:
            print((docs / PAGE).read_text("utf-8"))


def measure(parts: list[str], plan: Plan, docs: Path) -> None:
    """Measure, and keep the figures of each part as soon as it is done."""
    for part in parts:
        figures = of_this_run(plan, docs)
        match part:
            case "lookups":
                loads, skipped = measure_loads(loaded(), plan)
                figures = replace(figures, loads=tuple(loads))
            case "saving":
                savings, skipped = measure_saving(watchers(), plan)
                figures = replace(figures, savings=tuple(savings))
            case _:
                starts, skipped = measure_starts(starters(), plan)
                figures = replace(figures, starts=tuple(starts))
        told = dict.fromkeys([*figures.skipped, *skipped])
        store(replace(figures, skipped=tuple(told)), docs)


def of_this_run(plan: Plan, docs: Path) -> Figures:
    """Give what was kept, or nothing where it is of another day, computer or version."""
    now = described(plan)
    with contextlib.suppress(FileNotFoundError):
        kept = stored(docs)
        if (kept.day, kept.machine, kept.versions) == (now.day, now.machine, now.versions):
            return kept
    return now


def described(plan: Plan) -> Figures:
    """Give the surroundings, without a figure."""
    programs = [
        *(f"{name} {version}" for name, version in {**NODE_PACKAGES, **PYTHON_PACKAGES}.items()),
        version_of([program("nginx"), "-v"]).removeprefix("nginx version: "),
        version_of([program("wrk"), "-v"]).partition(" [")[0],
        f"Node {version_of([program('node'), '--version'])}",
        version_of([program("java"), "-version"]).replace('"', ""),
    ]
    ours = versions("corsheet", "bottle", "waitress", "granian", "openpyxl")
    return Figures(
        day=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        machine=machine(),
        versions=(*filter(None, [ours]), *programs),
        orders=plan.lookup_orders,
        seconds=plan.load_seconds,
        loads=(),
        savings=(),
        starts=(),
        skipped=(),
    )


if __name__ == "__main__":
    main()
