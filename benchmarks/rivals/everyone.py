"""All that is measured, in the order of the tables."""

from benchmarks.rivals.bare import Bare
from benchmarks.rivals.documents import JsonServer, JsonServerFromWorkbook, Mockoon
from benchmarks.rivals.mocks import Prism, TunedWireMock, WireMock
from benchmarks.rivals.nginx import Nginx
from benchmarks.rivals.ours import Corsheet
from benchmarks.rivals.rival import Rival
from benchmarks.rivals.tables import Datasette, Roapi

ENGINES = ("granian", "waitress")

LONG_POLL_MS, SHORT_POLL_MS = 2_000, 250
"""How often a server looks whether it was saved: as Mockoon does unless told, and eagerly."""


def everyone() -> list[Rival]:
    """Give all of them."""
    mocks = [Mockoon(), Prism(), WireMock(), TunedWireMock()]
    rivals = [JsonServer(), *mocks, Datasette(), Roapi()]
    return [Nginx(), *map(Corsheet, ENGINES), *rivals]


def loaded() -> list[Rival]:
    """Give all of them, and what the engines alone can do."""
    first, *others = everyone()
    return [first, *map(Bare, ENGINES), *others]


def starters() -> list[Rival]:
    """Give all of them, and corsheet once more with what it kept of an earlier start."""
    again = [Corsheet(engine, starts_again=True) for engine in ENGINES]
    first, *others = everyone()
    return [first, *again, *others]


def watchers() -> list[Rival]:
    """Give those that read a saved change into what they serve."""
    return [
        *map(Corsheet, ENGINES),
        *(JsonServer(), JsonServerFromWorkbook()),
        *(Mockoon(), Mockoon(SHORT_POLL_MS)),
        *(Roapi(LONG_POLL_MS), Roapi(SHORT_POLL_MS)),
    ]
