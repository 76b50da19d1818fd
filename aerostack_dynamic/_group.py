"""Groups of operations as users hold them, and how operations come to be attributes: all at once, when the first name is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._missing import raise_missing
from ._operation import ApiOperation
from ._values import own_words, unseen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._load import Spec
    from ._operation import Caller


class Held:
    """The operations that a client and its groups have as attributes: each is one object in all of them, made when a place for it is."""

    __slots__ = ("_made", "caller")

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self._made: dict[str, ApiOperation] = {}

    def put(self, attributes: dict[str, Any], names: Mapping[str, str]) -> None:
        """Put operations among attributes, by their names; `names` are their keys. Two threads may both do it: they put the same."""
        for name, key in names.items():
            one = self._made.get(key) or self._made.setdefault(key, ApiOperation(self.caller, key=key))
            attributes.setdefault(name, one)

    def put_all(self, attributes: dict[str, Any]) -> None:
        """Put a document's groups, and the operations without one, among a client's attributes."""
        names = self.caller.spec.attributes
        for group in names.groups:
            attributes.setdefault(group, Group(group, self))
        for tag, group in names.tags.items():
            attributes.setdefault(tag, attributes[group])
        self.put(attributes, names.untagged)

    def __reduce__(self) -> tuple[Any, ...]:
        return Held, (self.caller,)


def _attribute_of(group: Any, name: str) -> Any:
    attributes: dict[str, Any] = group.__dict__
    held: Held | None = attributes.get("_held")
    if held is not None and not attributes["_is_full"]:
        held.put(attributes, held.caller.spec.attributes.groups[attributes["_name"]])
        attributes["_is_full"] = True
    if name in attributes:
        return attributes[name]
    raise_missing(group, None if held is None else held.caller.spec, attributes.get("_name", ""), name)


class Group:
    """The operations of one tag, as attributes: by their Python names, and, which dir() leaves out, by their operationIds.

    They are put in place, where completion and help find them, when the first name is asked for.
    """

    __doc__ = own_words(__doc__)

    def __init__(self, name: str, held: Held) -> None:
        self.__dict__.update(_name=name, _held=held, _is_full=False)

    if TYPE_CHECKING:
        _name: str
        _held: Held

    @property
    def _spec(self) -> Spec:
        return self._held.caller.spec

    def _tell(self) -> str:
        from ._describe import describe_group  # noqa: PLC0415  # only for those who ask

        return describe_group(self._name, self._about(), self._spec.groups[self._name])

    def _repr_html_(self) -> str:
        from ._panels import group_panel  # noqa: PLC0415  # only for notebooks

        return group_panel(self._name, self._about(), self._spec.groups[self._name])

    def _about(self) -> str:
        """What the document says of the tag."""
        return next((one.description or one.summary for one in self._spec.tags.values() if one.group == self._name), "")

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> ApiOperation: ...

    else:
        __getattr__ = unseen(_attribute_of)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a group's operations come from the document and can't be set")

    def __dir__(self) -> list[str]:
        return sorted(self._spec.groups[self._name])

    def __repr__(self) -> str:
        return f"<group {self._name}: {', '.join(dir(self))}>"
