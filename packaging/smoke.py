"""Tries a built corsheet, or the sources, as a shop's PC would use it: needs Python only.

``python packaging/smoke.py [--engine E] [--order ORDER.json] [--bare] -- COMMAND…``, such as
``python packaging/smoke.py -- dist/corsheet`` or ``… python -m corsheet``. Each step prints a
line with how long it took; the first that fails ends it with 1.

Steps: init, check, serve, an order, a search, a bearer token of its own token endpoint, a save by
LibreOffice (where it is there), Enactor's reply (with ``--order``), a kill and a restart, a stop.
``--bare`` runs the program without any environment.
"""

import argparse
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

ORDER = "/business-units/0001/customer-orders/000042"
SEARCH = "/business-units/0001/customer-orders:search"
CUSTOMER = "10001"
START_SECONDS, SAVE_SECONDS, STOP_SECONDS = 60, 30, 15

WINDOWS = ("SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "LOCALAPPDATA", "WINEPREFIX", "WINEDEBUG")
"""Variables without which no program of Windows starts."""


class Smoke:
    """One program, in a folder of its own."""

    def __init__(self, command: list[str], folder: Path, engine: str, *, is_bare: bool) -> None:
        self.command, self.folder, self.engine = command, folder, engine
        self.environment = dict(os.environ)
        if is_bare:
            kept = WINDOWS if os.name == "nt" else ()
            self.environment = {name: os.environ[name] for name in kept if name in os.environ}
            self.environment["HOME"] = str(folder)
        self.shop = folder / "shop"
        self.authorization = ""
        self.process: subprocess.Popen[str] | None = None
        self.address = ""

    def run(self, *arguments: str, expected: int = 0) -> str:
        """Run a command to its end; gives what it printed."""
        ran = subprocess.run(
            [*self.command, *arguments],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120,
            encoding="utf-8", check=False,
        )  # fmt: skip
        if ran.returncode != expected:
            raise SystemExit(f"{arguments} ended with {ran.returncode}: {ran.stdout}{ran.stderr}")
        return ran.stdout

    def init(self) -> None:
        """Make a shop."""
        said = self.run("init", "shop")
        found = re.search(r"user name (\S+), password (\S+) ", said)
        assert found, said
        self.authorization = _basic(found[1], found[2])

    def check(self) -> None:
        """Check its workbook."""
        assert "30 orders served" in self.run("check", "shop/orders.xlsx")

    def serve(self, workbook: str = "") -> None:
        """Start the service and wait until it answers."""
        arguments = ["serve", *([workbook] if workbook else []), "--config", "shop/corsheet.toml"]
        self.process = subprocess.Popen(
            [*self.command, *arguments, "--port", "0", "--engine", self.engine],
            cwd=self.folder, env=self.environment, text=True, encoding="utf-8",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.log: list[str] = []
        drain = (self.process.stderr, self.log)
        self.drain = threading.Thread(target=_drain, args=drain, daemon=True)
        self.drain.start()
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            raise SystemExit(f"it does not listen: {line}{''.join(self.log)}")
        self.address = line.strip().removeprefix("listening on ")

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> Any:
        """Ask the service; gives the reply as a value."""
        sent = {"Authorization": self.authorization, "Content-Type": "application/json", **headers}
        request = urllib.request.Request(self.address + path, body, sent)
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.loads(reply.read())

    def order(self) -> None:
        """Ask for an order."""
        order = self.ask(ORDER)["customerOrder"]
        assert order["customerOrderId"] == "000042", order
        assert order["items"][1]["unitPrice"] == 49.9, order

    def search(self) -> None:
        """Search for a customer's orders."""
        found = self.ask(SEARCH, json.dumps({"customerId": CUSTOMER}).encode())
        assert [one["customerOrderId"] for one in found["customerOrders"]] == ["000042", "000044"]

    def nobody(self) -> None:
        """Ask without credentials."""
        try:
            self.ask(ORDER, Authorization="")
        except urllib.error.HTTPError as error:
            assert error.code == 401, error
        else:
            raise SystemExit("it answers anybody")

    def add_client(self) -> None:
        """Add a client of the token endpoint."""
        said = self.run("client", "add", "smoke", "--config", "shop/corsheet.toml")
        self.client = _basic("smoke", json.loads(said)["config"]["clientSecret"])

    def bearer(self) -> None:
        """Get a token, and an order with it."""
        form = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
        kind = "application/x-www-form-urlencoded"
        got = self.ask(
            "/oauth2/token", form, **{"Authorization": self.client, "Content-Type": kind}
        )
        order = self.ask(ORDER, Authorization=f"Bearer {got['access_token']}")
        assert order["customerOrder"]["customerOrderId"] == "000042", order

    def save(self) -> None:
        """Save the workbook with LibreOffice, and wait until that is served."""
        before = self.ask("/readyz")["snapshot"]["sha256"]
        saved = self.folder / "saved"
        profile = (self.folder / "profile").as_uri()
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to"]
        command += ["xlsx:Calc MS Excel 2007 XML", "--outdir", str(saved)]
        book = self.shop / "orders.xlsx"
        subprocess.run([*command, str(book)], check=True, capture_output=True, timeout=120)
        (saved / "orders.xlsx").replace(book)
        self._until(lambda: self.ask("/readyz")["snapshot"]["sha256"] != before, SAVE_SECONDS)
        self.order()

    def enactor(self, published: Path) -> None:
        """Import a published reply of Enactor's, serve it, and get it back."""
        self.run("import-enactor", "--keep-card-secrets", str(published), "enactor.xlsx")
        self.stop()
        self.serve("enactor.xlsx")
        order = json.loads(published.read_text("utf-8"))
        header = order["order"]["customerOrderHeader"]
        path = f"/WebRestApi/rest/orders/{header['customerOrderId']}"
        got = self.ask(path, subject=header["customerNumber"])
        assert json.dumps(got, sort_keys=True) == json.dumps(order, sort_keys=True), got

    def restart(self) -> None:
        """Kill it, as a power cut would, and start it again; whatever it had started has ended."""
        assert self.process is not None
        killed, drain = self.process, self.drain
        killed.kill()
        killed.wait()
        self.serve()
        self.order()
        _await_end(drain)

    def stop(self) -> None:
        """Stop it, as a person would."""
        assert self.process is not None
        if os.name == "nt":
            self.process.terminate()
        else:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(STOP_SECONDS)
        assert os.name == "nt" or status == 0, status
        _await_end(self.drain)

    def _until(self, wanted: Callable[[], bool], seconds: float) -> None:
        end = time.monotonic() + seconds
        while not wanted():
            if time.monotonic() > end:
                raise SystemExit(f"not within {seconds} s: {''.join(self.log)}")
            time.sleep(0.05)


def main() -> int:
    """Try it; gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--order", type=Path, help="a published reply of Enactor's")
    parser.add_argument("--bare", action="store_true", help="without any environment")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    # a path is one with a slash: the command runs in another folder
    command = [str(Path(p).absolute()) if "/" in p or os.sep in p else p for p in options.command]
    # where a step has failed, Windows may keep what goes on has open: the failure is to be told
    with tempfile.TemporaryDirectory(prefix="smoke", ignore_cleanup_errors=True) as folder:
        smoke = Smoke(command, Path(folder), options.engine, is_bare=options.bare)
        steps: list[tuple[str, Callable[[], None]]] = [
            ("init", smoke.init),
            ("check", smoke.check),
            ("client add", smoke.add_client),
            ("serve", smoke.serve),
            ("order", smoke.order),
            ("search", smoke.search),
            ("nobody", smoke.nobody),
            ("bearer", smoke.bearer),
        ]
        if shutil.which("soffice"):
            steps.append(("saved by LibreOffice", smoke.save))
        steps.append(("kill and restart", smoke.restart))
        if options.order is not None:
            order = options.order.absolute()
            steps.append(("Enactor", lambda: smoke.enactor(order)))
        steps.append(("stop", smoke.stop))
        with _ended(smoke):
            for name, step in steps:
                begun = time.perf_counter()
                step()
                print(f"{name}: {time.perf_counter() - begun:.2f} s", flush=True)
    print("all well")
    return 0


@contextmanager
def _ended(smoke: Smoke) -> Iterator[None]:
    """See to it that nothing is left running."""
    try:
        yield
    finally:
        if smoke.process is not None and smoke.process.poll() is None:
            smoke.process.kill()
            smoke.process.wait()


def _drain(stream: IO[str] | None, log: list[str]) -> None:
    """Take a program's words, until the last of its processes has ended."""
    log.extend(stream or ())


def _await_end(drain: threading.Thread) -> None:
    drain.join(STOP_SECONDS)
    if drain.is_alive():
        raise SystemExit("something that it had started goes on")


def _basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


if __name__ == "__main__":
    sys.exit(main())
