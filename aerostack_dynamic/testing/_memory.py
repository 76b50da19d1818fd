"""What a mock remembers where it is asked to: things that were created are found, listed, changed and gone as the calls say.

What is remembered of a thing is what was given and what was answered. Answers are the document's own with that put in, as far as the
schema lets it be. Not played: pages and filters of lists, expiry, counters, permissions, and whatever else a document says in words.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from .._arguments import kind_of
from .._generate import as_sent
from .._incoming import is_description
from .._shape import shape_at
from .._typed import is_list, is_mapping
from .._values import as_object, is_object
from ._relations import relations_of
from ._replies import problem_reply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._load import Spec
    from .._model import Operation
    from .._shape import Shape
    from .._values import JSON
    from ._relations import Role
    from ._replies import Chosen, Replies, Reply

    Things = dict[str, dict[str, Any]]

_NAMES: Final = ("id", "uuid", "uid", "_id", "key", "slug", "name")
_COUNTS: Final = frozenset({"count", "total", "totalcount", "totalitems", "totalresults", "size"})
_DEEPEST: Final = 3


class Memory:
    """The things of all collections, by their keys in the order in which they were made."""

    def __init__(self, spec: Spec, replies: Replies) -> None:
        self.document = spec.document
        self.replies = replies
        self._roles = relations_of(spec)
        self._things: dict[tuple[str, ...], Things] = {}
        self._contents: dict[tuple[str, ...], dict[str, bytes]] = {}
        self._made = 0

    def reply(self, operation: Operation, arguments: Mapping[str, Any], accept: str, file: bytes | None = None) -> Reply | None:
        """The answer of an operation that creates, finds, lists, changes or removes; None for any other. `file` is one that was sent."""
        role = self._roles.get(operation.pointer)
        if role is None:
            return None
        path = as_object(arguments.get("path"))
        scope = (role.group, *(str(path.get(name)) for name in role.within))
        things, contents = self._things.setdefault(scope, {}), self._contents.setdefault(scope, {})
        given = {**as_object(arguments.get("query")), **as_object(arguments.get("body")), **path}
        reply = _Turn(self, role, operation, accept, contents).reply(things, given, arguments)
        key = str(given.get(role.key))
        if role.act in ("create", "replace") and key in things:
            contents.pop(key, None)
            contents.update({key: file} if file is not None else {})
        return reply

    def fresh(self, value: JSON, things: Things, key: str, shape: Shape | None) -> JSON:
        """A key that no thing has yet, of the kind that a value is."""
        self._made += 1
        if isinstance(value, int) and not isinstance(value, bool):
            return max((int(one) for one in things if one.lstrip("-").isdigit()), default=value - 1) + 1
        if shape is not None and shape.format == "uuid":
            return str(UUID(int=(self.replies.seed << 32) + self._made, version=4))
        text = str(value)
        return text if text not in things else f"{text}-{self._made}"


class _Turn:
    """One call of an operation that has a role."""

    def __init__(self, memory: Memory, role: Role, operation: Operation, accept: str, contents: Mapping[str, bytes]) -> None:
        self._memory = memory
        self._replies = memory.replies
        self._role = role
        self._operation = operation
        self._accept = accept
        self._contents = contents

    def reply(self, things: Things, given: dict[str, Any], arguments: Mapping[str, Any]) -> Reply | None:
        act, key = self._role.act, str(given.get(self._role.key))
        body = as_object(arguments.get("body"))
        if act == "create":
            return self._create(things, given, body, arguments)
        if act == "list":
            return self._list(things, arguments)
        if act == "replace":
            new = key not in things
            things[key] = self._named({**body, self._role.key: given.get(self._role.key)}, arguments)
            return self._answer(things[key], arguments, 201 if new and "201" in self._operation.responses else None)
        if key not in things:
            return self._missing(arguments)
        thing = things[key]
        chosen = self._chosen()
        if act == "read" and key in self._contents and kind_of(chosen.name) == "binary":
            return self._replies.reply(self._operation, chosen, self._contents[key])
        if act == "remove":
            del things[key]
        elif act == "update":
            merge(thing, body)
        return self._answer(thing, arguments)

    def _create(self, things: Things, given: dict[str, Any], body: dict[str, Any], arguments: Mapping[str, Any]) -> Reply:
        chosen, name = self._chosen(), self._role.key
        value = self._value(chosen, arguments)
        node, shape = _fullest(value, self._shape(chosen), (name, *_NAMES))
        own = next((one for one in (name, *_NAMES) if one in node), None)
        key = given.get(name, node.get(own) if own else None)
        if own is not None and name not in given and own not in body:
            key = self._memory.fresh(node[own], things, own, shape and shape.properties.get(own))
            before, node[own] = node[own], key
            if self._breaks(chosen, value):
                key = node[own] = before
        if key is not None:
            things[str(key)] = {**_sizes(body), **body, **node, **({name: given[name]} if name in given else {})}
        return self._replies.reply(self._operation, chosen, value)

    def _answer(self, thing: dict[str, Any], arguments: Mapping[str, Any], status: int | None = None) -> Reply:
        chosen = self._chosen(status)
        value = self._with(chosen, self._value(chosen, arguments), thing)
        for name, one in as_object(value).items():
            if self._role.by_word and name in ("exists", "found") and one is False:
                value[name] = True
        return self._sent(chosen, value)

    def _sent(self, chosen: Chosen, value: Any) -> Reply:
        """The answer of a value that holds what was given, which may be more than is answered with."""
        schema = chosen.media_type.schema if chosen.media_type else None
        sent = as_sent(self._memory.document, schema.pointer, value) if schema else value
        return self._replies.reply(self._operation, chosen, sent)

    def _named(self, thing: dict[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
        """A thing with its key under the usual name as well, where it has none of those."""
        key = as_object(arguments.get("path")).get(self._role.key)
        return {"id": key, **thing} if key is not None and not any(one in thing for one in _NAMES[:4]) else thing

    def _missing(self, arguments: Mapping[str, Any]) -> Reply:
        declared = self._operation.responses
        if self._role.by_word and "404" not in declared:
            return self._nothing(arguments)
        if not any(one in declared for one in ("404", "4XX", "default")):
            return problem_reply(404, "there is no such thing")
        chosen = self._chosen(404)
        return self._replies.reply(self._operation, chosen, self._value(chosen, {}))

    def _nothing(self, arguments: Mapping[str, Any]) -> Reply:
        """The answer of a document that has no 404: null or nothing where a thing would be, and false for whether there is one."""
        chosen = self._chosen()
        value = self._value(chosen, arguments)
        given = {*as_object(arguments.get("body")), *as_object(arguments.get("query"))}
        for name, before in [*as_object(value).items()]:
            if name not in given and name not in ("success", "ok"):
                value[name] = False if isinstance(before, bool) else None
                if self._breaks(chosen, value):
                    del value[name]
                if self._breaks(chosen, value):
                    value[name] = before
        return self._replies.reply(self._operation, chosen, value)

    def _list(self, things: Things, arguments: Mapping[str, Any]) -> Reply:
        chosen = self._chosen()
        root: dict[str, Any] = {"": self._value(chosen, arguments)}
        shape = self._shape(chosen)
        for holder, name, each in _lists(root, "", shape) if shape is not None else ():
            before = dict(holder)
            holder[name] = [*things] if each.types == frozenset({"string"}) else [self._item(one, each) for one in things.values()]
            holder.update({one: len(things) for one in holder if _folded(one) in _COUNTS})
            if not self._breaks(chosen, root[""]):
                break
            holder.update(before)
        return self._sent(chosen, self._replies.ended(self._operation, chosen, root[""], {}))

    def _item(self, thing: dict[str, Any], shape: Shape) -> JSON:
        """A thing as an item of a list has it."""
        made = self._replies.instance(shape.nodes[0][0], self._operation)
        return _laid_over(made, shape, thing) if is_object(made) else made

    # ---- values

    def _chosen(self, status: int | None = None) -> Chosen:
        return self._replies.choose(self._operation, self._accept, status=status)

    def _shape(self, chosen: Chosen) -> Shape | None:
        schema = chosen.media_type.schema if chosen.media_type else None
        return shape_at(self._memory.document, schema.pointer) if schema else None

    def _value(self, chosen: Chosen, arguments: Mapping[str, Any]) -> Any:
        if chosen.media_type is None:
            return None
        return deepcopy(self._replies.echoed(chosen, self._replies.value(self._operation, chosen), arguments))

    def _breaks(self, chosen: Chosen, value: JSON) -> bool:
        return self._replies.breaks(chosen.media_type.schema if chosen.media_type else None, value)

    def _with(self, chosen: Chosen, value: Any, thing: dict[str, Any]) -> Any:
        """A value with what is known of a thing put into the object that has the most of its properties."""
        node, shape = _fullest(value, self._shape(chosen), tuple(thing))
        if shape is None:
            return value
        before, laid = dict(node), _laid_over(node, shape, thing)
        node.update(laid)
        if self._breaks(chosen, value):
            node.clear()
            node.update(before)
            for name in laid:
                node[name] = laid[name]
                if self._breaks(chosen, value):
                    node.pop(name)
                    node.update({name: before[name]} if name in before else {})
        return value


def _sizes(body: Mapping[str, Any]) -> dict[str, Any]:
    """The size of the one file in a body."""
    sizes = [one["size"] for one in body.values() if is_description(one)]
    return {"size": sizes[0]} if len(sizes) == 1 else {}


def merge(thing: dict[str, Any], change: Mapping[str, Any]) -> None:
    """Change a thing as a JSON Merge Patch does (RFC 7396)."""
    for name, value in change.items():
        if value is None:
            thing.pop(name, None)
        elif is_object(value) and is_object(thing.get(name)):
            merge(thing[name], value)
        else:
            thing[name] = value


def _folded(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _laid_over(node: dict[str, Any], shape: Shape, thing: Mapping[str, Any]) -> dict[str, Any]:
    known = {**node, **shape.properties}
    return {**node, **{name: value for name, value in thing.items() if name in known}}


def _objects(value: Any, shape: Shape | None, depth: int = 0) -> Iterator[tuple[dict[str, Any], Shape]]:
    """The objects of a value that a schema describes, the outermost first, those in arrays left out."""
    if is_object(value) and shape is not None and depth <= _DEEPEST:
        yield value, shape
        for name, one in value.items():
            yield from _objects(one, shape.properties.get(name), depth + 1)


def _fullest(value: Any, shape: Shape | None, names: tuple[str, ...]) -> tuple[dict[str, Any], Shape | None]:
    """The object of a value that has the most of the names, and its shape; an empty one and None where none has any."""
    most, fullest, described = 0, dict[str, Any](), None
    for node, inner in _objects(value, shape):
        count = sum(name in inner.properties or name in node for name in names)
        if count > most:
            most, fullest, described = count, node, inner
    return fullest, described


def _lists(holder: Any, name: str, shape: Shape) -> Iterator[tuple[dict[str, Any], str, Shape]]:
    """The arrays of a value that may hold things, or their keys, the outermost first: what holds each, by what name, and its items."""
    value = holder[name]
    if is_list(shape) and shape.items is not None and (is_mapping(shape.items) or shape.items.types == frozenset({"string"})):
        yield holder, name, shape.items
    elif is_object(value):
        for inner in value:
            if inner in shape.properties:
                yield from _lists(value, inner, shape.properties[inner])
