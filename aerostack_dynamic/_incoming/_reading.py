"""A request as the document reads it: the operation that it is for, its arguments as JSON values, and everything that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, unquote_plus, urlsplit

from .._arguments import choose_media_type, kind_of
from .._codec import UndecodableError
from .._media_type import essence
from .._received import by_name, cookie_pairs
from .._shape import shape_at
from .._typed import is_list, is_mapping
from .._unstyle import as_is, otherwise, read_header, read_pairs, read_path, read_whole_query, split_query
from .._values import JSON, Problem, is_object, json_pointer, pointer_tokens, printable
from ._body import read_body
from ._credentials import credential_names
from ._find import find_operations
from ._judging import judging, undeclared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .._media_type import Codec
    from .._model import MediaType, Operation
    from .._received import Headers
    from .._shape import Shape
    from .._spec import BaseSpec
    from .._values import Location
    from ._find import Below, Found
    from ._judging import Judged, Judging

    Pairs = list[tuple[str, str]]


class Incoming(NamedTuple):
    """A request that was read.

    `arguments` are JSON values by location and wire name, as a RecordedCall has them: `{"path": {...}, "query": {...}, "header": {...},
    "cookie": {...}, "body": ...}`, a location without any left out; files in the body are described by their `filename`, `content_type`
    and `size`. `media_type` is that of the body as it was sent, parameters left out; None without a body. `problems` are all that is
    wrong with it.
    """

    operation: Operation
    arguments: Mapping[str, Any]
    media_type: str | None
    problems: tuple[Problem, ...]


def read_request(
    spec: BaseSpec,
    method: str,
    url: str,
    headers: Headers,
    body: bytes = b"",
    *,
    strict: bool = True,
    base: str | None = None,
    below: Below = "any",
    codecs: Sequence[Codec] = (),
) -> Incoming | None:
    """A request as the document reads it, by the operation it fits best where there are several; None where the document has none.

    `strict` refuses keys within the body that the document does not declare as well; parameters of the query that it does not declare
    are refused always. `base` is the path of a server that the document does not list, `below` as in `find_operations`, `codecs` are a
    user's own. Credentials are not looked at, see `missing_credentials`. Raises SpecError for an operation that is malformed.
    """
    given, best = by_name(headers), None
    for found in find_operations(spec, method, url, base=base, below=below):
        read = _Reading(spec, found, url, given, codecs).read(body, strict)
        if not read.problems:
            return read
        best = read if best is None or len(read.problems) < len(best.problems) else best
    return best


class _Reading:
    """One request that is being read, and the problems found in it so far."""

    def __init__(self, spec: BaseSpec, found: Found, url: str, headers: Mapping[str, str], codecs: Sequence[Codec]) -> None:
        self._spec = spec
        self._found = found
        self._query = urlsplit(url).query
        self._headers = headers
        self._codecs = codecs
        self._judging: Judging = judging(spec.document, found.operation)
        self._problems: list[Problem] = [*self._judging.faults]
        self._arguments: dict[str, Any] = {}

    def read(self, body: bytes, strict: bool) -> Incoming:
        """All of it."""
        known = self._judging.known
        for name, judged in known["path"].items():
            text = self._found.variables.get(name)
            self._take(judged, None if text is None else read_path(judged.parameter, text, judged.shape))
        self._read_query()
        for name, judged in known["header"].items():
            text = self._headers.get(name)
            self._take(judged, None if text is None else read_header(judged.parameter, text, judged.shape))
        if known["cookie"]:
            self._read_cookies(known["cookie"])
        media_type = self._read_body(body, strict)
        return Incoming(self._found.operation, self._arguments, media_type, tuple(self._problems))

    def _problem(self, location: Location, pointer: str, message: str, rule: str) -> None:
        self._problems.append(Problem(location, pointer, message, rule))

    # ---- parameters

    def _take(self, judged: Judged, readings: Iterator[JSON] | None) -> None:
        """Note the value of a parameter: the first reading that its schema lets stand, else the likeliest."""
        parameter = judged.parameter
        if readings is None:
            if parameter.required:
                self._problem(parameter.location, judged.pointer, "required, missing", "required")
            return
        first: tuple[JSON, list[Problem]] | None = None
        try:
            for value in _with_others(readings, judged.shape):
                problems = judged.problems(self._spec.document, value)
                first = first or (value, problems)
                if not problems:
                    first = value, problems
                    break
        except UndecodableError as error:
            if first is None:
                self._problem(parameter.location, judged.pointer, str(error), "content")
                return
        assert first is not None
        value, problems = first
        self._problems += problems
        self._arguments.setdefault(parameter.location, {})[parameter.name] = value

    def _read_query(self) -> None:
        known = self._judging.known["query"]
        whole = self._judging.known["querystring"]
        pairs = [(unquote_plus(name), text) for name, text in self._pairs()]
        if whole:
            for judged in whole.values():
                query = "&".join(f"{name}={text}" if text else name for name, text in self._pairs())
                self._take(judged, read_whole_query(judged.parameter, query, judged.shape) if query else None)
            return
        taken = credential_names(self._spec, self._found.operation, "query")
        for judged, mine in _shared_out(pairs, known, taken):
            # A key that is declared as a parameter as well may be sent as both.
            twice = judged.parameter.name in taken and not is_list(judged.shape)
            taken.update(name for name, _ in mine)
            self._take(judged, read_pairs(judged.parameter, mine[:1] if twice else mine, judged.shape) if mine else None)
        self._problems += [
            undeclared("query", name, known) for name in dict.fromkeys(name for name, _ in pairs) if name not in taken
        ]

    def _pairs(self) -> Pairs:
        """The pairs of the query without those that the path template has of its own, nothing decoded."""
        literals = [*self._found.taken]
        pairs: Pairs = []
        for name, text in split_query(self._query):
            written = next((one for one in (f"{name}={text}", name) if one in literals), None)
            if written is None:
                pairs.append((name, text))
            else:
                literals.remove(written)
        return pairs

    def _read_cookies(self, known: Mapping[str, Judged]) -> None:
        given = cookie_pairs(self._headers)
        for judged, mine in _shared_out([(unquote(name), text) for name, text in given], known, set()):
            raw = judged.parameter.style == "cookie"
            self._take(judged, read_pairs(judged.parameter, mine, judged.shape, as_is if raw else unquote) if mine else None)

    # ---- the body

    def _read_body(self, body: bytes, strict: bool) -> str | None:
        """Note the body, and give its media type."""
        content_type = self._headers.get("content-type", "")
        declared = self._found.operation.request_body
        if not body and not (content_type and declared and kind_of(content_type) in ("text", "form", "binary")):
            if declared and declared.required:
                self._problem("body", "", "required, missing", "required")
            return None
        name = essence(content_type)
        if declared is None:
            self._problem("body", "", "the document declares no body here", "undeclared")
            return name or None
        chosen = self._media_type(content_type)
        if not content_type and chosen is not None:
            content_type = chosen.name
        try:
            self._arguments["body"] = read_body(self._spec.document, chosen, content_type, body, self._codecs)
        except UndecodableError as error:
            self._problem("body", "", str(error), "content")
            return name or None
        if chosen is not None:
            problems = self._judging.body_problems(self._arguments, content_type, strict)
            if problems and kind_of(content_type) in ("form", "multipart"):
                problems = self._read_otherwise(chosen, problems, content_type, strict)
            self._problems += problems
        return name or None

    def _read_otherwise(self, chosen: MediaType, problems: list[Problem], content_type: str, strict: bool) -> list[Problem]:
        """Take another reading of each field that is wrong by the likeliest one, where that makes it right; what is wrong then."""
        body = self._arguments["body"]
        shape = shape_at(self._spec.document, chosen.schema.pointer) if chosen.schema else None
        for name in {pointer_tokens(one.pointer)[0] for one in problems if one.pointer} if shape and is_object(body) else ():
            if name in body:
                before, body[name] = body[name], otherwise(body[name], shape and (shape.properties.get(name) or shape.additional))
                found = self._judging.body_problems(self._arguments, content_type, strict)
                if len(found) < len(problems):
                    problems = found
                else:
                    body[name] = before
        return problems

    def _media_type(self, content_type: str) -> MediaType | None:
        declared = self._found.operation.request_body
        assert declared is not None
        if not content_type:
            self._problem("header", "/Content-Type", "a request with a body says of what media type it is", "content-type")
            return choose_media_type(declared)
        try:
            return choose_media_type(declared, content_type)
        except KeyError:
            message = f"the document has {', '.join(declared.content)}, not {printable(essence(content_type), 60)}"
            self._problem("header", json_pointer("Content-Type"), message, "content-type")
            return None


def _shared_out(pairs: Pairs, known: Mapping[str, Judged], taken: set[str]) -> Iterator[tuple[Judged, Pairs]]:
    """Each parameter with the pairs that write it. One whose members may have any name comes last, and has what is left."""
    spoken_for = {*known, *taken}
    greedy: list[Judged] = []
    for judged in known.values():
        if judged.parameter.explode and is_mapping(judged.shape) and _is_open(judged):
            greedy.append(judged)
            continue
        mine = _own_pairs(judged, pairs)
        spoken_for.update(name for name, _ in mine)
        yield judged, mine
    for judged in greedy:
        yield judged, [one for one in pairs if one[0] in judged.shape.properties or one[0] not in spoken_for]


def _is_open(judged: Judged) -> bool:
    """Whether the members of an object are written as pairs of names that the document does not tell."""
    parameter, shape = judged.parameter, judged.shape
    return parameter.content is None and parameter.style != "deepObject" and (shape.explicitly_open or not shape.properties)


def _own_pairs(judged: Judged, pairs: Pairs) -> Pairs:
    """The pairs that write a parameter: those of its name, those of its members, in deepObject style those with a key in brackets."""
    parameter, shape = judged.parameter, judged.shape
    name = parameter.name
    if parameter.content is None and parameter.style == "deepObject":
        return [one for one in pairs if one[0] == name or (one[0].startswith(f"{name}[") and one[0].endswith("]"))]
    if parameter.content is None and parameter.explode and is_mapping(shape):
        return [one for one in pairs if one[0] in shape.properties]
    return [one for one in pairs if one[0] == name]


def _with_others(readings: Iterator[JSON], shape: Shape) -> Iterator[JSON]:
    """Readings, an empty list beside one of an empty text, as both are written alike; and each otherwise, where none is right."""
    others: list[JSON] = []
    for value in readings:
        yield value
        if value == [""]:
            yield []
        others.append(otherwise(value, shape))
    yield from others
