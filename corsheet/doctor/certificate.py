"""The TLS certificate: how long it is good, and for which names."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corsheet.doctor import Check, ok, plural, trouble, warning

SOON_DAYS = 21
"""Certificates of 90 days are renewed 30 days before their end: then somebody should look."""

DAY = 24 * 3600.0

NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME (x509_vfy.h): an expired one is to be read too."""

PARTIAL_CHAIN = 0x80000
"""X509_V_FLAG_PARTIAL_CHAIN: the certificate itself is what is trusted."""

MOST_STEPS = 10
"""Of a handshake, which takes four."""

RENEW = (
    "get a new certificate from whoever issued it, put it and its key where the settings name"
    " them, and start the service again"
)


class CertificateError(Exception):
    """The certificate cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What clients are shown.

    Attributes:
        begins: When it begins to be good, in seconds since 1970.
        ends: When it ends.
        names: Hosts and addresses that it is for (RFC 9525).
    """

    begins: float
    ends: float
    names: tuple[str, ...]


def read_certificate(certificate: Path, key: Path) -> Certificate:
    """Show a certificate to a client in this process, over no network.

    Raises:
        CertificateError: It cannot be read, or clients would not take it whatever its time.
    """
    try:
        server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server_side.load_cert_chain(certificate, key, password=lambda: "")  # never asks for one
        client_side = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client_side.check_hostname = False
        client_side.load_verify_locations(certificate)
        client_side.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME | PARTIAL_CHAIN)
        there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = client_side.wrap_bio(back, there)
        server = server_side.wrap_bio(there, back, server_side=True)
        _shake_hands(client, server)
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        reason = getattr(error, "verify_message", "") or getattr(error, "reason", "") or ""
        raise CertificateError(str(reason).replace("_", " ").lower() or "not readable") from error
    found = client.getpeercert() or {}
    names = found.get("subjectAltName", ())
    return Certificate(
        ssl.cert_time_to_seconds(str(found["notBefore"])),
        ssl.cert_time_to_seconds(str(found["notAfter"])),
        tuple(str(name[1]) for name in names),
    )


def _shake_hands(*sides: ssl.SSLObject) -> None:
    """Let both sides speak in turn until nobody waits for the other.

    Raises:
        ssl.SSLError: One does not take the other.
    """
    for _ in range(MOST_STEPS):
        waiting = False
        for side in sides:
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                waiting = True
        if not waiting:
            return
    raise ValueError("the handshake does not end")


def check_certificate(certificate: Path, key: Path, now: float) -> Iterator[Check]:
    """Tell how long clients will take the certificate, and under which names.

    Args:
        certificate: A PEM file.
        key: A PEM file.
        now: Seconds since 1970.
    """
    try:
        found = read_certificate(certificate, key)
    except CertificateError as error:
        yield trouble("certificate", f"clients do not take {certificate.name}: {error}", RENEW)
        return
    days = int((found.ends - now) // DAY)
    names = ", ".join(found.names) or "no host"
    if found.ends <= now:
        ago = plural(-days, "day")
        yield trouble("certificate", f"{certificate.name} expired {ago} ago", RENEW)
    elif found.begins > now:
        cure = "set the clock; or wait until it begins"
        yield trouble("certificate", f"{certificate.name} is not good yet", cure)
    elif days < SOON_DAYS:
        seen = f"{certificate.name} is good for {plural(days, 'more day')}, for {names}"
        yield warning("certificate", seen, RENEW)
    else:
        yield ok("certificate", f"{certificate.name} is good for {days} days, for {names}")
    if not found.names:
        cure = "have one made with a subjectAltName: the name under which clients ask"
        yield trouble("certificate", f"{certificate.name} names no host", cure)
