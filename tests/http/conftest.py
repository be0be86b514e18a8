"""Every test of the HTTP surface runs against the application and against both engines."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from corsheet.api.app import Options
from corsheet.workbook.reading import Reading
from tests.conftest import MakeInnerTill, MakeTill, Till
from tests.support.live import Granian, Issuer, forwarding, on_waitress, written

ENGINES = ["application", "waitress", "granian"]

GetGranian = Callable[[Options, Issuer | None], Granian]


@pytest.fixture(scope="session")
def granian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GetGranian]:
    """Give a function that gives a process for such options; one for each kind of them."""
    started: dict[str, Granian] = {}

    def get(options: Options, issuer: Issuer | None) -> Granian:
        kind = written(options, issuer)
        if kind not in started:
            folder = tmp_path_factory.mktemp("granian") / "state"
            started[kind] = Granian(folder, options, issuer)
        return started[kind]

    yield get
    for process in started.values():
        process.stop()


@pytest.fixture(params=ENGINES)
def make_till(
    request: pytest.FixtureRequest, make_inner_till: MakeInnerTill, granian: GetGranian
) -> Iterator[MakeTill]:
    """Give a function that serves a reading, or nothing yet where it is None, on an engine."""
    with ExitStack() as stack:

        def make(
            reading: Reading | None = None,
            options: Options | None = None,
            issuer: Issuer | None = None,
        ) -> Till:
            match request.param:
                case "application":
                    return make_inner_till(reading, options, issuer)
                case "waitress":
                    inner = make_inner_till(reading, options, issuer)
                    address = stack.enter_context(on_waitress(inner.app, inner.door, options))
                    inner.address = address
                    inner.ask_through(forwarding(address))
                    return inner
            process = granian(options or Options(), issuer)
            process.forget()
            till = Till(process.app, process.store, published=process.follow)
            till.address = process.address
            if reading is not None:
                till.publish(reading)
            return till

        yield make
