"""How much is measured: all of it, or enough to see that the measuring works."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """How often, how long, and with how many orders.

    Attributes:
        lookup_orders: Of the look-ups and the searches.
        rounds: In which each server has its turn with each kind of request.
        load_seconds: Of each load.
        warm_up_seconds: Of a load that does not count, before the first round.
        saving: Orders, and how many saves for corsheet and for another server in each round.
        saving_rounds: In which each server is started anew.
        start_orders: Numbers of orders with which starts and memory are measured.
        starts: Of each server, after one that does not count.
    """

    lookup_orders: int
    rounds: int
    load_seconds: float
    warm_up_seconds: float
    saving: tuple[tuple[int, int, int], ...]
    saving_rounds: int
    start_orders: tuple[int, ...]
    starts: int


FULL = Plan(
    lookup_orders=1_000,
    rounds=5,
    load_seconds=2,
    warm_up_seconds=6,
    saving=((200, 10, 5), (10_000, 10, 3), (100_000, 10, 2)),
    saving_rounds=2,
    start_orders=(1_000, 100_000),
    starts=3,
)
"""About an hour on two processors."""

QUICK = Plan(
    lookup_orders=1_000,
    rounds=2,
    load_seconds=1,
    warm_up_seconds=1,
    saving=((200, 2, 2), (10_000, 1, 1)),
    saving_rounds=1,
    start_orders=(1_000,),
    starts=1,
)
"""A few minutes; its figures are good for nothing else."""


def note(line: str) -> None:
    """Tell how far it is, on standard error."""
    print(line, file=sys.stderr, flush=True)
