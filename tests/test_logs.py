"""The log: lines on standard error, ours at the level asked for."""

import logging
import re
from collections.abc import Iterator

import pytest

from corsheet.logs import start_logging

OURS, LIBRARY, QUEUE = "corsheet.reload", "watchdog.observers", "waitress.queue"


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Put back what a test changes of the process's logging."""
    loggers = [logging.getLogger(name) for name in ("", "corsheet", "waitress.queue")]
    handlers = list(loggers[0].handlers)
    levels = [logger.level for logger in loggers]
    yield
    loggers[0].handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def told(capsys: pytest.CaptureFixture[str]) -> set[str]:
    """Let three loggers say everything; give what came to standard error."""
    for name in (OURS, LIBRARY, QUEUE):
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            logging.getLogger(name).log(level, "%s/%s", name, logging.getLevelName(level))
    out, errors = capsys.readouterr()
    assert out == ""
    return {line.split()[-1] for line in errors.splitlines()}


@pytest.mark.parametrize(
    ("level", "ours"),
    [
        ("debug", {"DEBUG", "INFO", "WARNING", "ERROR"}),
        ("info", {"INFO", "WARNING", "ERROR"}),
        ("warning", {"WARNING", "ERROR"}),
        ("error", {"ERROR"}),
    ],
)
def test_the_level_is_that_of_our_own_log(
    capsys: pytest.CaptureFixture[str], level: str, ours: set[str]
) -> None:
    """Libraries tell warnings and errors only; a waiting task is no warning."""
    start_logging(level)

    assert told(capsys) == {
        *(f"{OURS}/{word}" for word in ours),
        f"{LIBRARY}/WARNING",
        f"{LIBRARY}/ERROR",
        f"{QUEUE}/ERROR",
    }


def test_a_line_says_when_and_how_grave(capsys: pytest.CaptureFixture[str]) -> None:
    """A person finds the moment, and the worst lines by a word."""
    start_logging("info")

    logging.getLogger(OURS).warning("the workbook is not taken")

    line = capsys.readouterr().err
    assert re.fullmatch(r"\d{4}-\d\d-\d\d [\d:,]+ WARNING the workbook is not taken\n", line)


def test_starting_twice_does_not_tell_twice(capsys: pytest.CaptureFixture[str]) -> None:
    """The last call counts."""
    start_logging("debug")
    start_logging("info")

    logging.getLogger(OURS).info("once")

    assert capsys.readouterr().err.count("once") == 1
