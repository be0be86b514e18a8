"""``corsheet client add``: a program that takes tokens from us, into the settings."""

import argparse
import sys
from urllib.parse import urlsplit

from corsheet.cli.report import EXIT_MISUSE, Commands
from corsheet.cli.user import Kind, add_action, run_add

CLIENT = Kind("client", "client_id", "secret_hash", "client")

PLACEHOLDER = "https://YOUR-ADDRESS"

TOKEN_PATH = "/oauth2/token"  # noqa: S105 - a path


def add_command(commands: Commands) -> None:
    """Add the command."""
    action = add_action(commands, CLIENT, "a client of the token endpoint")
    action.add_argument(
        "--url",
        metavar="URL",
        default=PLACEHOLDER,
        help="where this service is reached from outside, such as https://orders.example.com",
    )
    action.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Add a client."""
    url: str = options.url.rstrip("/")
    if not _is_address(url):
        print(
            f"corsheet: {options.url} is no address such as https://orders.example.com",
            file=sys.stderr,
        )
        return EXIT_MISUSE
    status = run_add(options, CLIENT, url + TOKEN_PATH)
    if status == 0 and url == PLACEHOLDER:
        print(f"    put your own address where {PLACEHOLDER} stands", file=sys.stderr)
    elif status == 0 and not url.startswith("https:"):
        print("    over http:// anybody on the way can read the secret", file=sys.stderr)
    return status


def _is_address(url: str) -> bool:
    """Tell whether paths can be added to it, and it holds no password."""
    try:
        parts = urlsplit(url)
        is_plain = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return bool(
        is_plain
        and parts.scheme in {"http", "https"}
        and parts.hostname
        and not (parts.query or parts.fragment or parts.username or parts.password)
        and "?" not in url
        and url.isprintable()
        and " " not in url
    )
