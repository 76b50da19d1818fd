"""Arguments that an operation can be called with: what the document has for examples, and instances of schemas for the rest.

They are bound as a call's are before they are given.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from ._arguments import kind_of
from ._call import Rules, bind, layout_of
from ._errors import ArgumentsError, SpecError
from ._generate import Effort, NoInstanceError, instance_of
from ._values import as_object, copy_of, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ._arguments import Layout
    from ._model import Argument, MediaType, Operation, SchemaObject
    from ._reference import Document
    from ._values import JSON

_TEXT: Final = "text"
# Strictly nothing is sent that is not declared, which a document may require all the same.
_RULES: Final = (Rules("strict"), Rules("tolerant"))
# An instance may be right and no argument all the same: a path has no place for a text such as `..`.
_SEEDS: Final = (0, 1)
# Values that are made in search of one example, so that nobody waits for it. The slowest to judge take some 0.2 ms each.
_MOST_MADE: Final = 4000


def example_of(document: Document, operation: Operation) -> dict[str, JSON]:
    """Arguments by Python name that a call takes, the same for the same document; the document's own where none were found.

    Those that an example of the document gives, and those that must be given. A file is the text that is in it.
    """
    known = document.once(("example", operation.pointer), lambda: _found(document, operation))
    return {name: copy_of(value) for name, value in known.items()}


def _found(document: Document, operation: Operation) -> dict[str, JSON]:
    documented = operation.documented_example()
    try:
        tries = _Tries(_tries(document, layout_of(document, operation, None), documented))
        for rules in _RULES:
            for arguments in tries:
                with suppress(ArgumentsError):
                    bind(document, operation, arguments, rules)
                    return arguments
    except SpecError:  # what is wrong with the operation is told by its problems
        pass
    return documented


class _Tries:
    """Arguments to try, each made once however often they are gone through."""

    def __init__(self, made: Iterator[dict[str, JSON]]) -> None:
        self._made = made
        self._known: list[dict[str, JSON]] = []

    def __iter__(self) -> Iterator[dict[str, JSON]]:
        yield from self._known
        for one in self._made:
            self._known.append(one)
            yield one


def _tries(document: Document, layout: Layout, documented: dict[str, JSON]) -> Iterator[dict[str, JSON]]:
    """Arguments, the best first: the document's with what they lack, and then ever fewer of those, and ever more that are made."""
    parameters = {one.name for one in layout.arguments if one.parameter is not None}
    given = {name: value for name, value in documented.items() if name in parameters}
    body = {name: value for name, value in documented.items() if name not in parameters}
    effort = Effort(_MOST_MADE)
    for seed in _SEEDS:
        maker = _Maker(document, layout, seed, effort)
        several = [maker.parameters(one) for one in ((given, {}) if given else ({},))]
        if body:
            yield {**several[0], **body}
        for full in (False, True):
            with suppress(NoInstanceError):
                made = maker.body(full)
                yield from ({**one, **made} for one in several)


class _Maker:
    """Makes the arguments of one operation, the same for the same seed."""

    def __init__(self, document: Document, layout: Layout, seed: int, effort: Effort) -> None:
        self._document = document
        self._layout = layout
        self._seed = seed
        self._effort = effort

    def parameters(self, given: dict[str, JSON]) -> dict[str, JSON]:
        """What must be given beside the body, and what is given where it is valid. One of which no instance is found is left out."""
        found: dict[str, JSON] = {}
        for one in self._layout.arguments:
            if one.parameter is not None and (one.name in given or one.required):
                examples = (given[one.name],) if one.name in given else ()
                with suppress(NoInstanceError):
                    found[one.name] = self._parameter(one, examples, False)
                    if found[one.name] == [] and self._may_fill(examples):
                        found[one.name] = self._parameter(one, (), True)
        return found

    def _may_fill(self, examples: Sequence[Any]) -> bool:
        """Whether an empty list is worth another try, with items; what was found by no example is tried as it is by another seed."""
        return not examples and not self._seed

    def _parameter(self, one: Argument, examples: tuple[JSON, ...], full: bool) -> JSON:
        assert one.parameter is not None, "only parameters are asked"
        content = one.parameter.content
        schema = content.schema if content else one.parameter.schema
        if schema is None:
            return next(iter(examples), _TEXT)
        return self._instance(schema, one.name, full, (*examples, *(content.examples if content else ())))

    def body(self, full: bool) -> dict[str, JSON]:
        """The body that must be sent, as arguments; with optional properties where `full`. Raises NoInstanceError."""
        media_type = self._layout.media_type
        if media_type is None or not self._layout.body_required:
            return {}
        value = self._content(media_type, full)
        if not full and is_object(value) and [] in value.values() and self._may_fill(media_type.examples):
            with suppress(NoInstanceError):
                whole = as_object(self._content(media_type, True))
                value = {name: whole.get(name, one) if one == [] else one for name, one in value.items()}
        names = {one.wire: one.name for one in self._layout.arguments if one.location == "body" and one.wire is not None}
        if self._layout.flat and is_object(value) and names.keys() >= value.keys():
            return {names[wire]: item for wire, item in value.items()}
        return {"body": value}

    def _content(self, media_type: MediaType, full: bool) -> JSON:
        if media_type.schema is not None:
            return self._instance(media_type.schema, "body", full, media_type.examples)
        if media_type.item_schema is not None:
            return [self._instance(media_type.item_schema, "body", full, ())]
        return {} if kind_of(media_type.name) in ("json", "form", "multipart") else _TEXT

    def _instance(self, schema: SchemaObject, salt: str, full: bool, examples: Sequence[Any]) -> JSON:
        # What a second seed is for is not to be had from the same examples.
        given = () if self._seed else examples
        return instance_of(
            self._document,
            schema.pointer,
            direction="request",
            seed=self._seed,
            salt=salt,
            full=full,
            examples=given,
            effort=self._effort,
        )
