"""What a finding says can be said in Swedish, all of it; how a message is made and told."""

import pickle
import re
from string import Formatter

import pytest

from corsheet.findings import SEVERITY_WORDS, Code, Language, Problem, in_language, say
from corsheet.findings.language import Phrase
from corsheet.findings.swedish import MESSAGES, SWEDISH
from corsheet.findings.swedish_catalogue import CATALOGUE
from corsheet.workbook.annotate.overview import ADVICE, COLUMNS, TITLE
from corsheet.workbook.reading import read_workbook
from tests.support.texts import Module, modules, told, words_in_values
from tests.workbook.test_enactor_faults import ENACTORS
from tests.workbook.test_reading import DRAWN

ALIKE = {"{errors}, {warnings}", "{count} order", "Cell", "Order"}
"""Texts that are the same in both languages."""

IN_CATALOGUE = {
    text
    for entry in (code.value for code in Code)
    for text in (entry.title, entry.explanation, entry.example, entry.cure)
}


ON_THE_OVERVIEW = {TITLE, ADVICE, *(column.heading for column in COLUMNS)}
"""Texts of the annotated copy that are neither said nor a problem's."""


def places(text: str) -> set[str | None]:
    """Give the names of a template's places for values."""
    return {name for _, name, _, _ in Formatter().parse(text)} - {None}


def swedish(text: str) -> str:
    """Tell a text in Swedish."""
    return in_language(text, Language.SWEDISH)


def test_every_text_that_the_code_tells_has_a_swedish_one() -> None:
    """A message that is new or changed is shown here with its place."""
    assert [text for text in told(modules()) if text.words not in SWEDISH] == []


def test_every_text_of_the_catalogue_has_a_swedish_one() -> None:
    """Title, explanation, example and cure of every code, and the words for how grave it is."""
    assert sorted({*IN_CATALOGUE, *SEVERITY_WORDS.values()} - SWEDISH.keys()) == []


def test_every_text_of_the_annotated_copy_has_a_swedish_one() -> None:
    """The sheet in front: its title, its advice and its headings."""
    assert sorted(ON_THE_OVERVIEW - SWEDISH.keys()) == []


def test_no_swedish_text_is_left_over() -> None:
    """What nothing says any more is taken out; a text stands in one of the tables only."""
    said = {text.words for text in told(modules())}
    used = {*said, *SEVERITY_WORDS.values(), *ON_THE_OVERVIEW}

    assert sorted(MESSAGES.keys() - used) == []
    assert sorted(CATALOGUE.keys() - IN_CATALOGUE) == []
    assert sorted(MESSAGES.keys() & CATALOGUE.keys()) == []


@pytest.mark.parametrize("english", SWEDISH)
def test_a_swedish_text_has_the_form_of_the_english_one(english: str) -> None:
    """The same places for values, the same end, Swedish quotation marks, and other words."""
    text = SWEDISH[english]

    assert places(text) == places(english)
    assert text.endswith(".") == english.endswith(".")
    assert "“" not in text
    assert text.count("”") == english.count("“") + english.count("”")
    assert (text == english) == (english in ALIKE)


def test_an_example_names_the_same_cells_in_both_languages() -> None:
    """A reader of one language can follow a reader of the other."""
    cells = re.compile(r"\b[A-Z][a-z]+![A-Z]+[0-9]+")
    examples = [code.value.example for code in Code]

    assert [e for e in examples if cells.findall(e) != cells.findall(swedish(e))] == []


def test_no_template_is_handed_words_as_a_value() -> None:
    """A value is told as it is in every language; words are said, or stand in the template."""
    assert words_in_values(modules()) == []


@pytest.mark.parametrize("code", [*DRAWN, *ENACTORS], ids=lambda code: code.name.lower())
def test_a_drawn_fault_is_told_in_swedish(code: Code) -> None:
    """Message and hint, with every value in its place."""
    data = ENACTORS[code][0] if code in ENACTORS else DRAWN[code][0]()

    findings = read_workbook(data).findings

    assert findings
    for finding in findings:
        english, other = finding.as_json(), finding.as_json(Language.SWEDISH)
        for member in ("message", "hint"):
            assert english[member] != other[member]
            assert not re.search("[{}]", str(other[member]))
        assert {**english, "message": "", "hint": ""} == {**other, "message": "", "hint": ""}


def test_a_message_is_a_text_like_any_other() -> None:
    """Whoever does not care about languages sees a string: equal, sorted and kept as one."""
    message = say("{word} is not a number", word="'two'")

    assert message == "'two' is not a number"
    assert hash(message) == hash("'two' is not a number")
    assert f"{message}!" == "'two' is not a number!"
    assert Problem(Code.NOT_A_NUMBER, message) == Problem(
        Code.NOT_A_NUMBER, "'two' is not a number"
    )
    assert swedish(pickle.loads(pickle.dumps(message))) == "'two' är inget tal"  # noqa: S301


def test_a_message_is_told_in_the_language_asked_for() -> None:
    """With its values as they are; English is what it was made in."""
    message = say("{word} is not a number", word="'two'")

    assert in_language(message, Language.ENGLISH) == "'two' is not a number"
    assert swedish(message) == "'two' är inget tal"
    assert swedish("the file is empty") == "filen är tom"


def test_braces_in_a_cell_are_no_places_for_values() -> None:
    """What the manager typed is never taken for a template, in either language."""
    message = say("{word} is not a number", word="'{word} {0} {'")

    assert message == "'{word} {0} {' is not a number"
    assert swedish(message) == "'{word} {0} {' är inget tal"
    assert swedish("{not} {ours}") == "{not} {ours}"


def test_a_message_within_a_message_is_translated_too() -> None:
    """At any depth; a value that only looks like a message is not."""
    inner = say("{errors}, {warnings}", errors=say("{count} error", count=1), warnings="error")

    assert say("refused as a whole; {told}", told=inner) == "refused as a whole; 1 error, error"
    assert swedish(say("refused as a whole; {told}", told=inner)) == (
        "avvisas i sin helhet; 1 fel, error"
    )


def test_a_message_without_a_translation_stays_english() -> None:
    """Rather a message that is understood by some than none; what is within is told anyway."""
    message = say("as the engine says: {told}", told=say("{count} warnings", count=2))

    assert "as the engine says: {told}" not in SWEDISH
    assert swedish(message) == "as the engine says: 2 varningar"
    assert swedish("No such file or directory") == "No such file or directory"


def test_a_phrase_knows_its_template_and_its_values() -> None:
    """That is what it is told anew from."""
    phrase = Phrase.of("{count} orders", {"count": 3})

    assert (phrase, phrase.template, phrase.values) == (
        "3 orders",
        "{count} orders",
        {"count": 3},
    )


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Problem(Code.DATE, 'a')", ["a"]),
        ("Problem(code=Code.DATE, message='a', cure='b')", ["a", "b"]),
        ("Problem(Code.DATE, 'a' if x else 'b', '')", ["a", "b"]),
        (
            "def f(x):\n m = 'a'\n if x: m = say('b {x}', x=x)\n return Problem(c, m)",
            ["a", "b {x}"],
        ),
        ("def f(one, many): say(one if n else many)\nf('a', 'b')\nf('c', many='d')", list("abcd")),
        ("class A:\n def f(self, m): Problem(c, m)\n def g(self): self.f('a')", ["a"]),
        (
            "def shown(x):\n if x: return 'a'\n return 'b' if y else None\nProblem(c, shown(1))",
            ["a", "b"],
        ),
        ("def f():\n if m := g(): Problem(c, m)\ndef g(): return 'a'", ["a"]),
        ("TEXT = 'a'\nPROBLEM = Problem(c, TEXT)", ["a"]),
        ("Problem(c, problem.message, problem.cure or 'a')", ["a"]),
        ("print(in_language('a', language), in_language(text, language))", ["a"]),
    ],
)
def test_the_finder_follows_a_text_to_where_it_is_written(source: str, words: list[str]) -> None:
    """Planted in a module of its own, in each way that the code has."""
    assert sorted(text.words or "?" for text in told([Module("m.py", source)])) == words


@pytest.mark.parametrize(
    "source",
    [
        "Problem(Code.DATE, f'{x} is wrong')",
        "Problem(Code.DATE, 'a' + x)",
        "say(TEXTS[0])",
        "def f(m): say(m)",
        "Problem(Code.DATE, elsewhere(x))",
    ],
)
def test_the_finder_tells_a_text_that_it_cannot_follow(source: str) -> None:
    """So a text that is put together, and has no translation, is no secret."""
    assert [text for text in told([Module("m.py", source)]) if text.words is None]


def test_the_finder_sees_words_that_are_handed_over_as_a_value() -> None:
    """Planted; figures and what a function gives are values."""
    source = "say('{a}', a='never' if x else echo('b'))\nsay('{a}', a=f'{n:.1f}')\nsay('{a}', a=n)"

    assert words_in_values([Module("m.py", source)]) == ["m.py:1"]
