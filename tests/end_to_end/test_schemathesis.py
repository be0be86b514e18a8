"""schemathesis asks a served corsheet whatever its own description allows, and what it does not.

All of its checks: no status 500 but the one that Enactor publishes, no status, media
type, header or body that is not described, nothing refused that is described, nothing
taken that is not, no path open that should be closed. ``SECONDS`` says for how long.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from corsheet.auth.basic import CHEAPEST, hash_password
from tests.support.service import Service, serving
from tests.support.sheets import workbook

SECONDS = int(os.environ.get("SECONDS_OF_SCHEMATHESIS", "25"))
"""Of fuzzing, for one engine."""

GRACE_SECONDS = 60
"""Beyond them, for its start and for what it does once."""

FEWEST_CASES = 30
"""Of a run, so that none passes for want of them; a busy machine makes a hundred in ten seconds."""

NAME, SECRET = "schemathesis", "a-secret-of-its-own"
"""Of a user and of a client alike, since schemathesis brings one pair to every path."""

CONFIG = f"""
[[auth.basic]]
username = "{NAME}"
password_hash = "{hash_password(SECRET, CHEAPEST)}"

[[auth.client]]
client_id = "{NAME}"
secret_hash = "{hash_password(SECRET, CHEAPEST)}"
"""

CUSTOMER = "111"
"""Who asks Enactor's calls, beside who lets them in."""

EXCEPTIONS = """
[[operations]]
include-path = "/WebRestApi/rest/orders/{orderId}"
checks.not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 500]
checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", "401", "405", "5xx"]

[[operations]]
include-path-regex = "/oauth2/"
checks.negative_data_rejection.enabled = false
"""
"""Enactor's statuses: 500 for an unknown order, 405 for another customer's. A bug of ours is in the
log all the same. And in a form all is text: a null in a text's place arrives as the text null."""

ORDERS = """
    | Customer order | Customer | Status  | Minimum down payment | Locked |
    | 111            | 111      | CREATED | =100                 | =FALSE |
    | 112            | 111      | CREATED |                      |        |
"""
ITEMS = """
    | Customer order | Item | Quantity | Unit price |
    | 111            | 111  | =100     | =19.90     |
"""


def test_the_service_does_what_its_description_says(tmp_path: Path, engine: str) -> None:
    """No failure in any check, at any path, on each engine."""
    (tmp_path / "orders.xlsx").write_bytes(workbook(Orders=ORDERS, Items=ITEMS))
    with serving(tmp_path, engine=engine, config=CONFIG) as service:
        description = service.get("/openapi.json")
        # from a file: the address that it is read from would not be tried itself
        (tmp_path / "openapi.json").write_bytes(description.body)
        (tmp_path / "schemathesis.toml").write_text(EXCEPTIONS, "utf-8")
        told = run_schemathesis(service, tmp_path)
        log = "".join(service.log)

    print(told.stdout)
    assert told.returncode == 0, told.stdout + told.stderr
    report = json.loads((tmp_path / "report.json").read_bytes())
    assert not report["failures"] + report["errors"]
    paths = description.json()["paths"].values()
    assert report["operations"]["tested"] == sum(map(len, paths))
    assert report["test_cases"]["generated"] >= FEWEST_CASES
    assert " ERROR " not in log, log


def run_schemathesis(service: Service, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run it in a process of its own, with every phase and every check.

    They are all done unless ``EXCEPTIONS`` says otherwise; named here, they would be done all
    the same.
    """
    return subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", "openapi.json",
         "--url", service.address, "--auth", f"{NAME}:{SECRET}",
         "--header", f"subject: {CUSTOMER}",
         "--continue-on-failure", "--max-time", str(SECONDS),
         "--generation-database", "none", "--no-color",
         "--report", "json", "--report-json-path", str(folder / "report.json")],
        cwd=folder, capture_output=True, text=True, timeout=SECONDS + GRACE_SECONDS, check=False,
    )  # fmt: skip
