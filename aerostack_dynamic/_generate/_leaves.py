"""Numbers and texts that limits, patterns and formats allow: the usual one first, then those at the limits."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._schema_common import matcher
from ._facts import UNFORMATTED, UNMATCHED, among, excluded, least, most
from ._samples import every_format, formatted, named, word
from ._strings import looking, text_matching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .._formats import Formats
    from ._dice import Dice
    from ._facts import Span

# How far numbers go from the first that fits, and how far where others are excluded.
_USUAL: Final = 100
_UNUSUAL: Final = 5000
_FAR: Final = (0, 0.5, 1, -1, 2**31, -(2**31) - 1, 2**53, 10**12)
# Of texts that are one of several, and of any.
_LONGEST: Final = 5000
_LONGEST_OF_ALL: Final = 1_000_000
_TRIES: Final = 12
_LARGE: Final = 2**64
_VARIED: Final = ("", "A", "9", "Zz 9-\u00e9.", " ", "a" * 300)


def plain(number: Fraction) -> float:
    """A number as JSON has it: an int where it is whole, and no larger than codecs take."""
    if number.denominator == 1 and abs(number) < _LARGE:
        return number.numerator
    try:
        return float(number)
    except OverflowError:
        return int(number)


def numbers(span: Span, dice: Dice) -> Iterator[float]:
    """The usual number of a span, those at its limits and far ones, and others near the first; some of them twice."""
    step, start, end = _near(span)
    usual = (dice.between(start, min(end, start + _USUAL)) * step,) if start <= end else ()
    for several in (usual, _edges(span), map(Fraction, _FAR), (step * count for count in range(start, end + 1))):
        yield from (plain(number) for number in several if span.holds(number))


def _near(span: Span) -> tuple[Fraction, int, int]:
    """The first numbers above 0 that are in a span, else any: those between two multiples of a step."""
    found = (Fraction(1), 1, 0)
    for step in (span.step,) if span.step is not None else (Fraction(1, 2), Fraction(1, 100)):
        low, high = _counts(span, step)
        if low is None:
            start = 1 if high is None or high >= 1 else high - _USUAL
        else:
            start = 1 if low <= 1 and (high is None or high >= 1) else low
        found = (step, start, start + _UNUSUAL if high is None else min(high, start + _UNUSUAL))
        if found[1] <= found[2]:
            break
    return found


def _edges(span: Span) -> list[Fraction]:
    if span.step is None:
        middle = [(span.low + span.high) / 2] if span.low is not None and span.high is not None else []
        ends = [end for end in (span.low, span.high) if end is not None]
        return [*ends, *middle, *(end + beside for end in ends for beside in (Fraction(1, 1000), Fraction(-1, 1000), 1, -1))]
    counts = zip(_counts(span, span.step), (1, -1), strict=True)
    return [span.step * (count + beside) for count, inward in counts if count is not None for beside in (0, inward)]


def _counts(span: Span, step: Fraction) -> tuple[int | None, int | None]:
    """Of which multiples of a step the first and the last are in a span."""
    low = None if span.low is None else ceil(span.low / step)
    high = None if span.high is None else floor(span.high / step)
    if low is not None and span.low_open and low * step == span.low:
        low += 1
    if high is not None and span.high_open and high * step == span.high:
        high -= 1
    return low, high


class Texts(NamedTuple):
    """What limits say of a text: its length, the patterns that it matches, its formats, and what it is not."""

    least: int
    most: int | None
    patterns: tuple[str, ...]
    formats: tuple[str, ...]
    excluded: tuple[Any, ...]
    checks: tuple[Callable[[str], bool], ...]

    def holds(self, text: str) -> bool:
        """Whether a text is right."""
        if len(text) < self.least or (self.most is not None and len(text) > self.most) or among(text, self.excluded):
            return False
        return all(check(text) for check in self.checks)


def _unless(check: Callable[[str], bool] | None) -> Callable[[str], bool]:
    """Whether a text fails a check; all do that nothing checks for."""
    return lambda text: check is not None and not check(text)


def texts_of(nodes: Sequence[Mapping[str, Any]], formats: Formats) -> Texts:
    """What several schemas say of a text."""
    patterns = tuple(dict.fromkeys(node["pattern"] for node in nodes if "pattern" in node))
    names = tuple(dict.fromkeys(node["format"] for node in nodes if "format" in node))
    checks = (
        *(found for pattern in patterns if (found := matcher(pattern) or looking(pattern)) is not None),
        *(formats.checks[name] for name in names if name in formats.checks),
        *(_unless(matcher(node[UNMATCHED])) for node in nodes if UNMATCHED in node),
        *(_unless(formats.checks.get(node[UNFORMATTED])) for node in nodes if UNFORMATTED in node),
    )
    return Texts(least(nodes, "minLength"), most(nodes, "maxLength"), patterns, names, tuple(excluded(nodes)), checks)


def first_text(texts: Texts, name: str, dice: Dice) -> str | None:
    """The usual text of a property called `name`; None where none is found."""
    if texts.least > (_LONGEST_OF_ALL if not texts.patterns else _LONGEST_OF_ALL // 20):
        return None
    return next(filter(texts.holds, _texts(texts, name, dice)), None)


def other_texts(texts: Texts, dice: Dice) -> list[Callable[[], str | None]]:
    """Ways to others: the shortest, the longest, one of other characters, and some that plain texts may be."""
    ends = [texts._replace(most=texts.least)]
    if texts.most is not None and texts.least < texts.most <= _LONGEST:
        ends.append(texts._replace(least=texts.most))

    def at(end: Texts) -> Callable[[], str | None]:
        return lambda: first_text(end, "", dice)

    def wild() -> str | None:
        tries = (text_matching(one, dice, texts.least, texts.most, wild=True) for one in texts.patterns)
        return next((text for text in tries if text is not None and texts.holds(text)), None)

    return [
        *map(at, ends),
        *([wild] if texts.patterns else []),
        *((lambda t=text: t if texts.holds(t) else None) for text in _VARIED),
    ]


def _texts(texts: Texts, name: str, dice: Dice) -> Iterator[str]:
    """Texts to be tried, the most telling first."""
    if not texts.patterns:
        yield from _plain_texts(texts, name, dice)
    else:
        yield from (text for one in texts.formats if (text := formatted(one, dice, texts.least)) is not None)
    for attempt in range(_TRIES):
        found = [text_matching(one, dice, texts.least, texts.most, wild=attempt > _TRIES // 3) for one in texts.patterns]
        yield from (text for text in found if text is not None)
    for _ in range(_TRIES if texts.formats else 0):
        yield from (text for one in texts.formats if (text := formatted(one, dice, texts.least)) is not None)
    if texts.formats:
        yield from every_format(dice, texts.least)
    if texts.patterns:
        # A pattern that nothing reads may be one that nothing checks.
        yield from _plain_texts(texts, name, dice)


def _plain_texts(texts: Texts, name: str, dice: Dice) -> Iterator[str]:
    if texts.formats:
        yield from (text for one in texts.formats if (text := formatted(one, dice, texts.least)) is not None)
    elif (telling := named(name, dice)) is not None:
        yield telling
    text = word(dice)
    while len(text) < texts.least:
        text += " " + word(dice)
    yield text if texts.most is None else text[: max(texts.most, texts.least)]
    for _ in range(_TRIES if texts.excluded else 0):
        yield f"{text}-{dice.below(1000)}"[-texts.most :] if texts.most else ""
    yield from (text for text in _VARIED if text)
    yield from (chr(code) * max(1, texts.least) for code in (*range(0x61, 0x7B), *range(0x20, 0x61)))
    yield ""
