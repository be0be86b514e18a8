"""Settings to what a process serves with: the service itself, or each of its workers."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_state_path

from corsheet.api import WsgiApp
from corsheet.auth.basic import BasicUsers
from corsheet.auth.door import Door
from corsheet.catalog import Catalog, LastReload, Store
from corsheet.logs import start_logging
from corsheet.server import raise_descriptor_limit
from corsheet.settings import Settings

OTHER_READERS = 2
"""Threads of ours, beside the server's, that may look into a snapshot."""


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


def make_app(
    settings: Settings, catalog: Catalog, door: Door, last_reload: Callable[[], LastReload | None]
) -> WsgiApp:
    """Make the application."""
    # late: a service whose workers answer has no need of it, nor of the framework's memory
    from corsheet.api.app import Options, build_app  # noqa: PLC0415

    options = Options(
        prefixes=settings.server.prefixes,
        max_body_bytes=settings.server.max_body_bytes,
        tenant_id=settings.tenant_id,
    )
    return build_app(catalog, door, last_reload, options)


def load_worker(settings: Settings) -> WsgiApp:
    """Make the application of a worker process, which follows what its service publishes."""
    start_logging(settings.log_level)
    raise_descriptor_limit()
    store = Store(state_dir(settings))
    catalog = Catalog(store, settings.server.threads + OTHER_READERS)
    catalog.start()
    return make_app(settings, catalog, make_door(settings), store.last_reload)
