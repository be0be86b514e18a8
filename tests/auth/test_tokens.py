"""Tokens of our own: whose they are, for how long, and what happens to their file."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corsheet.auth import Granted, Refusal, Refused
from corsheet.auth.basic import CHEAPEST, hash_password
from corsheet.auth.token_store import (
    CLOCK_SECONDS,
    FILE,
    MOST_TOKENS,
    PREFIX,
    Token,
    TokenStore,
    TokenStoreError,
)
from corsheet.auth.tokens import AGREE_SECONDS, Client, OwnTokens
from corsheet.model import EVERY_UNIT, BusinessUnitId
from tests.support.service import ROOT

EVERY = frozenset({EVERY_UNIT})
RETAIL = Client("hiiretail", hash_password("s3cret", CHEAPEST), EVERY)
SHOP = Client("shop", hash_password("other", CHEAPEST), frozenset({BusinessUnitId("0001")}))
NOW = 1_800_000_000.0
HOUR = 3600


class Clock:
    """A clock that is set by hand; seconds since 1970."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def of(folder: Path, *clients: Client, clock: Callable[[], float] | None = None) -> OwnTokens:
    """Make what checks tokens, as another process or a restarted one would."""
    clock = clock or Clock()
    return OwnTokens(TokenStore(folder, clock), clients or (RETAIL, SHOP), clock)


def issue(tokens: OwnTokens, client: Client = RETAIL, seconds: int = HOUR) -> str:
    """Make a token."""
    return tokens.issue(client, "orders:read", "", seconds)


def is_refused(tokens: OwnTokens, token: str, kind: Refusal = Refusal.INVALID_TOKEN) -> bool:
    """Tell whether a token is refused, and for that reason."""
    verdict = tokens.check(token)
    return isinstance(verdict, Refused) and verdict.kind is kind


def test_a_token_opens_what_its_client_may_see(tmp_path: Path) -> None:
    """The units are those of the settings, and it may be remembered for a moment only."""
    tokens = of(tmp_path)

    verdicts = [tokens.check(issue(tokens, client)) for client in (RETAIL, SHOP)]

    assert verdicts == [
        Granted("hiiretail", EVERY, seconds=AGREE_SECONDS),
        Granted("shop", SHOP.business_units, seconds=AGREE_SECONDS),
    ]


def test_a_token_survives_a_restart_and_two_are_never_the_same(tmp_path: Path) -> None:
    """The file is the only memory."""
    made = {issue(of(tmp_path)) for _ in range(20)}

    assert len(made) == 20
    assert all(isinstance(of(tmp_path).check(token), Granted) for token in made)


def test_the_file_holds_no_token_and_is_nobody_elses(tmp_path: Path) -> None:
    """Whoever reads it, or a backup of it, can use nothing in it."""
    token = issue(of(tmp_path / "state"))

    file = tmp_path / "state" / FILE
    assert token.removeprefix(PREFIX).encode() not in file.read_bytes()
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_token_ends_at_its_time(tmp_path: Path) -> None:
    """From then on it is refused; just before, it is not remembered beyond it."""
    clock = Clock()
    tokens = of(tmp_path, clock=clock)
    token = issue(tokens)

    clock.now = NOW + HOUR - 0.25
    assert tokens.check(token) == Granted("hiiretail", EVERY, seconds=0.25)
    clock.now = NOW + HOUR
    assert is_refused(tokens, token)


def test_a_clock_that_is_set_back_lets_no_token_live_longer(tmp_path: Path) -> None:
    """A token of the future is refused; a minute does no harm."""
    clock = Clock()
    tokens = of(tmp_path, clock=clock)
    token = issue(tokens)

    clock.now = NOW - CLOCK_SECONDS
    assert isinstance(tokens.check(token), Granted)
    clock.now -= 1
    assert is_refused(tokens, token)


def test_a_revoked_token_is_refused_by_every_process(tmp_path: Path) -> None:
    """One process revokes, another one looks."""
    one, other = of(tmp_path), of(tmp_path)
    token, kept = issue(one), issue(one)

    other.revoke(token)
    other.revoke(token)
    other.revoke("no token at all")

    assert is_refused(one, token)
    assert isinstance(one.check(kept), Granted)


@pytest.mark.parametrize(
    "clients",
    [
        (SHOP,),
        (replace(RETAIL, secret_hash=hash_password("s3cret", CHEAPEST)), SHOP),
        (replace(RETAIL, client_id="Hiiretail"), SHOP),
    ],
    ids=["gone", "new secret", "other name"],
)
def test_a_token_ends_with_its_client_and_its_secret(
    tmp_path: Path, clients: tuple[Client, ...]
) -> None:
    """Taking a client out of the settings, or giving it a new secret, ends its tokens."""
    token = issue(of(tmp_path))

    assert is_refused(of(tmp_path, *clients), token)
    assert isinstance(of(tmp_path).check(token), Granted)


def test_the_units_are_those_of_the_settings_now(tmp_path: Path) -> None:
    """A token gives no right that its client has lost."""
    token = issue(of(tmp_path))
    less = replace(RETAIL, business_units=SHOP.business_units)

    verdict = of(tmp_path, less).check(token)

    assert isinstance(verdict, Granted)
    assert verdict.business_units == SHOP.business_units


@pytest.mark.parametrize(
    "text", ["", PREFIX, PREFIX + "A" * 43, PREFIX + "A" * 44, "A" * 47, "å" * 47, "\ud800", "\0"]
)
def test_what_was_never_issued_is_refused(tmp_path: Path, text: str) -> None:
    """Whatever it looks like."""
    assert is_refused(of(tmp_path), text)


@given(st.integers(0, 46), st.characters(min_codepoint=33, max_codepoint=126))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_token_with_one_other_character_is_refused(
    tmp_path: Path, place: int, character: str
) -> None:
    """There is nothing near a token."""
    tokens = of(tmp_path)
    token = issue(tokens)
    changed = token[:place] + character + token[place + 1 :]

    assert isinstance(tokens.check(changed), Granted) == (changed == token)


def test_expired_tokens_are_forgotten_and_the_others_are_bounded(tmp_path: Path) -> None:
    """The file does not grow with the years, nor with a client that takes a token each time."""
    clock = Clock()
    tokens = of(tmp_path, clock=clock)
    with sqlite3.connect(tmp_path / FILE) as connection:
        of(tmp_path).revoke(issue(tokens))  # makes the table
        rows = [
            (os.urandom(32), "hiiretail", b"", "", "", int(NOW), int(NOW) + HOUR + number)
            for number in range(MOST_TOKENS)
        ]
        connection.executemany("INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.close()

    def count() -> int:
        with sqlite3.connect(tmp_path / FILE) as connection:
            found = int(connection.execute("SELECT count(*) FROM token").fetchone()[0])
        connection.close()
        return found

    other = issue(tokens, SHOP)
    newest = issue(tokens, RETAIL, 2 * HOUR)
    assert count() == MOST_TOKENS + 1
    assert isinstance(tokens.check(other), Granted)
    assert isinstance(tokens.check(newest), Granted)

    clock.now = NOW + 3 * HOUR
    issue(tokens)
    assert count() == 1


CHILD = """
import sys
from pathlib import Path
from tests.auth.test_tokens import RETAIL
from corsheet.auth.token_store import Token, TokenStore
import time
store = TokenStore(Path(sys.argv[1]))
now = int(time.time())
for _ in range(10):
    print(store.issue(Token("hiiretail", b"x", "", "", now, now + 3600)), flush=True)
for line in sys.stdin:
    print("known" if store.look_up(line.strip()) else "unknown", flush=True)
"""


def test_two_processes_write_at_the_same_time_and_know_each_others(tmp_path: Path) -> None:
    """As granian's workers do; nothing is lost, and a revocation is seen at once."""
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip

    def ask(child: "subprocess.Popen[str]", token: str) -> str:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(token + "\n")
        child.stdin.flush()
        return child.stdout.readline().strip()

    try:
        made = []
        for child in children:
            assert child.stdout is not None
            made.append([child.stdout.readline().strip() for _ in range(10)])
        known = [ask(children[1 - n], token) for n in range(2) for token in made[n]]
        TokenStore(tmp_path).revoke(made[0][0])
        revoked = [ask(child, made[0][0]) for child in children]
    finally:
        for child in children:
            child.communicate(timeout=30)

    assert known == ["known"] * 20
    assert revoked == ["unknown"] * 2


def test_threads_share_a_store(tmp_path: Path) -> None:
    """Each finds what it and the others made."""
    tokens = of(tmp_path)

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: issue(tokens), range(20)))
        verdicts = list(threads.map(tokens.check, made))

    assert all(isinstance(verdict, Granted) for verdict in verdicts)


@pytest.mark.parametrize(
    "data",
    [b"", b"not a database", b"SQLite format 3\0" + b"\xff" * 5000, b"\0" * 4096, "cut", "other"],
    ids=["empty", "text", "header only", "zeros", "cut", "other tables"],
)
def test_a_damaged_file_is_made_anew(
    tmp_path: Path, data: bytes | str, caplog: pytest.LogCaptureFixture
) -> None:
    """Its tokens are lost, the service is not: clients ask for new ones."""
    tokens = of(tmp_path)
    old = issue(tokens)
    file = tmp_path / FILE
    if data == "other":
        file.unlink()
        with sqlite3.connect(file) as connection:
            connection.execute("CREATE TABLE token (name)")
        connection.close()
    else:
        file.write_bytes(file.read_bytes()[:5000] if isinstance(data, str) else data)

    verdict = tokens.check(old)
    fresh = issue(tokens)

    assert isinstance(verdict, Refused)
    assert verdict.kind is Refusal.INVALID_TOKEN
    assert isinstance(tokens.check(fresh), Granted)
    assert ("is made anew" in caplog.text) == (data != b"")


@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 255)), min_size=1, max_size=20))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_damage_raises_or_lets_a_stranger_in(
    tmp_path: Path, flips: list[tuple[int, int]]
) -> None:
    """Whatever bytes of the file are wrong: refused, or for its own client, or not now."""
    tokens = of(tmp_path)
    old, revoked = issue(tokens, SHOP), issue(tokens, RETAIL)
    tokens.revoke(revoked)
    data = bytearray((tmp_path / FILE).read_bytes())
    for place, bits in flips:
        data[place % len(data)] ^= bits
    (tmp_path / FILE).write_bytes(data)

    verdict = tokens.check(old)
    other = tokens.check(revoked)

    assert isinstance(verdict, Refused) or verdict.business_units == SHOP.business_units
    assert isinstance(other, Refused)
    (tmp_path / FILE).unlink(missing_ok=True)
    assert isinstance(tokens.check(issue(tokens)), Granted)


def test_a_row_that_holds_no_times_is_no_token(tmp_path: Path) -> None:
    """Damage that SQLite does not see."""
    tokens = of(tmp_path)
    token = issue(tokens)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE token SET expires_at = 'later'")
    connection.close()

    assert is_refused(tokens, token)


def test_a_file_that_was_made_anew_meanwhile_is_kept(tmp_path: Path) -> None:
    """Two workers meet the same damage; the second finds that the first has seen to it."""
    tokens = of(tmp_path)
    token = issue(tokens)

    TokenStore(tmp_path)._make_anew(sqlite3.DatabaseError("malformed"))

    assert isinstance(tokens.check(token), Granted)


def test_a_file_that_is_deleted_meanwhile_is_made_again(tmp_path: Path) -> None:
    """And so is its folder."""
    folder = tmp_path / "state"
    tokens = of(folder)
    token = issue(tokens)
    (folder / FILE).unlink()
    folder.rmdir()

    assert is_refused(tokens, token)
    assert isinstance(tokens.check(issue(tokens)), Granted)


def test_a_folder_in_which_no_file_can_be_made_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither let in nor turned away for good: it is not the client's fault."""
    (tmp_path / "state").write_text("a file")
    tokens = of(tmp_path / "state")

    for _ in range(3):
        assert is_refused(tokens, PREFIX + "A" * 43, Refusal.UNAVAILABLE)
    with pytest.raises(TokenStoreError):
        issue(tokens)

    verdict = tokens.check(PREFIX + "A" * 43)
    assert isinstance(verdict, Refused)
    assert verdict.retry_after > 0
    assert caplog.text.count("cannot be used") == 1


def test_a_file_that_somebody_holds_is_waited_for_and_then_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock that stays: reading is not held up for ever, nor is the file thrown away."""
    monkeypatch.setattr("corsheet.auth.token_store.LOCK_SECONDS", 0.05)
    tokens = of(tmp_path)
    token = issue(tokens)
    holder = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")

    assert is_refused(tokens, token, Refusal.UNAVAILABLE)
    with pytest.raises(TokenStoreError):
        issue(tokens)
    holder.execute("COMMIT")
    holder.close()

    assert isinstance(tokens.check(token), Granted)


def test_a_full_disk_keeps_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No new token, but the old ones open as before."""
    tokens = of(tmp_path)
    token = issue(tokens)
    connect = sqlite3.connect

    def cramped(*arguments: object, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)  # type: ignore[call-overload]
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    monkeypatch.setattr("corsheet.auth.token_store.sqlite3.connect", cramped)
    with pytest.raises(TokenStoreError):
        [issue(tokens) for _ in range(100)]
    assert isinstance(tokens.check(token), Granted)
    monkeypatch.undo()

    assert isinstance(tokens.check(issue(tokens)), Granted)


def test_what_is_kept_is_what_was_asked_for(tmp_path: Path) -> None:
    """Scope, audience and times, for introspection."""
    tokens = of(tmp_path)

    issued = tokens.find(tokens.issue(SHOP, "a b", "urn:x", 60))

    assert issued is not None
    assert issued.client == SHOP
    assert issued.token == Token("shop", SHOP.fingerprint, "a b", "urn:x", int(NOW), int(NOW) + 60)


def test_no_repr_tells_a_secret() -> None:
    """Neither the secret's salt nor its key."""
    hidden = str(RETAIL.secret_hash).split(":")[-2:]

    assert not any(part in repr(RETAIL) for part in hidden)
