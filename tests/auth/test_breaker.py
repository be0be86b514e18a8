"""When a server that fails is left alone, and how often that is told."""

from corsheet.auth.breaker import (
    FAILURES,
    OPEN_SECONDS,
    RETRY_SECONDS,
    TELL_AGAIN_SECONDS,
    Breaker,
    Notices,
)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def a_broken() -> tuple[Breaker, Clock]:
    """Give a breaker after too many failures, and its clock."""
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.allows()
        breaker.failed()
    return breaker, clock


def test_only_failures_in_a_row_count() -> None:
    """One answer in between, and they are forgotten."""
    breaker = Breaker(Clock())
    for _ in range(3 * FAILURES):
        for _ in range(FAILURES - 1):
            breaker.failed()
        assert breaker.allows()
        assert breaker.seconds_left() == RETRY_SECONDS
        breaker.succeeded()


def test_after_too_many_nobody_asks_for_a_while() -> None:
    """And it is told for how long, in whole seconds, rounded up."""
    breaker, clock = a_broken()
    begun = breaker.allows(), breaker.seconds_left()
    clock.now += OPEN_SECONDS - 0.1
    almost = breaker.allows(), breaker.seconds_left()

    assert (begun, almost) == ((False, 10), (False, 1))


def test_then_one_may_try_while_others_wait() -> None:
    """One trial, not a rush on a server that has just come up."""
    breaker, clock = a_broken()
    clock.now += OPEN_SECONDS

    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert [breaker.allows() for _ in range(3)] == [True, True, True]


def test_a_trial_that_fails_begins_it_anew() -> None:
    """One failure is enough by now."""
    breaker, clock = a_broken()
    clock.now += OPEN_SECONDS
    assert breaker.allows()
    clock.now += 3
    breaker.failed()
    clock.now += OPEN_SECONDS - 1

    assert not breaker.allows()
    clock.now += 1
    assert breaker.allows()


def test_a_trial_that_never_ends_is_not_waited_for_for_ever() -> None:
    """The next may try after as long again."""
    breaker, clock = a_broken()
    clock.now += OPEN_SECONDS
    assert breaker.allows()
    clock.now += OPEN_SECONDS

    assert breaker.allows()


def test_a_notice_is_due_once_a_minute_for_each_kind() -> None:
    """A log of a night's outage can be read."""
    clock = Clock()
    notices = Notices(clock)
    first = [notices.is_due(kind) for kind in "aab"]
    clock.now += TELL_AGAIN_SECONDS

    assert first == [True, False, True]
    assert notices.is_due("a")
