"""Texts that match a pattern, of a length that is asked for."""

from __future__ import annotations

import pytest

from aerostack_dynamic._generate._dice import Dice
from aerostack_dynamic._generate._ranges import inverted
from aerostack_dynamic._generate._samples import named
from aerostack_dynamic._generate._strings import looking, text_matching
from aerostack_dynamic._schema_common import matcher


@pytest.mark.parametrize(
    ("pattern", "least", "most"),
    [
        ("", 3, None),
        ("^$", 0, None),
        ("foo", 0, None),
        ("foo", 10, 12),
        ("^a|b$", 4, 5),
        ("^[a-z]+$", 3, 63),
        ("^(abc)*$", 4, 10),
        ("^(a|bc|def){3}$", 8, 8),
        ("^(?:[A-Z]{2}|[0-9]{3})-\\w{2,5}$", 0, None),
        ("^([a-z0-9]{1,3}\\.)+x$", 500, 900),
        ("^.*$", 1000, 20000),
        ("^(?<year>\\d{4})-(?P<month>\\d\\d)$", 0, None),
        ("^(?i:ab)(?s).$", 0, None),
        ("^a{2,}b{,3}c{x$", 0, None),
        ("^a+?b*?c??$", 0, None),
        ("^\\x41\\u0042\\u{43}\\cA\\t\\n\\r\\f\\v\\/\\-\\.$", 0, None),
        ("^[\\]\\-a^\\x30\\b]{5}$", 0, None),
        ("^[^a-z\\d]{4}[^\\W][-a][a-]$", 0, None),
        ("^\\D\\S\\W\\w\\s\\d$", 0, None),
        ("^\\p{L}\\p{Lu}\\pN\\P{L}\\p{Script=Greek}$", 0, None),
        ("^a\\b \\Bb?$", 0, None),
        ("^[\\u4e00-\\u9fff]{2}$", 0, None),
        ("^(a?){3}$", 2, 2),
        ("^(?:)$", 0, None),
    ],
)
def test_a_text_matches_and_has_the_length(pattern: str, least: int, most: int | None) -> None:
    matches = matcher(pattern)
    for wild in (False, True):
        found = text_matching(pattern, Dice(pattern, wild), least, most, wild=wild)
        assert found is not None
        assert least <= len(found) <= (10**6 if most is None else most)
        if matches is not None:
            assert matches(found), found


@pytest.mark.parametrize(
    ("pattern", "least", "most"),
    [
        ("^abc$", 4, None),
        ("^abc$", 0, 2),
        ("^a$", 2, 1),
        ("^[]$", 0, None),
        ("^\\p{Nothing}$", 0, None),
        ("^(a$", 0, None),
        ("^(?=a$", 0, None),
        ("^a)$", 0, None),
        ("^[a$", 0, None),
        ("^a\\", 0, None),
        ("^\\uZZZZ$", 0, None),
        ("(" * 3000, 0, None),
    ],
)
def test_what_can_t_be_has_no_text(pattern: str, least: int, most: int | None) -> None:
    assert text_matching(pattern, Dice(), least, most) is None


@pytest.mark.parametrize(
    ("pattern", "fits", "does_not"),
    [
        ("^(?![0-9]+$)(?!-)[a-z0-9-]{2,9}$", "a-1", ("123", "-ab", "a", "A-1")),
        ("(?=.*\\d)(?=.*[A-Z]).{4,}", "abC1", ("abcd", "ABCD", "A1")),
        ("^(?=(a|\\)))b?", "a", ("b",)),
        ("^(?!(a)\\1)a+$", "aa", ("b",)),
    ],
)
def test_what_looks_ahead_where_it_begins_is_told(pattern: str, fits: str, does_not: tuple[str, ...]) -> None:
    look = looking(pattern)
    assert look is not None
    assert look(fits)
    assert not any(map(look, does_not))
    assert text_matching(pattern, Dice()) is not None


def test_other_patterns_do_not_look_ahead() -> None:
    assert looking("^a(?=b)") is None
    assert looking("^(?=b") is None


def test_ranges_are_inverted() -> None:
    assert inverted([(0, 0x60), (0x50, 0x70), (0x80, 0xD7FF)]) == ((0x71, 0x7F), (0xE000, 0x10FFFF))
    assert inverted([(0, 0x10FFFF)]) == ()


def test_dice_reach_far() -> None:
    dice = Dice("far")
    assert max(dice.below(2**80) for _ in range(9)) > 2**64
    assert {dice.between(3, 4) for _ in range(40)} == {3, 4}


def test_names_that_tell() -> None:
    told = {name: named(name, Dice(name)) for name in ("contact_email", "homeUrl", "firstName", "country_code", "filename", "q")}
    assert "@" in str(told["contact_email"])
    assert str(told["homeUrl"]).startswith("https://")
    assert told["firstName"] in ("Ada", "Grace", "Edsger", "Barbara")
    assert len(str(told["country_code"])) == 2
    assert told["filename"] is told["q"] is None
