"""The `format` keyword: our own functions, so that every engine judges alike (JSON Schema 2020-12 validation, section 7.3), and what the
values of a format become in Python. A caller's own formats stand beside these, or in place of them.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from ._late import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime, time, timedelta
    from decimal import Decimal
    from uuid import UUID

_DATE: Final = pattern(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME: Final = pattern(r"(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII)
_PARTS: Final = pattern(r"([\d:]+)(\.\d+)?(.+)")
_DURATION: Final = pattern(
    r"P(?:\d+W|(?=[\dT])(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)?"
    r"(?:T(?=\d)(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?)",
    re.ASCII,
)
_UUID: Final = pattern(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL: Final = pattern(rf'(?:{_ATOM}(?:\.{_ATOM})*|"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*")@(.+)')
_LABEL: Final = pattern(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_URI: Final = pattern(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*:)?(?://(?P<authority>[^/?#]*))?"
    r"(?:%[0-9A-Fa-f]{2}|[A-Za-z0-9._~!$&'()*+,;=:@/-])*"
    r"(?:\?(?:%[0-9A-Fa-f]{2}|[A-Za-z0-9._~!$&'()*+,;=:@/?-])*)?"
    r"(?:#(?:%[0-9A-Fa-f]{2}|[A-Za-z0-9._~!$&'()*+,;=:@/?-])*)?"
)
_AUTHORITY: Final = pattern(
    r"(?:(?:%[0-9A-Fa-f]{2}|[A-Za-z0-9._~!$&'()*+,;=:-])*@)?"
    r"(?:\[(?P<ip6>[0-9A-Fa-f:.]+)\]|(?:%[0-9A-Fa-f]{2}|[A-Za-z0-9._~!$&'()*+,;=-])*)(?::\d*)?",
    re.ASCII,
)
_BASE64: Final = pattern(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_BASE64URL: Final = pattern(r"(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}(?:==)?|[A-Za-z0-9_-]{3}=?)?")
_DECIMAL: Final = pattern(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_SPAN: Final = pattern(
    r"P(?:(?P<weeks>\d+)W|(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?P<fraction>[.,]\d+)?S)?)?)",
    re.ASCII,
)
_LONGEST_NUMBER: Final = 1000
_POINTER: Final = pattern(r"(?:/(?:[^~/]|~[01])*)*")


def is_date(text: str) -> bool:
    """RFC 3339 full-date."""
    return to_date(text) is not None


def is_time(text: str) -> bool:
    """RFC 3339 full-time; second 60 only where it is a leap second in UTC."""
    found = _TIME.fullmatch(text)
    if found is None:
        return False
    hour, minute, second = (int(found[index]) for index in (1, 2, 3))
    offset_hour, offset_minute = (int(found[index] or 0) for index in (5, 6))
    if hour > 23 or minute > 59 or second > 60 or offset_hour > 23 or offset_minute > 59:
        return False
    if second < 60:
        return True
    sign = -1 if found[4] == "+" else 1
    return (hour * 60 + minute + sign * (offset_hour * 60 + offset_minute)) % 1440 == 1439


def is_date_time(text: str) -> bool:
    """RFC 3339 date-time."""
    return text[10:11] in ("T", "t") and is_date(text[:10]) and is_time(text[11:])


def is_duration(text: str) -> bool:
    """RFC 3339 appendix A duration."""
    return _DURATION.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """RFC 4122 text form, hyphens included."""
    return _UUID.fullmatch(text) is not None


def is_hostname(text: str) -> bool:
    """RFC 1123 host name: labels of 1 to 63 letters, digits and inner hyphens, 253 characters in all."""
    return 0 < len(text) <= 253 and all(_LABEL.fullmatch(label) for label in text.split("."))


def is_email(text: str) -> bool:
    """RFC 5321 mailbox: a dot-atom or a quoted string, `@`, a host name or an address literal."""
    found = _EMAIL.fullmatch(text)
    if found is None or len(text.rpartition("@")[0]) > 64:
        return False
    domain = found[1]
    if domain.startswith("[") and domain.endswith("]"):
        literal = domain[1:-1]
        return is_ipv6(literal[5:]) if literal.startswith("IPv6:") else is_ipv4(literal)
    return is_hostname(domain)


def is_ipv4(text: str) -> bool:
    """RFC 2673 dotted quad."""
    from ipaddress import AddressValueError, IPv4Address  # noqa: PLC0415  # rare, and slow to import

    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return text.isascii()


def is_ipv6(text: str) -> bool:
    """RFC 4291 address, without a zone."""
    from ipaddress import AddressValueError, IPv6Address  # noqa: PLC0415  # rare, and slow to import

    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return "%" not in text


def is_uri_reference(text: str) -> bool:
    """RFC 3986 URI or relative reference."""
    found = _URI.fullmatch(text)
    if found is None:
        return False
    authority = found["authority"]
    if authority is None:
        return found["scheme"] is not None or ":" not in text.partition("/")[0].partition("?")[0].partition("#")[0]
    parts = _AUTHORITY.fullmatch(authority)
    return parts is not None and (parts["ip6"] is None or is_ipv6(parts["ip6"]))


def is_uri(text: str) -> bool:
    """RFC 3986 URI: with a scheme."""
    found = _URI.fullmatch(text)
    return found is not None and found["scheme"] is not None and is_uri_reference(text)


def is_byte(text: str) -> bool:
    """RFC 4648 section 4 base64, padded."""
    return _BASE64.fullmatch(text) is not None


def is_base64url(text: str) -> bool:
    """RFC 4648 section 5 base64url, padded or not."""
    return _BASE64URL.fullmatch(text) is not None


def is_date_time_local(text: str) -> bool:
    """RFC 3339 date-time without its offset."""
    return text[10:11] in ("T", "t") and is_date(text[:10]) and is_time_local(text[11:])


def is_time_local(text: str) -> bool:
    """RFC 3339 partial-time."""
    return is_time(f"{text}Z") and text[-1:] not in ("Z", "z")


def is_decimal(text: str) -> bool:
    """A decimal number as text, with or without a fraction and an exponent."""
    return _DECIMAL.fullmatch(text) is not None


def is_json_pointer(text: str) -> bool:
    """RFC 6901."""
    return _POINTER.fullmatch(text) is not None


FORMATS: Final[Mapping[str, Callable[[str], bool]]] = MappingProxyType(
    {
        "base64url": is_base64url,
        "byte": is_byte,
        "date": is_date,
        "date-time": is_date_time,
        "date-time-local": is_date_time_local,
        "decimal": is_decimal,
        "duration": is_duration,
        "email": is_email,
        "hostname": is_hostname,
        "ipv4": is_ipv4,
        "ipv6": is_ipv6,
        "json-pointer": is_json_pointer,
        "time": is_time,
        "time-local": is_time_local,
        "uri": is_uri,
        "uri-reference": is_uri_reference,
        "uuid": is_uuid,
    }
)


def is_anything(text: str) -> bool:
    """True: for a format that is not judged."""
    return True


def to_date(text: str) -> date | None:
    """The date `text` writes, or None."""
    from datetime import date  # noqa: PLC0415  # only where dates are read

    found = _DATE.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def to_datetime(text: str) -> datetime | None:
    """The aware datetime that an RFC 3339 date-time writes, to the microsecond, or None (a leap second has none either)."""
    from datetime import datetime  # noqa: PLC0415  # only where dates are read

    if not is_date_time(text):
        return None
    try:
        return datetime.fromisoformat(f"{text[:10]}T{_clock(text[11:])}")
    except ValueError:
        return None


def to_time(text: str) -> time | None:
    """The aware time that an RFC 3339 full-time writes, to the microsecond, or None."""
    from datetime import time  # noqa: PLC0415  # only where times are read

    if not is_time(text):
        return None
    try:
        return time.fromisoformat(_clock(text))
    except ValueError:
        return None


def _clock(text: str) -> str:
    """An RFC 3339 full-time as Python 3.10 reads it: six digits of a second, the offset in digits."""
    found = _PARTS.fullmatch(text)
    assert found is not None, "it is a full-time"
    clock, fraction, zone = found.groups()
    micros = (fraction or ".0")[1:7].ljust(6, "0")
    return f"{clock}.{micros}{'+00:00' if zone in ('Z', 'z') else zone}"


def to_timedelta(text: str) -> timedelta | None:
    """The timedelta that an ISO 8601 duration writes, to the microsecond; None where it has years or months, which vary in length."""
    from datetime import timedelta  # noqa: PLC0415  # only where durations are read

    found = _SPAN.fullmatch(text)
    if found is None or len(text) > _LONGEST_NUMBER or text[-1] in "PT":
        return None
    parts = {name: int(digits or 0) for name, digits in found.groupdict().items() if name != "fraction"}
    try:
        return timedelta(microseconds=int((found["fraction"] or ".0")[1:7].ljust(6, "0")), **parts)
    except OverflowError:
        return None


def to_decimal(text: str) -> Decimal | None:
    """The Decimal that `text` writes, exactly, or None."""
    from decimal import Decimal  # noqa: PLC0415  # only where decimals are read

    return Decimal(text) if len(text) <= _LONGEST_NUMBER and is_decimal(text) else None


def to_bytes(text: str) -> bytes | None:
    """The bytes that base64 writes, or None."""
    from base64 import b64decode  # noqa: PLC0415  # only where bytes are read

    return b64decode(text) if is_byte(text) else None


def url_to_bytes(text: str) -> bytes | None:
    """The bytes that base64url writes, or None."""
    from base64 import urlsafe_b64decode  # noqa: PLC0415  # only where bytes are read

    return urlsafe_b64decode(text + "=" * (-len(text) % 4)) if is_base64url(text) else None


def to_uuid(text: str) -> UUID | None:
    """The UUID `text` writes, or None."""
    from uuid import UUID  # noqa: PLC0415  # only where identifiers are read

    return UUID(text) if is_uuid(text) else None


# Formats that some engine knows by itself, and judges as no other does: none asserts them.
UNJUDGED: Final = frozenset({"idn-email", "idn-hostname", "iri", "iri-reference", "regex", "relative-json-pointer", "uri-template"})

PYTHON_TYPES: Final[Mapping[str, Callable[[str], object]]] = MappingProxyType(
    {
        "base64url": url_to_bytes,
        "byte": to_bytes,
        "date": to_date,
        "date-time": to_datetime,
        "decimal": to_decimal,
        "duration": to_timedelta,
        "time": to_time,
        "uuid": to_uuid,
    }
)


class Format(NamedTuple):
    """What is known of a `format`: whether a text has it, and what a Record's attribute of it is in Python.

    `check` is given a str and answers whether it is valid, where a ValueError means that it is not; None leaves it unjudged.
    `to_python` is given a str; None, and a ValueError that it raises, leave the text as it is.
    """

    name: str
    check: Callable[[str], bool] | None = None
    to_python: Callable[[str], object] | None = None


def _without_errors(check: Callable[[str], bool]) -> Callable[[str], bool]:
    def checked(text: str) -> bool:
        try:
            return bool(check(text))
        except ValueError:
            return False

    return checked


class Formats:
    """The formats that a client knows. `checks` are asked for strings, `python_types` for the attributes of Records. Immutable.

    Two of the same formats of a caller's own are equal, so that schemas are compiled once for both.
    """

    __slots__ = ("checks", "own", "python_types")

    checks: Mapping[str, Callable[[str], bool]]
    own: tuple[Format, ...]
    python_types: Mapping[str, Callable[[str], object]]

    def __init__(self, own: Iterable[Format] = ()) -> None:
        self.own = tuple(own)
        known = {one.name for one in self.own}
        checks = {name: check for name, check in FORMATS.items() if name not in known}
        types = {name: convert for name, convert in PYTHON_TYPES.items() if name not in known}
        checks |= {one.name: _without_errors(one.check) for one in self.own if one.check is not None}
        types |= {one.name: one.to_python for one in self.own if one.to_python is not None}
        self.checks = MappingProxyType(checks)
        self.python_types = MappingProxyType(types)

    def convert(self, name: str, text: str) -> object:
        """What `text` is in Python where its format is `name`; the text where it does not convert."""
        convert = self.python_types.get(name)
        if convert is None:
            return text
        try:
            made = convert(text)
        except ValueError:
            return text
        return text if made is None else made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formats) and other.own == self.own

    def __hash__(self) -> int:
        return hash(self.own)

    def __deepcopy__(self, memo: dict[int, object]) -> Formats:
        return self

    def __reduce__(self) -> str | tuple[object, ...]:
        return "STANDARD" if self is STANDARD else (Formats, (self.own,))


STANDARD: Final = Formats()
