"""Looking for canaries: all that can be seen of an object, in every form that a text may take."""

from __future__ import annotations

import base64
import copy
import dataclasses
import pickle
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

HERE = Path(__file__).parent
# What stands in each canary, and in no file's or function's name. It stays as it is in URLs, JSON and HTML.
STEM = "zq7Xcnry"


def forms(stem: str) -> set[str]:
    """A text as it is, and what is always the same of its base64 wherever it stands in what was encoded."""
    found = {stem, stem.lower(), quote(stem, safe=""), "".join(f"\\u{ord(char):04x}" for char in stem)}
    for before in range(3):
        encoded = base64.b64encode(b"x" * before + stem.encode()).decode().rstrip("=")
        found.add(encoded[2 if before == 1 else 3 if before == 2 else 0 : -1])
    return found


FORMS = forms(STEM)


def found_in(text: str) -> list[str]:
    """Where canaries are: what stands around each."""
    lower = text.lower()
    hits = [(text.find(form), form) for form in FORMS] + [(lower.find(STEM.lower()), STEM)]
    return [f"{form!r} in {text[max(0, at - 150) : at + 60]!r}" for at, form in hits if at >= 0]


def attributes(value: Any) -> Iterator[str]:
    """What stands one level down."""
    names = [*getattr(value, "__dict__", ())]
    names += [name for kind in type(value).__mro__ for name in _slots(kind)]
    for name in names:
        try:
            yield f"{name}={getattr(value, name)!r}"
        except Exception as error:
            yield repr(error)


def _slots(kind: type) -> list[str]:
    given = kind.__dict__.get("__slots__", ())
    names = [given] if isinstance(given, str) else [*given]
    return [
        f"_{kind.__name__}{name}" if name.startswith("__") else name for name in names if name not in ("__weakref__", "__dict__")
    ]


def shown(value: Any) -> Iterator[str]:
    """All that a console, a log or an error tracker may make of an object."""
    yield from (repr(value), str(value), format(value), f"{value!r:>3}")
    yield from attributes(value)
    untyped: Any = value
    for made in (copy.copy, copy.deepcopy, *[dataclasses.asdict] * dataclasses.is_dataclass(untyped)):
        try:
            yield repr(made(value))
        except Exception as error:
            yield repr(error)
    for protocol in (0, 2, 5):
        try:
            yield pickle.dumps(value, protocol).decode("latin-1")
        except Exception as error:
            yield repr(error)
    if isinstance(value, httpx.Request):
        yield from _message(value)
    if isinstance(value, httpx.Response):
        yield from (*_message(value), repr(value.extensions), *_message(value.request), repr(value.request))


def _message(value: Any) -> Iterator[str]:
    yield from (str(getattr(value, "url", "")), repr(value.headers), repr(value.headers.raw), value.content.decode("latin-1"))


def frames(error: BaseException) -> Iterator[str]:
    """The frames of a traceback with their locals, those of the tests left out."""
    here = error.__traceback__
    while here is not None:
        if HERE not in Path(here.tb_frame.f_code.co_filename).parents:
            for value in here.tb_frame.f_locals.values():
                yield repr(value)
                yield from attributes(value)
        here = here.tb_next
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    yield from (repr(one.locals) for one in told.stack if str(HERE) not in one.filename)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that led to it."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]


def everything(error: BaseException) -> Iterator[str]:
    """All that can be seen of an error."""
    for one in chain(error):
        yield from shown(one)
        yield from frames(one)
        yield "".join(traceback.format_exception_only(type(one), one))
        for name in ("response", "request", "data", "headers", "problems"):
            value = getattr(one, name, None)
            if value is not None:
                yield from shown(value)


def check(texts: Iterable[str]) -> None:
    """Fails where there is a canary, and where nothing was looked at."""
    kept = [*texts]
    assert kept
    hits = [hit for text in kept for hit in found_in(text)]
    assert not hits, "\n".join(dict.fromkeys(hits))
