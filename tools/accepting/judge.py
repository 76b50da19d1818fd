"""Rules that judge what came of a fault, the same for every side: was it in time, was it an error of the side's own, is the data true,
and who has seen the key.

They know nothing of any client's promises beyond those that every honest one keeps. What is a promise of ours alone, such as that a
redirect is refused, is listed in `OURS_ALONE`, with the reason, and not held against others.
"""

from __future__ import annotations

import pickle
import posixpath
import re
from fnmatch import fnmatchcase
from typing import Any

GRACE = 0.5  # seconds that a call may take longer than its limit, on a busy machine

# Rows in which an error is due by a promise of ours, and data is true all the same: the row, or a pattern of rows, and why.
OURS_ALONE = (
    ("K*", "what comes from where a redirect leads is whole; who gets the key is judged apart"),
    ("D3-*", "another coding than the one asked for, or more than the bound, and yet the whole content"),
    ("D4-*", "more than a bound that only ours was given"),
    ("D8-strict D12-strict D14-*", "a mode of validation that only ours has"),
    ("R1-* R3-* R5-* R6-* R7-* T8-*", "the data of a later attempt is true; how often a server acts is a gate of its own"),
    ("R10-schema", "no schema is known to others"),
    ("R10-redirect", "as with all redirects"),
    ("S2-error S2-portal", "lines of a stream are given as they come"),
    ("S8-* D15-* H*", "the fault is in what is sent or in how the client is set up, not in an answer"),
)


def allowed(total: float, within: float | None) -> float:
    """The seconds that a row may take: its limit and some grace, or longer where it is made of many calls."""
    return max(total + GRACE, within or 0.0)


def is_late(hangs: bool, seconds: float, most: float) -> bool:
    """Whether nothing came, or too late."""
    return hangs or seconds > most


def is_foreign(error: BaseException | None, own: tuple[str, ...]) -> bool:
    """Whether an error is none of a side's own, which are told by their classes and those that they are derived from."""
    if error is None:
        return False
    names = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
    return not any(fnmatchcase(name, pattern) for name in names for pattern in own)


def is_ours_alone(row: str) -> bool:
    """Whether the error that is due in a row is due by a promise of ours alone."""
    return any(fnmatchcase(row, pattern) for patterns, _ in OURS_ALONE for pattern in patterns.split())


def is_untrue(row: str, error_due: bool, expected: Any, value: Any) -> bool:
    """Whether what a bare client gave as data is no true answer.

    It gave a status in place of data where the server refused, which is honest; and bytes or None where there is nothing to compare.
    """
    if value is None or isinstance(value, (int, bytes)) or is_ours_alone(row):
        return False
    if error_due:
        return True
    return isinstance(expected, (dict, list, str)) and bool(value != expected)


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _pickled(value: Any) -> str:
    try:
        return pickle.dumps(value).decode("latin-1")
    except Exception:  # what can't be pickled gives nothing away so
        return ""


def places_of(key: str, error: BaseException | None, value: Any) -> list[str]:
    """Where a key shows in what a call left behind: in an error, or those before it, or the value; in their text or their pickle."""
    found = set()
    for one in [*_chain(error), *([] if value is None else [value])]:
        what = "error" if isinstance(one, BaseException) else "value"
        texts = {"text": f"{one!s} {one!r}", "pickle": _pickled(one)}
        found |= {f"{what}'s {place}" for place, text in texts.items() if key in text}
    return sorted(found)


def places_in_client(key: str, client: Any) -> list[str]:
    """Where a key shows in a client: in its text, in its pickle, in the text of what it shows as an attribute."""
    found = [place for place, text in (("client's text", repr(client)), ("client's pickle", _pickled(client))) if key in text]
    public = [name for name in dir(client) if not name.startswith("_")]
    shown = [name for name in public if not callable(value := getattr(client, name, None)) and key in repr(value)]
    return found + [f"client's {name}" for name in shown]


def leaves(target: str, before: str) -> bool:
    """Whether a request's target is not the path `before` and one segment more.

    The server is a sloppy one: it splits the path, decodes each segment twice, and then takes dots for a way up.
    """
    path, query, _ = target.partition("?")
    if query or not path.startswith(before) or "/" in path[len(before) :] or "#" in path:
        return True
    value = path[len(before) :]
    return any(one in ("", ".", "..") for one in (value, _decoded(value), _decoded(_decoded(value))))


def leaves_if_decoded_first(target: str, before: str) -> bool:
    """Whether it would be at a server that decodes the whole path twice, and splits it then. An encoded slash is a slash there."""
    return not posixpath.normpath(_decoded(_decoded(target.partition("?")[0]))).startswith(before)


def _decoded(text: str) -> str:
    return re.sub("%([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), text)
