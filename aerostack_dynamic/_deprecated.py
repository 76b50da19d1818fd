"""What ends one day, and what the caller is told of it: a deprecated operation or argument at the line of the call, and a server's own
word for it in the headers of its answers, where nothing that is malformed fails a call.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final

from ._call import layout_of
from ._errors import ApiDeprecationWarning, ArgumentsError, SpecError
from ._late import pattern
from ._values import UNSET, Drift, as_object, as_string, printable
from ._warn import warn_caller
from ._web_link import target_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from ._http import Headers
    from ._model import Argument, Operation
    from ._reference import Document

DEPRECATION: Final = "deprecation"
SUNSET: Final = "sunset"
_NOT: Final = ("false", "?0")
# A Date of structured fields (RFC 9651, section 3.3.7).
_UNIX: Final = pattern(r"@(-?\d{1,12})")
_SENTENCE: Final = pattern(r"(?<=[.!?])\s+|\n\s*\n")
_TELLING: Final = pattern(
    r"deprecat|instead|replac|supersed|obsolete|no longer|\b(?:gone|going away|remov(?:ed|al)|retired?|discontinued|in favou?r of)\b",
    re.IGNORECASE,
)
# What says nothing beyond that it is so; and what only tells what to do, which is worth telling behind that, or in a short text.
_BARE: Final = pattern(r"\W*(?:(?:this|it)\b[\w ]{0,40}\bis )?deprecated\W*", re.IGNORECASE)
_ADVICE: Final = pattern(r"(?:please )?(?:use|see|prefer|call|switch|move|migrate)\b", re.IGNORECASE)
_SHORT: Final = 80
_RELATIONS: Final = (("successor-version", "its successor is"), (DEPRECATION, "see"), (SUNSET, "see"))


# ---- what the document says


def warns(document: Document, operation: Operation) -> bool:
    """Whether an operation, or an argument of it by any media type of its body, is deprecated. Raises SpecError for a malformed one."""
    kinds = (None, *(operation.request_body.content if operation.request_body else ()))
    return operation.deprecated or any(one.deprecated for kind in kinds for one in layout_of(document, operation, kind).arguments)


def warn_deprecated(document: Document, operation: Operation, media_type: str | None, arguments: Mapping[str, Any]) -> None:
    """Warn the caller of a deprecated operation, and of each deprecated argument that is given."""
    if operation.deprecated:
        warn_caller(said(document, operation), ApiDeprecationWarning)
    try:
        layout = layout_of(document, operation, media_type, arguments)
    except (ArgumentsError, SpecError):  # the call tells of it
        return
    for name, value in arguments.items():
        argument = layout.accepted.get(name)
        if argument is not None and value is not UNSET:
            _warn_argument(operation, argument)
        elif argument is None and name == "body" and layout.flat and isinstance(value, dict):
            for one in layout.arguments:
                if one.location == "body" and one.wire in value:
                    _warn_argument(operation, one)


def said(document: Document, operation: Operation) -> str:
    """What is said of a deprecated operation: when it ends and why, where the document says so."""
    return f"{operation.dotted} is deprecated{_ending(document, operation)}"


def _warn_argument(operation: Operation, one: Argument) -> None:
    if one.deprecated:
        warn_caller(f"{operation.dotted}: the argument {one.name} is deprecated{_reason(one.description)}", ApiDeprecationWarning)


def _ending(document: Document, operation: Operation) -> str:
    day = as_string(as_object(document.at(operation.pointer)).get("x-sunset"))
    return (f", and ends on {printable(day, 40)}" if day else "") + _reason(f"{operation.summary}\n\n{operation.description}")


def _reason(description: str) -> str:
    """The first sentence of a description that speaks of it, with what to do, if that follows; else a short one that tells what to do."""
    several = [" ".join(one.split()) for one in _SENTENCE.split(description) if one.strip()]
    first = next((index for index, one in enumerate(several) if _TELLING.search(one)), None)
    if first is None:
        is_advice = len(description) <= _SHORT and any(map(_ADVICE.match, several))
        told = several if is_advice else []
    else:
        told = [one for one in several[first : first + 1] if not _BARE.fullmatch(one)]
        told += [one for one in several[first + 1 : first + 2] if not told or _ADVICE.match(one)]
    return f": {printable(' '.join(told))}" if told else ""


# ---- what the server says


def told_ends(operation: Operation, status: int, headers: Headers) -> Iterator[Drift]:
    """What an answer says of the end of its operation: `Deprecation` (RFC 9745, and its drafts) and `Sunset` (RFC 8594).

    Links to what to read, and to what comes after, are told with it.
    """
    links = headers.get_list("link")
    for rule, told, read in ((DEPRECATION, "deprecated since", _deprecation), (SUNSET, "to end on", _http_date)):
        text = headers.get(rule)
        if text is not None and text.strip().lower() not in _NOT:
            when = read(text.strip())
            words = f"{told} {when:%Y-%m-%d}" if when else told.rpartition(" ")[0]
            yield Drift(operation.dotted, status, "", rule, f"the server says that it is {words}{_links(links, rule)}")


def _links(links: list[str], rule: str) -> str:
    found = ((words, target_of(links, relation)) for relation, words in _RELATIONS if relation in ("successor-version", rule))
    return "".join(f"; {words} {printable(target)}" for words, target in found if target)


def _deprecation(text: str) -> datetime | None:
    """`@` and Unix seconds; in drafts of the standard a date of HTTP's, or `true`."""
    found = _UNIX.match(text)
    if found is None:
        return _http_date(text)
    try:
        return datetime.fromtimestamp(int(found[1]), timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None


def _http_date(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  # few answers have a date

    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
