"""Which customer asks, as Enactor's clients say it ("REST authentication").

That is beside corsheet's own gate, which has been passed before: a header that
anybody can write shows nothing.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from corsheet.api.gate import REFUSALS, refusal
from corsheet.api.refusals import ApiError
from corsheet.auth import Refusal, Refused
from corsheet.model import normalise_id
from corsheet.settings.enactor import ID_TOKEN, NONE, SUBJECT

if TYPE_CHECKING:
    from corsheet.auth.id_token import IdTokens


class Identity:
    """Reads who asks from a request's headers.

    Attributes:
        vary: The request headers that a reply depends on (RFC 9110, section 12.5.5).
    """

    def __init__(self, kind: str, id_tokens: "IdTokens | None") -> None:
        """Prepare.

        Args:
            kind: ``SUBJECT``, ``ID_TOKEN`` or ``NONE``.
            id_tokens: Check tokens; needed for ``id_token``.

        Raises:
            ValueError: There is no such identity, or nothing that checks its tokens.
                Settings are checked before they come here, so this is a mistake of ours.
        """
        if kind not in {SUBJECT, ID_TOKEN, NONE}:
            raise ValueError(f"there is no identity {kind}")
        if kind == ID_TOKEN and id_tokens is None:
            raise ValueError("nothing checks an id_token")
        self._kind = kind
        self._id_tokens = id_tokens
        self.vary = "Authorization" if kind == NONE else f"Authorization, {kind}"

    def customer(self, environ: Mapping[str, Any]) -> str | None:
        """Give the number of the customer who asks, normalised; None: staff, who see all.

        Args:
            environ: Of a WSGI request (PEP 3333). A header that was sent several times is
                joined by commas there, so a comma stands between two.

        Raises:
            ApiError: The header is missing, says nothing, or says it wrong.
        """
        if self._kind == NONE:
            return None
        value: str = environ.get(f"HTTP_{self._kind.upper()}", "")
        number = self._named(value) if self._id_tokens is None else self._told(value)
        if isinstance(number, Refused):
            raise refusal(number, self._challenges(number))
        return number

    def _named(self, value: str) -> str | Refused:
        """Read a customer number, of ASCII: granian passes no other value on."""
        is_one = value.isascii() and value.isprintable() and "," not in value
        number = normalise_id(value) if is_one else ""
        return number or Refused("the subject header does not name one customer", Refusal.NEEDED)

    def _told(self, value: str) -> str | Refused:
        if self._id_tokens is None or not value:
            return Refused("there is no id_token header", Refusal.NEEDED)
        if "," in value:
            raise ApiError(
                HTTPStatus.BAD_REQUEST, "bad-request", "more than one id_token header is sent"
            )
        return self._id_tokens.subject(value)

    def _challenges(self, refused: Refused) -> list[str]:
        """Give what to bring instead; nothing, where nobody could look."""
        if REFUSALS[refused.kind][0] is not HTTPStatus.UNAUTHORIZED:
            return []
        error = "" if refused.kind is Refusal.NEEDED else ', error="invalid_token"'
        return [f'{self._kind} realm="corsheet"{error}']
