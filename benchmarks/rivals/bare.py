"""Corsheet's engines with an application that does nothing: what no application on them surpasses.

``python benchmarks/rivals/bare.py ENGINE FOLDER PORT`` serves the files of a folder from memory.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))  # started as a script, in another folder

from benchmarks.load import Request
from benchmarks.rivals.hiiretail import PATH, HiiRetailRival
from benchmarks.shop import Shop, write_files
from corsheet.api import WsgiApp
from corsheet.settings import ServerSettings


class Bare(HiiRetailRival):
    """An engine, and next to nothing."""

    credentials = "none"
    remark = (
        "A limit, no rival: corsheet's own engine with an application of four lines, which gives "
        "ready bytes out of a dictionary and checks nothing; it cannot search, so its search is a "
        "GET of what stands ready for each customer."
    )

    def __init__(self, engine: str) -> None:
        """Take an engine, as ``corsheet serve`` names it."""
        self._engine = engine
        self.name = f"nothing on {engine}"

    def prepare(self, shop: Shop, folder: Path) -> None:
        """Write a file an order and one a customer."""
        write_files(shop, folder / "www" / PATH.strip("/"), folder / "www/customers")

    def command(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Start this file."""
        return [sys.executable, __file__, self._engine, str(folder / "www"), str(port)]

    def search(self, customer_id: str) -> Request:
        """Ask for what stands ready."""
        return Request(f"/customers/{customer_id}")


def load(folder: Path) -> WsgiApp:
    """Make the application."""
    ready = {
        f"/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = ready[environ["PATH_INFO"]]
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response("200 OK", headers)
        return [body]

    return application


def main(engine: str, folder: str, port: str) -> None:
    """Serve until this is ended."""
    settings = ServerSettings(port=int(port))
    if engine == "granian":
        from corsheet.server.granian_ import GranianServer  # noqa: PLC0415 - one is enough

        GranianServer(partial(load, Path(folder)), settings).run()
    else:
        from corsheet.server.waitress_ import WaitressServer  # noqa: PLC0415 - one is enough

        WaitressServer(load(Path(folder)), settings, lambda *_: True).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
