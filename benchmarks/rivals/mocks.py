"""Servers that pretend to be the till's external service: WireMock and Prism."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.processes import PASSWORD, USERNAME
from benchmarks.rivals.hiiretail import PATH, HiiRetailRival
from benchmarks.rivals.installed import NODE_PROGRAMS, WIREMOCK_JAR, program
from benchmarks.rivals.rival import HOST, parsed
from benchmarks.shop import Json, Order, Shop, compact, write_files


class WireMock(HiiRetailRival):
    """WireMock with a file an order."""

    name = "WireMock"
    remark = (
        "A file an order, named by the path, read at each request; an unknown id is 500, wrong "
        "credentials are 404. Started as its manual says."
    )
    options: Sequence[str] = ()

    def prepare(self, shop: Shop, folder: Path) -> None:
        """Write the files and the two mappings."""
        files = folder / "__files"
        write_files(shop, files / "orders", files / "customers", suffix=".json")
        (folder / "mappings").mkdir()
        order = _mapping("GET", {"urlPathTemplate": f"{PATH}/{{id}}"}, "orders/{{request.path.id}}")
        customer = "customers/{{jsonPath request.body '$.customerId'}}"
        search = _mapping("POST", {"urlPath": f"{PATH}:search"}, customer)
        (folder / "mappings/order.json").write_bytes(compact(order))
        (folder / "mappings/search.json").write_bytes(compact(search))

    def command(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Start it on a port."""
        listen = ["--port", str(port), "--bind-address", HOST]
        return [program("java"), "-jar", WIREMOCK_JAR, *listen, *self.options, "--root-dir", folder]


class TunedWireMock(WireMock):
    """WireMock without what costs time and only tells of requests."""

    name = "WireMock, tuned"
    remark = "The same without its journal and its request log."
    options = ("--no-request-journal", "--disable-request-logging", "--disable-banner")


def _mapping(method: str, url: Json, file: str) -> Json:
    """Answer a request by a file; only the file's name is a template, not what is in it."""
    credentials = {"username": USERNAME, "password": PASSWORD}
    return {
        "request": {"method": method, **url, "basicAuthCredentials": credentials},
        "response": {
            "status": 200,
            "bodyFileName": f"{file}.json",
            "headers": {"Content-Type": "application/json"},
            "transformers": ["response-template"],
            "transformerParameters": {"disableBodyFileTemplating": True},
        },
    }


class Prism(HiiRetailRival):
    """Prism with an OpenAPI description that has an example for each path."""

    name = "Prism"
    credentials = "Basic, any"
    reply = "one example"
    remark = (
        "Answers every id with the same example, and lets every user in; it checks each request "
        "against the description. Its log is silent."
    )

    def __init__(self) -> None:
        """Begin without examples."""
        self._order: Json = {}
        self._search: Json = {}

    def prepare(self, shop: Shop, folder: Path) -> None:
        """Write the description."""
        example = shop.orders[-1]
        self._order, self._search = example.value, shop.search_value(example.customer_id)
        (folder / "openapi.json").write_bytes(compact(_description(self._order, self._search)))

    def command(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Start it."""
        options = ["-h", HOST, "-p", str(port), "--verboseLevel", "silent"]
        return [NODE_PROGRAMS / "prism", "mock", *options, folder / "openapi.json"]

    def is_right(self, order: Order, replies: Sequence[bytes]) -> bool:
        """Compare with the example, whatever the order."""
        del order
        return bool(parsed(replies[0]) == self._order)

    def is_found(self, shop: Shop, customer_id: str, reply: bytes) -> bool:
        """Compare with the example, whatever the customer."""
        del shop, customer_id
        return bool(parsed(reply) == self._search)


def _description(order: Json, search: Json) -> Json:
    """Describe the two requests, with their examples, in OpenAPI."""
    unit, id_ = ({"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                 for name in ("unit", "id"))  # fmt: skip
    customer = {"type": "object", "required": ["customerId"]}
    paths = {
        "/business-units/{unit}/customer-orders/{id}": {
            "get": {"parameters": [unit, id_], "responses": _example(order)}
        },
        "/business-units/{unit}/customer-orders:search": {
            "post": {
                "parameters": [unit],
                "requestBody": {"content": {"application/json": {"schema": customer}}},
                "responses": _example(search),
            }
        },
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Customer orders", "version": "1"},
        "components": {"securitySchemes": {"basic": {"type": "http", "scheme": "basic"}}},
        "security": [{"basic": []}],
        "paths": paths,
    }


def _example(value: Json) -> Json:
    """Describe a reply by an example."""
    content = {"application/json": {"schema": {"type": "object"}, "example": value}}
    return {"200": {"description": "found", "content": content}}
