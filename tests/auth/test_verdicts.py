"""What is remembered of tokens."""

from corsheet.auth.verdicts import Digests, Remembered


def test_a_digest_is_the_tokens_own_and_tells_nothing_elsewhere() -> None:
    """The same under one key, another under another."""
    digests = Digests()

    assert digests.of("a") == digests.of("a") != digests.of("b")
    assert digests.of("a") != Digests().of("a")
    assert digests.of("\ud800")


def test_a_value_is_remembered_for_its_time() -> None:
    """And takes no place afterwards, once it is asked for."""
    now = [0.0]
    remembered: Remembered[str] = Remembered(9, lambda: now[0])
    remembered.put(b"a", "A", 5)
    now[0] = 4.9
    before = remembered.get(b"a")
    now[0] = 5.0

    assert (before, remembered.get(b"a"), len(remembered)) == ("A", None, 0)


def test_what_was_used_longest_ago_goes_first() -> None:
    """Bounded, whatever comes."""
    remembered: Remembered[int] = Remembered(2, lambda: 0.0)
    remembered.put(b"a", 1, 9)
    remembered.put(b"b", 2, 9)
    remembered.get(b"a")
    remembered.put(b"c", 3, 9)

    assert [remembered.get(name) for name in (b"a", b"b", b"c")] == [1, None, 3]


def test_forgetting_what_is_not_there_is_no_mistake() -> None:
    """Once is enough."""
    remembered: Remembered[int] = Remembered(2, lambda: 0.0)
    remembered.put(b"a", 1, 9)
    remembered.forget(b"a")
    remembered.forget(b"a")

    assert remembered.get(b"a") is None
