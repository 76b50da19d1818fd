"""One document, played by a mock in this process: `python -m surveying.mocked JOB`. Tells line by line, as the survey of calls does.

Each operation is called with generated arguments, those that are required and then all, through a client whose transport is a
MockTransport. What is answered is judged by openapi-core, which knows nothing of the package; where it can't load the document, or crashes,
by openapi-schema-validator against the answer's schema.
"""

from __future__ import annotations

import copy
import json
import logging
import re
import sys
import warnings
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx

from aerostack_dynamic import AerostackError, Client, CredentialsError, RetryPolicy, Validation
from aerostack_dynamic._arguments import kind_of, ranked
from aerostack_dynamic._formats import FORMATS
from aerostack_dynamic._generate import NoInstanceError, instance_of
from aerostack_dynamic._lower import Lowering
from aerostack_dynamic._schema_sets import ValueSet
from aerostack_dynamic._shape import shape_at
from aerostack_dynamic.testing import MockError, MockTransport
from surveying.calls import cause_of, dummies, plain, whole
from surveying.limits import bounded, tell
from surveying.loading import loaded
from surveying.wire import LOOPBACK, Fault, origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from aerostack_dynamic import Operation, Spec
    from aerostack_dynamic._model import Encoding, MediaType, Parameter
    from aerostack_dynamic._shape import Shape

    Row = dict[str, Any]

MODES = ("min", "full")
# A path that no document has.
ALONE = "/-/judged/by/itself/-"
# Headers whose parameters are ignored (OpenAPI 3.1, section 4.8.12.2).
STANDARD = ("accept", "authorization", "content-type")
# What stands between the items of a style, and of how many values one without it is sought.
BETWEEN = {"spaceDelimited": " ", "pipeDelimited": "|"}
TRIES = 12
# What is no body of its own kind to the judges: items are judged by the client where it reads them.
STREAMS = ("text/event-stream", "application/x-ndjson", "application/jsonl", "application/json-seq", "application/ndjson")


class Judgment(NamedTuple):
    """Who judged, and what is wrong; None where nothing is, or nobody could."""

    judge: str
    fault: Fault | None


class Kept(httpx.BaseTransport):
    """A mock that keeps the last exchange."""

    def __init__(self, mock: MockTransport) -> None:
        self._mock = mock
        self.last: tuple[httpx.Request, httpx.Response, bytes] | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._mock.handle_request(request)
        content = response.read()
        self.last = request, response, content
        return httpx.Response(response.status_code, headers=response.headers, content=content)


class Judge:
    """openapi-core with the document's servers replaced by the one that is called; openapi-schema-validator behind it."""

    def __init__(self, spec: Spec, document: Path) -> None:
        self._spec = spec
        self._uri = document.as_uri()
        self.unloaded: Fault | None = None
        try:
            self._openapi: Any = self._load()
        except Exception as error:
            self._openapi = None
            self.unloaded = Fault(f"openapi-core can't load it: {type(error).__name__}", str(error)[:300])

    def _load(self, alone: Any = None) -> Any:
        """openapi-core for the document; with the path item that is asked of at a path which no other is like."""
        from openapi_core import Config, OpenAPI

        raw = copy.deepcopy(self._spec.document.raw) if alone is None else {**self._raw}
        raw["servers"] = [{"url": LOOPBACK}]
        for item in (*raw.get("paths", {}).values(), alone):
            for one in (item, *(item.values() if isinstance(item, dict) else ())):
                if isinstance(one, dict):
                    one.pop("servers", None)
        self._raw = raw
        if alone is not None:
            raw = {**raw, "paths": {**raw["paths"], ALONE: alone}}
        # Whether the document is valid is not asked: real ones seldom are.
        config = Config(spec_validator_cls=None, extra_format_validators=_checks(self._spec))
        return OpenAPI.from_dict(raw, config=config, base_uri=self._uri)

    def judge(self, operation: Operation, request: httpx.Request, response: httpx.Response, content: bytes) -> Judgment:
        """Who judges an answer, and what is wrong with it."""
        content_type = response.headers.get("content-type", "")
        if content_type.partition(";")[0].strip().lower() in STREAMS:
            return Judgment("none: a stream", None)
        if not operation.responses:
            return Judgment("none: the document describes no answer", None)
        why = "can't load it"
        if self._openapi is not None:
            # What is in the path's places is not asked; a document may have servers of several paths.
            path = re.sub(r"\{[^}]*\}", "x", operation.path)
            why, fault = _by_core(self._openapi, request.method, path, operation.path, response, content)
            item = self._raw.get("paths", {}).get(operation.path)
            if (why or fault) and isinstance(item, dict):
                # It may have taken the path for another one.
                why, fault = _by_core(self._load(copy.deepcopy(item)), request.method, ALONE, ALONE, response, content)
            if not why:
                return Judgment("openapi-core", fault)
        return self._by_schema(operation, response, content, why)

    def _by_schema(self, operation: Operation, response: httpx.Response, content: bytes, why: str) -> Judgment:
        found = _schema_of(operation, response)
        if found is None or "xml" in response.headers.get("content-type", ""):
            return Judgment(
                f"none: openapi-core {why}, and {'there is no schema' if found is None else 'nothing else reads XML'}", None
            )
        try:
            value = json.loads(content) if content or "json" not in response.headers.get("content-type", "") else None
        except ValueError:
            value = content.decode("utf-8", "replace")
        try:
            error = next(iter(_validator(self._spec, found).iter_errors(value)), None)
        except Exception as crash:
            return Judgment(f"none: openapi-core {why}, nor does openapi-schema-validator ({type(crash).__name__})", None)
        fault = None if error is None else Fault(f"{error.validator}: {plain(error.message)}", error.message[:300])
        return Judgment(f"openapi-schema-validator (openapi-core {why})", fault)


# What openapi-core says where it does not know an operation's method or path, or has no reading of a media type.
UNABLE = ("OperationNotFound", "PathNotFound", "PathsNotFound")


def _unable(error: Exception, content_type: str) -> str:
    """Why openapi-core can't judge; empty where it can."""
    name = type(error).__name__
    if not type(error).__module__.startswith("openapi_core."):
        return f"crashes ({name})"
    if name in UNABLE:
        return f"does not find it ({name})"
    # All that is no JSON, XML or form is a text to it, whatever its schema says, and some JSON is bytes; what is empty is nothing.
    if any(isinstance(one.instance, bytes) for one in _schema_errors(error)):
        return "does not read the media type"
    return "" if "json" in content_type else "takes all but JSON as text"


def _schema_errors(error: BaseException | None) -> Sequence[Any]:
    """What was broken of a schema, which the innermost of several exceptions has."""
    found: Sequence[Any] = ()
    while error is not None:
        found = getattr(error, "schema_errors", None) or found
        error = error.__cause__
    return [*found]


def _checks(spec: Spec) -> dict[str, Callable[[object], bool]]:
    """Formats that the judges know only with packages of their own, lest one of them sees no difference between two alternatives.

    Their `time` is that of draft 3, which has no offset; RFC 3339 wants one.
    """

    def check(name: str) -> Callable[[object], bool]:
        return lambda value: not isinstance(value, str) or FORMATS[name](value)

    known = {*_checker(spec).checkers} - {"time"}
    return {name: check(name) for name in FORMATS if name not in known}


def _checker(spec: Spec) -> Any:
    import openapi_schema_validator as library

    return library.oas31_format_checker if spec.document.dialect.json_schema else library.oas30_format_checker


def _by_core(
    openapi: Any, method: str, path: str, template: str, response: httpx.Response, content: bytes
) -> tuple[str, Fault | None]:
    """Why openapi-core can't judge, empty where it can; and what it finds wrong."""
    try:
        openapi.validate_response(_Asked(method, path, template), _Answered(response, content))
    except Exception as error:
        why = _unable(error, response.headers.get("content-type", ""))
        return why, None if why else _said(error)
    return "", None


class _Asked:
    """A request as openapi-core takes one, of which an answer's judgment needs only what operation it is of."""

    def __init__(self, method: str, path: str, template: str) -> None:
        self.host_url, self.path = LOOPBACK, path
        self.method, self.full_url_pattern = method.lower(), LOOPBACK + template
        self.content_type, self.body = "", None
        self.parameters: Any = None


class _Answered:
    def __init__(self, response: httpx.Response, content: bytes) -> None:
        from werkzeug.datastructures import Headers

        self.status_code, self.data = response.status_code, content
        self.content_type = response.headers.get("content-type", "")
        self.headers = Headers(response.headers.multi_items())


def _said(error: BaseException) -> Fault:
    """What openapi-core says, with the first thing that was broken."""
    inner: BaseException = error
    while inner.__cause__ is not None:
        inner = inner.__cause__
    several = getattr(inner, "schema_errors", None)
    first = next(iter(several), None) if several else None
    message = f"{first.validator}: {first.message}" if first is not None else str(inner)
    return Fault(f"{type(error).__name__} by {type(inner).__name__}: {plain(message)}", message[:300])


def _schema_of(operation: Operation, response: httpx.Response) -> str | None:
    """The place of the schema of an answer, in the document's own file."""
    status = str(response.status_code)
    responses = operation.responses
    found = next((responses[one] for one in (status, f"{status[0]}XX", f"{status[0]}xx", "default") if one in responses), None)
    wanted = response.headers.get("content-type", "").partition(";")[0].strip()
    several = found.content if found is not None else {}
    media_type = next((one for name, one in several.items() if fnmatchcase(wanted, name.partition(";")[0].strip())), None)
    place = media_type.schema.pointer if media_type is not None and media_type.schema is not None else None
    return place if place is not None and place.startswith("/") else None


def _validator(spec: Spec, place: str) -> Any:
    import openapi_schema_validator as library
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    registry: Any = Registry()
    registry = registry.with_resource("urn:document", Resource(contents=spec.document.raw, specification=DRAFT202012))
    new = spec.document.dialect.json_schema
    kind: Any = library.OAS31Validator if new else library.OAS30ReadValidator
    checker = copy.deepcopy(_checker(spec))
    for name, check in _checks(spec).items():
        checker.checks(name)(check)
    return kind({"$ref": "urn:document#" + place.replace("%", "%25")}, registry=registry, format_checker=checker)


class UnmadeError(Exception):
    """That no argument can be made by the schema at a place."""

    def __init__(self, place: str, error: NoInstanceError) -> None:
        super().__init__(str(error))
        self.place = place


def arguments(spec: Spec, operation: Operation, full: bool) -> dict[str, Any]:
    """Arguments for an operation, all or those that are required. Raises UnmadeError."""

    def made(place: str, full: bool, salt: str = "") -> Any:
        salt = operation.operation_id + salt
        try:
            return instance_of(spec.document, place, direction="request", salt=salt, full=full)
        except NoInstanceError as error:
            raise UnmadeError(place, error) from None

    given: dict[str, Any] = {}
    for one in operation.parameters:
        schema = one.content.schema if one.content is not None else one.schema
        if (full or one.required) and not (one.location == "header" and one.name.lower() in STANDARD):
            value = "text"
            if schema is not None:
                value = _written(one, shape_at(spec.document, schema.pointer), partial(made, schema.pointer), full)
            if value is not None:
                given[f"{one.location}_{one.name}"] = value
    body = operation.request_body
    if body is not None and body.content and (full or body.required):
        media_type = ranked(body)[0]
        given |= whole(operation, _body(media_type, made, full))
    return given


def _written(parameter: Parameter, shape: Shape, made: Callable[..., Any], full: bool) -> Any:
    """A value that the parameter's style can write."""
    # What is empty is written as nothing, which in a path may not be, and is no value elsewhere; nor is null.
    value = made(full)
    if value in ("", [], {}):
        value = made(True)
    if value == "":
        value = next((one for _, node in shape.nodes for one in node.get("enum", ()) if one), "x")
    # An item that holds what stands between items is two of them.
    between = BETWEEN.get(parameter.style)
    for attempt in range(TRIES if between and not parameter.explode else 0):
        if not any(between in str(one) for one in _flat(value)):
            break
        value = made(False, str(attempt))
    return value


def _flat(value: Any) -> list[Any]:
    return [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []


def _body(media_type: MediaType, made: Callable[..., Any], full: bool) -> Any:
    name = media_type.name
    if media_type.schema is None:
        return _free(name)
    kind = kind_of(name)
    if kind in ("binary", "any"):
        return (None, b"content", re.sub(r"/?\*$", "/x-sent", name)) if "*" in name else b"content"
    value = made(media_type.schema.pointer, full)
    if kind in ("form", "multipart") and any(one in ([], {}) for one in _flat(value)):
        # What is empty is written as nothing.
        value = made(media_type.schema.pointer, True)
    if isinstance(value, dict):
        return {name: _part(media_type.encoding.get(name), one) for name, one in value.items()}
    return {"file": b"content"} if kind == "multipart" and not isinstance(value, list) else value


def _part(encoding: Encoding | None, value: Any) -> Any:
    """A part with the headers that it must have."""
    needed = {name: "x" for name, header in encoding.headers.items() if header.required} if encoding is not None else {}
    return (None, value, None, needed) if needed and isinstance(value, str) else value


def _free(name: str) -> Any:
    """A body of a media type that has no schema."""
    return b"<content/>" if "xml" in name else {} if "json" in name or "form" in name else b"content"


class Player:
    """A document's client and its mock."""

    def __init__(self, spec: Spec, document: Path) -> None:
        self.spec = spec
        self.kept = Kept(MockTransport(spec, server=LOOPBACK, strict=False))
        self.judge = Judge(spec, document)
        self.client = Client(
            spec=spec,
            server=LOOPBACK,
            transport=self.kept,
            retry=RetryPolicy.off(),
            allow_insecure_http=True,
            allow_origins=_origins(spec),
            validation=Validation(request="tolerant", response="off"),
            credentials=dummies(spec),
        )

    def played(self, operation: Operation, mode: str) -> Row:
        """How a call went: `right`, `wrong` with its cause, or `unjudged`."""
        self.kept.last = None
        try:
            given = arguments(self.spec, operation, mode == "full")
        except UnmadeError as error:
            return _wrong("no argument can be made", error, self._lost(error) or self._empty([error.place], "request"))
        try:
            self.client.with_options(server=LOOPBACK).call(operation.operation_id, **given)
        except Exception as error:
            if self.kept.last is None:
                return self._unanswered(operation, error)
        assert self.kept.last is not None
        judgment = self.judge.judge(operation, *self.kept.last)
        if judgment.fault is not None:
            return {"outcome": "wrong", "judge": judgment.judge, **judgment.fault._asdict()}
        return {"outcome": "unjudged" if judgment.judge.startswith("none") else "right", "judge": judgment.judge}

    def _unanswered(self, operation: Operation, error: Exception) -> Row:
        if isinstance(error, MockError):
            made = "can be made of the document" in str(error)
            return _wrong("the mock refuses", error, self._lost(error) or (self._empty(_answers(operation)) if made else ""))
        told = str(error)
        lacks = "the document has no security scheme" in told or "a request can't carry both" in told
        return _wrong("not sent", error, "its security can't be met" if isinstance(error, CredentialsError) and lacks else "")

    # What is the document's own fault, and proved to be.

    def _lost(self, error: Exception) -> str:
        return "a reference in it leads nowhere" if "leads nowhere" in str(error) else ""

    def _empty(self, places: Iterable[str], direction: Any = "response") -> str:
        """Whether nothing fits one of several schemas, as set algebra has it."""
        lowering = self.spec.document.once("lowering", lambda: Lowering(self.spec.document))
        for place in places:
            try:
                key = lowering.key(place, direction)
                definitions = {name: one.schema for name, one in lowering.closure(key).items()}
            except AerostackError:
                continue
            if ValueSet({"$ref": f"#/$defs/{key}", "$defs": definitions}).apart(ValueSet({})):
                return "no value fits a schema in it"
        return ""


def _answers(operation: Operation) -> list[str]:
    """The places of the schemas of answers."""
    several = [media_type.schema for one in operation.responses.values() for media_type in one.content.values()]
    return [one.pointer for one in several if one is not None]


def _wrong(what: str, error: Exception, fault: str = "") -> Row:
    found = cause_of(error)
    if fault:
        return {"outcome": "faulty", "judge": "", "cause": fault, "detail": found.detail}
    return {"outcome": "wrong", "judge": "", "cause": f"{what}: {found.cause}", "detail": found.detail}


def _origins(spec: Spec) -> list[str]:
    """Those of the servers that operations have of their own, their variables filled."""
    found: set[str] = set()
    for operation in spec.operations.values():
        try:
            several = operation.servers if operation.details.own_servers else ()
        except AerostackError:
            continue
        for server in several:
            url = re.sub(r"\{([^}]*)\}", lambda one, server=server: _default(server, one[1]), server.url)
            if url.startswith(("http://", "https://")):
                found.add(origin(url))
    return sorted(found)


def _default(server: Any, name: str) -> str:
    variable = server.variables.get(name)
    return str(variable.default) if variable is not None else "x"


def survey(job: Mapping[str, Any], play: Callable[[Player, Operation, str], Row] = Player.played) -> None:
    """Load the document and play every operation."""
    document, root = Path(job["document"]), Path(job["root"])
    tell(stage="load")
    try:
        spec = loaded(document, root)
        player = Player(spec, document)
    except Exception as error:
        tell(refused=cause_of(error)._asdict())
        return
    tell(loaded=True, operations=len(spec.operations))
    if player.judge.unloaded is not None:
        tell(unloaded=player.judge.unloaded._asdict())
    tell(stage="calls")
    for operation in spec.operations.values():
        try:
            _ = operation.details
        except Exception as error:
            tell(disabled=f"{operation.method} {operation.path}", **cause_of(error)._asdict())
            continue
        for mode in MODES:
            tell(path=operation.path, method=operation.method, mode=mode, **play(player, operation, mode))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    told = json.loads(sys.argv[1])
    bounded(told["memory"])
    try:
        survey(told)
    except MemoryError:
        tell(killed="the memory limit")
    tell(stage="end")
