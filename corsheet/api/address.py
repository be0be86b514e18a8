"""Who asks, by address: the connection's, or the one that a trusted proxy names.

Only ``X-Forwarded-For`` is read, which nginx, Caddy, cloudflared and Tailscale send;
``Forwarded`` (RFC 7239) is not: a proxy that passes on a header it does not know
would let strangers write it.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

Networks = Sequence[Network]
"""Of trusted proxies; empty: nobody is believed."""

UNKNOWN = "unknown"
"""Where the server names no address, as for a socket that is a file."""

WITH_PORT = re.compile(r"\[(?P<bracketed>[^\]]*)\](?::[0-9]{1,5})?|(?P<v4>[0-9.]+):[0-9]{1,5}")
"""Such as ``[2001:db8::1]:4711`` (RFC 3986, section 3.2.2) and ``203.0.113.7:1234``."""


def networks(texts: Iterable[str]) -> Networks:
    """Read addresses and networks, such as ``127.0.0.1`` and ``2001:db8::/32``.

    Raises:
        ValueError: One is neither; the settings have been checked before.
    """
    return tuple(ipaddress.ip_network(text) for text in texts)


def client_address(environ: Mapping[str, Any], trusted: Networks) -> str:
    """Give the address of whoever asks.

    Each proxy writes the address that it was asked from behind those already there.
    So they are believed from the right, as long as a trusted proxy wrote them: the
    first that is not a trusted proxy's is the client's. What stands before that, a
    stranger may have written. Where an entry is no address, the last one before it holds.

    Args:
        environ: Of a WSGI request (PEP 3333). A header that was sent several times is
            joined by commas there (RFC 9110, section 5.3).
        trusted: Networks of the proxies; where there are none, the header is not read.

    Returns:
        An address without port, brackets and zone, an IPv4 one never as an IPv6 one
        (RFC 4291, section 2.5.5.2); or ``UNKNOWN``.
    """
    found = _parse(environ.get("REMOTE_ADDR") or "")
    if found is None:
        return UNKNOWN
    entries = environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if trusted else []
    for entry in reversed(entries):
        if not _is_in(found, trusted):
            break
        if not entry.strip(" \t"):
            continue  # RFC 9110, section 5.6.1.2
        named = _parse(entry.strip(" \t"))
        if named is None:
            break
        found = named
    return str(found)


def _is_in(address: Address, proxies: Networks) -> bool:
    return any(address in network for network in proxies)


def _parse(text: str) -> Address | None:
    """Read an address, with or without a port; None: it is none."""
    match = WITH_PORT.fullmatch(text)
    if match is not None:
        text = match["bracketed"] if match["v4"] is None else match["v4"]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv4Address):
        return address
    # a zone, which only means something on the computer that wrote it, may hold any letters
    return address.ipv4_mapped or ipaddress.IPv6Address(int(address))
