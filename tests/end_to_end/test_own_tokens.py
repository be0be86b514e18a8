"""OAuth2 with nothing but corsheet: a client has what ``corsheet client add`` printed, no more."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from oauthlib.oauth2 import OAuth2Error

from tests.support.oauth import (
    INVALID,
    OPEN_SECONDS,
    PLAIN_HTTP,
    ask,
    both_calls,
    log_in,
    token_of,
    told,
)
from tests.support.saving import rename_over, versioned_workbook, versions_in
from tests.support.service import ROOT, Service, eventually, serving, settings_text

MANY = 20
"""New connections, so that each of two workers takes some."""

REVOKED_SECONDS = 2
"""After which no worker takes a revoked token; a second is promised, from its last look on."""

ADDRESS = "https://orders.example.com"
"""Where the service would be reached from outside."""


class Client(NamedTuple):
    """What is known of a client: the values of Hii Retail's ``proxy-config``."""

    client_id: str
    secret: str
    path: str

    def log_in(self, service: Service, *, is_in_form: bool = False) -> str:
        """Get a token."""
        url = service.address + self.path
        with log_in(url, self.client_id, self.secret, is_in_form=is_in_form) as session:
            return token_of(session)

    def post(self, service: Service, endpoint: str, token: str) -> Any:
        """Ask an endpoint beside the token's about a token; gives what it says."""
        url = service.address + self.path.replace("token", endpoint)
        pair = (self.client_id, self.secret)
        reply = requests.post(url, {"token": token}, auth=pair, timeout=OPEN_SECONDS)
        assert reply.status_code == 200, reply.text
        return reply.json()


def add_client(folder: Path, name: str, *units: str) -> Client:
    """Add a client as a person does, and read what to paste."""
    told = subprocess.run(
        [sys.executable, "-m", "corsheet", "client", "add", name, "--url", ADDRESS,
         "--config", str(folder / "corsheet.toml"), *(f"--unit={unit}" for unit in units)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
    ).stdout  # fmt: skip
    printed = json.loads(told)
    assert printed["type"] == "oauth2"
    config = printed["config"]
    assert config["authUrl"].startswith(ADDRESS)
    return Client(
        config["clientId"], config["clientSecret"], config["authUrl"].removeprefix(ADDRESS)
    )


class Shop(NamedTuple):
    """A folder with a workbook, whose settings know two clients; which engine serves it."""

    folder: Path
    engine: str
    ours: Client
    others: Client

    @contextmanager
    def serving(self) -> Iterator[Service]:
        """Serve while the block runs."""
        with serving(self.folder, engine=self.engine) as service:
            yield service


@pytest.fixture
def shop(tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Give a shop that nobody serves yet."""
    monkeypatch.setenv(*PLAIN_HTTP)
    (tmp_path / "orders.xlsx").write_bytes(versioned_workbook(1))
    (tmp_path / "corsheet.toml").write_text(settings_text(tmp_path), "utf-8")
    return Shop(
        tmp_path, engine, add_client(tmp_path, "hiiretail"), add_client(tmp_path, "other", "0002")
    )


def test_a_client_gets_a_token_and_is_let_in_with_it(shop: Shop) -> None:
    """At both calls and by every worker, for its own units; with a wrong secret it gets none."""
    ours, address = shop.ours, ""
    with shop.serving() as service:
        address = service.address
        with log_in(address + ours.path, ours.client_id, ours.secret) as session:
            assert [one.status_code for one in both_calls(session, address)] == [200, 200]
            tokens = [token_of(session), ours.log_in(service, is_in_form=True)]
        assert [ask(address, token).status_code for token in tokens * MANY] == [200] * 2 * MANY
        assert told(ask(address, shop.others.log_in(service)))[:2] == (403, "wrong-business-unit")
        with pytest.raises(OAuth2Error, match="invalid_client"):
            log_in(address + ours.path, ours.client_id, shop.others.secret)


def test_a_client_is_told_about_its_own_tokens(shop: Shop) -> None:
    """Active until it is revoked (RFC 7662); nothing about another's."""
    with shop.serving() as service:
        token = shop.ours.log_in(service)
        before = shop.ours.post(service, "introspect", token)
        by_another = shop.others.post(service, "introspect", token)
        shop.others.post(service, "revoke", token)  # which is not theirs to end
        still = shop.ours.post(service, "introspect", token)
        shop.ours.post(service, "revoke", token)
        after = shop.ours.post(service, "introspect", token)

    assert before["active"] is True
    assert before["client_id"] == shop.ours.client_id
    assert before["exp"] > time.time()
    assert still == before
    assert by_another == after == {"active": False}


def test_a_revoked_token_is_refused_by_every_worker(shop: Shop) -> None:
    """Even where it is in use all the time, so that each has just looked at it."""
    with shop.serving() as service:
        token = shop.ours.log_in(service)
        assert {ask(service.address, token).status_code for _ in range(MANY)} == {200}
        shop.ours.post(service, "revoke", token)
        revoked = time.monotonic()
        while time.monotonic() < revoked + REVOKED_SECONDS:
            assert ask(service.address, token).status_code in {200, 401}
        late = [told(ask(service.address, token)) for _ in range(MANY)]

    assert late == [INVALID] * MANY


def test_a_token_outlives_a_save_of_the_workbook_and_a_restart(shop: Shop) -> None:
    """Nobody has to ask for another."""
    with shop.serving() as service:
        token = shop.ours.log_in(service)
        rename_over(shop.folder / "orders.xlsx", versioned_workbook(2))

        def is_reloaded() -> bool:
            reply = ask(service.address, token)
            assert reply.status_code == 200, reply.text
            return versions_in(reply.json()) == {"v2"}

        eventually(is_reloaded, 15, "the second version")
        assert service.stop() == 0
    with shop.serving() as service:
        assert {ask(service.address, token).status_code for _ in range(MANY)} == {200}


def test_without_its_client_a_token_is_worth_nothing(shop: Shop) -> None:
    """Its table is deleted and the service started again; the other client's token lives on."""
    settings = shop.folder / "corsheet.toml"
    with shop.serving() as service:
        tokens = [one.log_in(service) for one in (shop.ours, shop.others)]
    first, *tables = settings.read_text("utf-8").split("[[auth.client]]")
    settings.write_text("[[auth.client]]".join([first, tables[1]]), "utf-8")
    with shop.serving() as service:
        dead = [told(ask(service.address, tokens[0])) for _ in range(MANY)]
        alive = [told(ask(service.address, tokens[1]))[1] for _ in range(MANY)]
        with pytest.raises(OAuth2Error, match="invalid_client"):
            shop.ours.log_in(service)

    assert dead == [INVALID] * MANY
    assert alive == ["wrong-business-unit"] * MANY  # it is taken, for its own unit
