"""Measures what credentials cost, and what a till feels of those that are wrong.

``python -m benchmarks.door [--engine E] [--rounds N] [--seconds N]`` serves 1,000 orders to a user
with a password, to a client with a token of corsheet's own and to one whose token another server
knows; each password is hashed at the full cost. It measures, in turns,

- requests a second of each kind of credentials, once known, with 16 connections kept busy;
- the latency of a known till that asks 200 times a second (``steady``), at rest and during
  floods (``flood``);
- how long a till takes to be let in that is not known yet, at rest and during floods.

The floods take processor's time of the same computer, and so does the load that they are to be
compared with: the till's own credentials, sent as fast. Needs Linux and wrk; takes two to four
minutes.
"""

import argparse
import http.client
import itertools
import json
import tempfile
import time
import urllib.parse
import urllib.request
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.common import in_words, machine, table, versions
from benchmarks.flood import PATH, Flood, Kind, Sender
from benchmarks.issuer import TOKEN, Issuer, issuer
from benchmarks.load import Load, Request, load
from benchmarks.processes import AUTHORIZATION, PASSWORD, USERNAME, corsheet
from benchmarks.shop import make_shop
from benchmarks.steady import Asked, Latency, Till
from corsheet.auth.basic import hash_password

ORDERS = 1_000
REQUESTS_PER_SECOND = 200
CONNECTIONS = 16

CLIENT_ID, CLIENT_SECRET = "cloud", "of-the-cloud"

SLOW_SECONDS = 10.0
"""Which the other server takes for everything, in one of the floods."""

WARMING_SECONDS = 2.0
"""Of load before anything is measured: connections, credentials, orders."""

SETTLING_SECONDS = 0.5
"""Between a flood's begin or end and what is measured next."""

STAY = 10
"""Requests from one address where there are many: as many as corsheet lets fail for nothing."""

NEW_TILLS = 3
"""That come during each flood, one after the other."""

PATIENCE_SECONDS = 10.0
"""Of a till that is not let in."""


class Occasion(NamedTuple):
    """What goes on while a till asks.

    Attributes:
        name: In the table.
        kind: Of the flood; None: there is none.
        stay: See ``Sender``.
        is_slow: The other server takes ``SLOW_SECONDS``.
    """

    name: str
    kind: Kind | None = None
    stay: int = 0
    is_slow: bool = False


REST = Occasion("at rest")
WRONG = Occasion("wrong passwords, one address", Kind.WRONG)
WRONG_FROM_MANY = Occasion("wrong passwords, a new address every ten", Kind.WRONG, STAY)
FLOODS = (
    Occasion("as many right requests", Kind.RIGHT),
    WRONG,
    WRONG_FROM_MANY,
    Occasion("the same wrong password", Kind.SAME),
    Occasion("made-up tokens", Kind.TOKENS),
    Occasion("made-up tokens, their server takes 10 s", Kind.TOKENS, is_slow=True),
)


class Scene:
    """A running service, and whom it asks.

    Attributes:
        address: ``http://HOST:PORT``.
        spellings: Headers of the till that the service has not seen.
    """

    def __init__(self, address: str, issuer_: Issuer) -> None:
        self.address = address
        self._issuer = issuer_
        self._networks = itertools.count(16)
        self._tills = itertools.count(1)
        self.spellings = iter(_spellings())

    @contextmanager
    def during(self, occasion: Occasion, got: Counter[int]) -> Iterator[None]:
        """Let something go on while the block runs; what a flood got is added to ``got``."""
        self._issuer.answer_after(SLOW_SECONDS if occasion.is_slow else 0)
        flood = None
        if occasion.kind is not None:
            # addresses of its own, so that it does not serve the sentence of the one before
            sender = Sender(f"127.{next(self._networks)}.0.1", occasion.stay)
            flood = Flood(self.address, occasion.kind, sender)
        try:
            time.sleep(SETTLING_SECONDS)
            yield
            if flood is not None:
                got.update(flood.stop())
        except BaseException:
            if flood is not None:
                flood.kill()
            raise
        finally:
            self._issuer.answer_after(0)
        time.sleep(SETTLING_SECONDS)

    def new_source(self) -> str:
        """Give an address that nobody has asked from."""
        return f"127.0.2.{next(self._tills)}"

    def own_token(self) -> str:
        """Get a token of corsheet's own (RFC 6749, section 4.4)."""
        form = urllib.parse.urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
            }
        )
        with urllib.request.urlopen(f"{self.address}/oauth2/token", form.encode()) as reply:  # noqa: S310 - loopback
            return str(json.load(reply)["access_token"])


def settings(issuer_: Issuer) -> str:
    """Write settings; hashes cost what they cost a shop."""
    return f"""workbook = "orders.xlsx"
state_dir = "state"
{issuer_.settings}
[[auth.basic]]
username = "{USERNAME}"
password_hash = "{hash_password(PASSWORD)}"
[[auth.client]]
client_id = "{CLIENT_ID}"
secret_hash = "{hash_password(CLIENT_SECRET)}"
"""


def throughput(scene: Scene, ids: list[str], rounds: int, seconds: float) -> str:
    """Measure each kind of credentials with every connection busy; gives a table."""
    kinds = {
        "Basic": AUTHORIZATION,
        "bearer, another server's": f"Bearer {TOKEN}",
        "bearer, our own": f"Bearer {scene.own_token()}",
    }

    def measure(authorization: str, seconds: float) -> Load:
        headers = {"Authorization": authorization}
        requests = [
            Request(f"/business-units/0001/customer-orders/{id_}", headers=headers) for id_ in ids
        ]
        return load(scene.address, requests, connections=CONNECTIONS, seconds=seconds)

    found: dict[str, list[Load]] = {name: [] for name in kinds}
    for authorization in kinds.values():
        measure(authorization, WARMING_SECONDS)
    for _ in range(rounds):
        for name, authorization in kinds.items():
            found[name].append(measure(authorization, seconds))
    basic = median(one.rate for one in found["Basic"])
    rows = [
        [
            name,
            f"{median(one.rate for one in loads):,.0f}",
            ", ".join(f"{one.rate:,.0f}" for one in loads),
            f"{median(one.rate for one in loads) / basic:.2f}",
            in_words(median(one.p50 for one in loads)),
            in_words(median(one.p99 for one in loads)),
            str(sum(one.failed for one in loads)),
        ]
        for name, loads in found.items()
    ]
    headings = ["16 connections", "requests a second", "each round", "to Basic"]
    return table([*headings, "median", "p99", "failed"], rows)


class Stay(NamedTuple):
    """One round of an occasion, between two moments of the monotonic clock."""

    begun: float
    ended: float


def known_till(scene: Scene, ids: list[str], rounds: int, seconds: float) -> str:
    """Measure a known till at a steady pace; gives a table."""
    occasions = (REST, *FLOODS)
    stays: dict[Occasion, list[Stay]] = {occasion: [] for occasion in occasions}
    got: dict[Occasion, Counter[int]] = {occasion: Counter() for occasion in occasions}
    turns = [occasion for flood in FLOODS for occasion in (REST, flood)]
    with tempfile.TemporaryDirectory() as folder:
        till = Till(scene.address, ids, REQUESTS_PER_SECOND, Path(folder))
        try:
            time.sleep(WARMING_SECONDS)
            for occasion in turns * rounds:
                with scene.during(occasion, got[occasion]):
                    begun = time.monotonic()
                    time.sleep(seconds)
                    stays[occasion].append(Stay(begun, time.monotonic()))
            asked = till.stop()
        except BaseException:
            till.kill()
            raise
    rest = _latency(stays[REST], asked)
    flooded = rounds * (seconds + SETTLING_SECONDS)
    rows = [
        _row(occasion.name, _latency(stays[occasion], asked), rest, got[occasion], flooded)
        for occasion in occasions
    ]
    headings = ["known till, 200 a second", "requests", "failed", "median", "p99", "p99 to rest"]
    return table([*headings, "slowest", "client late", "answers to the flood"], rows)


def _latency(stays: list[Stay], asked: list[Asked]) -> Latency:
    return Latency.of([a for a in asked if any(s.begun <= a.due < s.ended for s in stays)])


def _row(name: str, found: Latency, rest: Latency, got: Counter[int], seconds: float) -> list[str]:
    return [
        name,
        f"{found.requests:,}",
        str(found.failed),
        in_words(found.median),
        in_words(found.p99),
        f"{found.p99 / rest.p99:.1f}",
        in_words(found.most),
        in_words(found.late),
        _answers(got, seconds),
    ]


def _answers(got: Counter[int], seconds: float) -> str:
    """Write how many answers of each status a flood got in a second; 0: no answer."""
    each = (f"{status}: {count / seconds:,.0f}/s" for status, count in sorted(got.items()))
    return ", ".join(each)


class Entry(NamedTuple):
    """How a till that is not known was let in.

    Attributes:
        seconds: From its first request to the right answer; infinite: it was not.
        tries: Its requests.
    """

    seconds: float
    tries: int

    def __str__(self) -> str:
        if self.seconds > PATIENCE_SECONDS:
            return f"not within {PATIENCE_SECONDS:.0f} s ({self.tries})"
        return f"{in_words(self.seconds)} ({self.tries})"


def enter(scene: Scene, source: str, authorization: str) -> Entry:
    """Ask until let in, as a client does that heeds Retry-After."""
    begun = time.monotonic()
    for tries in itertools.count(1):
        connection = http.client.HTTPConnection(
            urllib.parse.urlsplit(scene.address).netloc,
            timeout=PATIENCE_SECONDS,
            source_address=(source, 0),
        )
        connection.request("GET", PATH, headers={"Authorization": authorization})
        reply = connection.getresponse()
        reply.read()
        connection.close()
        seconds = time.monotonic() - begun
        if reply.status == HTTPStatus.OK:
            return Entry(seconds, tries)
        if seconds > PATIENCE_SECONDS:
            break
        time.sleep(float(reply.headers.get("Retry-After") or 1))
    return Entry(float("inf"), tries)


def unknown_till(scene: Scene, *occasions: Occasion) -> list[list[str]]:
    """Measure tills that are not known yet; gives rows of a table."""
    rows = []
    for occasion in occasions:
        first, again = list[Entry](), list[Entry]()
        known = [scene.new_source() for _ in range(NEW_TILLS)]
        for source in known:
            enter(scene, source, next(scene.spellings))
        with scene.during(occasion, Counter()):
            for source in known:
                first.append(enter(scene, scene.new_source(), next(scene.spellings)))
                again.append(enter(scene, source, next(scene.spellings)))
        rows.append([occasion.name, *(", ".join(map(str, each)) for each in (first, again))])
    return rows


def _spellings() -> list[str]:
    """Write the till's header in all ways that mean the same.

    A scheme's letters may be large or small (RFC 9110, section 11.1), and what the service
    remembers is the header as it stands: each of them is the first request of somebody new.
    """
    pair = b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
    letters = itertools.product(*((letter.upper(), letter) for letter in "basic"))
    words = ("".join(each) for each in letters)
    return [f"{word} {pair}" for word in words if word != "Basic"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="waitress")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    today = datetime.now(UTC).date()
    print(f"{today}; {machine()}; {versions('waitress', 'granian')}; engine {options.engine}")
    made = make_shop(ORDERS)
    ids = [order.order_id for order in made.orders]
    with tempfile.TemporaryDirectory() as name, issuer() as other:
        folder = Path(name)
        (folder / "orders.xlsx").write_bytes(made.workbook)
        own = folder / "door.toml"
        own.write_text(settings(other), "utf-8")
        # the last --config counts: the user of the first has a hash that costs nothing
        with corsheet(folder, engine=options.engine, arguments=("--config", str(own))) as service:
            scene = Scene(service.address, other)
            print(throughput(scene, ids, options.rounds, options.seconds), flush=True)
            rows = unknown_till(scene, REST)  # before anybody has failed at its name
            print(known_till(scene, ids, options.rounds, options.seconds), flush=True)
            rows += unknown_till(scene, WRONG, WRONG_FROM_MANY)
            headings = ("till not known yet", "first time (tries)", "from there before (tries)")
            print(table(headings, rows), flush=True)


if __name__ == "__main__":
    main()
