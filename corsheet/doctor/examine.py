"""All checks, at the same time and within a time."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from corsheet.catalog import Store
from corsheet.doctor import Check, trouble, warning
from corsheet.doctor.asking import ask
from corsheet.doctor.certificate import check_certificate
from corsheet.doctor.clock import check_clock, date_of
from corsheet.doctor.credentials import check_credentials, check_way
from corsheet.doctor.folder import (
    check_copies,
    check_owners,
    check_place,
    check_placeholder,
    is_folder,
)
from corsheet.doctor.port import asked_host, can_listen, check_firewall, check_port, is_corsheet
from corsheet.doctor.program import check_libraries, check_program
from corsheet.doctor.running import check_service
from corsheet.doctor.sample import check_sample
from corsheet.doctor.servers import check_introspection, check_keys
from corsheet.doctor.state import check_room, check_state
from corsheet.doctor.watching import check_watch
from corsheet.doctor.workbook import check_workbook
from corsheet.install.installed import Installed, find_installed
from corsheet.install.steps import State, ThisComputer
from corsheet.service import who_holds
from corsheet.settings import Settings
from corsheet.worker import state_dir

LONGEST_SECONDS = 3.5
"""For all checks together; with what starting and ending take, less than five."""

REST_SECONDS = 0.5
"""Of these, what is left for a sample request once the workbook is read."""


Find = Callable[[], Installed | None]
"""Gives the service of the system for the settings that are looked at."""


class Theme(NamedTuple):
    """Checks that are made one after another; each theme has a thread to itself.

    Attributes:
        name: Of its checks, for when they end too late.
        look: Makes them.
    """

    name: str
    look: Callable[[], Iterable[Check]]


def examine_program() -> Sequence[Check]:
    """Look at the program itself, for which no settings are needed."""
    return [*check_program(), *check_libraries()]


def examine(
    settings: Settings, config: Path | None = None, seconds: float = LONGEST_SECONDS
) -> list[Check]:
    """Look at everything that the settings name; what takes too long is told as such.

    Args:
        settings: In order.
        config: Their file; None: there is none.
        seconds: For all together.
    """

    @cache
    def find() -> Installed | None:
        return find_installed(config, ThisComputer()) if config is not None else None

    return look_at([*_of_workbook(settings, seconds), *_of_service(settings, find)], seconds)


def examine_workbook(settings: Settings, seconds: float = LONGEST_SECONDS) -> list[Check]:
    """Look at the workbook only, where the settings have mistakes.

    Args:
        settings: Which name it, and nothing else that is meant.
        seconds: For all together.
    """
    return look_at([*_of_workbook(settings, seconds)], seconds)


def _of_workbook(settings: Settings, seconds: float) -> Iterator[Theme]:
    """Give what there is to look at in the workbook, in the order in which it is told."""
    workbook = settings.workbook
    yield Theme("workbook", partial(_look_at_workbook, settings, seconds - REST_SECONDS))
    yield Theme("place", partial(_look_at_folder, workbook))
    yield Theme("watch", partial(check_watch, workbook.parent))


def _of_service(settings: Settings, find: Find) -> Iterator[Theme]:
    """Give what there is to look at around the service, likewise."""
    server = settings.server
    yield Theme("port", partial(_look_at_port, settings, find))
    yield Theme("firewall", partial(check_firewall, server))
    yield Theme("disk", partial(_look_at_disks, settings, find))
    yield Theme("credentials", partial(check_credentials, settings))
    yield Theme("way", partial(check_way, settings))
    if server.tls_certificate is not None and server.tls_key is not None:
        pair = server.tls_certificate, server.tls_key
        yield Theme("certificate", partial(check_certificate, *pair, time.time()))
    if settings.auth.introspection is not None:
        yield Theme("authorization", partial(check_introspection, settings.auth.introspection))
    if settings.auth.jwt is not None:
        yield Theme("authorization", partial(check_keys, settings.auth.jwt))
    yield Theme("clock", partial(_look_at_clock, settings))


def _look_at_workbook(settings: Settings, seconds: float) -> Iterator[Check]:
    """Read the workbook as the service does, into a folder that is deleted; ask for an order."""
    with tempfile.TemporaryDirectory(prefix="corsheet-doctor-") as folder:
        store = Store(Path(folder))
        yield from check_workbook(settings, store, seconds)
        if store.current() is not None:
            yield from check_sample(settings, store)


def _look_at_folder(workbook: Path) -> Iterator[Check]:
    if not (workbook.name and is_folder(workbook.parent)):
        return  # told by the check of the workbook
    yield from check_owners(workbook)
    yield from check_place(workbook)
    yield from check_placeholder(workbook)
    yield from check_copies(workbook)


def _look_at_port(settings: Settings, find: Find) -> Iterator[Check]:
    """Look at port and state folder together: one service has both."""
    server, installed = settings.server, find()
    folder = _state_folder(settings, installed)
    error = can_listen(server.host, server.port)
    answers = error is not None and is_corsheet(server)
    holder = who_holds(folder)
    # whether it runs, only some may ask the system; its own port answers for it
    runs = installed is not None and installed.status.state is not State.STOPPED
    is_ours = answers and (runs or (holder is not None and settings.workbook.name in holder))
    yield from check_port(server, error, is_ours=is_ours, is_another=answers and not is_ours)
    yield from check_state(folder, holder, is_ours=is_ours)
    said = None
    if is_ours:
        said = ask(asked_host(server), server.port, "/readyz", is_tls=server.uses_tls)
    yield from check_service(said, is_ours=is_ours, installed=installed)


def _state_folder(settings: Settings, installed: Installed | None) -> Path:
    return installed.state_dir if installed is not None else state_dir(settings)


def _look_at_disks(settings: Settings, find: Find) -> Iterator[Check]:
    yield from check_room("state folder", _state_folder(settings, find()))
    yield from check_room("temporary files", Path(tempfile.gettempdir()))


def _look_at_clock(settings: Settings) -> Iterator[Check]:
    introspection, jwt = settings.auth.introspection, settings.auth.jwt
    told = {}
    servers = [(introspection.url, introspection.ca_file)] if introspection else []
    if jwt is not None:
        servers.append((jwt.jwks_url, ""))
    for url, ca_file in servers:
        date = date_of(url, ca_file)
        if date is not None:
            told[urlsplit(url).hostname or "?"] = date
    yield from check_clock(time.time(), settings.workbook, told)


def look_at(themes: Sequence[Theme], seconds: float) -> list[Check]:
    """Make checks at the same time, each theme in a thread of its own.

    Args:
        themes: In the order in which they are told.
        seconds: For all together.
    """
    end = time.monotonic() + seconds
    under_way = [_Look(theme) for theme in themes]
    checks: list[Check] = []
    for theme, look in zip(themes, under_way, strict=True):
        look.thread.join(max(0.0, end - time.monotonic()))
        is_late = look.thread.is_alive()
        checks += look.found.copy()
        if is_late:
            cure = "look whether a disk, a share or a name server does not answer; then try again"
            checks.append(warning(theme.name, f"no answer within {seconds:.0f} s", cure))
    return checks


class _Look:
    """A theme that is being looked at.

    Attributes:
        found: Its checks so far.
        thread: Makes them.
    """

    def __init__(self, theme: Theme) -> None:
        self.found: list[Check] = []
        self._theme = theme
        self.thread = threading.Thread(target=self._run, name=f"doctor {theme.name}", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            for check in self._theme.look():
                self.found.append(check)  # told even where the next one hangs
        except Exception as error:  # noqa: BLE001 - its text may hold anything, so only its kind
            kind = type(error).__name__
            cure = "tell us, with what `corsheet doctor --json` prints"
            self.found.append(trouble(self._theme.name, f"looking ended with {kind}", cure))
