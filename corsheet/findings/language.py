"""The words of a message, in the manager's language.

Messages stand in the code in English. ``swedish`` maps each of them, with its
places for values still open, to Swedish; a text that is not in it stays English.
"""

from enum import StrEnum
from typing import Self


class Language(StrEnum):
    """What messages can be told in (ISO 639-1)."""

    ENGLISH = "en"
    SWEDISH = "sv"


class Phrase(str):
    """An English text that knows what it was made of, so that it can be told otherwise.

    Attributes:
        template: With names in braces where the values go.
        values: By name; a ``Phrase`` among them is translated too.
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, object]

    @classmethod
    def of(cls, template: str, values: dict[str, object]) -> Self:
        """Fill a template in."""
        phrase = cls(template.format(**values))
        phrase.template = template
        phrase.values = values
        return phrase


def say(template: str, **values: object) -> str:
    """Make a message of a template, such as ``"{word} is not a number"``.

    The template is looked up when the message is told in another language, so
    it is written in full where it is used.
    """
    return Phrase.of(template, values)


def in_language(text: str, language: Language) -> str:
    """Tell a text of ours in a language; what has no translation stays English."""
    if language is Language.ENGLISH:
        return text
    from corsheet.findings.swedish import SWEDISH  # noqa: PLC0415 - most never need it

    if not isinstance(text, Phrase):
        return SWEDISH.get(text, text)
    values = {
        name: in_language(value, language) if isinstance(value, Phrase) else value
        for name, value in text.values.items()
    }
    return SWEDISH.get(text.template, text.template).format(**values)
