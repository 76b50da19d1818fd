"""Texts that mean something: of each format one (JSON Schema 2020-12 validation, section 7.3; OpenAPI Format Registry), and of names that
tell what their values are. Each is to be checked, as limits may forbid it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ._dice import Dice

_WORDS: Final = (
    *("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "island"),
    *("juniper", "kelp", "lagoon", "maple", "north", "ocean", "pine", "quartz", "river"),
)
_HEX: Final = "0123456789abcdef"
_BASE64: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_FILLING: Final = 60


def word(dice: Dice) -> str:
    """A word."""
    return dice.pick(_WORDS)


def _date(dice: Dice) -> str:
    return f"{dice.between(2020, 2029)}-{dice.between(1, 12):02}-{dice.between(1, 28):02}"


def _time_local(dice: Dice) -> str:
    return f"{dice.below(24):02}:{dice.below(60):02}:{dice.below(60):02}"


def _uuid(dice: Dice) -> str:
    digits = "".join(dice.pick(_HEX) for _ in range(30))
    return f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-{dice.pick('89ab')}{digits[15:18]}-{digits[18:30]}"


def _base64(dice: Dice, least: int) -> str:
    return "".join(dice.pick(_BASE64) for _ in range(max(8, least + -least % 4)))


def _filled(start: str, end: str, dice: Dice, least: int) -> str:
    """Text between two others, so long that all has the least length."""
    lacking = least - len(start) - len(end)
    middle = word(dice)
    return start + (middle if lacking <= len(middle) else middle + "a" * (lacking - len(middle))) + end


def _host(dice: Dice, least: int) -> str:
    name = f"{word(dice)}.example.com"
    while (lacking := least - len(name)) > 0:
        name = "a" * max(1, min(_FILLING, lacking) - 1) + "." + name
    return name


def _uri(dice: Dice, least: int) -> str:
    return _filled("https://example.com/", "", dice, least)


def _email(dice: Dice, least: int) -> str:
    if least <= _FILLING:
        return _filled("", "@example.com", dice, least)
    return f"{word(dice)}@{_host(dice, least - 4)}"


def _ipv6(dice: Dice) -> str:
    return f"2001:db8::{dice.below(0xFFFF) + 1:x}"


# By format: the text, given the least length it should have.
_FORMATS: Final[Mapping[str, Callable[[Dice, int], str]]] = MappingProxyType(
    {
        "base64": _base64,
        "base64url": _base64,
        "byte": _base64,
        "commonmark": lambda dice, least: _filled("A *", "*.", dice, least),
        "date": lambda dice, _: _date(dice),
        "date-time": lambda dice, _: f"{_date(dice)}T{_time_local(dice)}Z",
        "date-time-local": lambda dice, _: f"{_date(dice)}T{_time_local(dice)}",
        "decimal": lambda dice, _: f"{dice.below(1000)}.{dice.below(100):02}",
        "decimal128": lambda dice, _: f"{dice.below(1000)}.{dice.below(100):02}",
        "duration": lambda dice, _: f"PT{dice.between(1, 59)}M",
        "email": _email,
        "hostname": _host,
        "html": lambda dice, least: _filled("<p>", "</p>", dice, least),
        "http-date": lambda dice, _: f"Mon, 01 Jan 2024 {_time_local(dice)} GMT",
        "idn-email": _email,
        "idn-hostname": _host,
        "ipv4": lambda dice, _: f"192.0.2.{dice.between(1, 254)}",
        "ipv6": lambda dice, _: _ipv6(dice),
        "iri": _uri,
        "iri-reference": _uri,
        "json-pointer": lambda dice, least: _filled("/", "", dice, least),
        "media-range": lambda dice, _: "text/*",
        "password": lambda dice, least: _filled("Pass-", f"-{dice.below(1000)}", dice, least),
        "regex": lambda dice, least: _filled("^", "$", dice, least),
        "relative-json-pointer": lambda dice, least: _filled("0/", "", dice, least),
        "time": lambda dice, _: f"{_time_local(dice)}Z",
        "time-local": lambda dice, _: _time_local(dice),
        "uri": _uri,
        "uri-reference": _uri,
        "uri-template": lambda dice, least: _filled("https://example.com/{id}/", "", dice, least),
        "url": _uri,
        "uuid": lambda dice, _: _uuid(dice),
        **{
            name: lambda dice, _: str(dice.between(1, 100))
            for name in (
                "int8",
                "int16",
                "int32",
                "int64",
                "uint8",
                "uint16",
                "uint32",
                "uint64",
                "integer",
                "number",
                "double-int",
            )
        },
        **{name: lambda dice, _: f"{dice.below(100)}.5" for name in ("float", "double")},
    }
)
# By the end of a property's name, in small letters and digits: the format that its texts are like.
_LIKE: Final[Mapping[str, str]] = MappingProxyType(
    {"email": "email", "url": "uri", "uri": "uri", "uuid": "uuid", "hostname": "hostname"}
)
_NAMES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("firstname", ("Ada", "Grace", "Edsger", "Barbara")),
    ("lastname", ("Lovelace", "Hopper", "Dijkstra", "Liskov")),
    ("username", ("ada", "grace", "edsger", "barbara")),
    ("name", ("Ada Lovelace", "Grace Hopper", "Edsger Dijkstra", "Barbara Liskov")),
    ("phone", ("+12025550123", "+12025550199")),
    ("phonenumber", ("+12025550123", "+12025550199")),
    ("city", ("Lisbon", "Nairobi", "Osaka", "Quito")),
    ("countrycode", ("PT", "KE", "JP", "EC")),
    ("country", ("Portugal", "Kenya", "Japan", "Ecuador")),
    ("currency", ("EUR", "USD", "JPY")),
    ("language", ("en", "fr", "de")),
    ("locale", ("en-GB", "fr-FR", "de-DE")),
    ("timezone", ("Europe/Lisbon", "Asia/Tokyo")),
)


def formatted(name: str, dice: Dice, least: int = 0) -> str | None:
    """A text of a format, which tries to be no shorter than `least`; None of a format that is not known."""
    make = _FORMATS.get(name)
    return None if make is None else make(dice, least)


def every_format(dice: Dice, least: int = 0) -> list[str]:
    """A text of each format, for one that only its checker knows."""
    return [make(dice, least) for make in _FORMATS.values()]


def named(name: str, dice: Dice) -> str | None:
    """A text such as a property of a name has; None where the name tells nothing."""
    folded = "".join(char for char in name.lower() if char.isalnum())
    for end, format_ in _LIKE.items():
        if folded.endswith(end):
            return formatted(format_, dice)
    for end, several in _NAMES:
        if folded == end or (end != "name" and folded.endswith(end)):
            return dice.pick(several)
    return None
