"""Which alternative a discriminator chooses for a value (OpenAPI 3.2, section 4.25): a hint for names and messages, and what a request is
held against where the alternative inherits from the discriminator's schema.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ._errors import SpecError
from ._shape import Shape, shape_at
from ._values import as_array, as_object, as_string, is_object, json_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ._model import Finding
    from ._reference import Document


def chosen_shape(shape: Shape, value: Mapping[str, Any]) -> Shape:
    """The shape of an object with what its discriminator chooses before all else that is said of it; the same one where it has none."""
    found = _found(shape, value) if shape.discriminated else None
    return shape if found is None else shape.after(found)


def chooses(shape: Shape) -> bool:
    """Whether a discriminator says more of an object."""
    return bool(shape.discriminated)


def heir(shape: Shape, value: Mapping[str, Any]) -> str | None:
    """Where the schema stands that a discriminator chooses and that inherits from the discriminator's own by `allOf`.

    None where there is none, or where the schema of the value says more than the discriminator's: what is chosen need not fit that.
    """
    base = next((node for _, node in shape.nodes if not _adds_nothing(node)), None)
    found = _found(shape, value) if base is not None and "discriminator" in base else None
    if found is None or any(found == place for place, _ in shape.nodes):
        return None
    return found if any(node is base for _, node in shape_at(shape.document, found).nodes) else None


def _adds_nothing(node: dict[str, Any]) -> bool:
    """Whether a schema only leads to another one."""
    return "discriminator" not in node and ("$ref" in node or (len(as_array(node.get("allOf"))) == 1 and "properties" not in node))


def _found(shape: Shape, value: Mapping[str, Any]) -> str | None:
    return next((place for one in shape.discriminated if (place := _chosen(shape.document, *one, value)) is not None), None)


def discriminator_of(node: dict[str, Any]) -> dict[str, Any]:
    """The Discriminator Object; in Swagger 2.0 it is the name of the property alone (Schema Object)."""
    said = node["discriminator"]
    return {"propertyName": said} if isinstance(said, str) else as_object(said)


def _chosen(document: Document, place: str, node: dict[str, Any], value: Mapping[str, Any]) -> str | None:
    """Where the chosen Schema Object stands: by `mapping`, else the component or alternative of that name, else `defaultMapping`."""
    said = discriminator_of(node)
    name = value.get(as_string(said.get("propertyName")))
    told = as_object(said.get("mapping")).get(name, name) if isinstance(name, str) else said.get("defaultMapping")
    return named_schema(document, place, node, told) if isinstance(told, str) else None


def named_schema(document: Document, place: str, node: dict[str, Any], name: str) -> str | None:
    """Where the Schema Object stands that a discriminator at a place calls by a name; None where there is none."""
    # In another file, those beside the schema are its components.
    beside = place.rpartition("/")[0]
    places = [json_pointer("components", "schemas"), *([beside] if beside.endswith(("/schemas", "/definitions")) else [])]
    for component in (one + json_pointer(name) for one in places):
        with suppress(KeyError):
            document.at(component)
            return component
    ends = [as_string(as_object(one).get("$ref")) for word in ("oneOf", "anyOf") for one in as_array(node.get(word))]
    wanted = next((one for one in ends if one.rpartition("/")[2] == name), name)
    with suppress(SpecError):
        return document.target(wanted, place)[1]
    return None


def with_choices(document: Document, place: str, findings: Sequence[Finding]) -> Sequence[Finding]:
    """What was found wrong by the schema at a place, with the alternatives that discriminators mean."""
    if not findings or not any(one.branches for one in findings):
        return findings
    shape = shape_at(document, place)
    return [replace(one, chosen=_alternative(shape, one)) if one.branches else one for one in findings]


def _alternative(shape: Shape, finding: Finding) -> int | None:
    """Which of the alternatives of a union that nothing fits is the chosen one."""
    inner = shape.within(finding.path)
    if inner is None or not is_object(finding.instance):
        return None
    for place, node in inner.discriminated:
        found = _chosen(inner.document, place, node, finding.instance)
        several = [*ends(inner.document, place + json_pointer(finding.rule), as_array(node.get(finding.rule)))]
        if found in several and len(several) == len(finding.branches):
            return several.index(found)
    return None


def ends(document: Document, place: str, alternatives: Sequence[Any]) -> Iterator[str]:
    """Where alternatives that are references lead; the place of each other."""
    for index, one in enumerate(alternatives):
        here = place + json_pointer(index)
        with suppress(SpecError):
            here = document.target(one["$ref"], here)[1] if is_object(one) and isinstance(one.get("$ref"), str) else here
        yield here
