"""Settings to a running service: what is made of what, and in which order it starts and ends."""

import gc
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from corsheet.catalog import Catalog, Store
from corsheet.reload.child import Compiler
from corsheet.reload.reloader import Reloader
from corsheet.server import Engine
from corsheet.settings import Settings
from corsheet.settings.credentials import is_loopback
from corsheet.watch import Watch
from corsheet.worker import READERS, forms_of, is_quick, load_worker, make_app, make_door, state_dir

log = logging.getLogger(__name__)

LOCK = "lock"
HOLDER = "holder.json"

FIRST_READING_SECONDS = 10.0
"""Most that the first reading may delay the word that the service listens; it answers before."""

REREADING_SECONDS = 1.0
"""The same where the last good orders are served already."""

OWN_READERS = 1
"""Of a snapshot, where workers answer: nobody but ourselves."""

LONGEST_START_SECONDS = 10.0
"""For worker processes to answer."""


class StateDirError(Exception):
    """The state folder cannot be used: another service holds it, or it cannot be written.

    Attributes:
        cure: What to do.
    """

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(message)
        self.cure = cure


def corsheet_command() -> list[str]:
    """Give what starts corsheet again: from source, from the built program or the ``.pyz``."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    archive = own_archive()
    return [sys.executable, archive] if archive else [sys.executable, "-m", "corsheet"]


def own_archive() -> str:
    """Give the ``.pyz`` that this is run from; empty: from none."""
    return getattr(__spec__.loader, "archive", "")  # a zipimporter's


def make_compiler(settings: Settings) -> Compiler:
    """Make what reads the workbook in a process of its own."""
    return Compiler(
        corsheet_command(),
        settings.business_unit,
        settings.limits,
        settings.language,
        settings.enactor.options,
    )


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
        for text in unwise(settings):
            log.warning(text)
        folder = state_dir(settings)
        with ExitStack() as stack:
            stack.enter_context(_held(folder, settings.workbook))
            store = Store(folder)
            store.tell_last_reload(None)
            uses_granian = settings.server.uses_granian
            self.catalog = Catalog(store, OWN_READERS if uses_granian else READERS)
            compiler = make_compiler(settings)
            self.reloader = Reloader(settings.workbook, store, self.catalog, compiler)
            self._watch = Watch(settings.workbook, self.reloader.notice)
            self._engine = self._make_granian() if uses_granian else self._make_waitress()
            self._reads = threading.Event()
            self._held = stack.pop_all()

    def _make_granian(self) -> Engine:
        from corsheet.server.granian_ import GranianServer  # noqa: PLC0415 - may be missing

        return GranianServer(partial(load_worker, self._settings), self._settings.server)

    def _make_waitress(self) -> Engine:
        from corsheet.server.waitress_ import WaitressServer  # noqa: PLC0415 - one is enough

        door = make_door(self._settings)
        app = make_app(self._settings, self.catalog, door, lambda: self.reloader.last)
        forms = forms_of(self._settings.enactor)
        return WaitressServer(app, self._settings.server, partial(is_quick, door, forms), forms)

    def run(self, announce: Callable[[str], None]) -> None:
        """Serve until ``stop``.

        Args:
            announce: Told the address once orders are served, or once it is
                known why none are.
        """
        with self._held as stack:
            self.catalog.start()
            stack.callback(self.catalog.stop)
            reading = threading.Thread(target=self._read, args=(announce,), name="announce")
            reading.start()
            stack.callback(self._end_reading, reading)
            self._engine.run()
            log.info("stopped")

    def _read(self, announce: Callable[[str], None]) -> None:
        """Begin to read the workbook, after the stored orders are served."""
        stored = self.catalog.current
        served = None if stored is None else stored.orders_served
        del stored  # else it would stay open
        try:
            if served is not None:
                log.info("serving %d orders of the last good reading", served)
                self._engine.wait(LONGEST_START_SECONDS)
        finally:
            self.reloader.start()
            self._watch.start()
            self._reads.set()
        workbook = self._settings.workbook.absolute()
        log.info("workbook %s, state in %s", workbook, state_dir(self._settings))
        self.reloader.first_done.wait(
            FIRST_READING_SECONDS if served is None else REREADING_SECONDS
        )
        self._engine.wait(LONGEST_START_SECONDS)
        gc.freeze()  # what is there now stays: no later look for cycles need go through it
        announce(self._engine.address)

    def _end_reading(self, reading: threading.Thread) -> None:
        self._reads.wait()
        self._watch.stop()
        self.reloader.stop()
        reading.join()

    def stop(self) -> None:
        """Make ``run`` return once the requests under way are answered."""
        self._engine.stop()


def unwise(settings: Settings) -> Iterator[str]:
    """Give what is allowed, and not wise."""
    server, introspection = settings.server, settings.auth.introspection
    if introspection is not None and not introspection.audience:
        yield "auth.introspection.audience is not set: tokens for any other service are taken too"
    if settings.enactor.uses_id_tokens and not settings.enactor.audience:
        yield "enactor.audience is not set: id tokens for any other service are taken too"
    if not (is_loopback(server.host) or server.uses_granian):
        yield (
            "waitress has no deadline for slow headers: see to it that only the proxy reaches "
            f"{server.host}"
        )


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


def who_holds(folder: Path) -> str | None:
    """Say who holds a state folder; None: nobody does.

    The lock is the authority: a holder that was killed leaves its word behind. It is taken
    for a moment, and only where somebody has left a word, so nothing is made.
    """
    lock = FileLock(folder / LOCK)
    try:
        if not (folder / HOLDER).is_file():
            return None
        lock.acquire(timeout=0)
    except Timeout:
        return _describe(folder / HOLDER)
    except OSError:
        return None  # it may not be read or written, which is told elsewhere
    lock.release()
    return None


def _describe(holder: Path) -> str:
    try:
        who = json.loads(holder.read_text(encoding="utf-8"))
        return f"process {who['pid']}, which serves {who['workbook']} since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another corsheet"
