"""Servers that answer the till's own two requests: corsheet, nginx, WireMock and Prism."""

from collections.abc import Sequence

from benchmarks.load import Request
from benchmarks.processes import AUTHORIZATION
from benchmarks.rivals.rival import Rival, parsed
from benchmarks.shop import UNIT, Order

PATH = f"/business-units/{UNIT}/customer-orders"


class HiiRetailRival(Rival):
    """A server with the till's paths, bodies and credentials."""

    credentials = "Basic"
    reply = "the till's"

    def look_up(self, order: Order) -> Sequence[Request]:
        """Ask as the till does."""
        return [Request(f"{PATH}/{order.order_id}", headers={"Authorization": AUTHORIZATION})]

    def search(self, customer_id: str) -> Request:
        """Ask as the till does."""
        headers = {"Authorization": AUTHORIZATION, "Content-Type": "application/json"}
        body = f'{{"customerId":"{customer_id}"}}'
        return Request(f"{PATH}:search", "POST", body, headers)

    def is_right(self, order: Order, replies: Sequence[bytes]) -> bool:
        """Compare the whole reply."""
        return bool(parsed(replies[0]) == order.value)

    def found(self, reply: bytes) -> list[str]:
        """Take the ids."""
        return [order["customerOrderId"] for order in parsed(reply)["customerOrders"]]
