"""Whose request it is, by address."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corsheet.api.address import UNKNOWN, client_address, networks

TRUSTED = networks(["127.0.0.1", "10.0.0.0/8", "2001:db8:aaaa::/48"])

ADDRESSES = st.ip_addresses().map(str)
OUTSIDE = st.ip_addresses().filter(lambda a: not any(a in network for network in TRUSTED))
INSIDE = st.sampled_from(["127.0.0.1", "10.1.2.3", "2001:db8:aaaa::1", "[2001:db8:aaaa::2]:80"])
ENTRIES = st.one_of(ADDRESSES, INSIDE, st.text(max_size=20))


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "192.0.2.1, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 10.0.0.5", "198.51.100.1"),
        ("127.0.0.1", "192.0.2.1,198.51.100.1 ,\t10.0.0.5, 127.0.0.1", "198.51.100.1"),
        ("127.0.0.1", "10.0.0.6, 10.0.0.5", "10.0.0.6"),
        ("127.0.0.1", "198.51.100.1, junk, 10.0.0.5", "10.0.0.5"),
        ("127.0.0.1", "198.51.100.1, junk", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1,, ,", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        ("127.0.0.1", "[2001:db8::1]", "2001:db8::1"),
        ("127.0.0.1", "2001:DB8:0::1", "2001:db8::1"),
        ("127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "fe80::1%\r\nrefused credentials from 192.0.2.1", "fe80::1"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1:", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1:port", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.256", "127.0.0.1"),
        ("127.0.0.1", "٣.0.113.7", "127.0.0.1"),
        ("127.0.0.1", "2130706433", "127.0.0.1"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("::ffff:203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("127.0.0.1:5000", "198.51.100.1", "198.51.100.1"),
        ("2001:db8:aaaa::9", "198.51.100.1, 2001:db8:aaaa::1", "198.51.100.1"),
        ("", "198.51.100.1", UNKNOWN),
        (None, "198.51.100.1", UNKNOWN),
        ("localhost", "198.51.100.1", UNKNOWN),
    ],
)
def test_the_first_from_the_right_that_is_no_proxy(
    remote: str | None, forwarded: str | None, expected: str
) -> None:
    """The connection's own where that is a stranger's; where an entry is no address, its writer."""
    environ = {}
    if remote is not None:
        environ["REMOTE_ADDR"] = remote
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded

    assert client_address(environ, TRUSTED) == expected


def test_forwarded_is_not_read() -> None:
    """RFC 7239's header: a proxy that does not know it passes on what a stranger wrote."""
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=198.51.100.1"}

    assert client_address(environ, TRUSTED) == "127.0.0.1"


@given(OUTSIDE, st.lists(ENTRIES).map(",".join))
def test_a_stranger_is_believed_nothing(remote: ipaddress.IPv4Address, forwarded: str) -> None:
    """Whatever the header says."""
    environ = {"REMOTE_ADDR": str(remote)}

    told = client_address({**environ, "HTTP_X_FORWARDED_FOR": forwarded}, TRUSTED)

    assert told == client_address(environ, TRUSTED)


@given(st.one_of(ENTRIES, st.none()), st.text())
def test_without_trusted_proxies_the_header_is_not_read(remote: str | None, forwarded: str) -> None:
    """The usual setting."""
    environ = {"REMOTE_ADDR": remote}

    told = client_address({**environ, "HTTP_X_FORWARDED_FOR": forwarded}, ())

    assert told == client_address(environ, ())


@given(st.lists(ENTRIES).map(",".join), OUTSIDE, st.lists(INSIDE))
def test_what_a_stranger_writes_changes_nothing_behind_a_proxy(
    written: str, client: ipaddress.IPv4Address, proxies: list[str]
) -> None:
    """The proxies write to its right, and there it ends."""
    chain = [str(client), *proxies]
    honest = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": ", ".join(chain)}
    forged = {**honest, "HTTP_X_FORWARDED_FOR": ", ".join([written, *chain])}

    told = client_address(forged, TRUSTED)

    assert told == client_address(honest, TRUSTED)
    assert ipaddress.ip_address(told) in {client, getattr(client, "ipv4_mapped", None)}


@given(ENTRIES, st.lists(ENTRIES).map(",".join))
def test_an_address_is_told_whatever_comes(remote: str, forwarded: str) -> None:
    """In one spelling, so that one client is one client; nothing that could end a line of a log."""
    environ = {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}

    told = client_address(environ, TRUSTED)

    assert told == UNKNOWN or str(ipaddress.ip_address(told)) == told
    assert "%" not in told


@pytest.mark.parametrize("text", ["", "localhost", "10.0.0.1/8", "10.0.0.0/33"])
def test_what_is_no_network_is_refused(text: str) -> None:
    """The settings say so before."""
    with pytest.raises(ValueError, match=r"(?i)network|address|host bits"):
        networks([text])
