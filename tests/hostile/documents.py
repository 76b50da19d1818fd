"""Documents that were written to make a parser recurse, multiply, run code or come to nothing: name -> (content, what is told)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from aerostack_dynamic import Spec

HEAD = b"openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\nx: "
JSON = b'{"openapi": "3.1.0", "paths": {}, "x": '
NESTS = r"nests deeper than 200|maximum nesting depth|more than (1000000|500000)"
MANY = "more than (2000000|1000000|500000)"


def laughs(levels: int, item: str = "x", form: str = "[%s]") -> bytes:
    lines = [f"a0: &a0 {form % ', '.join([item] * 10)}"]
    lines += [f"a{n}: &a{n} {form % ', '.join([f'*a{n - 1}'] * 10)}" for n in range(1, levels)]
    return b"openapi: 3.1.0\npaths: {}\n" + "\n".join(lines).encode()


def tags(count: int) -> bytes:
    return b"".join(b"%%TAG !a%d! tag:x,2000:\n" % number for number in range(count)) + b"---\na: 1"


# Large rows are made by a function, in the process that reads them.
DOCUMENTS: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "billion laughs": (laughs(9), MANY),
    "laughs within the bound": (laughs(5), "ok: 0"),
    "quadratic blowup": (lambda: HEAD + b"&a " + b"x" * 100_000 + b"\ny: [" + b"*a," * 100_000 + b"]", "ok: 0"),
    "quadratic blowup of lists": (lambda: HEAD + b"&a [" + b"x," * 2000 + b"]\ny: [" + b"*a," * 2000 + b"]", MANY),
    "alias to an open anchor": (HEAD + b"&a [*a]", "within its own anchor"),
    "alias to an open mapping": (HEAD + b"&a {b: *a}", "within its own anchor"),
    "alias to an anchor that is open again": (HEAD + b"[&a 1, &a [*a]]", "within its own anchor"),
    "alias to nothing": (HEAD + b"*a", "within its own anchor or before it"),
    "aliases that nest": (
        lambda: HEAD + b"&a0 1\n" + b"\n".join(b"x%d: &a%d [*a%d]" % (n, n, n - 1) for n in range(1, 1000)),
        NESTS,
    ),
    "50 KB of - ": (b"- " * 25_000, NESTS),
    "1 MB of - ": (lambda: b"- " * 500_000, NESTS),
    "50 KB of [": (b"[" * 50_000, NESTS),
    "10 MB of [": (lambda: b"[" * 10_000_000, f"{NESTS}|{MANY}"),
    "50 KB of {": (b"{" * 50_000, NESTS),
    "50 KB of ? ": (b"? " * 25_000, f"{NESTS}|a key must be a string"),
    "50 KB of ! ": (b"! " * 25_000, "neither JSON nor YAML"),
    "1 MB of &a ": (lambda: b"&a " * 333_333, "neither JSON nor YAML"),
    "100,000 anchors": (lambda: HEAD + b"\n" + b"\n".join(b"- &a%d x" % number for number in range(100_000)), "ok: 0"),
    "indentation": (lambda: b"\n".join(b" " * n + b"a:" for n in range(1000)), NESTS),
    "giant plain scalar": (lambda: HEAD + b"x" * 30_000_000, "ok: 0"),
    "giant quoted scalar": (lambda: HEAD + b'"' + b"\\x41" * 7_000_000 + b'"', "ok: 0"),
    "giant folded scalar": (lambda: HEAD + b">\n" + b"\n" * 10_000_000, "ok: 0"),
    "giant key": (lambda: b"? " + b"x" * 1_000_000 + b"\n: 1", "no field 'openapi'"),
    "comments": (lambda: b"#\n" * 5_000_000, "its root is no object"),
    "python tag": (HEAD + b"!!python/object/apply:os.system ['exit 9']", "is not of the core schema"),
    "python name": (HEAD + b"!!python/name:os.system ''", "is not of the core schema"),
    "own tag": (HEAD + b"!<tag:yaml.org,2002:python/module:os> ''", "is not of the core schema"),
    "binary": (HEAD + b"!!binary aGk=", "is not of the core schema"),
    "long tag": (lambda: HEAD + b"!" + b"a" * 1_000_000 + b" x", "is not of the core schema"),
    "a handle for a tag": (b"%TAG !p! tag:yaml.org,2002:python/\n---\na: !p!name:os.system ''", "is not of the core schema"),
    "50,000 handles": (lambda: tags(50_000), "more than 100 YAML directives"),
    "merge keys that multiply": (laughs(9, "{a: 1}", "{<<: [%s]}"), MANY),
    "a merge key": (b"openapi: 3.1.0\n<<: {paths: {/a: {get: {}}}}", "ok: 0"),
    "not UTF-8": (HEAD + b"\xe9", "neither JSON nor YAML"),
    "half a character": (HEAD + b"\xf0\x9f\x98", "neither JSON nor YAML"),
    "a surrogate in UTF-8": (HEAD + b"\xed\xa0\x80", "neither JSON nor YAML"),
    "a lone surrogate": (HEAD + b'"\\ud800"', "neither JSON nor YAML"),
    "BOM": (b"\xef\xbb\xbf" + HEAD + b"1", "ok: 0"),
    "two BOMs": (b"\xef\xbb\xbf\xef\xbb\xbf" + HEAD + b"1", "neither JSON nor YAML|no field|no object"),
    "UTF-16": ((HEAD + b"1").decode().encode("utf-16"), "ok: 0"),
    "half of UTF-16": ((HEAD + b"1").decode().encode("utf-16")[:-1], "neither JSON nor YAML"),
    "UTF-32": ((HEAD + b"1").decode().encode("utf-32"), "neither JSON nor YAML"),
    "NUL": (HEAD + b"\0", "neither JSON nor YAML"),
    "1 MB of NUL": (lambda: b"\0" * 1_000_000, "neither JSON nor YAML"),
    "carriage returns": (b"openapi: 3.1.0\rpaths: {}\r\r\nx: 'a\r\r\rb'\r", "ok: 0"),
    "line separators": ("openapi: 3.1.0\x85paths: {}\u2028x: 1".encode(), "ok: 0"),
    "a version of YAML to come": (b"%YAML 9.9\n---\na: 1", "neither JSON nor YAML"),
    "a million documents": (lambda: b"---\n" * 1_000_000, "another document"),
    "nothing": (b"", "its root is no object"),
    "a long integer": (lambda: HEAD + b"9" * 100_000, "more than 4300 digits"),
    "a long hexadecimal": (lambda: HEAD + b"0x" + b"9" * 1_000_000, "more than 4300 digits"),
    "a long number": (lambda: HEAD + b"9" * 1_000_000 + b".5", "JSON has no number"),
    "almost a number": (lambda: HEAD + b"1" * 1_000_000 + b"x", "ok: 0"),
    "JSON of 1,000,000 [": (lambda: JSON + b"[" * 1_000_000, NESTS),
    "JSON of 1,000,000 {": (lambda: JSON + b'{"a":' * 1_000_000, NESTS),
    "JSON 201 deep": (JSON + b"[" * 200 + b"]" * 200 + b"}", NESTS),
    "JSON 200 deep": (JSON + b"[" * 199 + b"]" * 199 + b"}", "ok: 0"),
    "JSON with 100,000 digits": (lambda: JSON + b"9" * 100_000 + b"}", "digits"),
    "JSON with many long integers": (lambda: JSON + b"[" + b",".join([b"9" * 4000] * 2000) + b"]}", "ok: 0"),
    "JSON with a lone surrogate": (JSON + b'"\\ud800"}', "neither JSON nor YAML"),
    "JSON with a key twice": (JSON + b'1, "x": 2}', "ok: 0"),
    # What is no JSON is read as YAML, to which this is a word.
    "JSON with NaN": (JSON + b"NaN}", "ok: 0"),
    "JSON with 1e999": (JSON + b"1e999}", "JSON has no number"),
    "JSON and more": (JSON + b"1} x", "neither JSON nor YAML"),
    "JSON in UTF-16": ((JSON + b"1}").decode().encode("utf-16"), "ok: 0"),
    "JSON of 3,000,000 values": (lambda: JSON + b"[" + b"1," * 3_000_000 + b"1]}", MANY),
    "JSON of 10,000,000 objects": (lambda: JSON + b"[" + b"{}," * 10_000_000 + b"1]}", MANY),
    "JSON of 5,000,000 empty strings": (lambda: JSON + b"[" + b'"",' * 5_000_000 + b"1]}", MANY),
    "JSON of one long string": (lambda: JSON + b'"' + b"," * 30_000_000 + b'"}', "ok: 0"),
    "JSON of escapes": (lambda: JSON + b'"' + b'\\"' * 10_000_000 + b'"}', "ok: 0"),
    "JSON of quotation marks": (lambda: JSON + b'"' * 2_000_000 + b"," * 3_000_000, MANY),
    "too many bytes": (lambda: b" " * (32 * 1024 * 1024 + 1), "at most 33554432"),
    "10,001 operations": (
        lambda: b'{"openapi":"3.1.0","paths":{' + b",".join(b'"/%d":{"get":{}}' % n for n in range(10_001)) + b"}}",
        "over 10000 operations",
    ),
    "operations by references": (
        lambda: (
            b'{"openapi":"3.1.0","paths":{"/":{"get":{},"put":{},"post":{},"head":{}},'
            + b",".join(b'"/%d":{"$ref":"#/paths/~1"}' % n for n in range(3000))
            + b"}}"
        ),
        "over 10000 operations",
    ),
}
# Within the bounds or just over them, by size and not by what they multiply: time grows with the bytes.
LARGE: dict[str, tuple[Callable[[], bytes], str]] = {
    "JSON of 990,000 values": (lambda: JSON + b"[" + b"{}," * 990_000 + b"1]}", "ok: 0"),
    "YAML of 3,000,000 values": (lambda: HEAD + b"[" + b"1," * 3_000_000 + b"]", MANY),
}
MAPPINGS: dict[str, tuple[Callable[[], Any], str]] = {
    "a mapping that holds itself": (lambda: itself(), f"{NESTS}|{MANY}"),
    "a mapping that multiplies": (lambda: {"openapi": "3.1.0", "paths": {}, "x": multiplied(9)}, MANY),
    "a mapping with NaN": (lambda: {"openapi": "3.1.0", "x": float("nan")}, "can't be written as JSON"),
    "a mapping with a long integer": (lambda: {"openapi": "3.1.0", "x": 1 << 20_000}, "can't be written as JSON"),
    "a mapping with a lone surrogate": (lambda: {"openapi": "3.1.0", "x": "\ud800"}, "can't be written as JSON"),
    "a mapping with an odd key": (lambda: {"openapi": "3.1.0", "x": {(1, 2): 3}}, "can't be written as JSON"),
}


def itself() -> Any:
    made: dict[str, Any] = {"openapi": "3.1.0"}
    made["x"] = [made, made]
    return made


def multiplied(levels: int) -> Any:
    made: Any = "x"
    for _ in range(levels):
        made = [made] * 10
    return made


def load(source: Any) -> Callable[[], Any]:
    content = source() if callable(source) else source
    return lambda: len(Spec.load(content, trusted=False).operations)


def rows() -> dict[str, Callable[[], Callable[[], Any]]]:
    tables: dict[str, Any] = {**DOCUMENTS, **LARGE, **MAPPINGS}
    return {name: partial(load, source) for name, (source, _) in tables.items()}
