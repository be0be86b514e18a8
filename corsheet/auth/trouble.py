"""What may be wrong with a server that is asked about tokens, and how long we wait for it."""

from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus

CONNECT_SECONDS = 2.0
"""To connect, TLS included: a server in the same country takes a twentieth of that."""

ANSWER_SECONDS = 3.0
"""For one whole answer, from the question to its last byte: a till's user waits for it."""

TOTAL_SECONDS = 5.0
"""For all that one token costs: connecting, our own token, a second try."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, in seconds, each above 0.

    Attributes:
        connect: For a connection.
        answer: For one whole answer, so that one that drips does not hold us.
        total: For all questions about one token together.
    """

    connect: float = CONNECT_SECONDS
    answer: float = ANSWER_SECONDS
    total: float = TOTAL_SECONDS


class Trouble(Enum):
    """Why there is no answer; the value ends a sentence that begins with the server."""

    UNREACHABLE = "cannot be reached"
    SLOW = "does not answer in time"
    STATUS = "answers with an error"
    NOT_UNDERSTOOD = "gives an answer that cannot be understood"
    UNTRUSTED = "has a certificate that is not trusted: mend it, or set ca_file"
    REDIRECT = "answers with a redirect, which is not followed: mend the url"
    OUR_CLIENT = "does not take our own credentials: mend client_id and client_secret"
    INSECURE = "would get our secret without TLS: token_url must begin with https"
    UNKNOWN_KIND = "does not know tokens of that kind"
    OUR_FAULT = "cannot be asked: an error in corsheet"

    @property
    def is_mistake(self) -> bool:
        """Tell whether somebody has to mend something here, rather than wait."""
        return self not in _PASSING


_PASSING = frozenset(
    {Trouble.UNREACHABLE, Trouble.SLOW, Trouble.STATUS, Trouble.NOT_UNDERSTOOD}
)  # fmt: skip


class TroubleError(Exception):
    """There is no answer. Its text names neither tokens nor secrets.

    Attributes:
        trouble: Why.
        status: HTTP status, where there was one; 0: none.
        place: Where in our code it happened, for ``OUR_FAULT``.
    """

    def __init__(self, trouble: Trouble, status: int = 0, place: str = "") -> None:
        self.trouble = trouble
        self.status = status
        self.place = place
        notes = [f"status {status}"] * bool(status) + [place] * bool(place)
        super().__init__(trouble.value + (f" ({', '.join(notes)})" if notes else ""))

    @property
    def is_about_the_question(self) -> bool:
        """Tell whether the server is well, and only does not like what was asked.

        Otherwise whoever sends tokens that it does not like would make us leave it alone.
        """
        return (
            self.trouble is Trouble.STATUS
            and HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR
            and self.status not in {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
        )
