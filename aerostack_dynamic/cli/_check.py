"""All that is wrong with a document, by the standard and by our own reading, each with its line, as text, JSON, or for GitHub."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from .._values import printable, shown
from ._common import wrapped
from ._places import lines_in
from ._print import json_text, painted
from ._standard import standard_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from .._load import Spec
    from .._values import Problem


class Finding(NamedTuple):
    """A problem, where it is in a file, and whether the `standard` says so or our own `reading` of the document."""

    problem: Problem
    source: str
    file: str
    line: int

    @property
    def value(self) -> dict[str, Any]:
        """It as a JSON value; `line` is from 1, 0 where it is not known."""
        one = self.problem
        return {
            "severity": one.severity,
            "source": self.source,
            "pointer": one.pointer,
            "message": one.message,
            "consequence": one.consequence,
            "rule": one.rule,
            "file": self.file,
            "line": self.line,
        }


class Report(NamedTuple):
    """What is wrong with a document, in the order of its lines, and a note on what was not judged, if anything."""

    spec: Spec
    name: str
    findings: Sequence[Finding]
    note: str

    def fails(self, on: str) -> bool:
        """Whether there are errors, or, for `warning`, any findings."""
        return any(on == "warning" or one.problem.severity == "error" for one in self.findings)

    def text(self, form: str) -> str:
        """It as text, as JSON, or as workflow commands of GitHub."""
        if form == "json":
            notes = [self.note] if self.note else []
            findings = [one.value for one in self.findings]
            return json_text({"document": self.name, "openapi": self.spec.openapi, "findings": findings, "notes": notes})
        lines = [*(_github if form == "github" else _text)(self.findings)]
        lines += [f"{'::notice::' if form == 'github' else 'note: '}{self.note}"] if self.note else []
        return "".join(f"{line}\n" for line in [*lines, _summary(self)])


def check(spec: Spec, file: Path | None) -> Report:
    """What is wrong with a document that was read from a file, or from none."""
    faults, note = standard_problems(spec)
    told = [(one, "reading") for one in spec.problems] + [(one, "standard") for one in faults]
    lines = {} if file is None else lines_in(file, {one.pointer for one, _ in told})
    name = file.as_posix() if file else ""
    found = [Finding(one, source, *lines.get(one.pointer, (name, 0))) for one, source in told]
    found.sort(key=lambda one: (one.file != name, one.file, one.line))
    return Report(spec, name or f"{spec.title} {spec.version}", found, note)


def _summary(report: Report) -> str:
    findings, spec = report.findings, report.spec
    errors = sum(one.problem.severity == "error" for one in findings)
    warnings = len(findings) - errors
    told = f"{_count(errors, 'error')}, {_count(warnings, 'warning')}" if findings else "nothing is wrong"
    kind = f"{'Swagger' if spec.openapi.startswith('2') else 'OpenAPI'} {printable(spec.openapi, 20)}"
    return f"{printable(report.name)}: {kind}, {_count(len(spec.operations), 'operation')}; {told}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _text(findings: Sequence[Finding]) -> Iterator[str]:
    for one in findings:
        place = f"{one.file}:{one.line}: " if one.line else f"{one.file}: " if one.file else ""
        severity = painted(one.problem.severity, fg="red" if one.problem.severity == "error" else "yellow", bold=True)
        told = wrapped(f"{printable(place, 500)}{one.problem.severity}: {shown(one.problem.message)}", sys.stdout, 4)
        yield told.replace(f"{one.problem.severity}:", f"{severity}:", 1)
        consequence = f"; {one.problem.consequence}" if one.problem.consequence and one.source == "reading" else ""
        by = "by the standard" if one.source == "standard" else f"found when reading{consequence}"
        where = wrapped(f"    {printable(one.problem.pointer or 'the root', 500)} ({by})", sys.stdout, 6)
        yield painted(where, dim=True)


def _github(findings: Sequence[Finding]) -> Iterator[str]:
    """Workflow commands: what GitHub shows beside the lines of a change."""
    from ..compare._report import github_data, github_property  # noqa: PLC0415  # for this form alone

    for one in findings:
        places = [f"file={github_property(one.file)}", f"line={one.line}"] if one.line else []
        settings = ",".join([*places, f"title={github_property(one.problem.rule)}"])
        yield f"::{one.problem.severity} {settings}::{github_data(str(one.problem))}"
