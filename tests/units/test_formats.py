"""The formats, each against the examples and the corners of its standard."""

from __future__ import annotations

import base64
import ipaddress
from datetime import date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic._formats import FORMATS, PYTHON_TYPES, to_date, to_datetime, to_uuid

# Format -> texts that are valid, texts that are not.
TABLE: dict[str, tuple[list[str], list[str]]] = {
    "base64url": (
        ["", "YQ", "YQ==", "YWI", "YWI=", "YWJj", "_-8", "YWJjZA"],
        ["a", "YQ=", "Y+", "Y/Q", "YQ===", "YWJjZ", "Y Q", "é"],
    ),
    "date-time-local": (
        ["1963-06-19T08:30:06", "1963-06-19t08:30:06.5"],
        ["1963-06-19T08:30:06Z", "1963-06-19 08:30:06", "1963-06-19T08:30", "1963-06-19T24:00:00", ""],
    ),
    "decimal": (
        ["0", "-1.50", "+1", ".5", "5.", "1e3", "1E-3"],
        ["", ".", "1,5", "NaN", "Infinity", "1e", "0x1", "1 ", "١", "--1"],
    ),
    "time-local": (["08:30:06", "08:30:06.5"], ["08:30:06Z", "08:30", "24:00:00", "08:30:06+01:00", "", "Z"]),
    "date": (
        ["1963-06-19", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31", "2020-01-31", "2020-04-30"],
        [
            "2023-02-29",
            "1900-02-29",
            "2020-04-31",
            "2020-13-01",
            "2020-00-01",
            "2020-01-00",
            "2020-01-32",
            "0000-01-01",
            "06/19/1963",
            "2013-350",
            "1998-1-20",
            "1998-01-1",
            "20240101",
            "2024-W01-1",
            "24-01-01",
            "1963-06-1৪",
            "",
            " 2024-01-01",
            "2024-01-01 ",
            "2024-01-01\n",
            "2024-01-01T",
            "-2024-01-01",
            "12024-01-01",
            "2024–01–01",
        ],
    ),
    "time": (
        [
            "08:30:06Z",
            "08:30:06z",
            "08:30:06.283185Z",
            "08:30:06+00:20",
            "08:30:06-08:00",
            "23:59:60Z",
            "00:00:00Z",
            "23:59:59.9Z",
            "01:29:60+01:30",
            "23:29:60+23:30",
            "15:59:60-08:00",
            "00:29:60-23:30",
            "23:20:50.52+23:59",
        ],
        [
            "08:30:06",
            "8:30:06Z",
            "08:3:06Z",
            "08:30:6Z",
            "24:00:00Z",
            "00:60:00Z",
            "00:00:61Z",
            "22:59:60Z",
            "23:58:60Z",
            "23:59:60+01:00",
            "01:02:03+24:00",
            "01:02:03+00:60",
            "01:02:03Z+00:30",
            "01:02:03PST",
            "08:30:06 Z",
            "12:00:00.Z",
            "08:30:06-8:000",
            "",
            "12:00Z",
            "0৪:30:06Z",
            "08:30:06+0100",
            "08:30:06#00:20",
            "01:02:03,5Z",
        ],
    ),
    "date-time": (
        [
            "1985-04-12T23:20:50.52Z",
            "1996-12-19T16:39:57-08:00",
            "1990-12-31T23:59:60Z",
            "1990-12-31T15:59:60-08:00",
            "1937-01-01T12:00:27.87+00:20",
            "1963-06-19t08:30:06.283185z",
            "1937-01-01T12:00:27.8700000000001Z",
        ],
        [
            "1998-12-31T23:59:61Z",
            "1998-12-31T23:58:60Z",
            "1998-12-31T22:59:60Z",
            "1990-02-31T15:59:59.123-08:00",
            "1990-12-31T24:00:00Z",
            "1963-06-19T08:30:06.28123+01:00Z",
            "06/19/1963 08:30:06 PST",
            "2013-350T01:01:01",
            "1963-6-19T08:30:06Z",
            "1963-06-1T08:30:06Z",
            "1963-06-1৪T00:00:00Z",
            "1963-06-11T0৪:00:00Z",
            "1985-04-12 23:20:50Z",
            "1985-04-12T23:20:50",
            "1985-04-12T23:20Z",
            "1985-04-12",
            "",
            "T",
            "11963-06-19T08:30:06Z",
            "1985-04-12T23:20:50Z\n",
        ],
    ),
    "duration": (
        [
            "P4DT12H30M5S",
            "P4Y",
            "PT0S",
            "P0D",
            "P1M",
            "PT1M",
            "PT36H",
            "P1DT12H",
            "P2W",
            "P1Y2M3DT4H5M6S",
            "P1Y2M",
            "PT1H2M",
            "PT1M2S",
            "P5Y10M",
        ],
        [
            "4DT12H30M5S",
            "PT1D",
            "P",
            "P1YT",
            "PT",
            "P2D1Y",
            "P1D2H",
            "P2S",
            "P1Y2W",
            "P1",
            "P২Y",
            "P1Y2D",
            "PT1H2S",
            "p1d",
            "",
            "P-1D",
            "P1.5D",
            "P1D ",
        ],
    ),
    "email": (
        [
            "joe.bloggs@example.com",
            "te~st@example.com",
            "~test@example.com",
            "test~@example.com",
            '"joe bloggs"@example.com',
            '"joe..bloggs"@example.com',
            '"joe@bloggs"@example.com',
            "joe.bloggs@[127.0.0.1]",
            "joe.bloggs@[IPv6:::1]",
            "te.s.t@example.com",
            "a@b",
            "riedgar+guidelines@example.com",
            '"a\\"b"@example.com',
            "a" * 64 + "@b",
            "!#$%&'*+-/=?^_`{|}~@example.org",
        ],
        [
            "2962",
            "",
            "@",
            "@example.com",
            "joe@",
            ".test@example.com",
            "test.@example.com",
            "te..st@example.com",
            "joe.bloggs@invalid=domain.com",
            "joe.bloggs@[127.0.0.300]",
            "joe.bloggs@[::1]",
            "joe.bloggs@[IPv6:1]",
            "a b@example.com",
            "a@b c",
            "a@b@c",
            '"a"b"@c.d',
            "a" * 65 + "@b",
            "ada@example.com\n",
            "é@example.com",
            "a@é.com",
            "a@-b.com",
            "a@b..c",
            "user1@oceania.org, user2@oceania.org",
            '"Winston" <w@o.org>',
        ],
    ),
    "hostname": (
        [
            "www.example.com",
            "xn--4gbwdl.xn--wgbh1c",
            "hostname",
            "host-name",
            "h0stn4me",
            "1host",
            "a",
            "1.2.3.4",
            "a" * 63,
            ".".join(["a" * 63] * 3),
        ],
        [
            "-a",
            "a-",
            "a_b",
            ".",
            ".example",
            "example.",
            "a..b",
            "a b",
            "a" * 64,
            ".".join(["a" * 63] * 4),
            "",
            "実例",
            "a.com:80",
            "a\n",
            "hostname。x",
        ],
    ),
    "ipv4": (
        ["192.168.0.1", "0.0.0.0", "255.255.255.255", "87.10.0.1"],
        [
            "127.0.0.0.1",
            "256.256.256.256",
            "127.0",
            "0x7f000001",
            "2130706433",
            "087.10.0.1",
            "87.10.0.1/24",
            "1২7.0.0.1",
            "",
            " 1.2.3.4",
            "1.2.3.4\n",
            "::1",
        ],
    ),
    "ipv6": (
        [
            "::1",
            "::",
            "::abef",
            "::ffff:192.168.0.1",
            "1:d6::42",
            "1:2:3:4:5:6:7:8",
            "1000:1000:1000:1000:1000:1000:255.255.255.255",
            "ABCD::",
        ],
        [
            "12345::",
            "::abcef",
            "1:1:1:1:1:1:1:1:1",
            "::laptop",
            ":2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7:",
            ":1",
            "1::d6::42",
            "1:2::192.168.256.1",
            "1:2:3:4:5:6:7",
            "1",
            "127.0.0.1",
            "fe80::a%eth1",
            "fe80::/64",
            "::২",
            "",
            " ::1",
            "[::1]",
        ],
    ),
    "uri": (
        [
            "http://foo.bar/?baz=qux#quux",
            "http://foo.com/blah_(wikipedia)_blah#cite-1",
            "http://foo.bar/?q=Test%20URL-encoded%20stuff",
            "http://xn--nw2a.xn--j6w193g/",
            "http://-.~_!$&'()*+,;=:%40:80%2f::::::@example.com",
            "http://223.255.255.254",
            "ftp://ftp.is.co.za/rfc/rfc1808.txt",
            "ldap://[2001:db8::7]/c=GB?objectClass?one",
            "mailto:John.Doe@example.com",
            "news:comp.infosystems.www.servers.unix",
            "tel:+1-816-555-1212",
            "urn:oasis:names:specification:docbook:dtd:xml:4.1.2",
            "telnet://192.0.2.16:80/",
            "file:///etc/fstab",
            "x:",
            "http://a:",
            "https://[::1]:80",
        ],
        [
            "//foo.bar/?baz=qux#quux",
            "/abc",
            "\\\\WINDOWS\\fileshare",
            "abc",
            "http:// shouldfail.com",
            ":// should fail",
            "bar,baz:foo",
            "",
            "1a:b",
            "http://example.com/a b",
            "http://example.com/<>",
            "http://example.com/{a}",
            "http://example.com/^",
            "http://example.com/`",
            "http://h/|",
            "http://example.com/\\",
            'http://example.com/"',
            "http://h/%",
            "http://h/%4",
            "http://h/%GG",
            "http://ƒøø.ßår/",
            "http://[::g]/",
            "http://[/",
            "http://a]b/",
            "http://h:port/",
            "http://h#a#b",
            "http://h/\n",
            "http://a@b@c/",
            "http://[v1.a]/",
        ],
    ),
    "uri-reference": (
        [
            "http://foo.bar/?baz=qux#quux",
            "//foo.bar/?baz=qux#quux",
            "/abc",
            "abc",
            "#fragment",
            "?query",
            "",
            ".",
            "../a;b=c",
            "./a:b",
            "a/b:c",
            "a?b:c",
            "%41",
        ],
        ["\\\\WINDOWS\\fileshare", "#frag\\ment", "a b", "é", "1a:b", "%", "//[::g]/", "//h:x", "[", "a^", "\n"],
    ),
    "uuid": (
        [
            "2eb8aa08-aa98-11ea-b4aa-73b441d16380",
            "2EB8AA08-AA98-11EA-B4AA-73B441D16380",
            "2eb8aa08-AA98-11ea-B4Aa-73B441D16380",
            "00000000-0000-0000-0000-000000000000",
            "98d80576-482e-427f-8434-7f86890ab222",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ],
        [
            "2eb8aa08-aa98-11ea-b4aa-73b441d1638",
            "2eb8aa08-aa98-11ea-73b441d16380",
            "2eb8aa08-aa98-11ea-b4ga-73b441d16380",
            "2eb8aa08aa9811eab4aa73b441d16380",
            "2eb8aa08aa98-11ea-b4aa73b441d16380",
            "2eb8-aa08-aa98-11ea-b4aa73b44-1d16380",
            "{2eb8aa08-aa98-11ea-b4aa-73b441d16380}",
            "",
            "urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380",
            "2eb8aa08-aa98-11ea-b4aa-73b441d16380\n",
            "٢eb8aa08-aa98-11ea-b4aa-73b441d16380",
        ],
    ),
    "json-pointer": (
        [
            "",
            "/foo/bar~0/baz~1/%a",
            "/foo//bar",
            "/foo/bar/",
            "/",
            "/a~1b",
            "/c%d",
            "/e^f",
            "/g|h",
            "/i\\j",
            '/k"l',
            "/ ",
            "/m~0n",
            "/-",
            "/é",
            "/\n",
        ],
        ["/foo/bar~", "#", "#/", "#a", "/~0~", "/~0/~", "/~2", "/~-1", "/~~", "a", "0", "a/a", " /a"],
    ),
    "byte": (
        ["", "YQ==", "YWI=", "YWJj", "+/+/", "AAAA"],
        ["YQ", "Y", "YQ=", "YQ===", "=", "Y Q=", "-_-_", "é===", "YQ==\n", "YQ==YQ==", "YWJj="],
    ),
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, (good, _) in TABLE.items() for text in good])
def test_valid(name: str, text: str) -> None:
    assert FORMATS[name](text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, (_, bad) in TABLE.items() for text in bad])
def test_invalid(name: str, text: str) -> None:
    assert not FORMATS[name](text)


def test_every_format_has_its_table() -> None:
    assert TABLE.keys() == FORMATS.keys()
    assert PYTHON_TYPES.keys() <= FORMATS.keys()


@pytest.mark.parametrize("name", FORMATS)
@given(text=st.text() | st.text("0123456789-:.TZPWDHMS+/~@[]%abcdef", max_size=40))
def test_no_text_breaks_a_format(name: str, text: str) -> None:
    assert FORMATS[name](text) in (True, False)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("piece", ["a", "1", "a.", "1:", "%41", "~0", "/", '"', "(", "@", "[", "P1", ":", "YQ==", "9999"])
def test_long_texts_take_no_time(name: str, piece: str) -> None:
    FORMATS[name](piece * 20_000)
    FORMATS[name](piece * 20_000 + "\0")
    FORMATS[name]('"' + piece * 20_000 + "@")


OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=OFFSETS))
def test_datetimes_of_python_are_date_times_and_come_back(moment: datetime) -> None:
    assert FORMATS["date-time"](moment.isoformat())
    found = to_datetime(moment.isoformat())
    assert found == moment
    assert found.utcoffset() == moment.utcoffset()


@given(st.dates(), st.uuids(), st.ip_addresses(), st.binary())
def test_what_python_writes_is_valid(
    day: date, identifier: UUID, address: ipaddress.IPv4Address | ipaddress.IPv6Address, data: bytes
) -> None:
    assert to_date(day.isoformat()) == day
    assert to_uuid(str(identifier).upper()) == identifier
    assert FORMATS[f"ipv{address.version}"](str(address))
    assert FORMATS["byte"](base64.b64encode(data).decode())


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1985-04-12T23:20:50.52Z", datetime(1985, 4, 12, 23, 20, 50, 520_000, timezone.utc)),
        ("1985-04-12t23:20:50z", datetime(1985, 4, 12, 23, 20, 50, 0, timezone.utc)),
        ("1985-04-12T23:20:50.123456789Z", datetime(1985, 4, 12, 23, 20, 50, 123_456, timezone.utc)),
        ("1985-04-12T23:20:50.000001-00:00", datetime(1985, 4, 12, 23, 20, 50, 1, timezone.utc)),
        ("1985-04-12T23:20:50+23:59", datetime(1985, 4, 12, 23, 20, 50, 0, timezone(timedelta(hours=23, minutes=59)))),
        ("1990-12-31T23:59:60Z", None),
        ("1985-04-12", None),
        ("1985-04-12T23:20:50", None),
        ("1985-04-12T25:20:50Z", None),
        ("", None),
    ],
)
def test_to_datetime(text: str, moment: datetime | None) -> None:
    assert to_datetime(text) == moment


def test_what_does_not_convert() -> None:
    assert to_date("2023-02-29") is None
    assert to_date("soon") is None
    assert to_uuid("0" * 32) is None
