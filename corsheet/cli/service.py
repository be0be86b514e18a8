"""``corsheet service``: corsheet started by the system, and kept alive by it."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from corsheet.cli.options import add_config, find_settings_file, print_settings_error
from corsheet.cli.report import EXIT_MISUSE, Commands
from corsheet.cli.service_run import add_hosted
from corsheet.install.manager import Manager, make_manager
from corsheet.install.steps import (
    Computer,
    InstallError,
    Plan,
    State,
    ThisComputer,
    Write,
    ask,
    carry_out,
    describe,
)
from corsheet.install.wanted import NAME, Wanted, checked_name, read_wanted
from corsheet.settings import ServerSettings, SettingsError
from corsheet.settings.table import ENVIRONMENT_PREFIX

EXIT_FAILED = 1

ANSWER_SECONDS = 20.0
"""For a service to answer after its start: an antivirus may read the program first."""

LOOK_SECONDS = 0.2

ACTIONS = {
    "install": "have corsheet started with the computer, and start it",
    "uninstall": "take it away again; the shop's files and the state folder stay",
    "start": "start it",
    "stop": "stop it until it is started, or the computer is",
    "status": "say whether it runs: exit 0 it does, 1 it does not, 2 it is not installed",
}

UTF16_MARK = b"\xff\xfe"


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("service", help="have corsheet started with the computer")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, about in ACTIONS.items():
        action = actions.add_parser(name, help=about, description=f"{about.capitalize()}.")
        if name == "install":
            add_config(action)
        action.add_argument(
            "--name", metavar="NAME", default=NAME, help="of the service, where there are several"
        )
        action.add_argument(
            "--user",
            "--at-logon",
            action="store_true",
            help="for you alone, without an administrator's rights; on Windows while you are"
            " logged on, with your drive letters",
        )
        action.add_argument("--dry-run", action="store_true", help="only say what would be done")
        action.set_defaults(run=run, action=name)
    add_hosted(actions)


class Port(NamedTuple):
    """What is known of the port where a service is to listen.

    Attributes:
        who_has: Names who has it; empty: nobody.
        answers: Tells whether a corsheet answers there.
    """

    who_has: Callable[[ServerSettings], str]
    answers: Callable[[ServerSettings], bool]


def run(options: argparse.Namespace) -> int:
    """Do one of the actions."""
    from corsheet.doctor.port import is_corsheet, who_has  # noqa: PLC0415 - help needs none of it

    return act(options, make_manager(options.user), ThisComputer(), Port(who_has, is_corsheet))


def act(options: argparse.Namespace, manager: Manager, computer: Computer, port: Port) -> int:
    """Do an action with the tools of a system."""
    try:
        name = checked_name(options.name)
        if options.action == "status":
            return _tell_status(name, manager, computer, is_dry=options.dry_run)
        if options.action == "install":
            wanted = _read(options.config, name)
            return _install(wanted, manager, computer, port, is_dry=options.dry_run)
        plan = getattr(manager, options.action)(name)
        if options.dry_run:
            _show(plan)
            return 0
        _carry_out(plan, computer)
    except SettingsError as error:
        print_settings_error(error)
        return EXIT_MISUSE
    except InstallError as error:
        print(f"corsheet: {error}", file=sys.stderr)
        print(f"    {error.cure}", file=sys.stderr)
        return EXIT_MISUSE
    return 0


def _install(
    wanted: Wanted, manager: Manager, computer: Computer, port: Port, *, is_dry: bool
) -> int:
    """Install, and wait until it answers: what cannot be served is told now, not by the till.

    Raises:
        InstallError: Somebody else has the port; a step failed; it does not answer.
    """
    plan = manager.install(wanted)
    if is_dry:
        _show(plan)
        return 0
    server = wanted.settings.server
    place = f"{server.host}:{server.port}"
    before = manager.understand(ask(manager.ask(wanted.name), computer))
    holder = "" if before.state is State.RUNNING else port.who_has(server)
    if holder:
        raise InstallError(
            f"{place} is taken by {holder}", "end that program first, or set another server.port"
        )
    _carry_out(plan, computer)
    end = time.monotonic() + ANSWER_SECONDS
    while server.port and not port.answers(server):
        if time.monotonic() > end:
            raise InstallError(
                f"it is installed, and does not answer on {place}",
                "its log says why; `corsheet doctor` looks at all that it needs",
            )
        time.sleep(LOOK_SECONDS)
    if server.port:
        print(f"it answers on {place}")
    return 0


def _carry_out(plan: Plan, computer: Computer) -> None:
    carry_out(plan.steps, computer, lambda line: print(f"  {line}", flush=True))
    for note in plan.notes:
        print(note)


def _read(config: Path | None, name: str) -> Wanted:
    """Gather what is to be served.

    Raises:
        SettingsError: The settings cannot be used.
        InstallError: There are none.
    """
    file = find_settings_file(config)
    if file is None:
        raise InstallError(
            "there is no corsheet.toml here",
            "go to its folder, or name it with --config; `corsheet init` writes one",
        )
    _warn_of_environment(os.environ)
    return read_wanted(file, name)


def _warn_of_environment(environment: Mapping[str, str]) -> None:
    """Say what counts here and not for the service."""
    for variable in sorted(environment):
        if variable.startswith(ENVIRONMENT_PREFIX):
            print(
                f"corsheet: {variable} is set here; the service has only what the file says",
                file=sys.stderr,
            )


def _tell_status(name: str, manager: Manager, computer: Computer, *, is_dry: bool) -> int:
    question = manager.ask(name)
    if is_dry:
        print(describe(question))
        return 0
    status = manager.understand(ask(question, computer))
    detail = f" ({status.detail})" if status.detail else ""
    print(f"{name}: {status.state.value}{detail}")
    if status.state is State.MISSING:
        return EXIT_MISUSE
    return 0 if status.state is State.RUNNING else EXIT_FAILED


def _show(plan: Plan) -> None:
    """Print what a plan would do, with the files it would write."""
    for step in plan.steps:
        print(describe(step))
        if isinstance(step, Write):
            code = "utf-16" if step.data.startswith(UTF16_MARK) else "utf-8"
            for line in step.data.decode(code).splitlines():
                print(f"    {line}".rstrip())
    for note in plan.notes:
        print(f"# {note}")
