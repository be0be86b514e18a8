"""``corsheet serve``: the service."""

import argparse
import contextlib
import signal
import sys
from errno import EADDRINUSE
from typing import Any

from corsheet.cli.options import add_config, load, print_settings_error
from corsheet.cli.report import EXIT_MISUSE, Commands
from corsheet.logs import start_logging
from corsheet.server import raise_descriptor_limit
from corsheet.service import Service, StateDirError
from corsheet.settings import SettingsError

PORT_CURE = (
    "something listens there already, perhaps corsheet itself: end it, or choose another port"
    " with --port or server.port"
)

HOST_CURE = "choose an address of this computer with --host or server.host, such as 127.0.0.1"


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "serve",
        help="serve a workbook's orders, and follow every save",
        description="Serves a workbook's orders until it is told to stop (Ctrl-C, SIGTERM), and"
        " follows every save.",
    )
    parser.add_argument(
        "workbook", metavar="WORKBOOK", nargs="?", help="in place of the one in the settings"
    )
    add_config(parser)
    parser.add_argument("--host", metavar="H", help="address to listen on")
    parser.add_argument("--port", metavar="N", type=int, help="port to listen on; 0: any free one")
    parser.add_argument(
        "--engine", choices=("auto", "waitress", "granian"), help="the HTTP server underneath"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve."""
    overrides = {
        "workbook": options.workbook,
        "server.host": options.host,
        "server.port": options.port,
        "server.engine": options.engine,
    }
    try:
        settings = load(options.config, {k: v for k, v in overrides.items() if v is not None})
    except SettingsError as error:
        print_settings_error(error)
        return EXIT_MISUSE
    start_logging(settings.log_level)
    raise_descriptor_limit()
    try:
        service = Service(settings)
    except StateDirError as error:
        print(f"corsheet: {error}", file=sys.stderr)
        print(f"    {error.cure}", file=sys.stderr)
        return EXIT_MISUSE
    except OSError as error:
        server = settings.server
        print(f"corsheet: cannot start on {server.host}:{server.port}: {error}", file=sys.stderr)
        print(f"    {PORT_CURE if error.errno == EADDRINUSE else HOST_CURE}", file=sys.stderr)
        return EXIT_MISUSE

    def stop(*_: Any) -> None:
        service.stop()

    names = ("SIGINT", "SIGTERM", "SIGBREAK")  # the last one is Windows'
    stopping = [getattr(signal, name) for name in names if hasattr(signal, name)]
    for number in stopping:
        signal.signal(number, stop)
    service.run(_announce)
    for number in stopping:
        signal.signal(number, signal.SIG_IGN)  # a second one is not to spoil the end
    return 0


def _announce(address: str) -> None:
    with contextlib.suppress(OSError):  # nobody listens to standard output any more
        print(f"listening on {address}", flush=True)
