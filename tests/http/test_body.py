"""Bodies: whole, no more than allowed, and a stranger's in time."""

import threading
from io import BytesIO

import pytest

from corsheet.api.body import CutOffError, FullError, LateError, StrangersBodies, read

MOST = 10


class Dripping:
    """A body that does not come before it is told to."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.end = threading.Event()

    def read(self, size: int) -> bytes:
        """Wait."""
        self.asked.set()
        assert self.end.wait(10)
        return b"late"[:size]


@pytest.mark.parametrize(
    ("length", "is_terminated", "expected"),
    [
        ("4", False, b"abcd"),
        ("4", True, b"abcd"),
        ("0", True, b""),
        ("", False, b""),
        ("", True, b"abcdefghijk"),
        ("10", False, b"abcdefghij"),
        ("99999999999999999999", True, b"abcdefghijk"),
        ("-1", True, b"abcdefghijk"),
        ("\u0664", False, b""),
    ],
)
def test_a_body_is_read_by_its_length_or_to_its_end(
    length: str, is_terminated: bool, expected: bytes
) -> None:
    """One byte more than allowed shows that there is too much."""
    environ = {
        "CONTENT_LENGTH": length,
        "wsgi.input": BytesIO(b"abcdefghijklmnop"),
        "wsgi.input_terminated": is_terminated,
    }

    assert read(environ, MOST) == expected


def test_a_strangers_body_is_read_as_any_other() -> None:
    """Whole."""
    environ = {"CONTENT_LENGTH": "4", "wsgi.input": BytesIO(b"abcdef")}

    assert StrangersBodies().read(environ, MOST) == b"abcd"


def test_nobody_waits_for_ever_for_a_stranger_whose_body_drips() -> None:
    """It is given up between two pieces, and its place is free again then."""
    bodies = StrangersBodies(places=1, seconds=0.0)

    with pytest.raises(LateError):
        bodies.read({"CONTENT_LENGTH": "4", "wsgi.input": BytesIO(b"abcd")}, MOST)

    assert bodies.read({"CONTENT_LENGTH": "0", "wsgi.input": BytesIO(b"")}, MOST) == b""


def test_a_silent_stranger_holds_a_place_and_nothing_else() -> None:
    """Nobody answers while it is read from; whoever comes meanwhile is told to come again."""
    bodies = StrangersBodies(places=1)
    silent = Dripping()
    reading = threading.Thread(
        target=bodies.read, args=({"CONTENT_LENGTH": "1", "wsgi.input": silent}, MOST)
    )
    reading.start()
    assert silent.asked.wait(10)

    with pytest.raises(FullError):
        bodies.read({"CONTENT_LENGTH": "1", "wsgi.input": BytesIO(b"a")}, MOST)
    silent.end.set()
    reading.join(10)

    assert bodies.read({"CONTENT_LENGTH": "1", "wsgi.input": BytesIO(b"a")}, MOST) == b"a"


def test_an_error_while_reading_is_told_to_whoever_waits() -> None:
    """A client that goes away, say."""

    class Broken:
        def read(self, size: int) -> bytes:
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        StrangersBodies().read({"CONTENT_LENGTH": "4", "wsgi.input": Broken()}, MOST)


@pytest.mark.parametrize("length", ["17", "999"])
def test_a_body_that_ends_before_its_length_is_none(length: str) -> None:
    """Half a search is another search."""
    environ = {"CONTENT_LENGTH": length, "wsgi.input": BytesIO(b"abcdefgh")}

    with pytest.raises(CutOffError):
        read(environ, 100)
