"""The unit file of a service of systemd (systemd.service(5), systemd.exec(5)).

Written for systemd 252 (Debian 12) and newer; older ones leave out what they do not know.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath, PurePosixPath

from corsheet.install.account import Account
from corsheet.install.steps import InstallError
from corsheet.install.wanted import STATE_DIR, Wanted
from corsheet.workbook.limits import MIB

STATES = PurePosixPath("/var/lib")
HOMES = ("/home", "/root", "/run/user")

RESTART_SECONDS = 1
"""Between an end and the next start: soon enough for the till, seldom enough for the journal."""

STOP_SECONDS = 5
"""Then what is left of the service is killed; its state is made for that."""

SERVING_BYTES = 256 * MIB
"""For the service itself, several times what it takes."""

WORKER_BYTES = 64 * MIB
"""For each process that answers."""

COPIES = 2
"""Of the workbook's bytes: the service reads them and hands them to the process that reads."""

TASKS = 512
"""Threads and processes, several times what it takes."""

UNSAFE = "\"'\\"
"""What the path of a program may not have (systemd's string_is_safe)."""

LOWEST_FREE_PORT = 1024
"""Below it a right is needed to listen."""

ANY_HARDENING = (
    "NoNewPrivileges=yes",
    "LockPersonality=yes",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@privileged",
    "SystemCallErrorNumber=EPERM",
    "UMask=0077",
)
"""What the manager of one user can do too."""

SYSTEM_HARDENING = (
    "ProtectSystem=strict",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "PrivateMounts=yes",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
    "ProcSubset=pid",
    "RemoveIPC=yes",
)
"""Nothing but the state folder can be written; what the service does not need, it does not see.

MemoryDenyWriteExecute is not among them: with an older libffi, Python's ctypes, by which folders
are watched, makes code while it runs.
"""


def quoted(text: str) -> str:
    """Write a text as one word of a unit file (systemd.syntax(7), "Quoting").

    Raises:
        InstallError: It is no UTF-8, which a unit has to be.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InstallError(
            f"{text.encode('utf-8', 'replace').decode()} is not UTF-8", "rename the file or folder"
        ) from error
    for plain, escaped in (("\\", r"\\"), ('"', r"\""), ("\n", r"\n"), ("\t", r"\t"), ("%", "%%")):
        text = text.replace(plain, escaped)
    return f'"{text}"'


def command_line(command: Sequence[str]) -> str:
    """Write a command for ExecStart; the colon keeps a $ in a path from meaning anything.

    Raises:
        InstallError: systemd takes no program with such a name.
    """
    if any(one in UNSAFE or ord(one) < ord(" ") for one in command[0]):
        raise InstallError(
            f"systemd starts no program whose path has quotes or backslashes: {command[0]}",
            "move it to a folder with a plainer name, such as /opt/corsheet",
        )
    return " ".join(quoted(word) for word in (f":{command[0]}", *command[1:]))


def unit(wanted: Wanted, account: Account | None) -> str:
    """Give the text of a unit.

    Args:
        wanted: What is to be served.
        account: As whom; None: it is a unit of the user who installs it.
    """
    parts = {
        "Unit": [
            f"Description=Customer orders for the till ({wanted.name})",
            *_network(account),
            "# it never gives up, however often it fails",
            "StartLimitIntervalSec=0",
        ],
        "Service": [
            "Type=exec",
            *_start(wanted, account),
            "Restart=on-failure",
            "# a closed terminal's signal, or logrotate's: systemd takes it for a wanted end",
            "RestartForceExitStatus=SIGHUP",
            f"RestartSec={RESTART_SECONDS}",
            "# the main process ends the others itself, once requests under way are answered",
            "KillMode=mixed",
            "KillSignal=SIGTERM",
            f"TimeoutStopSec={STOP_SECONDS}",
            *_limits(wanted),
            *ANY_HARDENING,
            *([] if account is None else _system(wanted, account)),
        ],
        "Install": [f"WantedBy={'default' if account is None else 'multi-user'}.target"],
    }
    texts = [f"[{name}]\n" + "".join(f"{line}\n" for line in part) for name, part in parts.items()]
    return "# `corsheet service install` writes this file anew.\n\n" + "\n".join(texts)


def _network(account: Account | None) -> list[str]:
    """Wait for the network, which a user's manager comes after; shares may come later."""
    if account is None:
        return []
    return ["Wants=network-online.target", "After=network-online.target remote-fs.target"]


def _start(wanted: Wanted, account: Account | None) -> Iterator[str]:
    yield "ExecStart=" + command_line(
        [*wanted.program.command, "serve", "--config", str(wanted.config)]
    )
    if account is not None:
        yield f"StateDirectory={wanted.name}"
        yield "StateDirectoryMode=0700"
        yield f"Environment={STATE_DIR}={STATES / wanted.name}"
    if wanted.program.is_one_file:
        yield "# the one file unpacks itself; a folder for temporary files may be cleaned meanwhile"
        yield f"CacheDirectory={wanted.name}"
        yield f'Environment="TMPDIR=%C/{wanted.name}"'
        # the slash, since for a user of its own that folder is a link, which find does not follow
        yield f'ExecStartPre=-/usr/bin/find "%C/{wanted.name}/" -mindepth 1 -delete'


def _limits(wanted: Wanted) -> Iterator[str]:
    """Bound what the service takes; the process that reads the workbook has its own limit."""
    limits, server = wanted.settings.limits, wanted.settings.server
    if limits.memory_bytes:
        serving = SERVING_BYTES + server.workers * WORKER_BYTES
        most = limits.memory_bytes + COPIES * limits.workbook_bytes + serving
        yield f"MemoryMax={most}"
    yield "# what eats the memory is the reading; the service stays, and says so"
    yield "OOMPolicy=continue"
    yield f"TasksMax={TASKS}"


def _system(wanted: Wanted, account: Account) -> Iterator[str]:
    """Give what only the system's manager can do."""
    if account.user:
        yield f"User={account.user}"
        hidden = [f"-{account.home}/{name}" for name in (".ssh", ".gnupg")]
        yield "InaccessiblePaths=" + " ".join(map(quoted, hidden))
    else:
        yield "DynamicUser=yes"
        if account.group:
            yield f"SupplementaryGroups={account.group}"
    port = wanted.settings.server.port
    right = "CAP_NET_BIND_SERVICE" if 0 < port < LOWEST_FREE_PORT else ""
    yield f"CapabilityBoundingSet={right}"
    yield f"AmbientCapabilities={right}"
    yield f"ProtectHome={'read-only' if _is_in_a_home(_paths(wanted)) else 'yes'}"
    yield from SYSTEM_HARDENING


def _paths(wanted: Wanted) -> list[PurePath]:
    return [*wanted.program.files, wanted.config, wanted.workbook, *wanted.files]


def _is_in_a_home(paths: Sequence[PurePath]) -> bool:
    # where a link leads, too: there the file is opened
    found = [*paths, *(Path(path).resolve() for path in paths)]
    return any(path.is_relative_to(home) for path in found for home in HOMES)
