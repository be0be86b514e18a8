"""The port: free, ours, or whose; and what stands before it."""

import csv
import errno
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from corsheet.doctor import Check, ok, trouble, warning
from corsheet.doctor.asking import Run, ask, run
from corsheet.settings import ServerSettings
from corsheet.settings.credentials import is_loopback

LISTENS = "0A"
"""TCP_LISTEN, as /proc/net/tcp writes it (proc(5))."""

IN_USE = 10048
"""WSAEADDRINUSE (winsock2.h)."""

UNBOUND = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - not listened on
"""Where to ask whoever listens on all addresses."""


def can_listen(host: str, port: int) -> OSError | None:
    """Try to take a port and let it go at once; gives what stands against it."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            if sys.platform == "win32":  # pragma: no cover - runs on Windows only
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:  # connections that ended lately are in nobody's way
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error
    return None


def is_taken(error: OSError) -> bool:
    """Tell whether somebody else has the port: on Windows the number of the error is its own."""
    return error.errno == errno.EADDRINUSE or getattr(error, "winerror", 0) == IN_USE


def is_corsheet(server: ServerSettings) -> bool:
    """Tell whether a corsheet answers on the port."""
    answer = ask(asked_host(server), server.port, "/healthz", is_tls=server.uses_tls)
    return answer is not None and answer.has_correlation and answer.body == {"status": "alive"}


def asked_host(server: ServerSettings) -> str:
    """Give where this computer itself reaches what listens."""
    return UNBOUND.get(server.host, server.host)


def check_port(
    server: ServerSettings,
    error: OSError | None,
    *,
    is_ours: bool = False,
    is_another: bool = False,
    system: Run = run,
) -> Iterator[Check]:
    """Tell whether the port can be had.

    Args:
        server: Where to listen.
        error: Of trying, as ``can_listen`` gives it.
        is_ours: The service itself answers there.
        is_another: A corsheet answers there, and it is not this workbook's.
        system: Runs programs of the system.
    """
    place = f"{server.host}:{server.port}"
    if is_ours:
        yield ok("port", f"corsheet answers on {place}")
    elif error is None:
        free = "any free one will be taken" if server.port == 0 else f"{place} is free"
        yield ok("port", free)
    elif is_taken(error):
        who = listener(server.port, system) or "another program, which only its owner may see"
        yield trouble(
            "port",
            f"{place} is taken by {'another corsheet, ' * is_another}{who}",
            "end that program, or set another server.port (and tell whoever asks there)",
        )
    elif isinstance(error, PermissionError):
        yield trouble(
            "port",
            f"this account may not listen on {place}",
            "set server.port to one above 1023, such as 8080, and put a proxy in front",
        )
    else:
        yield trouble(
            "port",
            f"{server.host} is no address of this computer",
            "set server.host to 127.0.0.1, or to an address that this computer has",
        )


def who_has(server: ServerSettings) -> str:
    """Name who has the port of these settings; empty: nobody has it."""
    error = can_listen(server.host, server.port)
    if error is None or not is_taken(error):
        return ""
    return listener(server.port) or "another program"


def listener(port: int, system: Run = run) -> str:
    """Name the process that listens on a port; empty: the system does not say."""
    if sys.platform == "win32":
        process = listening_in_netstat(system(["netstat", "-ano", "-p", "TCP"]), port)
        if not process:
            return ""
        told = system(["tasklist", "/FI", f"PID eq {process}", "/FO", "CSV", "/NH"])
        return _named(process, next(csv.reader(told.splitlines()), [""])[0])
    if sys.platform == "linux":
        return _listener_in_proc(port)
    told = system(["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"])
    fields = {line[0]: line[1:] for line in told.splitlines() if line}
    return _named(fields.get("p", ""), fields.get("c", ""))


def _named(process: str, name: str) -> str:
    return f"process {process}{f' ({name})' if name else ''}" if process else ""


def listening_in_netstat(told: str, port: int) -> str:
    """Find the process id in what ``netstat -ano`` prints; empty: nobody listens.

    The word for listening is translated, but who listens has the other end's port 0.
    """
    for line in told.splitlines():
        fields = line.split()
        if (
            len(fields) >= 4  # noqa: PLR2004 - protocol, here, there, state, process
            and fields[1].endswith(f":{port}")
            and fields[2].endswith(":0")
            and fields[-1].isdecimal()
        ):
            return fields[-1]
    return ""


def _listener_in_proc(port: int, proc: Path = Path("/proc")) -> str:
    wanted = {f"socket:[{inode}]" for inode in _inodes(port, proc)}
    for process in proc.glob("[0-9]*") if wanted else ():
        with suppress(OSError):  # another user's, or it has ended
            for file in (process / "fd").iterdir():
                with suppress(OSError):
                    if str(file.readlink()) in wanted:
                        name = (process / "comm").read_text("utf-8", "replace").strip()
                        return _named(process.name, name)
    return ""


def _inodes(port: int, proc: Path) -> Iterator[str]:
    """Give the inodes of the sockets that listen on a port."""
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in (proc / "net" / table).read_text("ascii").splitlines()[1:]:
                fields = line.split()
                if int(fields[1].rpartition(":")[2], 16) == port and fields[3] == LISTENS:
                    yield fields[9]


def check_firewall(server: ServerSettings, root: Path = Path("/")) -> Iterator[Check]:
    """Tell what can be told about a firewall without an administrator's rights.

    Args:
        server: Where is listened.
        root: Of the file system.
    """
    if is_loopback(server.host):
        yield ok("firewall", "only this computer is listened to, which no firewall hinders")
        return
    port = server.port
    cure = ""
    if sys.platform == "win32":
        cure = (
            "if others cannot reach it, as an administrator: netsh advfirewall firewall add rule"
            f" name=corsheet dir=in action=allow protocol=TCP localport={port}"
        )
        yield warning("firewall", "Windows' firewall lets nobody in unless it is told", cure)
        return
    with suppress(OSError):
        if "ENABLED=yes" in (root / "etc/ufw/ufw.conf").read_text("utf-8", "replace"):
            cure = f"let them in: sudo ufw allow {port}/tcp"
    if not cure and (root / "run/firewalld").exists():
        cure = f"let them in: sudo firewall-cmd --permanent --add-port={port}/tcp, and --reload"
    if cure:
        yield warning("firewall", "a firewall is on, and may keep others out", cure)
    else:
        yield ok("firewall", "neither ufw nor firewalld is on; others were not looked for")
