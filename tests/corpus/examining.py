"""Reads a workbook with our reader and with openpyxl, in a child process that has limits.

The child is forked from a small server process, so that it starts at once and
its memory is its own. A workbook that stalls openpyxl, or takes all the memory,
costs that child and nothing else.
"""

import multiprocessing
import warnings
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from corsheet.workbook.limits import MIB
from tests.corpus.comparing import Compared, compare
from tests.corpus.compiling import HANG_SECONDS, MOST_BYTES
from tests.corpus.ours import Read, read_all

THEIR_BYTES = 2048 * MIB
"""What openpyxl may take: it is the measure here, not the thing measured."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of it.

    Attributes:
        read: None: the child came to an end before our reader was done.
        compared: None: the child came to an end before openpyxl was done.
        last_words: Of a child that raised.
    """

    read: Read | None = None
    compared: Compared | None = None
    last_words: str = ""


def examine(path: Path) -> Examined:
    """Read and compare one workbook; takes at most two times ``HANG_SECONDS``."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    ours, childs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(path, childs))
    process.start()
    childs.close()
    examined = Examined()
    with ours:
        try:
            while ours.poll(HANG_SECONDS):
                examined = ours.recv()
        except EOFError:
            pass  # it has said all
    process.kill()
    process.join()
    process.close()
    return examined


def _work(path: Path, answers: Connection) -> None:
    """Do it in the child: our reader within its limits, then openpyxl; tell each as it is done."""
    warnings.simplefilter("ignore")  # openpyxl's remarks; only what it reads matters
    data = path.read_bytes()
    read = None
    try:
        _limit_memory(MOST_BYTES)
        read = read_all(data)
        answers.send(Examined(read))
        _limit_memory(THEIR_BYTES)
        answers.send(Examined(read, compare(data)))
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the result
        answers.send(Examined(read, last_words=f"{type(error).__name__}: {error}"))


def _limit_memory(most: int) -> None:
    import resource  # noqa: PLC0415 - not on Windows

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
