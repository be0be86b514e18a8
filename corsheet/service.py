"""Settings to a running service: what is made of what, and in which order it starts and ends."""

import hashlib
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_state_path

from corsheet.api.app import Options, build_app
from corsheet.auth.basic import BasicUsers
from corsheet.auth.door import Door
from corsheet.catalog import Catalog, Store
from corsheet.reload.child import Compiler
from corsheet.reload.reloader import Reloader
from corsheet.server.waitress_ import Server
from corsheet.settings import Settings, is_loopback
from corsheet.watch import Watch

log = logging.getLogger(__name__)

LOCK = "lock"
HOLDER = "holder.json"

FIRST_READING_SECONDS = 10.0
"""Most that the first reading may delay the word that the service listens; it answers before."""

REREADING_SECONDS = 1.0
"""The same where the last good orders are served already."""


OTHER_READERS = 2
"""Threads of ours, beside the server's, that may look into a snapshot."""


class StateDirError(Exception):
    """The state folder cannot be used: another service holds it, or it cannot be written.

    Attributes:
        cure: What to do.
    """

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(message)
        self.cure = cure


def corsheet_command() -> list[str]:
    """Give what starts corsheet again, from source or from the single file."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "corsheet"]


def state_dir(settings: Settings) -> Path:
    """Give the folder of a service's state: the one set, or one for its workbook."""
    if settings.state_dir is not None:
        return settings.state_dir
    workbook = settings.workbook.absolute()
    tag = hashlib.sha256(os.fsencode(workbook)).hexdigest()[:8]
    return user_state_path("corsheet", appauthor=False) / f"{workbook.stem}-{tag}"


def make_door(settings: Settings) -> Door:
    """Make what checks credentials; a bearer token has no checker yet."""
    return Door(None if settings.allow_anonymous else BasicUsers(settings.users))


class Service:
    """A service that can be run once.

    Making it takes the state folder and the port, and nothing else happens.
    """

    def __init__(self, settings: Settings) -> None:
        """Prepare.

        Raises:
            StateDirError: Another service holds the state folder, or it cannot be used.
            OSError: The port is taken, or the host is not this computer's.
        """
        self._settings = settings
        folder = state_dir(settings)
        with ExitStack() as stack:
            stack.enter_context(_held(folder, settings.workbook))
            store = Store(folder)
            self.catalog = Catalog(store, settings.server.threads + OTHER_READERS)
            compiler = Compiler(
                corsheet_command(), settings.business_unit, settings.limits, settings.language
            )
            self.reloader = Reloader(settings.workbook, store, self.catalog, compiler)
            self._watch = Watch(settings.workbook, self.reloader.notice)
            options = Options(
                prefixes=settings.server.prefixes,
                max_body_bytes=settings.server.max_body_bytes,
                tenant_id=settings.tenant_id,
            )
            door = make_door(settings)
            app = build_app(self.catalog, door, lambda: self.reloader.last, options)

            def is_quick(authorization: str | None) -> bool:
                return authorization is None or door.recall(authorization) is not None

            self._server = Server(app, settings.server, is_quick)
            self._held = stack.pop_all()

    def run(self, announce: Callable[[str], None]) -> None:
        """Serve until ``stop``.

        Args:
            announce: Told the address once orders are served, or once it is
                known why none are.
        """
        with self._held as stack:
            self.catalog.start()
            stack.callback(self.catalog.stop)
            announcing = threading.Thread(target=self._announce, args=(announce,), name="announce")
            announcing.start()
            stack.callback(announcing.join)
            self.reloader.start()
            stack.callback(self.reloader.stop)
            self._watch.start()
            stack.callback(self._watch.stop)
            workbook = self._settings.workbook.absolute()
            log.info("workbook %s, state in %s", workbook, state_dir(self._settings))
            if not is_loopback(self._settings.server.host):
                log.warning("passwords travel in the clear unless a proxy with TLS is in front")
            self._server.run()
            log.info("stopped")

    def _announce(self, announce: Callable[[str], None]) -> None:
        stored = self.catalog.current
        if stored is not None:
            log.info("serving %d orders of the last good reading", stored.orders_served)
        seconds = FIRST_READING_SECONDS if stored is None else REREADING_SECONDS
        self.reloader.first_done.wait(seconds)
        announce(self._server.address)

    def stop(self) -> None:
        """Make ``run`` return once the requests under way are answered."""
        self._server.stop()


@contextmanager
def _held(folder: Path, workbook: Path) -> Iterator[None]:
    """Hold a state folder.

    Raises:
        StateDirError: Another service holds it, or it cannot be made or written.
    """
    holder = folder / HOLDER
    lock = FileLock(folder / LOCK)
    since = time.strftime("%Y-%m-%d %H:%M:%S")
    mine = {"pid": os.getpid(), "workbook": str(workbook.absolute()), "since": since}
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise StateDirError(
            f"{folder} is held by {_describe(holder)}",
            "end that service first, or set another state_dir",
        ) from error
    except OSError as error:
        raise StateDirError(
            f"{folder} cannot be used: {error.strerror or error}",
            "set state_dir to a folder that can be written",
        ) from error
    try:
        with suppress(OSError):  # a full disk is no reason not to serve
            holder.write_text(json.dumps(mine), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _describe(holder: Path) -> str:
    try:
        who = json.loads(holder.read_text(encoding="utf-8"))
        return f"process {who['pid']}, which serves {who['workbook']} since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another corsheet"
