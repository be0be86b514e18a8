"""What is said of a token, judged without a server."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corsheet.auth import Granted, Refusal, Refused
from corsheet.auth.claims import MOST_SECONDS, NAMELESS, SKEW_SECONDS, Expected, expiry, judge
from corsheet.model import EVERY_UNIT

NOW = 1_800_000_000.0
EXPECTED = Expected(audience="us", issuer="them", scope="orders:read b", units_claim="units")
GOOD: dict[str, Any] = {"aud": "us", "iss": "them", "scope": "a b orders:read", "units": "0001"}


def judged(expected: Expected = EXPECTED, **changed: object) -> Granted | Refused:
    """Judge good claims with some changed; None takes one away."""
    claims = {k: v for k, v in {**GOOD, **changed}.items() if v is not None}
    return judge(claims, expected, NOW)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({}, id="as it should be"),
        pytest.param({"aud": ["others", "us"]}, id="several audiences"),
        pytest.param({"token_type": "Bearer"}, id="Bearer"),
        pytest.param({"nbf": NOW + SKEW_SECONDS}, id="their clock is before ours"),
        pytest.param({"exp": NOW + 0.1}, id="about to end"),
        pytest.param({"exp": int(NOW) + 10**15}, id="ends in ages"),
        pytest.param({"more": {"of": ["that"]}}, id="unknown members"),
    ],
)
def test_a_token_that_says_what_it_must_is_let_in(changed: dict[str, Any]) -> None:
    """RFC 7662, section 2.2; members that nobody asked for do not matter."""
    assert isinstance(judged(**changed), Granted)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"exp": NOW}, id="ends now"),
        pytest.param({"exp": NOW - SKEW_SECONDS / 2}, id="ended: no skew"),
        pytest.param({"exp": 0}, id="ends at 0"),
        pytest.param({"exp": str(NOW + 99)}, id="exp is a text"),
        pytest.param({"exp": True}, id="exp is true"),
        pytest.param({"exp": math.inf}, id="exp is infinite"),
        pytest.param({"exp": math.nan}, id="exp is NaN"),
        pytest.param({"exp": 10**400}, id="exp has 400 digits"),
        pytest.param({"exp": [NOW + 99]}, id="exp is a list"),
        pytest.param({"nbf": NOW + SKEW_SECONDS + 1}, id="not good yet"),
        pytest.param({"nbf": "0"}, id="nbf is a text"),
        pytest.param({"token_type": "DPoP"}, id="another kind"),
        pytest.param({"token_type": ["Bearer"]}, id="kind is a list"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"iss": "Them"}, id="another issuer"),
        pytest.param({"iss": ["them"]}, id="issuer is a list"),
        pytest.param({"aud": None}, id="no audience"),
        pytest.param({"aud": "us too"}, id="another audience"),
        pytest.param({"aud": "u"}, id="part of the audience"),
        pytest.param({"aud": []}, id="no audiences"),
        pytest.param({"aud": {"us": 1}}, id="audience is an object"),
        pytest.param({"aud": [["us"]]}, id="audience in a list in a list"),
    ],
)
def test_any_other_is_not(changed: dict[str, Any]) -> None:
    """The token is refused, whatever is wrong: RFC 6750, section 3.1, invalid_token."""
    verdict = judged(**changed)

    assert isinstance(verdict, Refused)
    assert (verdict.kind, verdict.retry_after) == (Refusal.INVALID_TOKEN, 0)


@pytest.mark.parametrize(
    "scope",
    [
        None,
        "",
        "orders:read",
        "b",
        "orders:readb",
        "ORDERS:READ B",
        "b\torders:read",
        ["orders:read", "b"],
    ],
)
def test_a_token_without_a_scope_is_told_which_it_needs(scope: object) -> None:
    """RFC 6750, section 3.1, insufficient_scope; parted by spaces only (RFC 6749, 3.3)."""
    verdict = judged(scope=scope)

    assert isinstance(verdict, Refused)
    assert (verdict.kind, verdict.scope) == (Refusal.INSUFFICIENT_SCOPE, "orders:read b")


def test_what_is_not_set_is_not_checked() -> None:
    """A server that says nothing but ``active`` is enough, then."""
    assert judge({}, Expected(), NOW) == Granted(NAMELESS, frozenset({EVERY_UNIT}), MOST_SECONDS)


@pytest.mark.parametrize(
    ("told", "units"),
    [
        ("0001 0002", {"0001", "0002"}),
        (["0001", " 0002 ", "a b"], {"0001", "0002", "a b"}),
        ("*", {"*"}),
        (["*", "0001"], {"*", "0001"}),
        (None, set()),
        ("", set()),
        (" ", set()),
        ([], set()),
        (["", None, 1, ["0001"]], set()),
        (1, set()),
        ({"0001": True}, set()),
        ("o\u0308", {"ö"}),
    ],
)
def test_business_units_are_what_the_claim_says(told: object, units: set[str]) -> None:
    """Nothing said is no unit, never every one."""
    verdict = judged(units=told)

    assert isinstance(verdict, Granted)
    assert verdict.business_units == units


@pytest.mark.parametrize(
    ("names", "principal"),
    [
        ({"username": "anna", "sub": "7", "client_id": "till"}, "anna"),
        ({"sub": "7", "client_id": "till"}, "7"),
        ({"client_id": "till"}, "till"),
        ({"username": "", "sub": 7, "client_id": "till"}, "till"),
        ({"username": "a\nb", "sub": "\ud800", "client_id": "\x1b[2J"}, NAMELESS),
        ({"username": "a" * 1000}, "a" * 200),
    ],
)
def test_the_log_is_told_who(names: dict[str, Any], principal: str) -> None:
    """The first name there is that cannot forge a line."""
    verdict = judged(**names)

    assert isinstance(verdict, Granted)
    assert verdict.principal == principal


@pytest.mark.parametrize(("exp", "seconds"), [(None, 60), (NOW + 61, 60), (NOW + 12.5, 12.5)])
def test_a_yes_is_remembered_for_a_minute_and_never_past_the_end(
    exp: float | None, seconds: float
) -> None:
    """RFC 7662, section 4."""
    verdict = judged(exp=exp)

    assert isinstance(verdict, Granted)
    assert verdict.seconds == seconds


def test_a_tokens_end_is_a_number_or_never() -> None:
    """Missing: never; ill-formed: nobody knows."""
    assert (expiry({}), expiry({"exp": 5}), expiry({"exp": None})) == (math.inf, 5.0, None)


@given(
    st.dictionaries(
        st.sampled_from([*GOOD, "exp", "nbf", "token_type", "sub", "username"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=4,
        ),
    )
)
def test_no_claims_raise(changed: dict[str, Any]) -> None:
    """Whatever they are: in, or out with a reason, and in only as long as the token lives."""
    claims = {**GOOD, **changed}
    verdict = judge(claims, EXPECTED, NOW)

    if isinstance(verdict, Granted):
        assert 0 < verdict.seconds <= MOST_SECONDS
        assert NOW + verdict.seconds <= (expiry(claims) or 0) or verdict.seconds == MOST_SECONDS
    else:
        assert verdict.reason
