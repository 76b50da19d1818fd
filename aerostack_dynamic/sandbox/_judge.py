"""The judge: openapi-core, and nothing of the client, decides whether a request or an answer fits the document."""

from __future__ import annotations

import copy
import re
import threading
from typing import TYPE_CHECKING, Any

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from ._document import METHODS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ._document import Document, Operation

Problem = dict[str, str]

_ELSEWHERE = "/_sandbox_refusal"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def _error_answer() -> dict[str, Any]:
    """The Response Object for any status that the document does not list."""
    schema = {"$ref": "#/components/schemas/ErrorResponse"}
    return {"description": "any other status", "content": {"application/json": {"schema": schema}}}


class _Request:
    """A request in the form that openapi-core's `Request` protocol asks for."""

    def __init__(self, host_url: str, path: str, method: str, body: bytes, content_type: str) -> None:
        self.host_url = host_url
        self.path = path
        self.method = method.lower()
        self.body = body
        self.content_type = content_type
        self.parameters = RequestParameters()


class _Answer:
    """An answer in the form that openapi-core's `Response` protocol asks for."""

    def __init__(self, status: int, body: bytes, content_type: str) -> None:
        self.status_code = status
        self.data = body
        self.content_type = content_type
        self.headers = Headers()


class Judge:
    """Judges by one document; safe to share between threads, which take turns.

    openapi-core keeps shared state where it resolves references.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._openapi = OpenAPI.from_dict(
            _with_error_answers(document.root), config=Config(extra_format_validators={"email": _is_email})
        )
        self._turn = threading.Lock()

    def request(
        self,
        operation: Operation,
        *,
        path: str,
        headers: Mapping[str, str],
        query: Iterable[tuple[str, str]],
        content_type: str,
        body: bytes,
    ) -> list[Problem]:
        """All that is wrong with a request, empty when it fits; `path` includes the server's own path."""
        request = _Request(self._document.origin, path, operation.method, body, content_type)
        request.parameters = RequestParameters(query=ImmutableMultiDict(query), header=Headers(dict(headers)))
        with self._turn:
            errors = list(self._openapi.iter_request_errors(request))
        return [problem for error in errors for problem in _problems(error)]

    def answer(
        self, operation: Operation | None, status: int, body: bytes, content_type: str = "application/json"
    ) -> list[Problem]:
        """All that is wrong with an answer, empty when it fits.

        An undocumented status, and any answer outside the operations, must be an ErrorResponse.
        """
        path, method = (operation.path, operation.method) if operation else (_ELSEWHERE, "get")
        request = _Request(self._document.origin, self._document.prefix + path, method, b"", "")
        with self._turn:
            errors = list(self._openapi.iter_response_errors(request, _Answer(status, body, content_type)))
        return [problem for error in errors for problem in _problems(error)]


def _with_error_answers(root: Mapping[str, Any]) -> dict[str, Any]:
    """The document with `default: ErrorResponse` where an operation has none, and a path for all other answers."""
    document = copy.deepcopy(dict(root))
    document["paths"][_ELSEWHERE] = {"get": {"responses": {}}}
    for item in document["paths"].values():
        for method in METHODS & item.keys():
            item[method]["responses"].setdefault("default", _error_answer())
    return document


def _is_email(value: object) -> bool:
    return not isinstance(value, str) or _EMAIL.fullmatch(value) is not None


def _problems(error: BaseException) -> list[Problem]:
    """The deepest known reasons of an openapi-core error; never the value itself, which may be a password."""
    cause = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    schema_errors = list(getattr(cause, "schema_errors", ()))
    if schema_errors:
        return [_schema_problem(e) for e in schema_errors]
    return [{"pointer": "", "rule": type(cause).__name__, "message": _plain_message(cause)}]


def _plain_message(error: BaseException) -> str:
    return "cannot be decoded" if type(error).__name__ == "MediaTypeDeserializeError" else str(error)


def _schema_problem(error: Any) -> Problem:
    pointer = "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in error.absolute_path)
    rule = str(error.validator)
    message = error.message if rule == "required" else f"does not fit {rule}: {error.validator_value!r}"
    return {"pointer": pointer, "rule": rule, "message": message}
