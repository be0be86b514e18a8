"""What growth measures, as a table and as curves."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from benchmarks.common import MIB, PLOTS, Spread, in_mib, in_words
from benchmarks.footprint import Footprint
from benchmarks.plots import curves


class Grown(NamedTuple):
    """What one size costs: seconds, bytes.

    Attributes:
        orders: The size.
        workbook: Bytes of the file.
        snapshot: Bytes of the file.
        compile_seconds: From the child's start to its end.
        compile_peak: Most memory of the child.
        is_usual: It was read under the usual limits.
        held: What the service holds after the load.
        find: Seconds of a look-up in the file.
        search_one: Seconds of a search in the file that finds one order.
        search_loyal: Seconds of one that finds the loyal customer's.
        http_find: Seconds of a look-up over HTTP, one at a time.
        http_search_one: Likewise of a search.
        http_search_loyal: Likewise.
    """

    orders: int
    workbook: int
    snapshot: int
    compile_seconds: float
    compile_peak: int
    is_usual: bool
    held: Footprint
    find: Spread
    search_one: Spread
    search_loyal: Spread
    http_find: Spread
    http_search_one: Spread
    http_search_loyal: Spread


def rows(grown: list[Grown]) -> Iterator[list[str]]:
    """Write the table, a row for each figure."""
    yield ["workbook", *(in_mib(one.workbook) for one in grown)]
    yield ["snapshot", *(in_mib(one.snapshot) for one in grown)]
    yield ["reading, in the child", *(in_words(one.compile_seconds) for one in grown)]
    raised = {True: "", False: ", limits raised"}
    yield [
        "its most memory",
        *(f"{in_mib(one.compile_peak)}{raised[one.is_usual]}" for one in grown),
    ]
    yield ["resident, serving", *(in_mib(one.held.resident) for one in grown)]
    yield ["the same, shared pages once", *(in_mib(one.held.proportional) for one in grown)]
    yield ["of it no file's", *(in_mib(one.held.anonymous) for one in grown)]
    for name, attribute in COSTS.items():
        times: list[Spread] = [getattr(one, attribute) for one in grown]
        first = times[0].median
        yield [name, *(f"{in_words(t.median)} ({t.median / first:.2f}-fold)" for t in times)]


COSTS = {
    "look-up, in the file": "find",
    "search that finds 1 order, in the file": "search_one",
    "search of the loyal customer, in the file": "search_loyal",
    "look-up, over HTTP": "http_find",
    "search that finds 1 order, over HTTP": "http_search_one",
    "search of the loyal customer, over HTTP": "http_search_loyal",
}


def draw(grown: list[Grown]) -> None:
    """Draw the curves."""

    def curve(of: Callable[[Grown], float]) -> list[tuple[float, float]]:
        return [(one.orders, of(one)) for one in grown]

    pictures = {
        "growth-answers": (
            "Cost of an answer",
            "µs",
            {
                "look-up (file)": curve(lambda one: one.find.median * 1e6),
                "look-up (HTTP)": curve(lambda one: one.http_find.median * 1e6),
                "search (file)": curve(lambda one: one.search_one.median * 1e6),
                "search (HTTP)": curve(lambda one: one.http_search_one.median * 1e6),
                "loyal (file)": curve(lambda one: one.search_loyal.median * 1e6),
                "loyal (HTTP)": curve(lambda one: one.http_search_loyal.median * 1e6),
            },
        ),
        "growth-reading": ("Reading", "s", {"child": curve(lambda one: one.compile_seconds)}),
        "growth-memory": (
            "Memory and disk",
            "MiB",
            {
                "child, at most": curve(lambda one: one.compile_peak / MIB),
                "service": curve(lambda one: one.held.resident / MIB),
                "service's own": curve(lambda one: one.held.anonymous / MIB),
                "snapshot": curve(lambda one: one.snapshot / MIB),
                "workbook": curve(lambda one: one.workbook / MIB),
            },
        ),
    }
    PLOTS.mkdir(parents=True, exist_ok=True)
    for name, (title, unit, series) in pictures.items():
        picture = curves(title, "orders", unit, series, is_log_x=True, is_log_y=True)
        (PLOTS / f"{name}.svg").write_text(picture, "utf-8")
