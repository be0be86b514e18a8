"""nginx with a file an order: what this machine can do where nothing is left to do."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.load import Request
from benchmarks.processes import AUTHORIZATION, PASSWORD, USERNAME
from benchmarks.rivals.hiiretail import PATH, HiiRetailRival
from benchmarks.rivals.installed import program
from benchmarks.shop import Shop, write_files

CONFIGURATION = """
daemon off;
{user}
worker_processes auto;
pid {folder}/nginx.pid;
error_log stderr error;
events {{}}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    open_file_cache max=300000 inactive=1h;
    default_type application/json;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} reuseport;
        root {folder}/www;
        auth_basic "orders";
        auth_basic_user_file {folder}/users;
    }}
}}
"""


class Nginx(HiiRetailRival):
    """nginx as a server of files."""

    name = "nginx (files)"
    remark = (
        "The limit, no rival: a file an order at the till's path, kept open, the password in plain "
        "text; it cannot search, so its search is a GET of a ready file for each customer."
    )

    def prepare(self, shop: Shop, folder: Path) -> None:
        """Write a file an order and one a customer."""
        write_files(shop, folder / "www" / PATH.strip("/"), folder / "www/customers")
        (folder / "users").write_text(f"{USERNAME}:{{PLAIN}}{PASSWORD}\n", "utf-8")

    def command(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Start it in the foreground."""
        file = folder / "nginx.conf"
        # where root starts it, its workers would else not be let into a folder of root's
        user = "user root;" if Path.home() == Path("/root") else ""
        file.write_text(CONFIGURATION.format(folder=folder, port=port, user=user), "utf-8")
        return [program("nginx"), "-c", file, "-e", "stderr"]

    def search(self, customer_id: str) -> Request:
        """Ask for a file."""
        return Request(f"/customers/{customer_id}", headers={"Authorization": AUTHORIZATION})
