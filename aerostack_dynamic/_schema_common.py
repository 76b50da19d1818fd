"""What the rooms of the engines share: patterns in linear time, findings told once."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from ._formats import FORMATS, UNJUDGED, is_anything
from ._measure import containers, members
from ._values import is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ._formats import Formats
    from ._model import Finding

# Keywords whose findings stand for the value as a whole: engines differ in the names and numbers they give.
AS_A_WHOLE: Final = frozenset({"unevaluatedProperties", "unevaluatedItems", "propertyNames", "contains", "falseSchema"})
# Of more findings than these, one of each further rule is told.
_MOST: Final = 1000


class Quick:
    """A checker with a judgment that takes no detours. `passes` tells of a small value that it is right for certain."""

    __slots__ = ("passes",)

    passes: Callable[[object], bool]


@lru_cache(maxsize=1024)
def matcher(pattern: str) -> Callable[[str], bool] | None:
    """Whether a text matches, on the linear-time engine; None where that can't express the pattern, or is not installed."""
    try:
        import jsonschema_rs as fast  # noqa: PLC0415  # an engine is imported when asked for
    except ImportError:
        return None
    try:
        return fast.Draft202012Validator({"pattern": pattern}, pattern_options=fast.RegexOptions()).is_valid
    except fast.ValidationError:
        return None


def compiled_validator(schema: dict[str, Any], formats: Formats) -> Any:
    """The validator of jsonschema-rs for a schema that stands alone: it fetches nothing, runs in linear time, and judges our formats.

    Raises what that raises for a schema it can't use, and ImportError where it is not installed.
    """
    checks = {**dict.fromkeys((*UNJUDGED, *FORMATS), is_anything), **formats.checks}
    return judging_validator(schema, {name: checks[name] for name in _formats_in(schema) if name in checks})


def _formats_in(schema: dict[str, Any]) -> set[str]:
    """The formats that a schema names. A validator that has a function of ours takes half as long again, whether or not it calls it."""
    named, seen, level = set[str](), set[int](), [schema]
    while level := [node for node in containers(level) if id(node) not in seen]:
        seen.update(map(id, level))
        named.update(node["format"] for node in level if is_object(node) and isinstance(node.get("format"), str))
        level = [*members(level)]
    return named


def judging_validator(schema: dict[str, Any], checks: Mapping[str, Callable[[str], bool]]) -> Any:
    """The same, which judges by functions of ours no formats but `checks`, and others as it knows them. Without any it is much faster."""
    import jsonschema_rs as fast  # noqa: PLC0415  # an engine is imported when asked for

    return fast.Draft202012Validator(
        schema,
        formats=dict(checks),
        validate_formats=True,
        pattern_options=fast.RegexOptions(),
        email_options=fast.EmailOptions(allow_display_text=False),
        offline=True,
    )


def distinct(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in their order, each (path, rule, names) once: an engine may name all missing properties in each error.

    After the first thousand, one of each further rule.
    """
    kept: dict[object, Finding] = {}
    rules: set[str] = set()
    for one in findings:
        if len(kept) < _MOST or one.rule not in rules:
            rules.add(one.rule)
            kept.setdefault((one.path, one.rule, one.names, _told(one.expected)), one)
    return list(kept.values())


def _told(expected: object) -> str:
    return f"{len(expected)} {expected[:8]!r}" if is_array(expected) else repr(expected)
