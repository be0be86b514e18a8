"""``corsheet init``: a ready workbook and settings with a fresh password."""

import argparse
import json
import os
import secrets
import shutil
import sys
from pathlib import Path

from corsheet.auth.basic import hash_password
from corsheet.cli.report import EXIT_MISUSE, Commands
from corsheet.cli.user import USER, proxy_config
from corsheet.install.steps import as_typed
from corsheet.service import corsheet_command
from corsheet.settings import ServerSettings
from corsheet.settings.enactor import EnactorSettings
from corsheet.settings.table import SETTINGS, Setting
from corsheet.workbook.enactor_examples import EXAMPLE_CUSTOMER, EXAMPLE_ORDER, example_sheets
from corsheet.workbook.examples import example_orders
from corsheet.workbook.template import write_workbook

USERNAME = "hiiretail"

PASSWORD_BYTES = 18
"""144 random bits: nobody guesses it, and 24 characters can still be typed."""


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "init",
        help="write a ready workbook and settings into a folder",
        description="Writes orders.xlsx, a workbook with example orders, and corsheet.toml, the"
        " settings with a fresh password, which is shown once. Never overwrites anything.",
    )
    parser.add_argument(
        "folder", metavar="FOLDER", nargs="?", type=Path, default=Path(), help="made where missing"
    )
    parser.add_argument(
        "--enactor", action="store_true", help="with Enactor's sheets in the workbook"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write both files."""
    folder: Path = options.folder
    workbook, settings = folder / "orders.xlsx", folder / "corsheet.toml"
    standing = [path for path in (workbook, settings) if path.exists()]
    if standing:
        print(f"corsheet: {standing[0]} is there already; nothing is written", file=sys.stderr)
        print("    name another folder, or move that file away", file=sys.stderr)
        return EXIT_MISUSE
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        enactor = example_sheets() if options.enactor else ()
        workbook.write_bytes(write_workbook(example_orders(), enactor))
        settings.touch(mode=0o600)
        settings.write_text(settings_text(USERNAME, password), encoding="utf-8")
    except OSError as error:
        print(f"corsheet: cannot write into {folder}: {error}", file=sys.stderr)
        return EXIT_MISUSE
    print(f"{workbook}: the workbook, with example orders")
    print(f"{settings}: the settings")
    print(f"user name {USERNAME}, password {password} (shown only now)")
    print(f"for Hii Retail: {json.dumps(proxy_config(USER, USERNAME, password, ''))}")
    if options.enactor:
        print(f"for Enactor's clients: {orders_address()}")
    print(f"next: {own_command()} {as_typed(('serve', '--config', str(settings)))}")
    if options.enactor:
        address = f'-H "subject: {EXAMPLE_CUSTOMER}" {orders_address()}/{EXAMPLE_ORDER}'
        print(f"then, as Enactor's clients ask: curl -u {USERNAME}:{password} {address}")
    return 0


def orders_address() -> str:
    """Give where Enactor's clients find orders, as the settings that are written say."""
    server, enactor = ServerSettings(), EnactorSettings()
    return f"http://{server.host}:{server.port}{enactor.prefix}/orders"


def own_command() -> str:
    """Give what a person types to run corsheet here."""
    if shutil.which("corsheet"):
        return "corsheet"
    run = Path(__file__).parents[2] / "run.py"
    if run.exists() and not getattr(sys, "frozen", False):
        return as_typed(("python", os.path.relpath(run)))
    return as_typed(corsheet_command())


def settings_text(username: str, password: str) -> str:
    """Write a settings file: every setting with its comment, commented out, and one user."""
    lines = [
        "# Settings of corsheet. A line with # in front shows what is in force without it.",
        "# Relative paths are relative to this file.",
        "",
        'workbook = "orders.xlsx"',
    ]
    table = ""
    for setting in SETTINGS:
        name, _, key = setting.key.rpartition(".")
        if name != table:
            if not table:
                lines += ["", *_user(username, password)]
            lines += ["", f"[{name}]"]
            table = name
        if setting.key != "workbook":
            lines += ["", *_comment(setting), f"# {key} = {json.dumps(setting.default)}"]
    return "\n".join(lines) + "\n"


def _user(username: str, password: str) -> list[str]:
    return [
        "# Who may ask for orders. `corsheet user add` adds another one, `corsheet client add`",
        "# one that gets tokens.",
        "[[auth.basic]]",
        f"username = {json.dumps(username)}",
        f'password_hash = "{hash_password(password)}"',
        'business_units = ["*"]  # or such as ["0001", "0007"]',
    ]


COMMENT_WIDTH = 78


def _comment(setting: Setting) -> list[str]:
    lines = [""]
    for word in setting.why.split():
        if len(lines[-1]) + len(word) >= COMMENT_WIDTH:
            lines.append("")
        lines[-1] += f" {word}"
    return [f"#{line}" for line in lines]
