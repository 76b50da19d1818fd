"""What was found, for people and for machines: text, Markdown, JSON, JUnit XML and the annotations of GitHub's workflows.

A report is sections of entries; what a comparison or a replay found becomes one, and each format is a way to write it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias
from xml.etree import ElementTree  # only written here, never read

from .._values import Unset, printable, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ._changes import Change, Comparison
    from ._replayed import CheckedCall, Departure, ReplayCheck

Format: TypeAlias = Literal["text", "markdown", "json", "junit", "github"]
FORMATS: Final = ("text", "markdown", "json", "junit", "github")
FailOn: TypeAlias = Literal["used", "breaking", "any"]
# What a terminal shows of a witness; JSON has it whole.
_WITNESS: Final = 300
_ALSO: Final = 5
_INDEX: Final = re.compile(r"/\d+(?=/|$)")
_SIDES: Final = ("old", "new")


class Entry(NamedTuple):
    """One thing that was found.

    `fails` says whether it makes the command fail, `breaks` whether it breaks anybody. `where` is the operation, `subject` the place in
    its request or answer, `reason` how code meets it, `pointers` the places in the old and the new document, empty where there is none.
    Entries of one `key` are told once, by the first of them; `also` are then the labels of the others.
    """

    rule: str
    where: str
    subject: str
    message: str
    breaks: bool
    fails: bool
    data: Mapping[str, Any]
    known: str = ""
    pointers: tuple[str, str] = ("", "")
    witness: str = ""
    reason: str = ""
    key: object = None
    label: str = ""
    also: tuple[str, ...] = ()


class Section(NamedTuple):
    """Entries under a heading; `name` is its key in JSON."""

    name: str
    heading: str
    entries: Sequence[Entry]


class Report(NamedTuple):
    """All that was found, and one sentence about it."""

    title: str
    summary: str
    sections: Sequence[Section]
    data: Mapping[str, Any]

    @property
    def fails(self) -> bool:
        """Whether an entry makes the command fail."""
        return any(one.fails for section in self.sections for one in section.entries)

    def render(self, form: Format, lines: Mapping[str, tuple[str, int]] | None = None) -> str:
        """The report in a format. `lines` gives the file and the line of a pointer of the new document, for annotations."""
        match form:
            case "json":
                text = json.dumps(self._json(), ensure_ascii=False, indent=1)
                # What a terminal would obey is written as an escape, and so is then all that is not ASCII.
                plain = text.replace("\n", "").isprintable()
                return (text if plain else json.dumps(self._json(), indent=1)) + "\n"
            case "junit":
                return _junit(self)
            case "markdown":
                return "\n".join(_markdown(self)) + "\n"
            case "github":
                return "\n".join(_github(self, lines or {})) + "\n"
            case _:
                return "\n".join(_text(self)) + "\n"

    def _json(self) -> dict[str, Any]:
        sections = {one.name: [dict(entry.data) for entry in one.entries] for one in self.sections}
        return {**self.data, "summary": {one.name: len(one.entries) for one in self.sections}, **sections}


# ---- what becomes a report


def comparison_report(comparison: Comparison, fail_on: FailOn = "breaking") -> Report:
    """The report of a comparison: in two parts, or in three where it knows what is used.

    `fail_on` says what makes it fail: what breaks you (`used`; without knowing what is used, what breaks anybody), what breaks anybody
    (`breaking`), or every change (`any`).
    """
    old, new = comparison.old, comparison.new
    sections = [
        Section(name, heading, [_entry(change, reason, fails=fail_on == "any" or failing) for change, reason in pairs])
        for name, heading, pairs, failing in _parts(comparison, fail_on)
    ]
    told = ", ".join(f"{len(one.entries)} {_counted(one.name)}" for one in sections)
    title = f"{new.title or 'The document'} {old.version} to {new.version}"
    data = {"old": _document(old), "new": _document(new)}
    return Report(shown(title), told if comparison.changes else "no change", sections, data)


def _parts(comparison: Comparison, fail_on: FailOn) -> Iterator[tuple[str, str, list[tuple[Change, str]], bool]]:
    """The parts of a comparison: key, heading, changes with the reasons why they break you, and whether they fail."""
    reasons = comparison.reasons if comparison.used is not None else [""] * len(comparison.changes)
    pairs = [*zip(comparison.changes, reasons, strict=True)]
    breaking = [one for one in pairs if one[0].verdict != "compatible"]
    if comparison.used is None:
        yield "breaking", "Breaking", breaking, True
    else:
        yield "breaks_you", "Breaks you", [one for one in breaking if one[1]], True
        yield "breaking_unused", "Breaking, not used by you", [one for one in breaking if not one[1]], fail_on == "breaking"
    yield "compatible", "Compatible", [one for one in pairs if one[0].verdict == "compatible"], False


def _counted(name: str) -> str:
    return {"breaks_you": "break you", "breaking_unused": "breaking that you don't use"}.get(name, name)


def _document(spec: Any) -> dict[str, Any]:
    return {"title": spec.title, "version": spec.version, "sha256": spec.sha256}


def _entry(change: Change, reason: str, *, fails: bool) -> Entry:
    pointers = (change.old_pointer or "", change.new_pointer or "")
    # What one part of a document changes in many places.
    name = change.subject.rpartition("/")[2]
    key = (change.rule, pointers, name, change.verdict, change.known, bool(reason)) if any(pointers) else None
    return Entry(
        change.rule,
        _where(change.operation, change.method, change.path),
        change.subject,
        change.message,
        change.verdict != "compatible",
        fails,
        {**change.to_json(), "reason": reason} if reason else change.to_json(),
        "not decided" if change.verdict == "unknown" else change.known,
        pointers,
        "" if isinstance(change.witness, Unset) else json.dumps(change.witness, ensure_ascii=False),
        reason,
        key,
        f"{change.operation or 'the document'} {change.subject}".strip(),
    )


def replay_report(check: ReplayCheck) -> Report:
    """The report of a replay: the calls that break, those with a remark, and how many are as they were."""
    broken = [_departed(one, departure) for one in check.broken for departure in one.departures]
    noted = [_departed(one, departure) for one in check if one.ok for departure in one.departures]
    sections = [Section("broken", "Broken", broken), Section("noted", "Worth a look", noted)]
    counts = ", ".join(f"{number} {outcome}" for outcome, number in sorted(check.counts.items(), key=lambda pair: -pair[1]))
    title = f"{len(check)} recorded calls against {check.spec.title} {check.spec.version}"
    data = {"document": _document(check.spec), "calls": len(check), "outcomes": dict(check.counts)}
    return Report(shown(title), counts or "no call", sections, data)


def _departed(checked: CheckedCall, departure: Departure) -> Entry:
    call = checked.call
    data = {
        "call": checked.number,
        "operation": call.operation,
        "outcome": departure.outcome,
        "subject": departure.subject,
        "message": departure.message,
        "breaks": departure.breaks,
    }
    where = _where(call.operation, call.method, call.path)
    key = (departure.outcome, where, _INDEX.sub("/*", departure.subject), departure.message)
    number = f"call {checked.number}"
    breaks = departure.breaks
    return Entry(
        departure.outcome, where, departure.subject, departure.message, breaks, breaks, data, number, key=key, label=number
    )


def _where(operation: str | None, method: str, path: str) -> str:
    way = f"{method} {path}".strip()
    return printable(f"{operation} ({way})" if operation and way else operation or way or "the document", 300)


# ---- formats


def _text(report: Report) -> Iterator[str]:
    yield f"{report.title}: {report.summary}"
    for section in report.sections:
        if section.entries:
            yield f"\n{section.heading} ({len(section.entries)})"
        for where, entries in _grouped(_folded(section.entries)):
            yield f"  {where}"
            for one in entries:
                yield from _entry_lines(one)


def _entry_lines(one: Entry) -> Iterator[str]:
    known = f"  [{one.known}]" if one.known else ""
    yield f"    {one.rule}{'  ' if one.subject else ''}{printable(one.subject, 300)}{known}"
    yield f"      {printable(one.message, 1000)}"
    if one.reason:
        yield f"      you: {shown(one.reason)}"
    if one.also:
        yield f"      also: {_also(one)}"
    if one.breaks and one.witness:
        yield f"      for example: {printable(one.witness, _WITNESS)}"
    if one.breaks:
        yield from (f"      {side}: {printable(place, 300)}" for side, place in zip(_SIDES, one.pointers, strict=True) if place)


def _grouped(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    groups: dict[str, list[Entry]] = {}
    for one in entries:
        groups.setdefault(one.where, []).append(one)
    return list(groups.items())


def _folded(entries: Iterable[Entry]) -> list[Entry]:
    """Entries with those of one key told once."""
    groups: dict[object, list[Entry]] = {}
    for index, one in enumerate(entries):
        groups.setdefault(index if one.key is None else one.key, []).append(one)
    return [first._replace(also=tuple(one.label for one in others)) for first, *others in groups.values()]


def _also(one: Entry) -> str:
    told = ", ".join(printable(place, 200) for place in one.also[:_ALSO])
    return told + (f", and {len(one.also) - _ALSO} more" if len(one.also) > _ALSO else "")


def _markdown(report: Report) -> Iterator[str]:
    yield f"## {_escaped(report.title)}"
    yield f"\n{_escaped(report.summary)}"
    for section in report.sections:
        if section.entries:
            yield f"\n### {section.heading} ({len(section.entries)})\n"
            yield "| operation | place | what | rule | known |"
            yield "| --- | --- | --- | --- | --- |"
        for one in _folded(section.entries):
            example = f"<br>for example {_code(one.witness)}" if one.breaks and one.witness else ""
            also = f"<br>also {_escaped(_also(one))}" if one.also else ""
            cells = (_escaped(one.where), _code(one.subject), _escaped(one.message) + example + also, _code(one.rule), one.known)
            yield f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Text as Markdown shows it in a cell of a table, and nothing in it as a tag or a link."""
    plain = printable(text.replace("\n", " "), 1000)
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>|#~" else char for char in plain).replace("&", "&amp;").replace("@", "&#64;")


def _code(text: str) -> str:
    if not text:
        return ""
    plain = printable(text, _WITNESS).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in "".join(c if c == "`" else " " for c in plain).split()), default=0) + 1)
    return f"{fence} {plain} {fence}" if "`" in plain else f"`{plain}`"


def _junit(report: Report) -> str:
    entries = [one for section in report.sections for one in section.entries]
    failing = sum(one.fails for one in entries)
    root = ElementTree.Element("testsuites", name=_xml(report.title), tests=str(len(entries)), failures=str(failing))
    for section in report.sections:
        failed = sum(one.fails for one in section.entries)
        suite = ElementTree.SubElement(
            root, "testsuite", name=section.heading, tests=str(len(section.entries)), failures=str(failed), errors="0"
        )
        for one in section.entries:
            name = f"{one.rule} {one.subject}".strip()
            case = ElementTree.SubElement(suite, "testcase", classname=_xml(one.where), name=_xml(name))
            if one.fails:
                failure = ElementTree.SubElement(case, "failure", type=one.rule, message=_xml(one.message))
                failure.text = _xml("\n".join(_entry_lines(one)))
            elif one.breaks:
                ElementTree.SubElement(case, "system-out").text = _xml("\n".join(_entry_lines(one)))
    ElementTree.indent(root)
    return ElementTree.tostring(root, "unicode", xml_declaration=True) + "\n"


def _xml(text: str) -> str:
    """Text without the characters that XML 1.0 can't hold."""
    return shown(text)


def _github(report: Report, lines: Mapping[str, tuple[str, int]]) -> Iterator[str]:
    """Workflow commands: an error for what fails, a warning for what else breaks, and the sentence."""
    for one in (entry for section in report.sections for entry in _folded(section.entries) if entry.fails or entry.breaks):
        file, line = next((lines[place] for place in one.pointers[::-1] if place in lines), ("", 0))
        places = [f"file={github_property(file)}", f"line={line}"] if file else []
        settings = ",".join([*places, f"title={github_property(one.rule)}"])
        also = f"also {_also(one)}" if one.also else ""
        told = "; ".join(filter(None, (f"{one.where} {one.subject}".strip(), one.message, also)))
        yield f"::{'error' if one.fails else 'warning'} {settings}::{github_data(told)}"
    yield f"{report.title}: {report.summary}"


def github_data(text: str) -> str:
    """A text as the message of a workflow command of GitHub."""
    return shown(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def github_property(text: str) -> str:
    """A text as a setting of a workflow command of GitHub."""
    return github_data(text).replace(":", "%3A").replace(",", "%2C")
