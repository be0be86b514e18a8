"""``corsheet config``: what the settings are, and what is wrong with them."""

import argparse
import json
from typing import Any

from corsheet.cli.options import add_config, find_settings_file, load, print_settings_error
from corsheet.cli.report import Commands
from corsheet.settings import Settings, SettingsError
from corsheet.settings.table import SETTINGS


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
        print(f"{key} = {_toml(_value(settings, setting.key))}")
    for user in settings.users:
        print("\n[[auth.basic]]")
        print(f"username = {_toml(user.username)}")
        print('password_hash = "(hidden)"')
        print(f"business_units = {_toml(sorted(user.business_units))}")
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


def _value(settings: Settings, key: str) -> Any:
    value: Any = settings
    for name in key.split("."):
        value = getattr(value, name)
    return value


def _toml(value: Any) -> str:
    """Write a value as TOML; for texts, numbers, truth and lists JSON is TOML."""
    if value is None:
        return '""'
    if isinstance(value, bool | int | list | tuple):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False)
