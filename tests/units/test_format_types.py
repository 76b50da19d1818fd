"""What texts of a format become in Python, and formats of one's own beside those that are known."""

from __future__ import annotations

import copy
import pickle
from datetime import time, timedelta, timezone
from decimal import Decimal

import pytest

from aerostack_dynamic._formats import FORMATS, STANDARD, Format, Formats


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("byte", "aGk=", b"hi"),
        ("byte", "aGk", None),
        ("base64url", "_-8", b"\xff\xef"),
        ("base64url", "_+8", None),
        ("decimal", "1.50", Decimal("1.50")),
        ("decimal", "1,5", None),
        ("decimal", "1" * 2000, None),
        ("duration", "PT1.5S", timedelta(seconds=1.5)),
        ("duration", "P1DT2H3M4S", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("duration", "P2W", timedelta(weeks=2)),
        ("duration", "P0D", timedelta()),
        ("duration", "P1M", None),
        ("duration", "P1Y", None),
        ("duration", "P", None),
        ("duration", "P1DT", None),
        ("duration", "P99999999999D", None),
        ("duration", "one day", None),
        ("time", "08:30:06.1234567Z", time(8, 30, 6, 123456, tzinfo=timezone.utc)),
        ("time", "08:30:06+01:00", time(8, 30, 6, tzinfo=timezone(timedelta(hours=1)))),
        ("time", "23:59:60Z", None),
        ("time", "08:30", None),
        ("ipv4", "127.0.0.1", None),
        ("unheard of", "x", None),
    ],
)
def test_what_a_text_becomes(name: str, text: str, value: object) -> None:
    assert STANDARD.convert(name, text) == (text if value is None else value)


def is_phone(text: str) -> bool:
    return text.startswith("+")


def fails(text: str) -> object:
    raise ValueError(text)


def test_formats_of_ones_own_stand_beside_the_standard_ones_or_in_their_place() -> None:
    formats = Formats([Format("phone", is_phone, len), Format("date-time"), Format("odd", None, fails)])
    assert formats.checks["phone"]("+1")
    assert formats.checks["date"] is FORMATS["date"]
    assert "date-time" not in formats.checks
    assert formats.convert("phone", "+12") == 3
    assert formats.convert("date-time", "2026-01-01T00:00:00Z") == "2026-01-01T00:00:00Z"
    assert formats.convert("odd", "x") == "x"
    assert copy.deepcopy(formats) is formats
    assert pickle.loads(pickle.dumps(formats)).own == formats.own
    assert pickle.loads(pickle.dumps(STANDARD)) is STANDARD
    assert formats == Formats(formats.own) != STANDARD
    assert hash(formats) == hash(Formats(formats.own))


def test_an_error_in_a_check_means_that_a_text_is_not_valid() -> None:
    formats = Formats([Format("number", float)])  # type: ignore[arg-type]  # what is true or raises will do
    assert formats.checks["number"]("1.5") is True
    assert formats.checks["number"]("x") is False
