"""Settings to what a process serves with: the service itself, or each of its workers."""

import gc
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_state_path

from corsheet.api import WsgiApp
from corsheet.api.refusals import Forms
from corsheet.auth.basic import BasicUsers
from corsheet.auth.bearer import Tokens
from corsheet.auth.door import Door
from corsheet.auth.introspection import Introspection
from corsheet.auth.jwt_ import JwtChecker
from corsheet.auth.throttle import Throttle
from corsheet.auth.tokens import OwnTokens, TokenStore
from corsheet.catalog import Catalog, LastReload, Store
from corsheet.logs import start_logging
from corsheet.server import raise_descriptor_limit
from corsheet.settings import Settings
from corsheet.settings.enactor import EnactorSettings

if TYPE_CHECKING:
    from corsheet.api.enactor import EnactorRoutes
    from corsheet.auth.id_token import IdTokens
    from corsheet.auth.token_endpoint import TokenEndpoints

SEARCHING, SEARCHING_IN_WORKER = 2, 1
"""Searches of Enactor's that look through orders at the same time, with waitress and in each worker
of granian. A deep one takes SQLite tenths of a second; with more at once the till waits for them.
"""

READERS = 6
"""Requests that look into a snapshot at the same moment: a look takes microseconds, and one more
than that opens the file once more."""


def state_dir(settings: Settings) -> Path:
    """Give the folder of a service's state: the one set, or one for its workbook.

    The same for ``a/../orders.xlsx`` as for ``orders.xlsx``, on Windows for ``Orders.xlsx``
    too. By the words alone, so that it stays where a share is away or a link leads elsewhere.
    """
    if settings.state_dir is not None:
        return settings.state_dir
    workbook = Path(os.path.normcase(os.path.normpath(settings.workbook.absolute())))
    tag = hashlib.sha256(os.fsencode(workbook)).hexdigest()[:8]
    return user_state_path("corsheet", appauthor=False) / f"{workbook.stem}-{tag}"


def make_door(settings: Settings) -> Door:
    """Make what checks credentials."""
    auth, threads = settings.auth, settings.server.threads
    if settings.allow_anonymous:
        return Door(is_open=True)
    return Door(
        BasicUsers(auth.all_users) if auth.all_users else None,
        _make_tokens(settings),
        clients=BasicUsers([client.as_user() for client in auth.clients]) if auth.clients else None,
        throttle=Throttle(state_dir(settings)),
        # with granian the other threads answer whoever is known, with waitress Enactor's clients
        waiting=threads * 5 // 8,
        waiting_for_tokens=threads // 3,
    )


def forms_of(enactor: EnactorSettings) -> Forms:
    """Give the form of refusals at each path."""
    return Forms(enactor.prefix if enactor.enabled else None)


def is_quick(door: Door, forms: Forms, method: str, path: str, authorization: str | None) -> bool:
    """Tell whether a request cannot take long.

    A POST that is no search may be for a token, with a secret to hash in its form. One of
    Enactor's may wait for an issuer's keys, or look through many orders.
    """
    if forms.is_enactors(path) or (method == "POST" and not path.endswith(":search")):
        return False
    return door.is_quick(authorization)


def _own_tokens(settings: Settings) -> OwnTokens | None:
    """Make what knows the tokens that we issue; None: there is nobody to have one."""
    clients = settings.auth.clients
    return OwnTokens(TokenStore(state_dir(settings)), clients) if clients else None


def _make_tokens(settings: Settings) -> Tokens | None:
    """Make what checks bearer tokens; None: none are taken."""
    auth = settings.auth
    tokens = Tokens(
        own=_own_tokens(settings),
        jwt=JwtChecker(auth.jwt) if auth.jwt else None,
        introspection=Introspection(auth.introspection) if auth.introspection else None,
    )
    return None if tokens == Tokens() else tokens


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
        trusted_proxy=settings.server.trusted_proxy,
        enactor=enactor_routes(settings),
    )
    return build_app(
        catalog,
        door,
        last_reload,
        options,
        _make_endpoints(settings, door),
        id_tokens=_make_id_tokens(settings.enactor),
    )


def enactor_routes(settings: Settings) -> "EnactorRoutes | None":
    """Give what Enactor's routes need; None: there are none."""
    from corsheet.api.enactor import EnactorRoutes  # noqa: PLC0415 - late, as the application

    enactor, server = settings.enactor, settings.server
    if not enactor.enabled:
        return None
    return EnactorRoutes(
        prefix=enactor.prefix,
        identity=enactor.identity,
        places=server.threads // 3,
        searching=SEARCHING_IN_WORKER if server.uses_granian else SEARCHING,
    )


def _make_id_tokens(enactor: EnactorSettings) -> "IdTokens | None":
    """Make what checks Enactor's id tokens; None: customers are not known by them."""
    if not enactor.uses_id_tokens:
        return None
    # late: its library takes a while to import
    from corsheet.auth.id_token import IdTokens  # noqa: PLC0415

    return IdTokens(enactor.issuer, enactor.jwks_url, enactor.audience)


def _make_endpoints(settings: Settings, door: Door) -> "TokenEndpoints | None":
    """Make what issues tokens; None: there is nobody to have one."""
    tokens = _own_tokens(settings)
    if tokens is None:
        return None
    # late: its library takes a while to import
    from corsheet.auth.token_endpoint import TokenEndpoints  # noqa: PLC0415

    return TokenEndpoints(
        tokens, door.admit_client, settings.auth.token_seconds, door.forget_tokens
    )


def load_worker(settings: Settings) -> WsgiApp:
    """Make the application of a worker process, which follows what its service publishes."""
    start_logging(settings.log_level)
    raise_descriptor_limit()
    store = Store(state_dir(settings))
    catalog = Catalog(store, READERS)
    catalog.start()
    app = make_app(settings, catalog, make_door(settings), store.last_reload)
    gc.freeze()  # as the service does
    return app
