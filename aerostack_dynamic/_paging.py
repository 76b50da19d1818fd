"""How a list goes on after its first page, as `x-aerostack-pages` of an operation says: read, and held against the operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias, get_args

from ._call import layout_of
from ._errors import SpecError
from ._media_type import TOKEN, family
from ._shape import shape_at
from ._values import Problem, as_warnings, did_you_mean, doubtful, is_array, is_object, json_pointer, pointer_tokens, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._arguments import Layout
    from ._model import Operation
    from ._reference import Document
    from ._shape import Shape

Kind: TypeAlias = Literal["cursor", "offset", "page", "link", "single"]
EXTENSION: Final = "x-aerostack-pages"
_KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_SOURCES: Final = ("output", "more", "done", "total")
_WORDS: Final = ("kind", "input", "output", "more", "done", "total", "items", "limit", "start")
# Which words a kind must have and may have beside the ones that all may have.
_MUST: Final = (("cursor", "input output"), ("offset", "input"), ("page", "input"), ("link", ""), ("single", ""))
_MAY: Final = (("cursor", ""), ("offset", "total start"), ("page", "total start"), ("link", "output"), ("single", ""))
_COMMON: Final = ("kind", "more", "done", "items", "limit")
_EXAMPLE: Final = "{input: cursor, output: /next_cursor, items: /data}"


class Target(NamedTuple):
    """Where a value is put: into the argument of this name, or within it at `tokens`."""

    name: str
    tokens: tuple[str, ...] = ()
    secret: bool = False


class Source(NamedTuple):
    """Where a value is found in an answer: at the JSON pointer of these `tokens` in its data, or in a `header`."""

    tokens: tuple[str, ...]
    header: str | None = None

    def __str__(self) -> str:
        return f"the header {self.header}" if self.header else json_pointer(*self.tokens) or "its root"


class PageRules(NamedTuple):
    """What `x-aerostack-pages` says, read. `flag` tells of more to come, or of the end where `ends` is True."""

    kind: Kind
    items: Source | None = None
    input: Target | None = None
    output: Source | None = None
    flag: Source | None = None
    ends: bool = False
    total: Source | None = None
    limit: Target | None = None
    start: int = 0


def page_rules(document: Document, operation: Operation) -> PageRules:
    """How an operation's list goes on. Raises SpecError where the document does not say, or says what can't be followed."""
    return document.once(("pages", operation.pointer), lambda: _Reader(document, operation).read())


def goes_on(operation: Operation) -> bool:
    """Whether the document says that the operation gives a list over several pages."""
    try:
        return EXTENSION in operation.details.extensions
    except SpecError:  # such an operation can't be called
        return False


def page_problems(document: Document, operation: Operation) -> Iterator[Problem]:
    """What is wrong with an operation's `x-aerostack-pages`: errors that keep its pages from being asked for, and doubts."""
    if EXTENSION not in operation.details.extensions:
        return
    consequence = "its pages can't be asked for; all else works"
    try:
        rules = page_rules(document, operation)
    except SpecError as error:
        yield from as_warnings(error.problems, consequence)
        return
    doubted = (
        ("items", rules.items),
        ("output", rules.output),
        ("done" if rules.ends else "more", rules.flag),
        ("total", rules.total),
    )
    for word, source in doubted:
        if source is not None and source.header is None and not declares(document, operation, source.tokens):
            place = operation.pointer + json_pointer(EXTENSION, word)
            message = f"no answer of 2xx declares {json_pointer(*source.tokens)}"
            yield doubtful(place, message, "it is looked for all the same")


def declares(document: Document, operation: Operation, tokens: tuple[str, ...]) -> bool:
    """Whether a 2xx answer of JSON may have something at a pointer, by its schema; True where no schema speaks of it."""
    for status, response in operation.responses.items():
        for name, media_type in response.content.items():
            success = status.startswith(("2", "default")) and family(name) == "json"
            if success and (media_type.schema is None or _has(shape_at(document, media_type.schema.pointer), tokens)):
                return True
    return not operation.responses


def _has(shape: Shape | None, tokens: tuple[str, ...]) -> bool:
    for token in tokens:
        if shape is None:
            return True
        if "array" in shape.types:
            shape = shape.items
        elif token in shape.properties:
            shape = shape.properties[token]
        else:
            return not shape.properties
    return True


class _Reader:
    def __init__(self, document: Document, operation: Operation) -> None:
        self._document = document
        self._operation = operation
        self._problems: list[Problem] = []
        self._said: dict[str, Any] = {}

    def read(self) -> PageRules:
        raw = self._operation.details.extensions.get(EXTENSION)
        if raw is None:
            self._refuse("", f"missing: an overlay, or the document, says there how the list goes on, such as {_EXAMPLE}")
        elif not is_object(raw):
            self._refuse("", f"is no object, such as {_EXAMPLE}")
        else:
            self._said = raw
        rules = None if self._problems else self._rules()
        if rules is None or self._problems:
            error = SpecError("how the pages of this list follow each other can't be told", self._problems)
            error.operation = self._operation.dotted
            raise error
        return rules

    def _refuse(self, word: str, message: str) -> None:
        pointer = self._operation.pointer + json_pointer(EXTENSION, *([word] if word else []))
        self._problems.append(Problem("document", pointer, message, "document"))

    def _rules(self) -> PageRules | None:
        kind = self._kind()
        if kind is None:
            return None
        self._check_words(kind)
        layout = layout_of(self._document, self._operation, None)
        flag = "more" if "more" in self._said else "done"
        return PageRules(
            kind,
            self._source("items"),
            self._target(layout, "input"),
            self._source("output"),
            self._source(flag),
            flag == "done",
            self._source("total"),
            self._target(layout, "limit"),
            self._start(1 if kind == "page" else 0),
        )

    def _kind(self) -> Kind | None:
        """The kind that is said, or the one that `input` and `output` make."""
        kind = self._said.get("kind")
        if kind is None:
            if ("input" in self._said) == ("output" in self._said):
                return "cursor" if "input" in self._said else "single"
            self._refuse("kind", "missing: input alone is of kind offset or page, output alone of kind link")
            return None
        if kind not in _KINDS:
            self._refuse("kind", f"is one of {', '.join(_KINDS)}, not {printable(repr(kind), 40)}")
            return None
        return kind  # type: ignore[no-any-return]  # one of them, as tested

    def _check_words(self, kind: Kind) -> None:
        must, may = dict(_MUST)[kind].split(), dict(_MAY)[kind].split()
        for word in must:
            if word not in self._said:
                self._refuse(word, f"missing: pages of kind {kind} need it")
        for word in self._said:
            if word not in _WORDS:
                known = f"; the words are {', '.join(_WORDS)}"
                self._refuse(word, f"unknown{did_you_mean(word, _WORDS) or known}")
            elif word not in (*_COMMON, *must, *may):
                self._refuse(word, f"pages of kind {kind} have no {word}")
        if "more" in self._said and "done" in self._said:
            self._refuse("done", "given beside more; a list has one of them")
        if kind == "single" and not {"more", "done", "items"} & {*self._said}:
            self._refuse("", f"says nothing, where it could say {_EXAMPLE}")

    def _source(self, word: str) -> Source | None:
        if word not in self._said:
            return None
        said = self._said[word]
        if isinstance(said, str) and (not said or said.startswith("/")):
            return Source(tuple(pointer_tokens(said)))
        if isinstance(said, str) and word in _SOURCES and TOKEN.fullmatch(said):
            return Source((), said)
        or_header = " or the name of a header" if word in _SOURCES else ""
        self._refuse(word, f"is no JSON pointer into the answer, such as '/data'{or_header}")
        return None

    def _target(self, layout: Layout, word: str) -> Target | None:
        if word not in self._said:
            return None
        said = self._said[word]
        found = _placed(layout, said) if isinstance(said, str) and said else None
        if found is None:
            known = ", ".join(one.name for one in layout.arguments) or "none"
            guess = did_you_mean(said, (one.name for one in layout.arguments)) if isinstance(said, str) else ""
            self._refuse(word, f"names no argument of the operation{guess or f'; it has {known}'}")
        return found

    def _start(self, usual: int) -> int:
        start = self._said.get("start", usual)
        if isinstance(start, bool) or not isinstance(start, int):
            self._refuse("start", "is a whole number, of the first page or item")
            return usual
        return start


def _placed(layout: Layout, said: str) -> Target | None:
    """The argument of a name, of a dotted way into one, or of a JSON pointer into the body."""
    if said.startswith("/"):
        tokens = tuple(pointer_tokens(said))
        if layout.media_type is None:
            return None
        if not layout.flat:
            return Target("body", tokens, layout.accepted["body"].secret)
        argument = layout.accepted.get(f"body_{tokens[0]}")
        return Target(f"body_{tokens[0]}", tokens[1:], argument.secret) if argument else None
    if said in layout.accepted:
        return Target(said, (), layout.accepted[said].secret)
    head, _, rest = said.partition(".")
    argument = layout.accepted.get(head)
    return Target(head, tuple(rest.split(".")), argument.secret) if argument and rest else None


# ---- in an answer, and among arguments


def value_at(data: Any, tokens: tuple[str, ...]) -> tuple[bool, Any]:
    """Whether something stands at a JSON pointer, and what. `-1`, `-2`, ... count an array's items from its end."""
    for token in tokens:
        if is_array(data):
            index = int(token) if token.removeprefix("-").isdecimal() and token.isascii() else len(data)
            if not -len(data) <= index < len(data):
                return False, None
            data = data[index]
        elif is_object(data) and token in data:
            data = data[token]
        else:
            return False, None
    return True, data
