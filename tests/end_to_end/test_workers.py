"""granian's worker processes: what each is told, and what happens when one dies."""

import http.client
import os
import signal
import socket
import ssl
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.saving import UNIT, rename_over, versioned_workbook, versions_in
from tests.support.service import (
    AUTHORIZATION,
    ROOT,
    Reply,
    Service,
    ask,
    children,
    eventually,
    serving,
)

ORDER = f"/business-units/{UNIT}/customer-orders/000001"
CERTIFICATE = ROOT / "tests" / "data" / "localhost.pem"
KEY = ROOT / "tests" / "data" / "localhost-key.pem"

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")


def workers(service: Service) -> list[int]:
    """Give the processes that answer."""
    found = []
    for pid in children(service.process.pid):
        with suppress(OSError):  # it has just ended
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def answered(service: Service) -> Reply | None:
    """Ask for an order; None: nobody answered."""
    try:
        return service.get(ORDER)
    except (OSError, http.client.HTTPException):
        return None


def test_every_worker_serves_the_same_and_tells_the_same(tmp_path: Path) -> None:
    """Connections go to any of them: after a save, and after a refusal, none tells otherwise."""
    path = tmp_path / "orders.xlsx"
    path.write_bytes(versioned_workbook(1))
    with serving(tmp_path, engine="granian") as service:
        rename_over(path, versioned_workbook(2))
        served = [set[str]()]

        def all_serve_the_second() -> bool:
            served[0] = {
                version for _ in range(20) for version in versions_in(service.get(ORDER).json())
            }
            return served[0] == {"v2"}

        eventually(all_serve_the_second, 10, lambda: served)
        rename_over(path, versioned_workbook(3)[:2000])
        eventually(lambda: "CS006" in (service.ready()["reason"] or ""), 10, service.ready)
        told = {service.ready()["lastReload"]["reason"] for _ in range(20)}

        assert len(told) == 1
        assert {
            version for _ in range(20) for version in versions_in(service.get(ORDER).json())
        } == {"v2"}


def test_a_worker_that_dies_is_made_anew(tmp_path: Path) -> None:
    """The others answer meanwhile, and the log tells of it."""
    (tmp_path / "orders.xlsx").write_bytes(versioned_workbook(1))
    with serving(tmp_path, engine="granian") as service:
        before = workers(service)
        os.kill(before[0], signal.SIGKILL)

        eventually(lambda: len(set(workers(service)) - set(before)) == 1, 15, lambda: service.log)
        eventually(
            lambda: (r := answered(service)) is not None and r.status == 200, 10, "an answer"
        )
        assert len(before) == 2
        assert any("worker" in line for line in service.log)


def test_workers_end_when_the_service_is_killed(tmp_path: Path) -> None:
    """Else they would answer with old orders for ever, beside those of the next start."""
    (tmp_path / "orders.xlsx").write_bytes(versioned_workbook(1))
    with serving(tmp_path, engine="granian") as service:
        left = workers(service)
        service.kill()

        eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left), 5, "their end")
        assert len(left) == 2


def test_a_stop_while_the_workers_start_ends_soon(tmp_path: Path) -> None:
    """Whoever started it by mistake does not wait for it."""
    (tmp_path / "orders.xlsx").write_bytes(versioned_workbook(1))
    for seconds in (0.0, 0.1, 0.3):
        with serving(tmp_path, engine="granian") as service:
            time.sleep(seconds)
            begun = time.monotonic()
            status = service.stop()

        assert status == 0, service.log
        assert time.monotonic() - begun < 8


def tls_settings(folder: Path) -> str:
    """Write the lines that make granian serve HTTPS."""
    return f'[server]\ntls_certificate = "{CERTIFICATE}"\ntls_key = "{KEY}"\n'


def test_granian_serves_https_and_http_2_is_offered(tmp_path: Path) -> None:
    """With certificate and key; plain HTTP is then not answered."""
    (tmp_path / "orders.xlsx").write_bytes(versioned_workbook(1))
    context = ssl.create_default_context(cafile=str(CERTIFICATE))
    context.set_alpn_protocols(["h2", "http/1.1"])
    with serving(tmp_path, engine="granian", config=tls_settings(tmp_path)) as service:
        address = urlsplit(service.address.replace("https", "http"))
        with (
            socket.create_connection((address.hostname, address.port), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as secure,
        ):
            offered = secure.selected_alpn_protocol()
        context.set_alpn_protocols(["http/1.1"])
        assert address.hostname is not None
        connection = http.client.HTTPSConnection(address.netloc, timeout=5, context=context)
        reply = ask(connection, "GET", ORDER, headers={"Authorization": AUTHORIZATION})
        connection.close()

    assert service.address.startswith("https://")
    assert offered == "h2"
    assert reply.status == 200


def test_slow_headers_hold_no_connection_for_ever(tmp_path: Path) -> None:
    """A client that drips a byte a second is turned away after ten, and others are answered."""
    (tmp_path / "orders.xlsx").write_bytes(versioned_workbook(1))
    with serving(tmp_path, engine="granian") as service:
        parts = urlsplit(service.address)
        with socket.create_connection((parts.hostname, parts.port), timeout=20) as slow:
            begun = time.monotonic()
            slow.sendall(b"GET /healthz HTTP/1.1\r\nX: ")
            slow.settimeout(1)
            ended = False
            while not ended and time.monotonic() - begun < 20:
                try:
                    slow.sendall(b"y")
                    ended = slow.recv(100) == b""
                except TimeoutError:
                    continue
                except OSError:
                    ended = True
            assert service.get(ORDER).status == 200

    assert ended
