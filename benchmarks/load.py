"""Requests a second and latencies, measured by wrk (Debian: ``wrk``), the same for all.

wrk keeps each connection busy: the next request leaves when the reply is there. So a latency is
that of a request under full load, and with so many connections their product is fixed: requests
a second times the mean latency gives the number of connections.
"""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

SCRIPT = r"""
local requests, at = {}, 0

-- each thread has a Lua of its own
function init(args)
    for line in io.lines(args[1]) do
        local method, path, body, headers = line:match("^(%S+)\t(%S+)\t([^\t]*)\t(.*)$")
        local set = {}
        for name, value in headers:gmatch("([^:\t]+): ([^\t]+)") do set[name] = value end
        requests[#requests + 1] = wrk.format(method, path, set, body ~= "" and body or nil)
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end

function done(summary, latency, _)
    local errors = summary.errors
    io.write(string.format(
        '\n{"requests": %d, "seconds": %.6f, "p50": %.6f, "p99": %.6f, "worst": %.6f,' ..
        ' "failed": %d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6,
        latency:percentile(99) / 1e6, latency.max / 1e6,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""

MORE_SECONDS = 30.0
"""For wrk to begin and to end, beyond the time it is told to run."""


@dataclass(frozen=True)
class Request:
    """One request; the path is percent-encoded, the body and the headers without tabs."""

    path: str
    method: str = "GET"
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class Load(NamedTuple):
    """What a load gave.

    Attributes:
        rate: Requests a second.
        p50: Latency that half of them had at most, in seconds.
        p99: Latency that 99 of 100 had at most, in seconds.
        worst: The longest latency, in seconds.
        failed: Replies of 400 and above, and requests without one.
    """

    rate: float
    p50: float
    p99: float
    worst: float
    failed: int


def load(
    address: str,
    requests: Sequence[Request],
    *,
    connections: int,
    seconds: float,
    threads: int = 1,
) -> Load:
    """Send requests in turn, again and again.

    Args:
        address: Such as ``http://127.0.0.1:8080``.
        requests: At least one; each thread of wrk goes through all of them.
        connections: Kept busy for the whole time.
        seconds: How long; wrk takes whole ones.
        threads: Of wrk; one is enough for some 100,000 requests a second.
    """
    with tempfile.TemporaryDirectory() as folder:
        script, list_ = Path(folder) / "turns.lua", Path(folder) / "requests.tsv"
        script.write_text(SCRIPT, "utf-8")
        list_.write_text("".join(map(_line, requests)), "utf-8")
        command = [
            *("wrk", f"-t{threads}", f"-c{connections}", f"-d{max(1, round(seconds))}s"),
            *("--timeout", "10s", "-s", str(script), address, "--", str(list_)),
        ]
        limit = seconds + MORE_SECONDS
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=limit)  # noqa: S603 - wrk
    found = json.loads(done.stdout.splitlines()[-1])
    rate = found["requests"] / found["seconds"]
    return Load(rate, found["p50"], found["p99"], found["worst"], found["failed"])


def _line(request: Request) -> str:
    """Write a request as the script reads it."""
    headers = "\t".join(f"{name}: {value}" for name, value in request.headers.items())
    return f"{request.method}\t{request.path}\t{request.body}\t{headers}\n"


def host(address: str) -> str:
    """Give ``HOST:PORT`` of an address."""
    return urlsplit(address).netloc
