"""``corsheet config``: what the settings are, and what is wrong with them."""

import argparse
import json
from typing import Any

from corsheet.auth.basic import BasicUser
from corsheet.cli.options import add_config, find_settings_file, load, print_settings_error
from corsheet.cli.report import Commands
from corsheet.settings import Settings, SettingsError
from corsheet.settings.table import SETTINGS, Setting


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("config", help="show or check the settings")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    show = actions.add_parser(
        "show", help="print every setting as it is in force; secrets are left out"
    )
    check = actions.add_parser("check", help="tell every mistake in the settings")
    for action, run in ((show, run_show), (check, run_check)):
        add_config(action)
        action.set_defaults(run=run)


def run_show(options: argparse.Namespace) -> int:
    """Print the settings as TOML."""
    settings = _load(options)
    if settings is None:
        return 1
    file = find_settings_file(options.config)
    print(f"# {file.absolute() if file else 'no settings file'}")
    table = ""
    for setting in SETTINGS:
        name, _, key = setting.key.rpartition(".")
        if name != table:
            print(f"\n[{name}]")
            table = name
        print(f"{key} = {_toml(_value(settings, setting))}")
    for user in settings.auth.users:
        _show("basic", "username", "password_hash", user)
    for client in settings.auth.clients:
        _show("client", "client_id", "secret_hash", client.as_user())
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Tell what is wrong."""
    if _load(options) is None:
        return 1
    print("the settings are in order")
    return 0


def _load(options: argparse.Namespace) -> Settings | None:
    try:
        return load(options.config, {})
    except SettingsError as error:
        print_settings_error(error)
        return None


def _show(table: str, name: str, secret: str, user: BasicUser) -> None:
    """Print somebody who may ask, without their secret."""
    print(f"\n[[auth.{table}]]")
    print(f"{name} = {_toml(user.username)}")
    print(f'{secret} = "(hidden)"')
    print(f"business_units = {_toml(sorted(user.business_units))}")


def _value(settings: Settings, setting: Setting) -> Any:
    value: Any = settings
    for name in setting.key.split("."):
        value = getattr(value, name, None)  # none of a table that is not in use
        if value is None:
            return setting.default
    return "(hidden)" if setting.is_secret and value else value


def _toml(value: Any) -> str:
    """Write a value as TOML; for texts, numbers, truth and lists JSON is TOML."""
    if value is None:
        return '""'
    if isinstance(value, bool | int | list | tuple):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False)
