"""Enactor's routes for tests: options, and readings with what Enactor's sheets say."""

from dataclasses import replace
from typing import Any

from corsheet.api.app import Options
from corsheet.api.enactor import EnactorRoutes
from corsheet.model import CustomerOrder, EnactorDetails, Fields
from corsheet.workbook.orders import OrderKey
from corsheet.workbook.reading import Reading
from tests.support.orders import a_reading

PREFIX = "/WebRestApi/rest"
ORDERS = f"{PREFIX}/orders"


def enactor_options(identity: str = "subject", prefix: str = PREFIX, **changes: Any) -> Options:
    """Make options with Enactor's routes; the application's other ones may be changed."""
    routes = EnactorRoutes(prefix=prefix, identity=identity)
    return Options(enactor=routes, **changes)


def a_header(**values: Any) -> EnactorDetails:
    """Make what a row on Enactor header says, with a column for each of these fields."""
    return EnactorDetails(header=Fields(values, frozenset(values)))


def with_headers(*orders: tuple[CustomerOrder, EnactorDetails | None], **changes: Any) -> Reading:
    """Make the reading of a workbook with these orders and their rows on Enactor header."""
    details = {
        OrderKey(order.business_unit_id, order.customer_order_id): one
        for order, one in orders
        if one is not None
    }
    reading = a_reading(*(order for order, _ in orders))
    return replace(reading, enactor=details, **changes)
