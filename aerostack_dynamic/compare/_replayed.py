"""Recorded calls held against another document: would it take what they sent, and allow what they were answered and read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from .._codec import UndecodableError
from .._codecs import Decoding, as_json, decode
from .._errors import ArgumentsError, SpecError
from .._incoming import argument_problems
from .._judge import to_problems
from .._load import Spec, bundled_document, versions
from .._media_type import best_match, family
from .._recordings import is_upload, read_calls, with_operation
from .._result import pick_response
from .._schema import compile_schema
from .._shape import shape_at
from .._values import MASK, did_you_mean, is_array, is_object, printable
from ._presence import Presence, presence
from ._sources import Source, spec_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .._model import MediaType, Operation
    from .._recorded import RecordedAnswer, RecordedCall
    from .._reference import Document
    from .._values import JSON, Problem

Outcome: TypeAlias = Literal[
    "ok", "argument-invalid", "argument-missing", "operation-gone", "operation-moved", "answer-differs", "field-absent"
]
OUTCOMES: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        "ok": "the document takes the call and allows its answer",
        "argument-invalid": "an argument is not what the document asks for",
        "argument-missing": "the document requires an argument that the call does not give",
        "operation-gone": "the document has no such operation",
        "operation-moved": "the operation has another name, method or path",
        "answer-differs": "the document does not allow the answer that came",
        "field-absent": "a field of the answer that was read may be absent",
    }
)
_UNIONS: Final = frozenset({"anyOf", "oneOf", "not", "const", "enum", "if", "contains", "uniqueItems"})
_VARIABLE: Final = re.compile(r"\{[^{}]*\}")


class Departure(NamedTuple):
    """One thing by which a recorded call and a document do not fit.

    `subject` is the place in the request (`body/messages/0/role`, `query/limit`) or the answer (`200/choices`); `breaks` says whether
    the call breaks by it: a field that was always optional may be absent without that being news.
    """

    outcome: Outcome
    message: str
    subject: str = ""
    breaks: bool = True


@dataclass(frozen=True, slots=True)
class CheckedCall:
    """A recorded call and its departures; `number` is its place in the recording, from 1."""

    number: int
    call: RecordedCall
    departures: tuple[Departure, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing breaks."""
        return not any(one.breaks for one in self.departures)

    @property
    def outcome(self) -> Outcome:
        """`ok`, or that of the first departure that breaks."""
        broken: list[Outcome] = [one.outcome for one in self.departures if one.breaks]
        return broken[0] if broken else "ok"


@dataclass(frozen=True, slots=True, repr=False)
class ReplayCheck:
    """Every recorded call as another document judges it."""

    spec: Spec
    checks: Sequence[CheckedCall]

    @property
    def ok(self) -> bool:
        """Whether every call is."""
        return all(one.ok for one in self.checks)

    @property
    def broken(self) -> tuple[CheckedCall, ...]:
        """The calls that are not."""
        return tuple(one for one in self.checks if not one.ok)

    @property
    def counts(self) -> Mapping[Outcome, int]:
        """How many calls have which outcome."""
        return Counter(one.outcome for one in self.checks)

    def __iter__(self) -> Iterator[CheckedCall]:
        return iter(self.checks)

    def __len__(self) -> int:
        return len(self.checks)

    def __repr__(self) -> str:
        told = ", ".join(f"{number} {outcome}" for outcome, number in self.counts.items())
        return f"<ReplayCheck of {len(self)} calls against {printable(self.spec.title)} {printable(self.spec.version)}: {told or 'none'}>"


def replay_check(calls: Iterable[RecordedCall] | Path, spec: Source, *, old: Source | None = None) -> ReplayCheck:
    """Every recorded call, or every one of a recording, judged against another document. Documents are given as for `compare`.

    `old` is the document that the calls were recorded with; a bundled one is found by itself. With it, a field that was read and that
    the other document makes optional breaks; without, only one that the other document does not declare. What a recording has
    masked is not judged, nor are credentials, which none holds. Raises SpecError for what is no document, ArgumentsError for what are no
    calls, and OSError and ValueError for a recording that can't be read.
    """
    new, before = spec_of(spec, "spec"), None if old is None else spec_of(old, "old")
    _check_calls(calls)
    judge = _Judge(new, before)
    numbered = enumerate(read_calls(calls, before) if isinstance(calls, Path) else calls, 1)
    return ReplayCheck(new, tuple(CheckedCall(number, call, tuple(judge.departures(call))) for number, call in numbered))


def _check_calls(given: object) -> None:
    if isinstance(given, (str, bytes)) or not isinstance(given, (Path, Iterable)):
        raise ArgumentsError(f"calls: give recorded calls, or the Path of a recording, not a {type(given).__name__}")


class _Judge:
    """What holds calls against one document."""

    def __init__(self, spec: Spec, old: Spec | None) -> None:
        self._spec = spec
        self._document = spec.document
        self._olds = {spec.sha256: spec} if old is None else {}
        self._old = old
        self._by_path = {_way(one.method, one.path): one for one in spec.operations.values()}
        self._found: dict[tuple[str, str, str], tuple[Operation | None, tuple[Departure, ...]]] = {}
        self._fields: dict[tuple[object, ...], tuple[Departure, ...]] = {}

    def departures(self, call: RecordedCall) -> Iterator[Departure]:
        """All of one call. One that was sent by itself is the call that the document of its recording reads in it, or else this one."""
        if not call.operation:
            old = self._old_of(call)
            found = (with_operation(old, call) if old else None) or with_operation(self._spec, call)
            if found is None:
                yield _unread(call)
                return
            call = found
        key = call.operation, call.method, call.path
        operation, told = self._found.get(key) or self._found.setdefault(key, self._operation(call))
        yield from told
        if operation is None:
            return
        yield from self._arguments(operation, call)
        if call.answer is not None:
            yield from self._answer(operation, call, call.answer)

    def _operation(self, call: RecordedCall) -> tuple[Operation | None, tuple[Departure, ...]]:
        here = f"{call.method} {call.path}"
        named = self._spec.operations.get(call.operation)
        if named is not None:
            there = f"{named.method} {named.path}"
            same = _way(named.method, named.path) == _way(call.method, call.path)
            return named, () if same else (Departure("operation-moved", f"{call.operation} is {there}, no longer {here}"),)
        placed = self._by_path.get(_way(call.method, call.path))
        if placed is not None:
            return placed, (Departure("operation-moved", f"{here} is called {placed.operation_id}, no longer {call.operation}"),)
        hint = did_you_mean(call.operation, self._spec.operations)
        return None, (Departure("operation-gone", f"there is no {call.operation} ({here}){hint}"),)

    # ---- what was sent

    def _arguments(self, operation: Operation, call: RecordedCall) -> Iterator[Departure]:
        try:
            problems = argument_problems(self._spec, operation, call.arguments, call.media_type)
        except SpecError as error:
            yield Departure("argument-invalid", f"the operation can't be used: {error}")
            return
        for one in problems:
            if not _is_hidden(call.arguments, one):
                yield Departure(_kind_of(one), f"{one.message}", f"{one.location}{one.pointer}")

    # ---- what was answered

    def _answer(self, operation: Operation, call: RecordedCall, answer: RecordedAnswer) -> Iterator[Departure]:
        documented = pick_response(operation.responses, answer.status)
        if documented is None:
            if answer.status < 400:  # any server may fail as no document says
                yield Departure("answer-differs", f"the document has no status {answer.status}", str(answer.status))
            return
        content_type = next((text for name, text in answer.headers if name.lower() == "content-type"), "")
        media_type = best_match(documented.content, content_type)
        if media_type is None:
            if answer.body and documented.content and answer.status < 400:
                known = ", ".join(documented.content)
                yield Departure("answer-differs", f"the answer is {content_type or 'untyped'}, not {known}", str(answer.status))
        elif media_type.schema is not None and family(content_type) in ("json", "missing", "xml", "form"):
            yield from self._content(media_type, content_type, answer)
        yield from self._read_fields(operation, call, media_type)

    def _content(self, media_type: MediaType, content_type: str, answer: RecordedAnswer) -> Iterator[Departure]:
        assert media_type.schema is not None
        pointer = media_type.schema.pointer
        status = str(answer.status)
        try:
            shape = None if family(content_type) in ("json", "missing") else shape_at(self._document, pointer)
            value = as_json(decode(answer.body, content_type or "application/json", shape, Decoding()))
            findings = compile_schema(self._document, pointer, direction="response").findings(value)
        except UndecodableError as error:
            yield Departure("answer-differs", f"can't be read: {error}", status)
            return
        except SpecError as error:
            yield Departure("ok", f"the answer is not judged: {error}", status, breaks=False)
            return
        for one in to_problems(findings, "response") if findings else ():
            if not _is_masked(value, one.pointer, one.rule):
                yield Departure("answer-differs", one.message, status + one.pointer)

    def _read_fields(self, operation: Operation, call: RecordedCall, media_type: MediaType | None) -> Iterator[Departure]:
        if call.fields and call.answer is not None:
            old = self._old_of(call)
            key = operation.pointer, call.operation, call.document, call.answer.status, media_type and media_type.name, call.fields
            if key not in self._fields:
                self._fields[key] = tuple(self._absent(operation, call, media_type, old))
            yield from self._fields[key]

    def _absent(self, new: Operation, call: RecordedCall, media_type: MediaType | None, old: Spec | None) -> Iterator[Departure]:
        assert call.answer is not None
        for field in sorted(call.fields or ()):
            status, *tokens = field.split("/")
            if status != str(call.answer.status) or not tokens:
                continue
            now = _presence(self._document, media_type, tokens)
            before = _presence_before(old, call, tokens) if old else None
            if before is not None:
                if now >= before:
                    continue
                yield Departure("field-absent", _said(now), field)
            elif now is not Presence.REQUIRED:
                yield Departure("field-absent", _said(now), field, breaks=now is Presence.UNDECLARED)

    def _old_of(self, call: RecordedCall) -> Spec | None:
        """The document that a call was recorded with, where it can be had."""
        if self._old is not None or not call.document:
            return self._old
        if call.document not in self._olds:
            bundled = (Spec(bundled_document(version)) for version in versions())
            self._olds |= {one.sha256: one for one in bundled}
        return self._olds.get(call.document)


def _unread(call: RecordedCall) -> Departure:
    """What is said of a call that no operation fits: one that was sent by itself may well be of none, one of another tool was of some."""
    if call.path:
        why = "what it uploaded is not recorded" if is_upload(call) else "it fits no operation of the document"
        return Departure("ok", f"was sent by itself, and is not judged: {why}", breaks=False)
    where = printable(call.request.url.partition("?")[0])
    hint = "with the document of the recording (`old`), calls of other APIs are left out"
    return Departure("operation-gone", f"no operation takes {printable(call.request.method)} {where}; {hint}")


def _way(method: str, path: str) -> str:
    """Method and path, whatever its variables are called."""
    return f"{method.upper()} {_VARIABLE.sub('{}', path)}"


def _kind_of(problem: Problem) -> Outcome:
    """Whether an argument is missing altogether, or something is wrong with one."""
    depth = problem.pointer.count("/")
    at_top = depth == 1 or (problem.location == "body" and depth == 0)
    return "argument-missing" if problem.rule == "required" and at_top else "argument-invalid"


def _is_hidden(arguments: Mapping[str, JSON], problem: Problem) -> bool:
    return _is_masked(arguments.get(problem.location), problem.pointer, problem.rule)


def _is_masked(value: Any, pointer: str, rule: str) -> bool:
    """Whether what a rule speaks of stands behind a mask: the value itself or, for what looks at a whole, one within."""
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if is_object(value) and name in value:
            value = value[name]
        elif is_array(value) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return False
        if value == MASK:
            return True
    return rule in _UNIONS and _holds_mask(value)


def _holds_mask(value: Any) -> bool:
    if is_object(value):
        return any(map(_holds_mask, value.values()))
    return any(map(_holds_mask, value)) if is_array(value) else bool(value == MASK)


def _presence(document: Document, media_type: MediaType | None, tokens: Sequence[str]) -> Presence:
    if media_type is None or media_type.schema is None:
        return Presence.UNDECLARED
    names = [one.replace("~1", "/").replace("~0", "~") for one in tokens]
    try:
        return presence(document, media_type.schema.pointer, names)
    except SpecError:
        return Presence.UNDECLARED


def _presence_before(old: Spec, call: RecordedCall, tokens: Sequence[str]) -> Presence | None:
    """What the document of the recording said of a field; None where it does not speak of such an answer."""
    operation = old.operations.get(call.operation)
    if operation is None or call.answer is None:
        return None
    documented = pick_response(operation.responses, call.answer.status)
    content_type = next((text for name, text in call.answer.headers if name.lower() == "content-type"), "")
    media_type = best_match(documented.content, content_type) if documented else None
    return _presence(old.document, media_type, tokens) if media_type and media_type.schema else None


def _said(now: Presence) -> str:
    return "was read, and the document does not declare it" if now is Presence.UNDECLARED else "was read, and may be absent"
