"""The HTTP surface: a Bottle application made by ``app.build_app``."""

from collections.abc import Callable, Iterable
from typing import Any

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
"""An application (PEP 3333)."""
