"""Completion: what each shell is told, by the protocol that its script speaks."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from aerostack_dynamic import cli

NAMES = {"bash": "AEROSTACK_LINE", "zsh": "COMP_WORDS", "fish": "COMP_WORDS"}


@pytest.fixture
def complete(monkeypatch, capfd, shop_file):
    """The completions of a line in a shell, without what is said of them."""

    def ask(shell, line):
        line = line.replace("SHOP", str(shop_file))
        last = "" if line.endswith(" ") else line.split(" ")[-1]
        monkeypatch.setenv("_AEROSTACK_COMPLETE", f"{shell}_complete")
        monkeypatch.setenv(NAMES[shell], line)
        monkeypatch.setenv("COMP_CWORD", last if shell == "fish" else str(len(line.split(" ")) - 1))
        monkeypatch.setenv("AEROSTACK_WORD", last.rpartition("=")[2])
        code = cli.main([])
        out, err = capfd.readouterr()
        assert err == ""
        if shell == "zsh":
            return code, out.rstrip("\n").split("\n")[1::3]
        return code, [row.partition("\t")[0].split(",", 1)[1] for row in out.splitlines() if row]

    return ask


@pytest.mark.parametrize("shell", NAMES)
def test_everything_that_has_a_name_is_completed(complete, shell, tmp_path):
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir" / "order.json").write_text("{}")
    (tmp_path / "dir" / ".hidden").write_text("{}")

    def found(line):
        return complete(shell, f"aerostack {line}")[1]

    assert found("--spec SHOP or") == ["orders"]
    assert {"orders", "mock_", "chat", "sandbox"} <= {*found("--spec SHOP ")}
    assert found("--spec SHOP orders a") == ["add-order"]
    assert found("--spec SHOP orders add-order --si") == ["--size"]
    assert found("--spec SHOP orders add-order --no-g") == ["--no-gift"]
    assert found("--spec SHOP orders add-order --body-na") == ["--body-name"]
    assert found("--spec SHOP orders add-order --size ") == ["small", "large"]
    assert found("--spec SHOP orders add-order --output y") == ["yaml"]
    value = "large" if shell == "bash" else "--size=large"
    assert found("--spec SHOP orders add-order --size=l") == [value]
    assert found("--spec SHOP orders add-order --lines @di") == ["@dir/"]
    assert found("--spec SHOP orders add-order --lines @dir/") == ["@dir/order.json"]
    assert found("--spec SHOP orders add-order --lines @dir/.") == ["@dir/.hidden"]
    assert found("--spec SHOP orders add-order --lines @none/") == []
    options = found("--spec SHOP orders add-order --name x ")
    assert "--size" in options
    assert "--name" not in options
    assert found("--spec SHOP orders add-order tags[") == []
    assert found("--spec SHOP call addO") == ["addOrder"]
    assert found("mo") == ["mock"]
    assert found("completion z") == ["zsh"]
    assert found("--spec=di") == (["dir/"] if shell == "bash" else ["--spec=dir/"])


def test_completion_works_without_a_document_and_never_complains(complete, tmp_path):
    (tmp_path / "broken.json").write_text("{")
    assert "sandbox" in complete("bash", "aerostack --spec broken.json ")[1]
    assert "sandbox" in complete("bash", "aerostack --spec broken.json orders ")[1]
    assert complete("bash", "aerostack --spec broken.json call x")[1] == []
    assert complete("bash", "aerostack --spec")[0] in (0, 1)


def test_a_file_is_left_to_the_shell(monkeypatch, capfd, shop_file):
    monkeypatch.setenv("_AEROSTACK_COMPLETE", "bash_complete")
    monkeypatch.setenv("AEROSTACK_LINE", f"aerostack --spec {shop_file} upload --file ")
    assert cli.main([]) == 0
    assert capfd.readouterr().out == "file,\n"
    for instruction in ("cmd_complete", "bash_nothing"):
        monkeypatch.setenv("_AEROSTACK_COMPLETE", instruction)
        assert cli.main([]) == 2


@pytest.mark.parametrize("shell", NAMES)
def test_the_script_of_each_shell_is_one(run, tmp_path, shell):
    ended = run("completion", shell)
    assert (ended.code, ended.err) == (0, "")
    assert "aerostack-dynamic" in ended.out
    assert ended.out.count("_AEROSTACK_COMPLETE") >= 2
    found = shutil.which(shell)
    if found is not None:
        (tmp_path / "script").write_text(ended.out)
        subprocess.run([found, "-n", "script"], check=True, cwd=tmp_path, timeout=20)
