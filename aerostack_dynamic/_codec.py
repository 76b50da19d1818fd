"""Values to bytes and back: JSON by RFC 8259 and nothing looser, one text or many, and plain text by the charsets of the web."""

from __future__ import annotations

import json
import math
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from datetime import date, time, timedelta
from encodings import normalize_encoding
from encodings.aliases import aliases
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, NoReturn
from uuid import UUID

from ._encoded import as_text
from ._late import pattern
from ._measure import nests_too_deep
from ._values import JSON, MAX_DEPTH, UNSET, Problem, Unset, json_pointer, printable

try:
    import orjson as _fast
except ImportError:  # no wheel for this platform
    _fast = None  # type: ignore[assignment]  # its absence is the fallback's condition

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._shape import Shape
    from ._values import Location

_BOMS: Final = (
    (BOM_UTF8, "utf-8"),
    (BOM_UTF32_LE, "utf-32-le"),
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
# A text of no more bytes has no more arrays and objects within one another than may be.
SHORT: Final = 2 * MAX_DEPTH
# All of them begin with a nought or with no less.
_LEAST_OF_BOMS: Final = 0xEF
# What begins each text of a JSON sequence (RFC 7464, section 2.2).
RS: Final = b"\x1e"
_LONGEST_INTEGER: Final = 14_280  # bits; Python writes and reads integers of at most 4,300 digits
# Digits as noughts and all else as spaces: a row of 19 is found so in a tenth of the time that a pattern takes.
_DIGITS: Final = bytes(48 if 48 <= byte <= 57 else 32 for byte in range(256))
_LONG: Final = b"0" * 19
# A row of 19 has at least four digits among every fourth byte. Dates, times and short numbers have no four so, and a quarter is read of
# what holds no others.
_STEP: Final = 4
_SPARSE: Final = b"0" * (19 // _STEP)
# It is looked for from the end, which takes two thirds of the time.
# A long text is looked through in parts that stay in the processor's cache.
_PART: Final = 65_536
# What a number may stand behind in JSON; and what tells a number that it is no integer.
_BEFORE: Final = b"-:,[ \t\r\n"
_MINUS: Final = 45
_NO_INTEGER: Final = (b".", b"e", b"E")
_CHARSET: Final = pattern(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9_.:+-]+)", re.IGNORECASE)
# Those of the WHATWG Encoding Standard (section 4.2), those that Unicode has besides, and what they extend, as Python calls them.
_CHARSETS: Final = frozenset(
    {
        *("utf_8", "utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le", "ascii", "latin_1"),
        *(f"iso8859_{number}" for number in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)),
        *(f"cp{number}" for number in (866, 874, 932, 949, 950, *range(1250, 1259))),
        *("koi8_r", "koi8_u", "mac_roman", "mac_cyrillic", "gb2312", "gbk", "gb18030", "big5", "big5hkscs"),
        *("tis_620", "shift_jis", "euc_jp", "euc_kr", "iso2022_jp"),
    }
)


class UndecodableError(ValueError):
    """Bytes that are not what their media type says; the text is the reason. `excerpt` is how they begin, where that helps."""

    def __init__(self, reason: str, excerpt: str = "") -> None:
        super().__init__(reason)
        self.excerpt = excerpt


class UnencodableError(ValueError):
    """A value that its media type can't hold; the text is the reason, `pointer` the place in the value (RFC 6901)."""

    def __init__(self, reason: str, pointer: str = "") -> None:
        super().__init__(reason)
        self.pointer = pointer


# ---- to the wire


class _TooDeepError(Exception):
    """A value nests too deep, or holds itself."""


class WireValues:
    """Turns values of Python into JSON values, noting in `problems` each that JSON cannot hold.

    Dates, times, durations and UUIDs become strings, enum members their values, tuples arrays and mappings objects, bytes and Decimals
    what their schemas ask for; what comes out is a copy.
    """

    def __init__(self, allow_nan: bool) -> None:
        self._allow_nan = allow_nan
        self.problems: list[Problem] = []
        self._shape: Shape | None = None
        self._start = 0
        self._within: list[int] = []  # the arrays and objects around the value at hand

    def convert(self, value: object, location: Location, *path: str | int, shape: Shape | None = None) -> JSON:
        """The JSON value for `value`, or None where a problem was noted. `shape` is what its schema says of it."""
        if type(value) is str and value.isascii():
            return value
        self._shape, self._start, self._within = shape, len(path), []
        before = len(self.problems)
        try:
            return self._array(value, location, path) if type(value) is list else self._value(value, location, path)
        except _TooDeepError:
            del self.problems[before:]
            message = f"nests deeper than {MAX_DEPTH} arrays and objects, or holds itself"
            self.problems.append(Problem(location, json_pointer(*path), message, "depth"))
            return None

    def _value(self, value: object, location: Location, path: tuple[str | int, ...]) -> JSON:
        if type(value) is dict:
            return self._object(value, location, path)  # pyright: ignore[reportUnknownArgumentType]  # judged key by key
        if type(value) is list:
            return self._array(value, location, path)  # pyright: ignore[reportUnknownArgumentType]  # judged one by one
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Enum):
            return self._value(value.value, location, path)
        if isinstance(value, str):
            if _has_lone_surrogate(value):
                return self._refuse("holds a lone surrogate, which UTF-8 can't carry", location, path)
            return str.__str__(value)
        if isinstance(value, int):
            if value.bit_length() > _LONGEST_INTEGER:
                return self._refuse("is an integer of more than 4,300 digits", location, path)
            return int(value)
        if isinstance(value, float):
            if not math.isfinite(value) and not self._allow_nan:
                return self._refuse("is no finite number, and JSON has no other (allow_nan=True sends it)", location, path)
            return float(value)
        return self._other(value, location, path)

    def _other(self, value: object, location: Location, path: tuple[str | int, ...]) -> JSON:
        if isinstance(value, dict):
            return self._object(value, location, path)  # pyright: ignore[reportUnknownArgumentType]  # judged key by key
        if isinstance(value, (list, tuple)):
            return self._array(value, location, path)  # pyright: ignore[reportUnknownArgumentType]  # judged one by one
        if (text := _written(value)) is not None:
            return text
        if (made := as_text(value, self._shape and self._shape.within(path[self._start :]))) is not None:
            return made
        message = f"is of type {type(value).__name__}, which JSON can't hold; give a dict, list, str, number, bool or None"
        return self._refuse(message, location, path)

    def _array(self, value: Any, location: Location, path: tuple[str | int, ...]) -> JSON:
        within = self._within
        if len(within) == MAX_DEPTH or id(value) in within:
            raise _TooDeepError
        within.append(id(value))
        made: list[JSON] = []
        for index, item in enumerate([*value]):
            if type(item) is str and item.isascii():
                made.append(item)
            elif type(item) is dict:
                made.append(self._object(item, location, (*path, index)))  # pyright: ignore[reportUnknownArgumentType]  # judged key by key
            else:
                made.append(self._value(item, location, (*path, index)))
        within.pop()
        return made

    def _object(self, value: dict[Any, Any], location: Location, path: tuple[str | int, ...]) -> JSON:
        within = self._within
        if len(within) == MAX_DEPTH or id(value) in within:
            raise _TooDeepError
        within.append(id(value))
        made: dict[str, JSON] = {}
        for key, item in value.items():
            if type(key) is str and type(item) is str and key.isascii() and item.isascii():
                made[key] = item
            elif not isinstance(key, str):
                self._refuse(f"has a key of type {type(key).__name__}; the keys of an object are strings", location, path)
            elif _has_lone_surrogate(key):
                self._refuse("has a key that holds a lone surrogate, which UTF-8 can't carry", location, path)
            else:
                made[str.__str__(key)] = self._value(item, location, (*path, key))
        within.pop()
        return made

    def _refuse(self, message: str, location: Location, path: tuple[str | int, ...]) -> JSON:
        self.problems.append(Problem(location, json_pointer(*path), message, "type"))
        return None


def _written(value: object) -> str | None:
    """The text that dates, times, durations and UUIDs are written as; None for anything else."""
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    return str(value) if isinstance(value, UUID) else None


def _duration(value: timedelta) -> str:
    """A duration as ISO 8601 has it (RFC 3339, appendix A), such as `P1DT2H3M4.5S`, behind a minus where it is negative."""
    span = abs(value)
    minutes, seconds = divmod(span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f"{span.microseconds:06}".rstrip("0")
    text = f"{seconds}.{fraction}" if fraction else f"{seconds}"
    clock = "".join((f"{hours}H" if hours else "", f"{minutes}M" if minutes else "", f"{text}S" if text != "0" else ""))
    if hours and not minutes and text != "0":
        clock = f"{hours}H0M{text}S"  # the RFC has no seconds right behind hours
    days = f"{span.days}D" if span.days else ""
    made = f"P{days}{'T' if clock else ''}{clock}" if days or clock else "PT0S"
    return made if span == value else f"-{made}"


def _has_lone_surrogate(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)


def encode_json(value: JSON) -> bytes:
    """`value` as compact UTF-8 JSON. NaN and Infinity, where they were let in, are written as Python writes them."""
    if _fast is not None:
        try:
            made = _fast.dumps(value)
        except TypeError:  # integers beyond 64 bits
            pass
        else:
            # It writes them as null.
            if b"null" not in made or not _has_nan(value):
                return made
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _has_nan(value: JSON) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, dict):
        return any(map(_has_nan, value.values()))
    return isinstance(value, list) and any(map(_has_nan, value))


# ---- from the wire


def decode_quickly(text: bytes) -> JSON | Unset:
    """The value of a JSON text in UTF-8, or UNSET where it takes another reader: to be exact, or to say what is wrong."""
    if _fast is None or has_long_integer(text):
        return UNSET
    try:
        value: JSON = _fast.loads(text)
    except _fast.JSONDecodeError:
        return UNSET
    return value


def short_decoder(unique_keys: bool) -> Callable[[bytes], JSON]:
    """What decodes a text of at most SHORT bytes in which no long integer stands, or raises ValueError where `decode_json` has to."""
    return _refused if _fast is None or unique_keys else _fast.loads


def _refused(_: bytes) -> JSON:
    raise ValueError


def decode_json(body: bytes, *, allow_nan: bool = False, unique_keys: bool = False) -> JSON:
    """The JSON value in `body`: UTF-8, or UTF-16 or 32 by byte order mark. Raises UndecodableError with the reason.

    Integers of any size up to 4,300 digits are exact. Of duplicate keys the last wins, unless `unique_keys` refuses them.
    """
    text = _utf8(body)
    if _fast is None or unique_keys or has_long_integer(text):
        value = _decode_slowly(text, body, allow_nan, unique_keys)
    else:
        try:
            value = _fast.loads(text)
        except _fast.JSONDecodeError as error:
            if not allow_nan:
                raise _not_json(str(error), body) from None
            value = _decode_slowly(text, body, allow_nan, unique_keys)
    if len(text) > SHORT and _opens_often(text) and nests_too_deep(value):
        raise UndecodableError(f"the JSON nests deeper than {MAX_DEPTH} arrays and objects")
    return value


def _opens_often(text: bytes) -> bool:
    """Whether more brackets open in a text than may be within one another. A long one is looked at no further than that takes."""
    if len(text) <= _PART:
        return text.count(b"[") + text.count(b"{") > MAX_DEPTH
    return _has_many(text, b"{") or _has_many(text, b"[")


def _has_many(text: bytes, mark: bytes) -> bool:
    """Whether a mark stands in a text more than half as often as arrays and objects may be within one another."""
    at = -1
    for _ in range(MAX_DEPTH // 2 + 1):
        at = text.find(mark, at + 1)
        if at < 0:
            return False
    return True


def has_long_integer(text: bytes) -> bool:
    """Whether an integer that a number of 64 bits can't hold may stand in a JSON text.

    Fractions, and texts that begin with digits, are none; what looks like one within a text may be taken for one.
    """
    if len(text) <= _PART:
        return _LONG in text.translate(_DIGITS) and _holds_integer(b" " + text)
    for start in range(0, len(text), _PART):
        end = start + _PART + len(_LONG) + 1  # what it takes to know a row of digits that begins in the part
        if text[start:end:_STEP].translate(_DIGITS).rfind(_SPARSE) >= 0:
            before = text[start - 1 : start] or b" "
            if _holds_integer(before + text[start:end]):
                return True
    return False


def _holds_integer(part: bytes) -> bool:
    """The same of a part and the byte before it; a row of digits that begins with that is judged with the part before."""
    digits = part.translate(_DIGITS)
    end = 0
    while (start := digits.find(_LONG, end)) >= 0:
        end = digits.find(b" ", start)
        if end < 0:
            end = len(part)
        negative = part[start - 1] == _MINUS
        long = negative or end - start > len(_LONG)
        if start and long and part[start - 1] in _BEFORE and part[end : end + 1] not in _NO_INTEGER:
            return True
    return False


def _utf8(body: bytes) -> bytes:
    if body and 0 < body[0] < _LEAST_OF_BOMS:
        return body
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            try:
                return body[len(bom) :].decode(encoding).encode()
            except UnicodeError:
                raise UndecodableError(f"the JSON is not valid {encoding}") from None
    return body


def _decode_slowly(text: bytes, body: bytes, allow_nan: bool, unique_keys: bool) -> JSON:
    def refuse_constant(name: str) -> NoReturn:
        raise UndecodableError(f"the JSON holds {name}, which is no JSON number (allow_nan=True accepts it)")

    def finite(digits: str) -> float:
        number = float(digits)
        if math.isinf(number) and not allow_nan:
            refuse_constant(printable(digits, 20))
        return number

    constant: Callable[[str], float] | None = None if allow_nan else refuse_constant
    try:
        value: JSON = json.loads(
            text.decode(),
            parse_constant=constant,
            parse_float=finite,
            object_pairs_hook=_unique if unique_keys else None,
        )
        json.dumps(value, ensure_ascii=False).encode()
    except UndecodableError:
        raise
    except RecursionError:
        raise UndecodableError(f"the JSON nests deeper than {MAX_DEPTH} arrays and objects") from None
    except UnicodeEncodeError:
        raise UndecodableError("the JSON holds a lone surrogate") from None
    except ValueError as error:
        raise _not_json(str(error), body) from None
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise UndecodableError("the JSON has an object with the same key twice")
    return made


def _not_json(message: str, body: bytes) -> UndecodableError:
    if not body.strip():
        return UndecodableError("the body is empty where JSON is expected")
    excerpt = printable(body[:200].decode("utf-8", "replace"))
    return UndecodableError(f"the body is not valid JSON ({printable(message, 80)})", excerpt)


def decode_lines(body: bytes, *, allow_nan: bool = False, unique_keys: bool = False) -> list[JSON]:
    """The values of JSON Lines, one a line, blank lines left out. Raises UndecodableError that names the line."""
    return [
        _one_of_many("line", number, line, allow_nan, unique_keys)
        for number, line in enumerate(body.removeprefix(BOM_UTF8).split(b"\n"), 1)
        if line.strip()
    ]


def decode_sequence(body: bytes, *, allow_nan: bool = False, unique_keys: bool = False) -> list[JSON]:
    """The values of a JSON text sequence, each behind an RS (RFC 7464). Raises UndecodableError that names the text.

    A number or a literal without white space behind it may be the beginning of another, and is refused (section 2.4).
    """
    before, *texts = body.removeprefix(BOM_UTF8).split(b"\x1e")
    if before.strip():
        raise UndecodableError("the JSON text sequence does not begin with an RS (byte 1E)")
    made: list[JSON] = []
    for number, text in enumerate(texts, 1):
        if text.strip():
            made.append(_one_of_many("text", number, text, allow_nan, unique_keys))
            if not isinstance(made[-1], (dict, list, str)) and not text[-1:].isspace():
                raise UndecodableError(f"text {number} of the sequence is cut off")
    return made


def _one_of_many(what: str, number: int, text: bytes, allow_nan: bool, unique_keys: bool) -> JSON:
    try:
        return decode_json(text, allow_nan=allow_nan, unique_keys=unique_keys)
    except UndecodableError as error:
        raise UndecodableError(f"{what} {number}: {error}", error.excerpt) from None


def encode_many(values: Sequence[JSON], before: bytes = b"") -> bytes:
    """JSON texts, each with `before` in front of it and a line's end behind it: JSON Lines, or with RS a sequence (RFC 7464)."""
    return b"".join(before + encode_json(value) + b"\n" for value in values)


def declared_charset(content_type: str) -> str:
    """The charset that a media type names, as it is written; empty where it names none."""
    found = _CHARSET.search(content_type)
    return found[1] if found else ""


def charset_of(content_type: str) -> str | None:
    """Python's name of the declared charset when that is a known one; else None.

    No codec is looked up by a name that a server has sent: Python remembers each for ever.
    """
    name = normalize_encoding(declared_charset(content_type)).lower().removeprefix("x_")
    spelt = (
        "cp932" if name == "windows_31j" else name,
        re.sub(r"^(?:windows|ibm)_(?=\d)", "cp", name),
        re.sub(r"^iso_?8859_(\d+)(?:_.*)?$", r"iso8859_\1", name),
    )
    names = (aliases.get(one, one) for one in spelt)
    return next((one for one in names if one in _CHARSETS), None)


def decode_text(body: bytes, content_type: str) -> str:
    """`body` as text in its declared charset when that is a known one, else as UTF-8; bytes that don't fit are replaced."""
    return body.decode(charset_of(content_type) or "utf-8", "replace")


def in_charset(text: str, content_type: str) -> bytes:
    """Text in the charset that its media type names, else in UTF-8. Raises UnencodableError for a charset that is not known."""
    declared = declared_charset(content_type)
    charset = charset_of(content_type) if declared else "utf_8"
    if charset is None:
        raise UnencodableError(f"the charset {declared} is not known; give bytes, or name another charset")
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        raise UnencodableError(f"holds a character that the charset {declared} has not") from None
