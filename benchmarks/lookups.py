"""Measures look-ups by id and searches: all servers run, and take turns under load."""

import random
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path

from benchmarks.common import in_words
from benchmarks.figures import LOOK_UP, SEARCH, LoadFigures
from benchmarks.load import Load, Request, load
from benchmarks.plan import Plan, note
from benchmarks.processes import DidNotStart, processor_seconds
from benchmarks.rivals.rival import Rival, Running, ask, is_served
from benchmarks.shop import Shop, make_shop

CONNECTIONS = (16, 1)
CHECKED = 50
"""Look-ups and searches that are compared with what is right, before and after the load."""

Turn = tuple[str, int]
"""A kind of request, and how many connections."""


def measure_loads(rivals: Sequence[Rival], plan: Plan) -> tuple[list[LoadFigures], list[str]]:
    """Measure every server; gives the figures, and which did not start."""
    shop = make_shop(plan.lookup_orders)
    turns = [(kind, connections) for kind in (LOOK_UP, SEARCH) for connections in CONNECTIONS]
    skipped: dict[str, str] = {}
    with ExitStack() as stack:
        running: dict[Rival, Running] = {}
        for rival in rivals:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            rival.prepare(shop, folder)
            try:
                run = stack.enter_context(rival.running(shop, folder))
            except DidNotStart as error:
                skipped[rival.name] = f"did not start: {last_line(error)}"
                continue
            if why := wrong(rival, run, shop):
                skipped[rival.name] = why
                continue
            running[rival] = run
            for turn in turns:
                one_load(rival, run, shop, turn, plan.warm_up_seconds)
        found = _rounds(running, shop, turns, plan)
        for rival, run in running.items():
            if why := wrong(rival, run, shop):  # then its speed is worth nothing
                skipped[rival.name] = f"{why}, after the load"
    right = [figures for figures in found if figures.rival not in skipped]
    return right, [f"{name}: {why}" for name, why in skipped.items()]


def _rounds(
    running: dict[Rival, Running], shop: Shop, turns: Sequence[Turn], plan: Plan
) -> list[LoadFigures]:
    """Let the servers take turns, each round beginning with another one."""
    rounds: dict[tuple[Rival, Turn], list[tuple[Load, float]]] = {}
    rivals = list(running)
    for number in range(plan.rounds):
        shift = number % len(rivals)
        for turn in turns:
            for rival in rivals[shift:] + rivals[:shift]:
                done = one_load(rival, running[rival], shop, turn, plan.load_seconds)
                rounds.setdefault((rival, turn), []).append(done)
                rate = f"{done[0].rate:,.0f}/s, {in_words(done[1])} of processor each"
                note(f"round {number + 1}: {rival.name}, {turn[0]}, {turn[1]}: {rate}")
    return [
        LoadFigures(
            *(rival.name, kind, connections, _calls(rival, kind)),
            rounds=tuple(load for load, _ in done),
            processor=tuple(processor for _, processor in done),
        )
        for rival in rivals
        for (who, (kind, connections)), done in rounds.items()
        if who is rival
    ]


def one_load(
    rival: Rival, run: Running, shop: Shop, turn: Turn, seconds: float
) -> tuple[Load, float]:
    """Load one server; gives answers a second, and the processor's time for an answer."""
    kind, connections = turn
    before = processor_seconds(run.program)
    done = load(run.address, _requests(rival, shop, kind), connections=connections, seconds=seconds)
    calls = _calls(rival, kind)
    # an answer takes the time of all its requests, one after another
    times = (done.p50 * calls, done.p99 * calls, done.worst * calls)
    answers = Load(done.rate / calls, *times, done.failed)
    used = processor_seconds(run.program) - before
    return answers, used / (answers.rate * seconds)


def _calls(rival: Rival, kind: str) -> int:
    """Tell how many requests make one answer."""
    return rival.calls if kind == LOOK_UP else 1


def _requests(rival: Rival, shop: Shop, kind: str) -> list[Request]:
    """Give a request for every order or customer, in an order that looks like chance."""
    chance = random.Random(1)  # noqa: S311 - the same for all
    if kind == SEARCH:
        customers = shop.customers
        chance.shuffle(customers)
        return [rival.search(customer) for customer in customers]
    orders = list(shop.orders)
    chance.shuffle(orders)
    return [request for order in orders for request in rival.look_up(order)]


def wrong(rival: Rival, run: Running, shop: Shop) -> str:
    """Compare some answers with what is right; gives what is wrong, empty for nothing."""
    for order in shop.orders[:: max(1, len(shop.orders) // CHECKED)]:
        if not is_served(rival, run.address, order):
            return f"order {order.order_id} was told wrong"
    customers = shop.customers
    for customer in customers[:: max(1, len(customers) // CHECKED)]:
        status, body = ask(run.address, rival.search(customer))
        if status != HTTPStatus.OK or not rival.is_found(shop, customer, body):
            return f"a search for {customer} was answered {status} {body[:200]!r}"
    return ""


def last_line(error: DidNotStart) -> str:
    """Give the last line of what a program wrote."""
    return str(error).rstrip().rpartition("\n")[2]
