"""The keywords of JSON Schema 2020-12 that judge, by what their values are (JSON Schema Core, section 10; Validation, section 6)."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ._values import is_array, is_object, json_pointer, pointer_token

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from ._reference import Document

SINGLE: Final = frozenset(
    {
        "additionalProperties",
        "contains",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)
LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
MAPS: Final = frozenset({"dependentSchemas", "patternProperties", "properties"})
APPLYING: Final = SINGLE | LISTS | MAPS | {"$ref"}
_TYPES: Final = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_COUNTS: Final = frozenset(
    {
        "maxContains",
        "maxItems",
        "maxLength",
        "maxProperties",
        "minContains",
        "minItems",
        "minLength",
        "minProperties",
    }
)
_LIMITS: Final = frozenset({"exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"})
_OTHERS: Final = frozenset({"const", "dependentRequired", "enum", "format", "pattern", "required", "type", "uniqueItems"})
IN_VALUE: Final = _COUNTS | _LIMITS | _OTHERS
# What `say_ranges` reads.
RANGING: Final = frozenset({"exclusiveMaximum", "exclusiveMinimum", "format"})
# The words by which a schema may mean another thing elsewhere: in the other direction, or reached by another way.
TELLING: Final = frozenset({"$dynamicRef", "readOnly", "writeOnly"})
# Those without which no schema and no parameter is secret (`says_secret`); `password` is what a `format` may say.
HIDING: Final = frozenset({"password", "writeOnly", "x-aerostack-secret"})
# How JSON may write a letter of them, or a sign; YAML has other ways as well, and may end a line within a word.
_ESCAPED: Final = re.compile(rb"\\u00[24567]")
_ESCAPED_ELSE: Final = re.compile(rb"\\(?:U000000[24567]|x[24567]|\r?\n)")
# The same in bytes, each begun with a letter that is rare, which is found in a quarter of the time that a word is.
_ONLY: Final = re.compile(rb"O(?:(?<=readO)|(?<=writeO))nly")
_EACH: Final = (("readOnly", re.compile(rb"O(?<=readO)nly")), ("writeOnly", re.compile(rb"O(?<=writeO)nly")))
_PASSWORD: Final = re.compile(rb"w(?<=passw)ord")
# In JSON it is a text of its own, and no name of a member.
_PASSWORD_IN_JSON: Final = re.compile(rb'w(?<="passw)ord"(?!\s*:)')
# How far before it a colon is looked for; a comma or a bracket there says that it is one of a list, as `required` is.
_NEAR: Final = 200
# More than any value has.
_UNREACHED: Final = 2**53
# The formats of numbers that say between which they are (OpenAPI Format Registry).
NUMBERS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "int8": (-(2**7), 2**7 - 1),
        "int16": (-(2**15), 2**15 - 1),
        "int32": (-(2**31), 2**31 - 1),
        "int64": (-(2**63), 2**63 - 1),
        "uint8": (0, 2**8 - 1),
        "uint16": (0, 2**16 - 1),
        "uint32": (0, 2**32 - 1),
        "uint64": (0, 2**64 - 1),
    }
)


def checked_value(word: str, value: Any) -> Any:
    """The value of a keyword as every engine takes it, or None where it is malformed; of `const` the value itself."""
    if word == "const":
        return value
    if word in _COUNTS:
        return _as_count(value)
    if word in _LIMITS:
        return _as_limit(word, value)
    return _as_other(word, value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _as_count(value: Any) -> int | None:
    if not _is_number(value) or value < 0 or value != int(value):
        return None
    return min(int(value), _UNREACHED)


def _as_limit(word: str, value: Any) -> Any:
    if value is True and word.startswith("exclusive"):
        return True
    return value if _is_number(value) and (word != "multipleOf" or value > 0) else None


def _as_other(word: str, value: Any) -> Any:
    match word:
        case "type":
            return _as_types(value)
        case "enum":
            return value if is_array(value) and value else None
        case "required":
            return _as_names(value)
        case "dependentRequired":
            named = {key: _as_names(one) for key, one in value.items()} if is_object(value) else {"": None}
            return None if None in named.values() else named
        case "uniqueItems":
            return value if isinstance(value, bool) else None
        case _:
            return value if isinstance(value, str) else None


def _as_types(value: Any) -> Any:
    if isinstance(value, str):
        return value if value in _TYPES else None
    if not is_array(value) or not value or not all(isinstance(one, str) and one in _TYPES for one in value):
        return None
    return list(dict.fromkeys(value))


def _as_names(value: Any) -> list[str] | None:
    return list(dict.fromkeys(value)) if is_array(value) and all(isinstance(one, str) for one in value) else None


def words_of(document: Document) -> frozenset[str]:
    """Which of the words in `TELLING` and `HIDING` a document may have anywhere: all, unless `tell_words` told, or it was kept."""

    def find() -> frozenset[str]:
        told = document.facts("words")
        return TELLING | HIDING if told is None else frozenset(told)

    return document.once("words", find)


def tell_words(document: Document, content: bytes, is_json: bool) -> Document:
    """The document, which its bytes tell of the words that it can't hold: most have few of those that ask for more than one reading.

    They say nothing of other files that it has, nor in UTF-16 and UTF-32, which alone have bytes that are zero.
    """
    if content and not document.files and b"\0" not in content:
        document.once("words", lambda: _words_in(content, is_json, document.dialect.json_schema))
    return document


def _words_in(content: bytes, is_json: bool, json_schema: bool) -> frozenset[str]:
    if _ESCAPED.search(content) or (not is_json and _ESCAPED_ELSE.search(content)):
        return TELLING | HIDING  # they may stand where they can't be seen
    found = [word for word, pattern in _EACH if pattern.search(content)] if _ONLY.search(content) else []
    if json_schema and b"dynamicRef" in content:
        found.append("$dynamicRef")
    if b"x-aerostack-secret" in content:
        found.append("x-aerostack-secret")
    if _has_password(content) if is_json else _PASSWORD.search(content):
        found.append("password")
    return frozenset(found)


def _has_password(content: bytes) -> bool:
    """Whether a member's value in a text of JSON is `password`, or may be."""
    starts = (one.start() - len('"passw') + 1 for one in _PASSWORD_IN_JSON.finditer(content))
    return any(not content[max(0, start - _NEAR) : start].rstrip().endswith((b",", b"[")) for start in starts)


def loosen(made: dict[str, Any], loose: Collection[str]) -> None:
    """What must hold no more where subschemas let more pass than they say, lest what lets go within refuse values without."""
    if "not" in loose:
        made.pop("not", None)
    if "if" in loose:
        for word in ("if", "then", "else"):
            made.pop(word, None)
    if "contains" in loose:
        made.pop("maxContains", None)
    if "oneOf" in loose and "oneOf" in made:
        several = {"anyOf": made.pop("oneOf")}
        if "anyOf" in made:
            made.setdefault("allOf", []).append(several)
        else:
            made.update(several)


def say_ranges(node: Mapping[str, Any], made: dict[str, Any]) -> None:
    """Limits as 2020-12 has them: exclusive ones as numbers, and those that a format sets (OpenAPI Format Registry)."""
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if node.get(exclusive) is True and limit in made:
            made[exclusive] = made.pop(limit)
        elif made.get(exclusive) is True:
            del made[exclusive]
    least, most = NUMBERS.get(node["format"], (None, None)) if isinstance(node.get("format"), str) else (None, None)
    kinds = made.get("type", "number")
    if least is None or most is None or kinds == "string" or (is_array(kinds) and "string" in kinds):
        return
    made["minimum"] = max(least, made.get("minimum", least))
    made["maximum"] = min(most, made.get("maximum", most))


def schema_places(raw: dict[str, Any]) -> Iterator[str]:
    """Where in a document schemas stand that something other than a schema has, in its order."""
    waiting: list[tuple[str, Any]] = [(json_pointer(key), value) for key, value in raw.items() if key != "definitions"][::-1]
    while waiting:
        place, node = waiting.pop()
        if place.endswith(("/schema", "/itemSchema")):
            yield place
        elif is_array(node):
            waiting += [(place + pointer_token(index), one) for index, one in enumerate(node)][::-1]
        elif is_object(node) and place != "/components/schemas":
            inner = [(place + pointer_token(word), one) for word, one in node.items() if word not in ("example", "examples")]
            waiting += inner[::-1]
