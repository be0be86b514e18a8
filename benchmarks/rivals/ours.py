"""corsheet itself, on each of its engines."""

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.processes import corsheet
from benchmarks.rivals.hiiretail import HiiRetailRival
from benchmarks.rivals.rival import START_SECONDS, Running, await_order
from benchmarks.shop import Shop, with_comment


class Corsheet(HiiRetailRival):
    """corsheet serve."""

    remark = "Reads the workbook, as the till and the manager use it."
    is_ours = True
    reads_workbook = True

    def __init__(self, engine: str, *, starts_again: bool = False) -> None:
        """Take an engine, as ``corsheet serve`` names it; keep its state from start to start?"""
        self._engine = engine
        self._starts_again = starts_again
        self.name = f"corsheet, {engine}" + (", again" if starts_again else "")

    def prepare(self, shop: Shop, folder: Path) -> None:
        """Write the workbook."""
        self.source(folder).write_bytes(shop.workbook)

    def command(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Not asked for: see ``_running``."""
        raise NotImplementedError

    def source(self, folder: Path) -> Path:
        """Give the workbook."""
        return folder / "orders.xlsx"

    def save(self, shop: Shop, folder: Path) -> Path:
        """Write a workbook that no save before had."""
        return saved_workbook(shop, folder)

    @contextmanager
    def _running(self, shop: Shop, folder: Path) -> Iterator[Running]:
        if not self._starts_again:
            shutil.rmtree(folder / "state", ignore_errors=True)
        with corsheet(folder, engine=self._engine, seconds=START_SECONDS) as service:
            program, address = service
            seconds = await_order(self, address, shop.orders[-1], program)
            yield Running(program, address, seconds)


def saved_workbook(shop: Shop, folder: Path) -> Path:
    """Write a workbook that no save before had."""
    target = folder / "orders.xlsx.new"
    target.write_bytes(with_comment(shop.workbook, f"saved at {time.time_ns()}"))
    return target
