"""The command line: a module for each command.

Only the module of the command that is run is imported: ``serve`` should not
wait for openpyxl, nor the reading process for the server.
"""

import argparse
import importlib
import sys
from collections.abc import Iterable, Sequence

from corsheet import __version__

COMMANDS = {
    "init": "corsheet.cli.init",
    "import-enactor": "corsheet.cli.import_enactor",
    "check": "corsheet.cli.check",
    "serve": "corsheet.cli.serve",
    "compile": "corsheet.cli.compile_",
    "user": "corsheet.cli.user",
    "client": "corsheet.cli.client",
    "hash-password": "corsheet.cli.password",
    "config": "corsheet.cli.config",
    "doctor": "corsheet.cli.doctor",
    "service": "corsheet.cli.service",
}
"""Each command and its module, which has ``add_command``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: Without the program's name; None: those of the process.

    Returns:
        The exit status: 0 fine, 1 errors were found, 2 unreadable or wrong use.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a Windows console may know no ö
            reconfigure(errors="replace")
    wanted = [arguments[0]] if arguments and arguments[0] in COMMANDS else COMMANDS
    try:
        options = make_parser(wanted).parse_args(arguments)
        status: int = options.run(options)
    except KeyboardInterrupt:
        return 130
    return status


def make_parser(commands: Iterable[str] = COMMANDS) -> argparse.ArgumentParser:
    """Make the parser of some commands."""
    parser = argparse.ArgumentParser(
        prog="corsheet",
        description="Serves the customer orders of an Excel workbook to the till.",
    )
    parser.add_argument("--version", action="version", version=f"corsheet {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in commands:
        importlib.import_module(COMMANDS[command]).add_command(subparsers)
    return parser
