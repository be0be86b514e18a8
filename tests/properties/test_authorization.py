"""Nobody is let in by a header that is almost right, and none is an error of ours.

A header is right where it is byte for byte the right one, but for the case of its
scheme and the number of spaces behind that (RFC 9110, section 11.4). ``HEADERS``
says how many are tried, ``ASKED`` how many of them over the whole application.
"""

import base64
import os
import re
from collections.abc import Iterator
from random import Random
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from corsheet.api import WsgiApp
from corsheet.api.app import build_app
from corsheet.auth import Granted, Refusal, Refused, Verdict
from corsheet.auth.basic import CHEAPEST, BasicUser, BasicUsers, hash_password
from corsheet.auth.door import Door
from corsheet.catalog import Catalog, Store
from corsheet.model import EVERY_UNIT
from tests.conftest import basic
from tests.support.orders import a_reading, a_snapshot, an_order

HEADERS = int(os.environ.get("HEADERS", "50000"))
ASKED = int(os.environ.get("ASKED", "500"))
EXAMPLES = 500
"""Random generators that Hypothesis gives; each makes its share of the headers."""

NAME, PASSWORD = "hiiretail", "s3cr?t:>>åäöÿ~~"
PAIR = basic(NAME, PASSWORD)
TOKEN = "cst_Zm9vYmFy-_0123456789.~+/="  # every character that a token may have
BEARER = f"Bearer {TOKEN}"
RIGHT = re.compile(
    rf"(?:[Bb][Aa][Ss][Ii][Cc] +{re.escape(PAIR[6:])} *"
    rf"|[Bb][Ee][Aa][Rr][Ee][Rr] {re.escape(TOKEN)})"
)
"""The headers that let somebody in: these and no others."""

ORDER = "/business-units/0001/customer-orders/111"

quick = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # which header failed is told
    suppress_health_check=[HealthCheck.too_slow],
)


class OneToken:
    """Knows one token."""

    def is_costly(self, token: str) -> bool:
        """See ``TokenChecker``."""
        del token
        return False

    def check(self, token: str) -> Verdict:
        """See ``TokenChecker``."""
        if token == TOKEN:
            return Granted("till", frozenset({EVERY_UNIT}), seconds=0)
        return Refused("the token is unknown", Refusal.INVALID_TOKEN)


def a_door() -> Door:
    """Make one that knows one pair and one token."""
    user = BasicUser(NAME, hash_password(PASSWORD, CHEAPEST), frozenset({EVERY_UNIT}))
    return Door(BasicUsers([user]), OneToken())


def byte(random: Random) -> str:
    """Give a byte as PEP 3333 has a server hand it over; often an odd one."""
    odd = random.choice('\0\t\r\n\v\f\x7f\x85\xa0\xad,;:="\\ ')
    return random.choice((odd, chr(random.randrange(256))))


def flipped(random: Random, header: str) -> str:
    """Turn a bit of one character."""
    at = random.randrange(len(header))
    turned = ord(header[at]) ^ 1 << random.randrange(8)
    return header[:at] + chr(turned & 255) + header[at + 1 :]


def cut(random: Random, header: str) -> str:
    """Take out a piece."""
    at = random.randrange(len(header))
    return header[:at] + header[at + random.randint(1, 8) :]


def inserted(random: Random, header: str) -> str:
    """Put something in, at the ends too."""
    at = random.choice((0, len(header), random.randrange(len(header))))
    some = "".join(byte(random) for _ in range(random.randint(1, 4)))
    return header[:at] + some + header[at:]


def other_case(random: Random, header: str) -> str:
    """Write a piece in the other case."""
    at = random.randrange(len(header))
    return header[:at] + header[at : at + 6].swapcase() + header[at + 6 :]


def other_scheme(random: Random, header: str) -> str:
    """Bring the same under another name."""
    schemes = ["Basic", "Bearer", "Digest", "Negotiate", "Token", "basic:", "", "B\xe4sic", "DPoP"]
    return f"{random.choice(schemes)} {header.partition(' ')[2]}"


def doubled(random: Random, header: str) -> str:
    """Bring two headers, as a server joins them (RFC 9110, section 5.3)."""
    both = [header, random.choice([header, PAIR, BEARER, basic("a", "b"), "Bearer x", ""])]
    random.shuffle(both)
    return random.choice([", ", ",", " , "]).join(both)


def repadded(random: Random, header: str) -> str:
    """Give base64 another end."""
    return header.rstrip("=") + random.choice(["", "=", "==", "===", "A===", "=A", "\n"])


def url_safe(random: Random, header: str) -> str:
    """Write base64 in the other alphabet (RFC 4648, section 5)."""
    swap = random.choice([("+/", "-_"), ("-_", "+/")])
    scheme, space, rest = header.partition(" ")
    return scheme + space + rest.translate(str.maketrans(*swap))


def respaced(random: Random, header: str) -> str:
    """Part scheme and credentials by something else."""
    scheme, _, rest = header.partition(" ")
    space = random.choice(["", "  ", "\t", " \t", "\xa0", "\x0b", ":", "%20", "+"])
    return scheme + space + rest + random.choice(["", " ", "\t", "\r\n"])


def lengthened(random: Random, header: str) -> str:
    """Make it very long."""
    at = random.randrange(len(header))
    return header[:at] + byte(random) * random.choice([64, 4096, 65_536]) + header[at:]


def of_other_bytes(random: Random, header: str) -> str:
    """Change what is in the base64, which stays well-formed."""
    change = random.choice([flipped, cut, inserted, other_case])
    pair = change(random, f"{NAME}:{PASSWORD}")
    encoding = random.choice(["utf-8", "latin-1"])
    return "Basic " + base64.b64encode(pair.encode(encoding, "ignore")).decode()


MUTATIONS = [
    flipped, cut, inserted, other_case, other_scheme, doubled, repadded, url_safe, respaced,
    lengthened, of_other_bytes,
]  # fmt: skip


def mutated(random: Random) -> str:
    """Make a header out of a right one, by up to three mutations."""
    header = random.choice([PAIR, BEARER])
    for _ in range(random.randint(1, 3)):
        header = random.choice(MUTATIONS)(random, header or " ")
    return header


def test_the_right_ones_are_let_in() -> None:
    """Else the rest of this page would prove nothing."""
    assert {"+", "/"} <= set(PAIR)  # so that the other alphabet is another
    assert PAIR.endswith("=")
    for header in (PAIR, BEARER, PAIR.replace("Basic", "bASIC  "), BEARER.replace("Be", "bE")):
        assert RIGHT.fullmatch(header)
        assert isinstance(a_door().admit(header), Granted)


@pytest.fixture(scope="module")
def door() -> Door:
    """Give one that all headers of a test come to."""
    return a_door()


@pytest.mark.parametrize(
    "header",
    [
        "Ba\u017fic " + PAIR[6:],  # a letter that is an s where case is folded
        PAIR + "=",
        PAIR[:-1],
        f"{PAIR}, {PAIR}",
        f"{BEARER}, {BEARER}",
        f"Basic {BEARER}",
        PAIR.replace(" ", "\t"),
        "\ufeff" + PAIR,
        PAIR + "\0",
        "\ud800",
        "",
    ],
)
def test_what_is_almost_right_is_wrong(door: Door, header: str) -> None:
    """Those that a lax reader would take."""
    assert isinstance(door.admit(header), Refused)


@quick
@given(random=st.randoms(use_true_random=True))
def test_no_header_that_is_not_right_opens_the_door(door: Door, random: Random) -> None:
    """Refused without an exception; and nobody is remembered by a wrong one."""
    for _ in range(HEADERS // EXAMPLES):
        header = mutated(random)
        is_right = RIGHT.fullmatch(header) is not None
        assert isinstance(door.admit(header), Granted) == is_right, header
        assert is_right or door.recall(header) is None, header


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WsgiApp]:
    """Give an application that serves one order."""
    store = Store(tmp_path_factory.mktemp("state"))
    store.publish(a_snapshot(store.partial("1"), a_reading(an_order("111"))))
    catalog = Catalog(store)
    catalog.start()
    yield build_app(catalog, a_door(), lambda: None)
    catalog.stop()


def status_of(app: WsgiApp, header: str) -> int:
    """Ask for the order with a header, and give the status."""
    statuses = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        statuses.append(int(status[:3]))

    environ: dict[str, Any] = {"PATH_INFO": ORDER, "HTTP_AUTHORIZATION": header}
    setup_testing_defaults(environ)
    for _ in app(environ, start_response):
        pass
    (status,) = statuses
    return status


@quick
@given(random=st.randoms(use_true_random=True))
def test_no_header_that_is_not_right_gets_an_order(app: WsgiApp, random: Random) -> None:
    """401, whatever it is; never 500."""
    for _ in range(ASKED // EXAMPLES):
        header = mutated(random)
        expected = 200 if RIGHT.fullmatch(header) else 401
        assert status_of(app, header) == expected, header
