"""What the end-to-end tests share."""

import pytest

from tests.support.service import ENGINES


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Give the name of each engine in turn."""
    name: str = request.param
    return name
