"""What groups, operations and options are called; help, of any document."""

from __future__ import annotations

import json
import re

import pytest

from aerostack_dynamic import Spec, versions
from aerostack_dynamic._values import Problem
from aerostack_dynamic.cli._fields import Fields
from aerostack_dynamic.cli._named import command_of, shown_names

ODD = "\x1b]0;x\x07\u202e"


def test_python_names_become_commands():
    assert shown_names(["ai_chat", "class_", "id", "id_", "mock"], ["mock"]) == {
        "ai-chat": "ai_chat",
        "class": "class_",
        "id": "id",
        "id_": "id_",
        "mock_": "mock",
    }


@pytest.mark.parametrize("version", versions())
def test_every_command_of_a_bundled_document_has_help_and_an_example(run, version):
    root = run("--spec-version", version, "--help")
    assert (root.code, root.err) == (0, "")
    spec = Spec.bundled(version)
    for group in spec.groups:
        assert re.search(rf"^  {group} ", root.out, re.MULTILINE)
        assert run("--spec-version", version, group, "--help").code == 0
    for operation in spec.operations.values():
        words = command_of(spec, operation, ()).split()
        shown = run("--spec-version", version, *words, "-h")
        assert (shown.code, shown.err) == (0, "")
        assert f"{operation.method} {operation.path}" in shown.out
        required = [one.name.rstrip("_").replace("_", "-") for one in operation.arguments if one.required]
        assert all(re.search(rf"--{name} .*\n?.*required", shown.out, re.DOTALL) for name in required)
        assert run("--spec-version", version, *words, "--example").out.startswith(
            f"aerostack --spec-version {version} {' '.join(words)}"
        )


def test_help_reads_no_more_than_it_shows(run, tmp_path):
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Big", "version": "1"},
        "paths": {f"/x{n}": {"get": {"operationId": f"getX{n}", "parameters": 5}} for n in range(1000)},
    }
    (tmp_path / "big.json").write_text(json.dumps(document))
    shown = run("--spec", "big.json", "--help")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.count("GET /x") == 1000
    assert run("--spec", "big.json", "get-x7", "--help").code in (0, 3)


def test_a_group_and_its_operations(buy):
    shown = buy("--help").out
    assert re.search(r"^  orders +What people want\.$", shown, re.MULTILINE)
    assert re.search(r"^  mock_ +1 operation$", shown, re.MULTILINE)
    assert re.search(r"^  mock +Play a document", shown, re.MULTILINE)
    assert re.search(r"^  gone +\(deprecated\) DELETE /gone$", shown, re.MULTILINE)
    group = buy("orders", "--help").out
    assert re.search(r"^  add-order +Add an order$", group, re.MULTILINE)
    shown = buy("orders", "add-order", "--help").out
    assert "\x1b" not in shown
    assert "It is kept.\n\n  For ever." in shown
    assert re.search(r"--name TEXT +Who it is\\x1b\[31m for\.  \[required\]", shown)
    assert re.search(r"--count INTEGER +\[integer, 1 to 9, default 1\]", shown)
    assert "--size [small|large]" in shown
    assert "--gift / --no-gift" in shown
    assert re.search(r"--tags TEXT +\[list of strings\]", shown)
    assert re.search(r"--note TEXT +\[string or null\]", shown)
    assert "--body-filter TEXT" in shown
    assert "--query-filter TEXT" in shown
    assert "--all" not in shown
    assert "--all" in buy("orders", "list-orders", "--help").out
    assert "--stream / --no-stream" in buy("chat", "--help").out


@pytest.mark.parametrize(
    "words",
    [
        ["orders", "add-order"],
        ["orders", "add_order"],
        ["Orders", "addOrder"],
        ["call", "addOrder"],
        ["call", "orders.add_order"],
        ["call", "Orders.addOrder"],
        ["call", "POST /orders"],
        ["call", "POST", "/orders"],
    ],
)
def test_an_operation_goes_by_all_its_names(buy, shop, words):
    assert buy(*words, "--name", "Ann").code == 0
    assert shop.seen[0][:2] == ("POST", "/orders")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["order"], "no command 'order', did you mean 'orders'?"),
        (["addOrder"], "no command 'addOrder', did you mean 'orders add-order'?"),
        (["orders", "add"], "orders has no operation 'add', did you mean 'add-order'?"),
        (["orders", "wrong"], "orders has no operation 'wrong', did you mean 'call wrong'?"),
        (["call", "addOrdr"], "no operation 'addOrdr', did you mean 'addOrder'?"),
        (["call", ODD], r"no operation '\x1b]0;x\x07\u202e'"),
        (["orders", "add-order", "--nme", "x"], "no option --nme, did you mean '--name'"),
        (["any", "--spec", "x"], "--spec stands before the command: aerostack --spec ... any"),
        (["orders", "--nothing"], "no option --nothing"),
        (["xyzzy"], "no command 'xyzzy'"),
        (["any", "--dry-run", "--curl"], "give one of --dry-run, --curl and --example"),
    ],
)
def test_a_wrong_name_is_told_with_what_it_may_mean(buy, shop, words, said):
    ended = buy(*words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert not shop.seen


def test_without_a_document_the_packages_own_commands_work(run, tmp_path):
    (tmp_path / "broken.json").write_text("{")
    for name in ("broken.json", "missing.json"):
        ended = run("--spec", name, "--help")
        assert ended.code == 0
        assert "sandbox" in ended.out
        assert ended.err.startswith("aerostack: the document's own commands are left out: ")
        assert ended.err.count("\n") == 1
        assert run("--spec", name, "diff", "--help").code == 0
        assert run("--spec", name, "orders").code == 3
        assert run("--spec", name, "call", "x").code == 3


def hostile():
    names = ["a/b", "--help", "help", "output", "no_x", "x", "-", "", "=", ODD, "filter[a]", "é", "a b", "body", "self", "no-x"]
    parameters = [{"name": one, "in": "query", "schema": {"type": "boolean" if one == "x" else "string"}} for one in names]
    operation = {"tags": [ODD, "diff"], "summary": ODD, "description": ODD, "parameters": parameters, "responses": {}}
    properties = {one: {"description": ODD, "enum": [ODD, "a|b"]} for one in names}
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": properties}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": ODD, "version": "1"},
        "tags": [{"name": ODD, "description": ODD}],
        "paths": {f"/{ODD}": {"get": {**operation, "operationId": ODD}, "post": {**operation, "requestBody": body}}},
    }


def test_a_hostile_document_writes_nothing_odd(run, tmp_path):
    (tmp_path / "odd.json").write_text(json.dumps(hostile()))
    spec = Spec.load(tmp_path / "odd.json")
    (group, *_) = spec.groups
    shown = [run("--spec", "odd.json", *words) for words in (["--help"], [group, "--help"])]
    for operation in spec.operations.values():
        words = ["--spec", "odd.json", "call", operation.dotted]
        shown += [run(*words, "--help"), run(*words, "--example"), run(*words, "--no-such"), run(*words, "--x=1")]
        shown.append(
            run(
                "--spec", "odd.json", "--server", "http://127.0.0.1:9", "call", operation.dotted, "--query-output", "1", "--dry-run"
            )
        )
    for one in shown:
        assert one.code in (0, 2, 4), one
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", one.out + one.err), one
    assert any("--no-x TEXT" in one.out for one in shown)


def test_problems_are_told_in_the_commands_words():
    spec = Spec.bundled()
    operation = spec.operations["aiChat"]
    fields = Fields(spec.document, operation, None, ())
    places = {
        ("body", "/messages/0/role"): "--messages[0].role",
        ("body", ""): "--body",
        ("body", "/other/a~1b"): "other.a/b",
        ("query", "/x"): "query/x",
        ("query", ""): "query",
        ("body", "no pointer"): "bodyno pointer",
    }
    assert {key: fields.place(Problem(*key, "m", "r")) for key in places} == places


def test_help_shows_no_marks_of_html(run, tmp_path):
    about = "<p>What\nit <b>is</b>.</p>"
    parameter = {"name": "id", "in": "query", "description": about, "schema": {"type": "string"}}
    one = {
        "operationId": "one",
        "tags": ["T"],
        "description": about,
        "parameters": [parameter],
        "responses": {"200": {"description": ""}},
    }
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "tags": [{"name": "T", "description": about}]}
    (tmp_path / "marks.json").write_text(json.dumps({**document, "paths": {"/a": {"get": one}}}))
    for words in ([], ["t"], ["t", "one"]):
        shown = run("--spec", "marks.json", *words, "--help").out
        assert "What" in shown
        assert not any(mark in shown for mark in ("<p>", "<b>", "\\n"))
