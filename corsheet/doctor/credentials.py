"""Who may ask, and by which way requests come; never with what secret."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from corsheet.doctor import Check, ok, warning
from corsheet.model import EVERY_UNIT
from corsheet.settings import Settings
from corsheet.settings.credentials import is_loopback

SHOWN = 5
"""Names that are told of each kind."""


def check_credentials(settings: Settings) -> Iterator[Check]:
    """Tell who may ask."""
    auth = settings.auth
    if settings.allow_anonymous:
        yield warning(
            "credentials",
            "nobody is asked for credentials: every program on this computer gets the orders",
            "take allow_anonymous out of corsheet.toml, and add somebody with `corsheet user add`",
        )
        return
    ways = []
    if auth.all_users:
        named = ((user.username, user.business_units) for user in auth.all_users)
        ways.append(f"with a password: {_names(named)}")
    if auth.clients:
        named = ((client.client_id, client.business_units) for client in auth.clients)
        ways.append(f"with tokens of our own: {_names(named)}")
    if auth.introspection is not None:
        ways.append(f"with tokens that {urlsplit(auth.introspection.url).hostname} knows")
    if auth.jwt is not None:
        ways.append(f"with JWTs of {urlsplit(auth.jwt.issuer).hostname or 'their issuer'}")
    yield ok("credentials", "; ".join(ways))


def _names(named: Iterable[tuple[str, frozenset[str]]]) -> str:
    told = []
    for name, units in named:
        where = "every unit" if EVERY_UNIT in units else ", ".join(sorted(units))
        told.append(f"{name} ({where})")
    return ", ".join(told[:SHOWN]) + (f" and {len(told) - SHOWN} more" if told[SHOWN:] else "")


def check_way(settings: Settings) -> Iterator[Check]:
    """Tell how requests from outside reach the service."""
    server = settings.server
    if server.behind_tls_proxy and not server.trusted_proxy:
        yield warning(
            "way",
            "a proxy stands in front, and all who come through it count as one: one guesser of"
            " passwords slows all down",
            'set server.trusted_proxy to its address, such as ["127.0.0.1"]',
        )
    elif server.uses_tls:
        yield ok("way", f"HTTPS is served at {server.host}:{server.port}")
    elif is_loopback(server.host) and not server.trusted_proxy:
        yield ok(
            "way",
            f"{server.host}:{server.port} is reached from this computer only; the cloud needs a"
            " proxy or tunnel with TLS in front",
        )
    else:
        yield ok("way", f"a proxy with TLS stands in front of {server.host}:{server.port}")
