"""The HTTP server underneath: an engine, and what every engine shares."""

import contextlib
import sys
from typing import Protocol

DRAIN_SECONDS = 4.0
"""For requests under way when the service is told to stop; the rest has a second, since whoever
keeps services alive kills one that takes longer than five."""


class Engine(Protocol):
    """Listens once it is made; answers while ``run`` runs.

    Attributes:
        address: ``http://HOST:PORT``, with the port that was taken.
    """

    address: str

    def run(self) -> None:
        """Answer until ``stop`` is called, then finish what is under way."""

    def stop(self) -> None:
        """Make ``run`` return soon. May be called from a signal handler or any thread."""

    def wait(self, seconds: float) -> None:
        """Wait until it answers, but no longer than that."""


def address_of(host: str, port: int, *, is_tls: bool = False) -> str:
    """Write the address that clients use."""
    name = f"[{host}]" if ":" in host else host
    return f"{'https' if is_tls else 'http'}://{name}:{port}"


def raise_descriptor_limit() -> None:
    """Let this process have as many connections and files open as the system allows it."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):  # then the lower limit it is
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
