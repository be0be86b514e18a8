"""``corsheet user add``: somebody with a password, into the settings.

What it shares with ``corsheet client add`` is here too.
"""

import argparse
import json
import os
import secrets
import sys
import tomllib
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corsheet.auth.basic import hash_password
from corsheet.cli.options import SETTINGS_FILE, add_config, find_settings_file
from corsheet.cli.report import EXIT_MISUSE, Commands
from corsheet.model import has_control_characters, normalise_id

SECRET_BYTES = 24
"""192 random bits: nobody guesses it, and 32 characters are pasted, never typed."""

NEW = ".new"
"""Ends the name of the file that is written beside the settings and then takes their place."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table with somebody in it.

    Attributes:
        table: Its name below ``auth``.
        name: Its key with who it is.
        secret_hash: Its key with the hash of the secret.
        word: What to call one.
    """

    table: str
    name: str
    secret_hash: str
    word: str


USER = Kind("basic", "username", "password_hash", "user")


class CannotAddError(Exception):
    """The settings stay as they are; says why, and never a secret."""


def add_command(commands: Commands) -> None:
    """Add the command."""
    add_action(commands, USER, "somebody with a password").set_defaults(run=run)


def add_action(commands: Commands, kind: Kind, who: str) -> argparse.ArgumentParser:
    """Add a command whose only action is ``add``; gives the action's parser."""
    parser = commands.add_parser(kind.word, help=f"add {who} to the settings")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    action: argparse.ArgumentParser = actions.add_parser(
        "add",
        help=f"add {who}",
        description=f"Adds {who} to {SETTINGS_FILE} and prints what Hii Retail's proxy-config"
        " takes, with the fresh secret, which is shown only then.",
    )
    action.add_argument("name", metavar="NAME", help="what to call it; without a colon")
    action.add_argument(
        "--unit",
        metavar="U",
        action="append",
        default=[],
        help="may ask for the orders of this business unit only; may be given several times",
    )
    add_config(action)
    return action


def run(options: argparse.Namespace) -> int:
    """Add a user."""
    return run_add(options, USER)


def run_add(options: argparse.Namespace, kind: Kind, url: str = "") -> int:
    """Add somebody, and print what to paste.

    Args:
        options: As ``add_action`` reads them.
        kind: Of whom.
        url: Where tokens are had, of a client.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    try:
        file = add(kind, options.config, options.name, secret, options.unit)
    except CannotAddError as error:
        print(f"corsheet: {error}; nothing is changed", file=sys.stderr)
        return EXIT_MISUSE
    name = unicodedata.normalize("NFC", options.name)
    print(json.dumps(proxy_config(kind, name, secret, url), indent=2))  # ASCII: for any console
    print(f"{file}: {kind.word} {name} is added; its secret is shown only now", file=sys.stderr)
    print(f"    a running service must be restarted to know the {kind.word}", file=sys.stderr)
    return 0


def proxy_config(kind: Kind, name: str, secret: str, url: str) -> dict[str, Any]:
    """Give the body of Hii Retail's ``PUT /api/v1/proxy-config`` (docs/contract.md)."""
    if kind is USER:
        return {"type": "basic", "config": {"username": name, "password": secret}}
    config = {"clientId": name, "clientSecret": secret, "authUrl": url}
    return {"type": "oauth2", "config": config}


def add(kind: Kind, config: Path | None, name: str, secret: str, units: Sequence[str]) -> Path:
    """Append a table with somebody to the settings file; gives the file.

    Args:
        kind: Of whom.
        config: The file; None: the one in this folder.
        name: Who.
        secret: Only its hash is written.
        units: Whose orders they may ask for; empty: all.

    Raises:
        CannotAddError: The file stays as it is.
    """
    name = unicodedata.normalize("NFC", name)
    if not name or ":" in name or name != name.strip() or not _is_plain(name):
        raise CannotAddError("a name has no colon, no control characters and no spaces around it")
    wanted = [normalise_id(unit) for unit in units]
    if not all(unit and _is_plain(unit) for unit in wanted):
        raise CannotAddError("a business unit has characters, and no control characters")
    file = find_settings_file(config)
    if file is None:
        raise CannotAddError(
            f"there is no {SETTINGS_FILE} here: name one with --config; `corsheet init` writes one"
        )
    table: dict[str, Any] = {kind.name: name, kind.secret_hash: str(hash_password(secret))}
    if wanted:
        table["business_units"] = wanted
    try:
        _change(Path(os.path.realpath(file)), lambda text: _with_table(text, kind, table))
    except OSError as error:
        raise CannotAddError(f"{file}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:  # not UTF-8, or not TOML, or too deep
        raise CannotAddError(f"{file} cannot be read: {error}") from error
    return file


def _is_plain(text: str) -> bool:
    """Tell whether a text can be written; an argument that is not UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return not has_control_characters(text)


def _with_table(text: str, kind: Kind, table: dict[str, Any]) -> str:
    """Give the settings with one more table at their end; the rest stays as it is.

    Raises:
        ValueError: They are no TOML.
        CannotAddError: The name is there already, or a table cannot be appended.
    """
    auth = tomllib.loads(text.removeprefix("\ufeff")).get("auth", {})
    standing = auth.get(kind.table, []) if isinstance(auth, dict) else None
    if not isinstance(standing, list):
        raise CannotAddError(f"auth.{kind.table} is no list of tables")
    for other in standing:
        held = other.get(kind.name) if isinstance(other, dict) else None
        if isinstance(held, str) and unicodedata.normalize("NFC", held) == table[kind.name]:
            raise CannotAddError(
                f"there is a {kind.word} {table[kind.name]} already: name another, or for a new"
                f" secret delete its [[auth.{kind.table}]] table first"
            )
    # JSON's texts and lists of them are TOML's, but for escapes beyond the first plane
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()]
    end = "\r\n" if "\r\n" in text else "\n"
    gap = ("" if text.endswith("\n") or not text else end) + end
    whole = text + gap + "".join(line + end for line in (f"[[auth.{kind.table}]]", *lines))
    try:
        tomllib.loads(whole.removeprefix("\ufeff"))
    except ValueError as error:  # such as auth.client = [{...}], which cannot be added to
        cure = f"write auth.{kind.table} as [[auth.{kind.table}]] tables first"
        raise CannotAddError(cure) from error
    return whole


def _change(file: Path, change: Callable[[str], str]) -> None:
    """Put a changed file in a file's place, all or nothing.

    Whoever else does this meanwhile is refused: the new file may not be there yet.

    Raises:
        OSError: The file cannot be read, or its folder not be written.
        UnicodeDecodeError: It is not UTF-8.
        CannotAddError: Somebody else is at it, or ``change`` says so.
    """
    new = file.with_name(file.name + NEW)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(new, flags, 0o600)
    except FileExistsError as error:
        raise CannotAddError(
            f"{new} is there: another command is adding somebody, or was cut off; then delete it"
        ) from error
    try:
        with open(descriptor, "wb") as stream:  # noqa: PTH123 - it is open already
            stream.write(change(file.read_bytes().decode("utf-8")).encode())
            stream.flush()
            os.fsync(stream.fileno())
        _copy_rights(file, new)
        new.replace(file)
    except BaseException:  # not afterwards: then it may be another command's
        new.unlink(missing_ok=True)
        raise


def _copy_rights(file: Path, new: Path) -> None:
    """Give the new file the owner and the mode of the old one: the service must still read it."""
    rights = file.stat()
    if sys.platform != "win32" and (rights.st_uid, rights.st_gid) != (
        new.stat().st_uid,
        new.stat().st_gid,
    ):
        os.chown(new, rights.st_uid, rights.st_gid)
    new.chmod(rights.st_mode & 0o7777)
