"""Room for requests that may take long: it leaves threads and a processor to the till."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from corsheet.api.refusals import ApiError

RETRY_SECONDS = 1
"""What a client is told to wait; a search takes less."""


class Places:
    """So many requests may be under way at the same time. Used from any thread."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take one while the block runs.

        Raises:
            ApiError: None is free; nobody waits for one.
        """
        if not self._free.acquire(blocking=False):
            raise ApiError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "busy",
                "too many requests like this are under way",
                headers=[("Retry-After", str(RETRY_SECONDS))],
            )
        try:
            yield
        finally:
            self._free.release()
