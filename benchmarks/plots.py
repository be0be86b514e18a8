"""Draws measurements as .svg: bars with their spread, and curves. No library is needed for it.

Both axes of values may be logarithmic. A picture has its own white ground, so that it can be read
on any page.
"""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from benchmarks.common import three_digits

WIDTH = 760
TOP, BOTTOM, RIGHT = 56, 44, 90
ROW = 26
"""The height of a bar with the space around it."""

LABELS = 190
"""The width of the names left of the bars."""

CURVES_LEFT, CURVES_RIGHT, CURVES_HEIGHT = 84, 240, 400
COLOURS = ("#0b6e4f", "#c8553d", "#3d5a98", "#b08900", "#7b4f9d", "#4a4a4a", "#1f9bb4", "#a03060")
"""Told apart on white, in print too."""

OURS, OTHERS = COLOURS[0], "#9aa5b1"
STYLE = "text{font:13px sans-serif;fill:#222}.title{font-size:15px;font-weight:bold}"
MARKS = 6
"""On an axis, at most."""


class Bar(NamedTuple):
    """One bar; ``is_ours`` sets it off by its colour."""

    name: str
    value: float
    least: float
    most: float
    is_ours: bool = False


class Scale(NamedTuple):
    """Maps values from ``first`` to ``last`` onto pixels."""

    first: float
    last: float
    start: float
    end: float
    is_log: bool

    def __call__(self, value: float) -> float:
        """Give the place of a value."""
        first, last = self.first, self.last
        if self.is_log:
            value, first, last = math.log10(value), math.log10(first), math.log10(last)
        return self.start + (value - first) / (last - first) * (self.end - self.start)

    def marks(self) -> list[float]:
        """Give the values to write on the axis: powers of ten, or even steps."""
        if self.is_log:
            powers = range(round(math.log10(self.first)), round(math.log10(self.last)) + 1)
            return [10.0**power for power in powers]
        step = _step(self.last / MARKS)
        return [step * number for number in range(int(self.last / step + 1e-9) + 1)]


def bars(title: str, axis: str, rows: Sequence[Bar], *, is_log: bool = False) -> str:
    """Draw a horizontal bar for each row, with a line from its least to its most."""
    values = [value for row in rows for value in row[1:4] if value > 0]
    bottom = TOP + ROW * len(rows)
    scale = _scale(values, LABELS, WIDTH - RIGHT, is_log=is_log)
    parts = _upright_marks(scale, TOP, bottom)
    for number, row in enumerate(rows):
        y = TOP + ROW * number
        end, middle = scale(max(row.value, scale.first)), y + ROW / 2
        colour = OURS if row.is_ours else OTHERS
        ends = [scale(max(value, scale.first)) for value in (row.least, row.most)]
        parts += [
            _text(LABELS - 8, middle + 4, row.name, "end"),
            (
                f'<rect x="{LABELS}" y="{y + 4}" width="{end - LABELS:.1f}" height="{ROW - 8}"'
                f' fill="{colour}"/>'
            ),
            _line(ends[0], middle, ends[1], middle, "#222"),
            _text(max(end, ends[1]) + 6, middle + 4, three_digits(row.value)),
        ]
    parts.append(_text((LABELS + WIDTH - RIGHT) / 2, bottom + 36, axis, "middle"))
    return _picture(title, bottom + BOTTOM, parts)


def curves(
    title: str,
    x_axis: str,
    y_axis: str,
    series: Mapping[str, Sequence[tuple[float, float]]],
    *,
    is_log_x: bool = False,
    is_log_y: bool = False,
) -> str:
    """Draw a curve through the points of each series, with its name at its end."""
    bottom, right = CURVES_HEIGHT - BOTTOM, WIDTH - CURVES_RIGHT
    points = [point for curve in series.values() for point in curve]
    across = _scale([x for x, _ in points], CURVES_LEFT, right, is_log=is_log_x)
    up = _scale([y for _, y in points], bottom, TOP, is_log=is_log_y)
    parts = _upright_marks(across, TOP, bottom)
    for mark in up.marks():
        parts.append(_line(CURVES_LEFT, up(mark), right, up(mark), "#ddd"))
        parts.append(_text(CURVES_LEFT - 8, up(mark) + 4, _short(mark), "end"))
    names = _apart([(up(curve[-1][1]), name) for name, curve in series.items()])
    for (name, curve), colour in zip(series.items(), COLOURS * len(series), strict=False):
        path = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in curve)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, y in curve:
            parts.append(f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="3" fill="{colour}"/>')
        label = _text(across(curve[-1][0]) + 8, names[name] + 4, name)
        parts.append(label.replace("<text", f'<text style="fill:{colour}"'))
    parts.append(_text((CURVES_LEFT + right) / 2, bottom + 36, x_axis, "middle"))
    parts.append(_text(8, TOP - 12, y_axis))
    return _picture(title, CURVES_HEIGHT, parts)


def _scale(values: Sequence[float], start: float, end: float, *, is_log: bool) -> Scale:
    """Fit a scale around values: from 0, or from one power of ten to another."""
    if not is_log:
        return Scale(0, max(*values, 0) * 1.02 or 1, start, end, is_log=False)
    first = 10 ** (math.ceil(math.log10(min(values))) - 1)  # below the least, so that it has a bar
    last = 10 ** math.ceil(math.log10(max(values)))
    return Scale(first, last if last > first else first * 10, start, end, is_log=True)


def _step(least: float) -> float:
    """Give the first of 1, 2, 5, 10, 20, … (and their fractions) that is not below."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)


def _upright_marks(scale: Scale, top: float, bottom: float) -> list[str]:
    """Draw the marks of the horizontal axis."""
    parts = []
    for mark in scale.marks():
        parts.append(_line(scale(mark), top, scale(mark), bottom, "#ddd"))
        parts.append(_text(scale(mark), bottom + 16, _short(mark), "middle"))
    return parts


def _apart(places: list[tuple[float, str]]) -> dict[str, float]:
    """Move names down so far that none covers another."""
    found: dict[str, float] = {}
    lowest = 0.0
    for y, name in sorted(places):
        lowest = found[name] = max(y, lowest + 16)
    return found


def _short(value: float) -> str:
    """Write a mark on an axis."""
    for factor, letter in ((1e6, "M"), (1e3, "k")):
        if value >= factor:
            return f"{value / factor:g}{letter}"
    return f"{value:g}"


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    """Write at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    """Draw a thin line."""
    places = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {places} stroke="{colour}"/>'


def _picture(title: str, height: float, parts: Sequence[str]) -> str:
    """Put a picture together."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}"'
        f' width="{WIDTH}" height="{height:.0f}" role="img">\n<title>{escape(title)}</title>\n'
        f'<style>{STYLE}</style>\n<rect width="100%" height="100%" fill="#fff"/>\n'
        f'<text class="title" x="8" y="22">{escape(title)}</text>\n'
    )
    return head + "\n".join(parts) + "\n</svg>\n"
