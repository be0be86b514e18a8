"""``corsheet client add``: a client of the token endpoint, and what Hii Retail is told."""

import json
import tomllib
from pathlib import Path

import pytest

from corsheet.auth.basic import COST, parse_hash
from corsheet.cli import main
from corsheet.settings import load_settings

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a settings file without anybody."""
    file = tmp_path / "corsheet.toml"
    file.write_text("# ours\nworkbook = 'orders.xlsx'\n", "utf-8")
    return file


def add(file: Path, *arguments: str) -> int:
    """Run the command."""
    return main(["client", "add", *arguments, "--config", str(file)])


def test_what_is_printed_can_be_pasted_and_is_what_was_written(
    file: Path, capsys: Captured
) -> None:
    """Hii Retail's proxy-config; the hash in the file is of that secret, at full cost."""
    assert add(file, "hiiretail", "--url", "https://orders.example.com/") == 0

    out, errors = capsys.readouterr()
    told = json.loads(out)
    secret = told["config"].pop("clientSecret")
    assert told == {
        "type": "oauth2",
        "config": {
            "clientId": "hiiretail",
            "authUrl": "https://orders.example.com/oauth2/token",
        },
    }
    text = file.read_text("utf-8")
    (table,) = tomllib.loads(text)["auth"]["client"]
    assert table.keys() == {"client_id", "secret_hash"}
    made = parse_hash(table["secret_hash"])
    assert made.matches(secret)
    assert (made.n, made.r, made.p) == COST
    assert text.startswith("# ours\n")
    assert secret not in text + errors
    assert len(secret) == 32
    assert "must be restarted" in errors
    assert "YOUR-ADDRESS" not in errors


def test_the_settings_know_the_client(file: Path) -> None:
    """With its units."""
    add(file, "hiiretail", "--unit", "0001")

    (client,) = load_settings(file, {}, {}).auth.clients

    assert (client.client_id, client.business_units) == ("hiiretail", frozenset({"0001"}))


def test_without_an_address_a_placeholder_stands_there(file: Path, capsys: Captured) -> None:
    """And standard error says so."""
    assert add(file, "hiiretail") == 0

    out, errors = capsys.readouterr()
    assert json.loads(out)["config"]["authUrl"] == "https://YOUR-ADDRESS/oauth2/token"
    assert "put your own address where https://YOUR-ADDRESS stands" in errors


def test_an_address_in_the_clear_is_warned_about(file: Path, capsys: Captured) -> None:
    """It may do for a trial on one computer."""
    assert add(file, "hiiretail", "--url", "http://127.0.0.1:8080") == 0

    out, errors = capsys.readouterr()
    assert json.loads(out)["config"]["authUrl"] == "http://127.0.0.1:8080/oauth2/token"
    assert "anybody on the way can read the secret" in errors


@pytest.mark.parametrize(
    "url",
    [
        *("", "orders.example.com", "ftp://x", "https://", "https://u:p@x", "https://x?a", "//x"),
        *("https://x/#a", "https://x y", "https://x\n", "https://x:port", "https://[x"),
    ],
)
def test_what_is_no_address_is_refused(file: Path, capsys: Captured, url: str) -> None:
    """Before anything is written."""
    before = file.read_bytes()

    assert add(file, "hiiretail", f"--url={url}") == 2

    assert capsys.readouterr().out == ""
    assert file.read_bytes() == before


def test_a_client_and_a_user_may_have_the_same_name(file: Path, capsys: Captured) -> None:
    """They are different things; two clients may not."""
    with file.open("a", encoding="utf-8") as stream:
        stream.write('[[auth.basic]]\nusername = "hiiretail"\n')
    assert add(file, "hiiretail") == 0
    assert add(file, "hiiretail") == 2

    assert "there is a client hiiretail already" in capsys.readouterr().err
