"""How many of Enactor's requests may be under way, so that the till of Hii Retail goes on."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any

import pytest
from webtest import TestResponse

from corsheet.api.app import Options
from corsheet.api.places import Places
from corsheet.api.refusals import ApiError
from tests.auth.test_jwt import ISSUER, KeyServer, publishing
from tests.conftest import MakeInnerTill, MakeTill, Till
from tests.http.refusing import assert_enactor_refusal
from tests.http.test_enactor_identity import a_token, ask
from tests.support.enactor import ORDERS, enactor_options
from tests.support.live import Issuer
from tests.support.orders import a_reading, an_order
from tests.support.service import eventually

PLACES = 4
"""Of Enactor's requests; searches have half of them."""

SECONDS = 10
"""Longest that a test waits for what must come."""

HII_RETAIL = "/business-units/0001/customer-orders/111"


def options_of(identity: str) -> Options:
    """Make options with so few places."""
    options = enactor_options(identity)
    assert options.enactor is not None
    return replace(options, enactor=replace(options.enactor, places=PLACES, searching=1))


class Crowd:
    """Requests that are sent at the same time."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self.waiting: set[Future[TestResponse]] = set()

    def send(self, count: int, call: Callable[[], TestResponse]) -> None:
        """Send so many."""
        self.waiting |= {self._pool.submit(call) for _ in range(count)}

    def first(self) -> TestResponse:
        """Give the first reply that comes."""
        done, self.waiting = wait(self.waiting, SECONDS, FIRST_COMPLETED)
        (one, *others) = done
        self.waiting |= set(others)
        return one.result()

    def rest(self) -> list[int]:
        """Give the statuses of the others, once they have come."""
        return [one.result(SECONDS).status_int for one in self.waiting]


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    """Send requests from threads."""
    with ThreadPoolExecutor(2 * PLACES) as pool:
        yield Crowd(pool)


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    """Publish the issuer's keys."""
    with publishing() as server:
        yield server


def assert_busy(reply: TestResponse) -> None:
    """Check that it tells the client to come again."""
    assert_enactor_refusal(reply, 503, "busy")
    assert reply.headers["Retry-After"] == "1"


@pytest.mark.parametrize("path", [ORDERS, f"{ORDERS}/111"])
def test_an_issuer_that_is_silent_holds_few_requests(
    make_till: MakeTill, keys: KeyServer, crowd: Crowd, path: str
) -> None:
    """The next one is told to come again, and the till is answered meanwhile."""
    till = make_till(a_reading(an_order()), options_of("id_token"), Issuer(ISSUER, keys.url))
    till.client.get(HII_RETAIL)  # known from now on
    token = a_token()
    keys.go_on.clear()

    crowd.send(PLACES + 1, lambda: ask(till.client, path, **{"id-token": token}))
    refused = crowd.first()
    during = till.client.get(HII_RETAIL)
    keys.go_on.set()

    assert_busy(refused)
    assert during.status_int == 200
    assert set(crowd.rest()) <= ({200, 503} if path == ORDERS else {200})  # now they search at once
    assert ask(till.client, path, **{"id-token": token}).status_int == 200


class Searches:
    """Stands for looking through the orders.

    Attributes:
        begun: How many have begun.
        most: How many were under way at the same time.
        go_on: What each waits for.
    """

    def __init__(self) -> None:
        self.begun = 0
        self.most = 0
        self.go_on = threading.Event()
        self._under_way = 0
        self._lock = threading.Lock()

    def search(self, *_: Any) -> list[bytes]:
        """Wait, and find nothing."""
        with self._lock:
            self.begun += 1
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        try:
            assert self.go_on.wait(SECONDS)
        finally:
            with self._lock:
                self._under_way -= 1
        return []


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> Iterator[Searches]:
    """Let each search take as long as the test wants."""
    found = Searches()
    monkeypatch.setattr("corsheet.api.enactor.search", found.search)
    yield found
    found.go_on.set()


def a_staff_till(make_till: MakeInnerTill) -> Till:
    """Serve an order to staff, who are known."""
    till = make_till(a_reading(an_order()), options_of("none"))
    till.client.get(HII_RETAIL)
    return till


def test_one_search_at_a_time_looks_and_few_wait(
    make_inner_till: MakeInnerTill, searches: Searches, crowd: Crowd
) -> None:
    """Whoever asks for one order, or at the till, is answered meanwhile."""
    till = a_staff_till(make_inner_till)

    crowd.send(PLACES // 2 + 1, lambda: ask(till.client, ORDERS))
    refused = crowd.first()
    eventually(lambda: searches.begun == 1, SECONDS, "no search begins")
    orders = [ask(till.client, f"{ORDERS}/111").status_int for _ in range(PLACES)]
    begun = searches.begun
    searches.go_on.set()

    assert_busy(refused)
    assert orders == [200] * PLACES
    assert crowd.rest() == [200] * (PLACES // 2)
    assert (begun, searches.begun, searches.most) == (1, PLACES // 2, 1)


def test_a_bad_search_takes_no_turn(
    make_inner_till: MakeInnerTill, searches: Searches, crowd: Crowd
) -> None:
    """It is told so at once, however many look."""
    till = a_staff_till(make_inner_till)

    crowd.send(PLACES // 2 + 1, lambda: ask(till.client, ORDERS))
    assert_busy(crowd.first())
    bad = ask(till.client, f"{ORDERS}?pageSize=0")
    searches.go_on.set()

    assert_enactor_refusal(bad, 400, "Fail")
    assert crowd.rest() == [200] * (PLACES // 2)


def test_a_place_is_free_again_whatever_happened() -> None:
    """A refusal or a bug within gives it back."""
    places = Places(1)

    def fail() -> None:
        with places.taken():
            with pytest.raises(ApiError, match="503 busy"):
                places.taken().__enter__()
            raise KeyError

    for _ in range(2):
        with pytest.raises(KeyError):
            fail()
