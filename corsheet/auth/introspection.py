"""Bearer tokens (RFC 6750) checked by asking whoever made them (RFC 7662).

The server that is asked may be down, slow or wrong. Then nobody new gets in, and
nobody waits for long: looking at a token ends within ``Patience.total`` seconds.
"""

import logging
import re
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace

from corsheet.auth import Granted, Refusal, Refused, Verdict
from corsheet.auth.breaker import RETRY_SECONDS, Breaker, Notices
from corsheet.auth.claims import Claims, Expected, expiry, judge
from corsheet.auth.endpoint import Endpoint, EndpointAuth, IntrospectionSettings
from corsheet.auth.trouble import Patience, Trouble, TroubleError
from corsheet.auth.verdicts import Digests, Remembered

__all__ = ["EndpointAuth", "Introspection", "IntrospectionSettings"]

log = logging.getLogger(__name__)

CALLS = 2
"""Tokens that are asked about at the same time: a flood of made-up ones holds two threads."""

KEPT_CALLS = 1
"""One more, for a token that was good before: the flood does not keep it out."""

REFUSED_SECONDS = 5.0
"""For which a no is remembered: a client that repeats itself costs nothing meanwhile."""

REFUSED = 1000
"""Tokens whose no is remembered; a flood of made-up ones drives out its own only."""

VERIFIED = 1000
"""Tokens that are known to have been good; shops have one or two at a time."""

GRACE_STEP_SECONDS = 5.0
"""For which a token that is honoured through an outage is let in at a time."""

LONGEST_TOKEN = 8192
"""Characters; JWTs with many claims have a quarter of it."""

B64TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
"""RFC 6750, section 2.1."""

MALFORMED = Refused("the token is malformed", Refusal.INVALID_TOKEN)
INACTIVE = Refused("the token is expired, revoked or not known", Refusal.INVALID_TOKEN)
BUSY = Refused("too many tokens are being checked", Refusal.BUSY, RETRY_SECONDS)
OUTAGE = "the authorization server cannot be asked at the moment"


@dataclass(frozen=True, slots=True)
class _Verified:
    """A token that was good.

    It ends by whichever clock comes first: setting one back makes no token live longer.

    Attributes:
        granted: The verdict.
        until: When the verdict ended, on the monotonic clock.
        expires: When the token does, on the monotonic clock.
        expires_at: Likewise, in seconds since 1970.
    """

    granted: Granted
    until: float
    expires: float
    expires_at: float


class Introspection:
    """Checks bearer tokens by asking. Used from any thread."""

    def __init__(
        self,
        settings: IntrospectionSettings,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        patience: Patience | None = None,
    ) -> None:
        """Prepare; asks nobody yet.

        Args:
            settings: Whom to ask.
            clock: Seconds since 1970, for what tokens say of their times.
            monotonic: Seconds of a clock that nobody sets, for how long things are remembered.
            patience: How long to wait for the server.

        Raises:
            OSError: ``ca_file`` is not there.
        """
        self._settings = settings
        self._clock, self._monotonic = clock, monotonic
        self._expected = Expected(
            audience=settings.audience,
            issuer=settings.issuer,
            scope=settings.scope,
            units_claim=settings.units_claim,
        )
        self._patience = patience or Patience()
        self._endpoint = Endpoint(settings, self._patience, monotonic)
        self._breaker = Breaker(monotonic)
        self._notices = Notices(monotonic)
        self._is_trouble_told = False
        self._digests = Digests()
        self._lock = threading.Lock()
        # these are guarded by it
        self._under_way: dict[bytes, Future[Verdict]] = {}
        self._refused: Remembered[Refused] = Remembered(REFUSED, monotonic)
        self._verified: Remembered[_Verified] = Remembered(VERIFIED, monotonic)

    def check(self, token: str) -> Verdict:
        """Let in or not; never raises.

        Returns:
            Granted for at most a minute and never past the token's end; or why not:
            INVALID_TOKEN, INSUFFICIENT_SCOPE, BUSY or UNAVAILABLE.
        """
        if len(token) > LONGEST_TOKEN or not B64TOKEN.fullmatch(token):
            return MALFORMED
        name = self._digests.of(token)
        with self._lock:
            refused = self._refused.get(name)
            if refused is not None:
                return refused
            theirs = self._under_way.get(name)
            if theirs is None:
                places = CALLS + KEPT_CALLS * (self._verified.get(name) is not None)
                if len(self._under_way) >= places:
                    return self._excused(name, BUSY)
                ours = self._under_way[name] = Future()
        if theirs is not None:
            return self._wait_for(theirs)
        verdict: Verdict = self._outage()
        try:
            verdict = self._look(name, token)
        finally:
            with self._lock:
                del self._under_way[name]
            ours.set_result(verdict)
        return verdict

    def is_costly(self, token: str) -> bool:
        """See ``TokenChecker``: a no that is remembered costs nothing."""
        name = self._digests.of(token)
        with self._lock:
            return self._refused.get(name) is None

    def close(self) -> None:
        """Close the connections that are kept."""
        self._endpoint.close()

    def _wait_for(self, theirs: Future[Verdict]) -> Verdict:
        """Give what comes of another's look at the same token."""
        try:
            return theirs.result(self._patience.total)
        except TimeoutError:  # a name server is silent
            return self._outage()

    def _look(self, name: bytes, token: str) -> Verdict:
        """Ask about a token, and remember what comes of it."""
        claims = self._claims(token)
        if claims is None:
            with self._lock:
                return self._excused(name, self._outage())
        now, moment = self._clock(), self._monotonic()
        verdict = judge(claims, self._expected, now) if claims["active"] is True else INACTIVE
        with self._lock:
            if isinstance(verdict, Refused):
                self._refused.put(name, verdict, REFUSED_SECONDS)
                self._verified.forget(name)
            else:
                expires_at = expiry(claims) or 0.0
                verified = _Verified(
                    verdict, moment + verdict.seconds, moment + expires_at - now, expires_at
                )
                self._verified.put(name, verified, expires_at - now)
        return verdict

    def _claims(self, token: str) -> Claims | None:
        """Ask about a token, unless the server is left alone; None: there is no answer."""
        if not self._breaker.allows():
            return None
        try:
            claims = self._endpoint.ask(token)
            if not isinstance(claims.get("active"), bool):  # RFC 7662, section 2.2: required
                raise TroubleError(Trouble.NOT_UNDERSTOOD)  # noqa: TRY301 - one place tells
        except TroubleError as error:
            self._failed(error)
            return None
        except Exception as error:  # noqa: BLE001 - a check never raises; its text may hold secrets
            place = traceback.extract_tb(error.__traceback__)[-1]
            what = f"{type(error).__name__} in {place.name}, line {place.lineno}"
            self._failed(TroubleError(Trouble.OUR_FAULT, place=what))
            return None
        self._breaker.succeeded()
        if self._is_trouble_told:
            self._is_trouble_told = False
            log.info("the authorization server %s answers again", self._endpoint.host)
        return claims

    def _failed(self, error: TroubleError) -> None:
        if error.is_about_the_question:
            self._breaker.succeeded()
        else:
            self._breaker.failed()
        if self._notices.is_due(error.trouble):
            self._is_trouble_told = True
            level = logging.ERROR if error.trouble.is_mistake else logging.WARNING
            log.log(level, "the authorization server %s %s", self._endpoint.host, error)

    def _outage(self) -> Refused:
        return Refused(OUTAGE, Refusal.UNAVAILABLE, self._breaker.seconds_left())

    def _excused(self, name: bytes, refused: Refused) -> Verdict:
        """Honour a token that was good, for a time, where the server cannot be asked.

        The caller holds the lock.
        """
        verified = self._verified.get(name)
        if verified is None:
            return refused
        moment = self._monotonic()
        left = min(
            verified.until + self._settings.grace_seconds - moment,
            verified.expires - moment,
            verified.expires_at - self._clock(),
        )
        if left <= 0:
            return refused
        if moment >= verified.until and self._notices.is_due(_Verified):
            log.warning(
                "the authorization server %s cannot be asked: tokens verified before are"
                " honoured for up to %d s (grace_seconds)",
                self._endpoint.host,
                self._settings.grace_seconds,
            )
        return replace(verified.granted, seconds=min(left, GRACE_STEP_SECONDS))
