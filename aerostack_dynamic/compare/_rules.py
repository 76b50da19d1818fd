"""What each rule of a comparison means, by its id: one sentence each, and no rule is told that is not here.

The ids are the vocabulary of oasdiff's checks, so that what is configured for one tool holds for the other; where that has no word the
id is made in its style. What `allOf` conjoins is told keyword by keyword, as if it weren't conjoined, so no rule speaks of that. Rules
of schemas are composed of what is spoken of (`request-property`) and what became of it (`max-length-decreased`). A verdict is no part
of a rule: it depends on what the values of both documents are.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ._operation_rules import OPERATION_RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What is spoken of, by the beginning of an id.
_OF: Final = MappingProxyType(
    {
        "request-body": "the body of a request",
        "request-property": "a property in the body of a request",
        "request-read-only-property": "a read-only property in the body of a request",
        "request-parameter": "a parameter",
        "request-parameter-property": "a property within a parameter",
        "response-body": "the body of a response",
        "response-property": "a property in the body of a response",
        "response-write-only-property": "a write-only property in the body of a response",
        "response-header": "a header of a response",
        "response-header-property": "a property within a header of a response",
    }
)
_LIMITS: Final = MappingProxyType(
    {
        "max": "maximum",
        "min": "minimum",
        "exclusive-max": "exclusiveMaximum",
        "exclusive-min": "exclusiveMinimum",
        "max-length": "maxLength",
        "min-length": "minLength",
        "max-items": "maxItems",
        "min-items": "minItems",
        "max-properties": "maxProperties",
        "min-properties": "minProperties",
        "max-contains": "maxContains",
        "min-contains": "minContains",
    }
)
_KEYWORDS: Final = MappingProxyType(
    {
        "property-names": "propertyNames",
        "items": "items",
        "contains": "contains",
        "if": "if",
        "then": "then",
        "else": "else",
        "not": "not",
        "unevaluated-items": "unevaluatedItems",
        "unevaluated-properties": "unevaluatedProperties",
        "dependent-required": "dependentRequired",
        "dependent-schema": "dependentSchemas",
        "content-schema": "contentSchema",
        "const": "const",
        "pattern": "pattern",
        "default-value": "default",
    }
)
_LISTS: Final = MappingProxyType(
    {
        "any-of": "anyOf",
        "one-of": "oneOf",
        "prefix-items": "prefixItems",
        "pattern-property": "patternProperties",
    }
)
# What became of it, by the end of an id.
_BECAME: Final = MappingProxyType(
    {
        "type-changed": "The type or format of {} was changed.",
        "type-generalized": "The type or format of {} was widened.",
        "type-specialized": "The type or format of {} was narrowed.",
        "list-of-types-widened": "The list of types of {} was made longer.",
        "list-of-types-narrowed": "The list of types of {} was made shorter.",
        "became-nullable": "Null became a value of {}.",
        "became-not-nullable": "Null is no longer a value of {}.",
        "became-enum": "The values of {} were restricted to a list.",
        "became-any-value": "The values of {} are no longer restricted to a list.",
        "enum-value-added": "A value was added to those of {}.",
        "enum-value-removed": "A value was removed from those of {}.",
        "x-extensible-enum-value-added": "A value was added to the open list of those of {}.",
        "x-extensible-enum-value-removed": "A value was removed from the open list of those of {}.",
        "pattern-generalized": "The pattern of {} was replaced by one that matches all that the old one did.",
        "pattern-specialized": "The pattern of {} was replaced by one that matches nothing that the old one didn't.",
        "multiple-of-set": "A multipleOf was set for {}.",
        "multiple-of-unset": "The multipleOf of {} was taken away.",
        "multiple-of-changed": "The multipleOf of {} was changed.",
        "multiple-of-generalized": "The multipleOf of {} was replaced by a divisor of it.",
        "multiple-of-specialized": "The multipleOf of {} was replaced by a multiple of it.",
        "unique-items-set": "The items of {} must now differ from each other.",
        "unique-items-unset": "The items of {} may now be the same.",
        "additional-properties-allowed": "Properties that are not declared became allowed in {}, or more of them.",
        "additional-properties-forbidden": "Properties that are not declared became forbidden in {}.",
        "additional-properties-restricted": "Properties that are not declared were restricted by a schema in {}.",
        "discriminator-added": "A discriminator was added to {}.",
        "discriminator-removed": "The discriminator of {} was removed.",
        "discriminator-property-name-changed": "The discriminator of {} is another property.",
        "discriminator-mapping-added": "A name was added to the discriminator's mapping in {}.",
        "discriminator-mapping-deleted": "A name was removed from the discriminator's mapping in {}.",
        "discriminator-mapping-changed": "A name of the discriminator's mapping in {} leads to another schema.",
        "wrapped-in-one-of": "A oneOf was put in the place of the schema of {}.",
        "content-media-type-changed": "The contentMediaType of {} was changed.",
        "content-encoding-changed": "The contentEncoding of {} was changed.",
        "xml-changed": "The form in XML of {} was changed.",
        "deprecated": "The schema of {} became deprecated.",
        "reactivated": "The schema of {} is no longer deprecated.",
        "schema-added": "A schema was given to {}, which had none.",
        "schema-removed": "The schema of {} was removed.",
        "became-impossible": "No value of {} is allowed any longer.",
        "became-possible": "Values of {} are allowed, where none were.",
        "unreadable": "What {} is can't be compared, since one document alone has a fault there.",
        "changed": "The schema of {} as a whole takes other values than it did, which no single change tells.",
    }
)
# What became of properties; each side has an order of words of its own.
_PROPERTIES: Final = MappingProxyType(
    {
        "request-property-removed": "A property was removed from the body of a request.",
        "new-optional-request-property": "An optional property was added to the body of a request.",
        "new-required-request-property": "A required property was added to the body of a request.",
        "new-required-request-property-with-default": "A required property that has a default was added to the body of a request.",
        "request-property-became-required": "A property in the body of a request became required.",
        "request-property-became-required-with-default": "A property in the body of a request that has a default became required.",
        "request-property-became-optional": "A property in the body of a request became optional.",
        "request-parameter-property-removed": "A property was removed from a parameter.",
        "new-optional-request-parameter-property": "An optional property was added to a parameter.",
        "new-required-request-parameter-property": "A required property was added to a parameter.",
        "new-required-request-header-property": "A required property was added to a header of a request.",
        "request-parameter-property-became-required": "A property within a parameter became required.",
        "request-header-property-became-required": "A property within a header of a request became required.",
        "request-parameter-property-became-optional": "A property within a parameter became optional.",
        "response-optional-property-added": "An optional property was added to the body of a response.",
        "response-required-property-added": "A required property was added to the body of a response.",
        "response-optional-property-removed": "An optional property was removed from the body of a response.",
        "response-required-property-removed": "A required property was removed from the body of a response.",
        "response-optional-write-only-property-added": "An optional write-only property was added to the body of a response.",
        "response-required-write-only-property-added": "A required write-only property was added to the body of a response.",
        "response-optional-write-only-property-removed": "An optional write-only property was removed from the body of a response.",
        "response-required-write-only-property-removed": "A required write-only property was removed from the body of a response.",
        "response-property-became-optional": "A property in the body of a response became optional.",
        "response-property-became-required": "A property in the body of a response became required.",
        "response-write-only-property-became-optional": "A write-only property in the body of a response became optional.",
        "response-write-only-property-became-required": "A write-only property in the body of a response became required.",
        "response-header-property-added": "A property was added to a header of a response.",
        "response-header-property-removed": "A property was removed from a header of a response.",
        "response-header-property-became-optional": "A property within a header of a response became optional.",
        "response-header-property-became-required": "A property within a header of a response became required.",
        "request-body-media-type-schema-added": "A schema was given to a media type of a request's body, which had none.",
        "request-body-media-type-schema-removed": "The schema of a media type of a request's body was removed.",
        "response-body-media-type-schema-added": "A schema was given to a media type of a response, which had none.",
        "response-body-media-type-schema-removed": "The schema of a media type of a response was removed.",
    }
)


def _schema_rules() -> Iterator[tuple[str, str]]:
    became = dict(_BECAME)
    for word, keyword in _LIMITS.items():
        became[f"{word}-set"] = f"A {keyword} was set for {{}}."
        became[f"{word}-unset"] = f"The {keyword} of {{}} was taken away."
        became[f"{word}-increased"] = f"The {keyword} of {{}} was increased."
        became[f"{word}-decreased"] = f"The {keyword} of {{}} was decreased."
    for word, keyword in _KEYWORDS.items():
        became[f"{word}-added"] = f"The keyword {keyword} was added to {{}}."
        became[f"{word}-removed"] = f"The keyword {keyword} was removed from {{}}."
        became[f"{word}-changed"] = f"What {keyword} says of {{}} was changed."
    for word, keyword in _LISTS.items():
        became[f"{word}-added"] = f"A schema was added to the {keyword} of {{}}."
        became[f"{word}-removed"] = f"A schema was removed from the {keyword} of {{}}."
        became[f"{word}-changed"] = f"A schema in the {keyword} of {{}} was changed."
    for of, told in _OF.items():
        for end, meaning in became.items():
            yield f"{of}-{end}", meaning.replace("{}", told)
    for side in ("request", "response"):
        for kind in ("required", "optional"):
            for what in ("read-only", "write-only"):
                told = f"{'A' if kind == 'required' else 'An'} {kind} property in the body of a {side}"
                yield f"{side}-{kind}-property-became-{what}", f"{told} became {what}."
                yield f"{side}-{kind}-property-became-not-{what}", f"{told} is no longer {what}."


RULES: Final[Mapping[str, str]] = MappingProxyType({**dict(_schema_rules()), **_PROPERTIES, **OPERATION_RULES})
