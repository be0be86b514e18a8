"""``corsheet hash-password``: a password to the hash for the settings."""

import argparse
import getpass
import sys

from corsheet.auth.basic import hash_password
from corsheet.cli.report import Commands
from corsheet.model import has_control_characters


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "hash-password",
        help="make the hash of a password for corsheet.toml",
        description="Asks for a password, or reads one line where standard input is no terminal,"
        " and prints its hash for corsheet.toml.",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Hash."""
    del options
    if sys.stdin.isatty():
        password = getpass.getpass("password: ")
        if password != getpass.getpass("once more: "):
            print("the two differ; nothing is printed", file=sys.stderr)
            return 2
    else:
        line = sys.stdin.buffer.readline()
        try:
            password = line.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            print("the password is not UTF-8", file=sys.stderr)
            return 2
    if not password:
        print("an empty password lets everybody in", file=sys.stderr)
        return 2
    if has_control_characters(password):  # RFC 7617, section 2: no client may send them
        print("a password has no control characters", file=sys.stderr)
        return 2
    print(hash_password(password))
    return 0
