"""Sets of characters as ranges of code points, as patterns name them (ECMA-262, section 22.2.2.9)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Ranges: TypeAlias = "tuple[tuple[int, int], ...]"


def inverted(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """All characters but those of some ranges; surrogates are none."""
    found: list[tuple[int, int]] = []
    start = 0
    for low, high in sorted([*ranges, (0xD800, 0xDFFF)]):
        if low > start:
            found.append((start, low - 1))
        start = max(start, high + 1)
    if start <= 0x10FFFF:
        found.append((start, 0x10FFFF))
    return tuple(found)


def overlap(one: Ranges, other: Ranges) -> Ranges:
    """What is in both."""
    both = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple((low, high) for low, high in both if low <= high)


DIGITS: Final[Ranges] = ((0x30, 0x39),)
UPPER: Final[Ranges] = ((0x41, 0x5A),)
LOWER: Final[Ranges] = ((0x61, 0x7A),)
WORDS: Final[Ranges] = (*DIGITS, *UPPER, (0x5F, 0x5F), *LOWER)
SPACES: Final[Ranges] = (
    *((9, 13), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F)),
    *((0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
)
LINE_ENDS: Final[Ranges] = ((10, 10), (13, 13), (0x2028, 0x2029))
ANY: Final = inverted(())
_PUNCTUATION: Final[Ranges] = ((0x21, 0x23), (0x25, 0x2A), (0x2C, 0x2F), (0x3A, 0x3B), (0x3F, 0x40), (0x5B, 0x5D), (0x5F, 0x5F))
_SYMBOLS: Final[Ranges] = ((0x24, 0x24), (0x2B, 0x2B), (0x3C, 0x3E), (0x5E, 0x5E), (0x60, 0x60), (0x7C, 0x7C), (0x7E, 0x7E))
# What characters are taken from, where there is a choice, the first before the next.
PREFERRED: Final[tuple[Ranges, ...]] = (LOWER, DIGITS, UPPER, ((0x21, 0x7E),), ((0x20, 0x7E),))


def _properties() -> Mapping[str, Ranges]:
    """Of the properties of Unicode that patterns name, some characters which have them; of what is not there, none is written."""
    letters: Ranges = (*UPPER, *LOWER)
    several: tuple[tuple[str, Ranges], ...] = (
        ("L Letter Alphabetic Alpha LC Latin Latn", letters),
        ("Lu Uppercase_Letter Uppercase", UPPER),
        ("Ll Lowercase_Letter Lowercase", LOWER),
        ("N Number Nd Decimal_Number digit", DIGITS),
        ("P Punctuation punct", _PUNCTUATION),
        ("Pd Dash_Punctuation", ((0x2D, 0x2D),)),
        ("Pc Connector_Punctuation", ((0x5F, 0x5F),)),
        ("S Symbol", _SYMBOLS),
        ("Sc Currency_Symbol", ((0x24, 0x24), (0x20A0, 0x20B5))),
        ("Sm Math_Symbol", ((0x2B, 0x2B), (0x3C, 0x3E), (0x7C, 0x7C), (0x7E, 0x7E))),
        ("Z Separator Zs Space_Separator", ((0x20, 0x20),)),
        ("White_Space space", SPACES),
        ("C Other Cc Control", ((0, 0x1F), (0x7F, 0x9F))),
        ("M Mark Mn Nonspacing_Mark", ((0x300, 0x36F),)),
        ("Lo Other_Letter Han Hani Ideographic", ((0x4E00, 0x9FBF),)),
        ("Hiragana Hira", ((0x3041, 0x3096),)),
        ("Katakana Kana", ((0x30A1, 0x30FA),)),
        ("Greek Grek", ((0x391, 0x3A1), (0x3B1, 0x3C9))),
        ("Cyrillic Cyrl", ((0x410, 0x44F),)),
        ("Hangul Hang", ((0xAC00, 0xD7A3),)),
        ("Arabic Arab", ((0x620, 0x64A),)),
        ("Hebrew Hebr", ((0x5D0, 0x5EA),)),
        ("Emoji Emoji_Presentation Extended_Pictographic", ((0x1F600, 0x1F64F),)),
        ("ASCII", ((0, 0x7F),)),
        ("Any", ANY),
    )
    return MappingProxyType({name: ranges for names, ranges in several for name in names.split()})


PROPERTIES: Final = _properties()
