"""Words as values: by the schema, from files and standard input, in short; and what is said of those that are none."""

from __future__ import annotations

import io
import json
import shlex
import sys
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aerostack_dynamic import Spec
from aerostack_dynamic._values import UNSET
from aerostack_dynamic.cli._calling import Calling
from aerostack_dynamic.cli._example import written
from aerostack_dynamic.cli._fields import Fields
from aerostack_dynamic.cli._operation import OperationCommand
from aerostack_dynamic.cli._own import Own
from aerostack_dynamic.cli._settings import Settings
from aerostack_dynamic.cli._shorthand import put, read_short
from aerostack_dynamic.cli._words import WordError

from .shop import SHOP


def sent(shop):
    return json.loads(shop.seen[-1][3])


@pytest.fixture
def typed(monkeypatch):
    """Standard input with bytes in it."""

    def make(content, terminal=False):
        stream = SimpleNamespace(buffer=io.BytesIO(content), isatty=lambda: terminal)
        monkeypatch.setattr(sys, "stdin", stream)

    return make


def add(buy, *words):
    ended = buy("orders", "add-order", *words)
    assert (ended.code, ended.err) == (0, ""), ended
    return ended


def test_each_argument_is_read_by_its_schema(buy, shop):
    add(
        buy,
        *("--name", "123", "--count", "3", "--size", "small", "--no-gift", "--tags", "a", "--tags", "7", "--note", "null"),
        *("--lines", '{"sku":"x"}', "--lines", '{"n":1}', "--address", '{"city": "Rome"}', "--extra", "[1]", "--pin=-1"),
        *("--body-filter", "b", "--query-filter", "q", "--query-output", "o", "--query-dry-run"),
    )
    assert sent(shop) == {
        **{"name": "123", "count": 3, "size": "small", "gift": False, "tags": ["a", "7"], "note": None, "extra": [1], "pin": "-1"},
        **{"lines": [{"sku": "x"}, {"n": 1}], "address": {"city": "Rome"}, "filter": "b"},
    }
    assert shop.seen[-1][1] == "/orders?output=o&dryRun=true&filter=q"
    add(buy, "--body-name", "n", "--query-dryRun", "--extra", "words", "--tags", '["x", "y"]', "--lines", "[]", "--note", "x")
    assert sent(shop) == {"name": "n", "extra": "words", "tags": ["x", "y"], "lines": [], "note": "x"}
    add(buy, "--name", "@@home", "--tags", "[draft] it", "--note", "@@@", "--extra", '"5"')
    assert sent(shop) == {"name": "@home", "tags": ["[draft] it"], "note": "@@", "extra": "5"}


def test_values_from_files_and_standard_input(buy, shop, typed, tmp_path):
    (tmp_path / "name.txt").write_text("Ann\n", encoding="utf-8-sig")
    (tmp_path / "lines.yaml").write_text("- sku: x\n  n: 2\n")
    (tmp_path / "line").write_text('{"sku": "y"}')
    (tmp_path / "tags").write_text('["a"]')
    add(buy, "--name", "@name.txt", "--lines", "@lines.yaml", "--tags", "@tags", "--extra", "@line")
    assert sent(shop) == {"name": "Ann\n", "lines": [{"sku": "x", "n": 2}], "tags": ["a"], "extra": {"sku": "y"}}
    add(buy, "--name", "x", "--lines", "@line", "--tags", "@name.txt")
    assert sent(shop) == {"name": "x", "lines": [{"sku": "y"}], "tags": ["Ann\n"]}
    typed(b"text\n")
    add(buy, "--name", "-")
    assert sent(shop) == {"name": "text\n"}
    typed(b"name: Bo\ncount: 2\n")
    add(buy, "--body", "-", "--gift")
    assert sent(shop) == {"name": "Bo", "count": 2, "gift": True}
    typed(b"x", terminal=True)
    ended = buy("orders", "add-order", "--name", "-", "--note", "-")
    assert ended.code == 4
    assert "reading standard input" in ended.err
    assert "--note: standard input is read for another value already" in ended.err


def test_values_in_short(buy, shop, tmp_path):
    (tmp_path / "n.json").write_text("[1]")
    ended = buy(
        *(
            "orders",
            "add-order",
            "name=5",
            "count:=5",
            "lines[].sku=a",
            "lines[0].n:=1",
            "lines[]:={}",
            "address.city=Rome=x",
            "tags[]=t",
            "address[x]=y",
        ),
        *("extra:=@n.json", "note=@n.json", "--address", '{"zip": 1}', "pin=@@p", "query_filter=q", "gift:=true"),
    )
    said = "warning: orders.add_order: body/address/{}: the document declares no such property; it is sent as given\n"
    assert ended.err == "".join(f"aerostack: {said.format(name)}" for name in ("zip", "x"))
    assert sent(shop) == {
        **{"name": "5", "count": 5, "lines": [{"sku": "a", "n": 1}, {}], "tags": ["t"], "extra": [1], "note": "[1]"},
        **{"address": {"zip": 1, "city": "Rome=x", "x": "y"}, "pin": "@p", "gift": True},
    }
    assert shop.seen[-1][1] == "/orders?filter=q"
    assert buy("put-list", "body[].id:=1", "body[1].id:=2").code == 0
    assert sent(shop) == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--name", "x", "--name", "y"], "--name: given more than once, and it takes one value"),
        (["--name", "x", "name=y"], "--name: given more than once"),
        (["--name", "x", "--lines", "[{"], "--lines: is not valid JSON"),
        (["--name", "x", "--address", "x"], "--address: is not valid JSON"),
        (["--name", "x", "--count", "many"], "--count: expected integer, got string"),
        (["--name", "x", "--size", "huge"], "--size: must be one of 'small', 'large'"),
        (["--name", "x", "--lines", '[{"n": "1"}]'], "--lines[0].n: expected integer, got string"),
        (
            ["--name", "@missing"],
            "--name: missing can't be read: No such file or directory; a text that begins with @ is written @@",
        ),
        (["--name", "@bytes"], "--name: bytes is no text in UTF-8"),
        (["name=@bytes"], "--name: bytes is no text in UTF-8"),
        (["--name", "x", "--extra", "@bad.json"], "--extra: bad.json is not valid JSON"),
        (["--name", "x", "--extra", "@bytes"], "--extra: bytes is neither JSON nor YAML"),
        (["--body", "[{"], "--body: is not valid JSON"),
        (["--body", "{}", "--body", "{}"], "--body: given more than once"),
        (["--name", "x", "lines[1].n:=1"], "--lines: [1] comes before [0] is given"),
        (["--name", "x", "tags.a=1", "tags[]=x"], "--tags: [] is no place in what is given besides, which is no list"),
        (["--name", "x", "note=1", "note.a=1"], "--note: 'a' is no place in what is given besides, which is no object"),
        (["--name", "x", "other:=1"], "other: unknown argument"),
        (["--name", "x", "other:=[", "--count", "1"], "other: is not valid JSON"),
        ([], "--name: required, missing"),
    ],
)
def test_a_value_that_is_none_is_told_by_its_option_and_nothing_is_sent(buy, shop, tmp_path, words, said):
    (tmp_path / "bytes").write_bytes(b"\xff\x00[")
    (tmp_path / "bad.json").write_text("{'a': 1}")
    ended = buy("orders", "add-order", *words)
    assert (ended.code, ended.out) == (3 if "can't be read" in said else 4, "")
    assert ended.err.splitlines()[0].endswith("1 argument does not fit; nothing was sent")
    assert f"  {said}" in ended.err
    assert not shop.seen


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("true", "a switch takes no value"),
        ("name", "gives no value: give NAME=TEXT or NAME:=JSON"),
        ("=x", "gives no value"),
        ("lines[0.sku=x", "'lines[0.sku=x' has a bracket that is not closed"),
        ("[0]=x", "begins with no name"),
        ("a]b=x", "names no place"),
    ],
)
def test_a_word_that_gives_nothing_is_a_mistake_of_the_command_line(buy, word, said):
    ended = buy("orders", "add-order", word)
    assert ended.code == 2
    assert said in ended.err


def test_all_mistakes_are_told_at_once(buy, shop):
    ended = buy("orders", "add-order", "--lines", "[", "--address", "{", "tags[3]=x")
    assert ended.err.splitlines()[0] == "aerostack: 3 arguments do not fit; nothing was sent"
    assert [line.split(":")[0].strip() for line in ended.err.splitlines()[1:]] == ["--lines", "--address", "--tags"]


def test_files_are_sent_by_their_paths(buy, shop, typed, tmp_path):
    (tmp_path / "a.bin").write_bytes(b"\x00A")
    (tmp_path / "b.bin").write_bytes(b"\x00B")
    assert buy("upload", "--file", "a.bin", "--more", "@a.bin", "--more", "b.bin", "--about", "it").code == 0
    body = shop.seen[-1][3]
    assert body.count(b"\x00A") == 2
    assert b'name="more"; filename="b.bin"' in body
    typed(b"piped")
    assert buy("upload", "--file", "-").code == 0
    assert b"piped" in shop.seen[-1][3]
    shop.seen.clear()
    for words, said in [
        (["--file", "none"], "--file: none is not there; give the path of the file to send"),
        (["--file", "."], "--file: . is no file"),
        (["--file", "a.bin", "--file", "b.bin"], "--file: given more than once, and it takes one file"),
        (["file=x"], "--file: a file is given by its option"),
    ]:
        ended = buy("upload", *words)
        assert ended.code == (3 if said.startswith(("--file: none", "--file: .")) else 4)
        assert said in ended.err
    assert not shop.seen


def test_another_media_type_has_other_options(buy, shop):
    kind = "application/x-www-form-urlencoded"
    for words in (["--media-type", kind, "--code", "5"], [f"--media-type={kind}", "code=5"]):
        assert buy("orders", "add-order", *words).code == 0
        assert shop.seen[-1][3] == b"code=5"
    assert buy("orders", "add-order", "--media-type", "image/png").code == 4
    assert "--code" in buy("orders", "add-order", "--media-type", kind, "--help").out


# ---- what is written is read as the same

SPEC = Spec.load(SHOP)
FIELDS = {one.argument.name: one for one in Fields(SPEC.document, SPEC.operations["addOrder"], None, ()).options}
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8) | st.sampled_from(
    ["@a", "-", "null", "[", "--x", ""]
)
SCALARS = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | TEXTS
JSONS = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=5)
VALUES = {
    "name": TEXTS,
    "note": TEXTS | st.none(),
    "tags": st.lists(TEXTS, max_size=3),
    "lines": st.lists(st.dictionaries(TEXTS, JSONS, max_size=2), max_size=2),
    "count": st.integers(),
    "gift": st.booleans(),
    "extra": JSONS,
}


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({}, optional=VALUES))
@example({"name": "-", "tags": ["-", "@x"], "note": "null", "extra": "5"})
def test_an_example_is_read_as_it_was_meant(values):
    command = OperationCommand(SPEC, SPEC.operations["addOrder"], "add-order")
    words = [word for name, value in values.items() for one in written(FIELDS[name], value) for word in shlex.split(one)]
    with command.make_context("add-order", words) as ctx:
        assert Calling(command, Settings(), Own.given(ctx.params), ctx)._arguments() == values


PLACES = st.lists(st.text("ab.[]\\:= ", min_size=1, max_size=4), min_size=1, max_size=3)


@given(PLACES, TEXTS, st.booleans())
def test_a_name_in_short_may_hold_anything(names, text, as_json):
    escaped = [re_escape(one) for one in names]
    short = read_short(f"{'.'.join(escaped)}{':' if as_json else ''}={text}", ())
    assert (short.name, short.steps, short.text, short.json) == (names[0], tuple(names[1:]), text, as_json)


def re_escape(name):
    return "".join(f"\\{char}" if char in "\\.[]:=" else char for char in name)


def test_putting_makes_a_copy():
    before = {"a": [1]}
    assert put(before, ("a", None), 2) == {"a": [1, 2]}
    assert before == {"a": [1]}
    with pytest.raises(WordError):
        put(before, ("a", 0), 2)
    assert put(UNSET, (), 1) == 1


def test_a_text_that_begins_as_json_does_is_warned_of(buy):
    def told(*words):
        ended = buy("orders", "add-order", "--name", "{a", *words)
        assert ended.code == 0
        return ended.err

    warned = "aerostack: warning: {}: what is given begins as JSON does and is none; it is taken as a text\n"
    assert told("--note", "[note") == ""
    assert told("--extra", '{"a":') == warned.format("--extra")
    assert told("--tags", '["a"') == warned.format("--tags")
    assert told("--extra", '{"a": 1}', "--tags", "[]") == ""
    assert told("--extra", '{"a":', "-q") == ""


def test_what_is_unclear_is_told_in_the_words_of_the_command_line(buy):
    for words, said in (
        (["--name", "@"], "--name: @ names no file; a text that begins with @ is written @@"),
        (["--naem", "x"], "there is no option --naem, did you mean '--name'?"),
        (["--name", "x", "lins[0].sku=x"], "lins: unknown argument"),
        (["--name", "x", "-q", "-v"], "give --quiet or --verbose, not both"),
        (["--name", "x", "--dry-run", "--output", "json"], "leave out --output"),
    ):
        ended = buy("orders", "add-order", *words)
        assert ended.code in (2, 4)
        assert said in ended.err
        assert "--body." not in ended.err
        assert "--attempts" not in ended.err
