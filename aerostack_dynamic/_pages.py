"""The conversation of a list: one page after another is asked for, and each only when it is needed. No I/O of its own.

Each page is a call like any other, with its retries, hooks and checks. Between two pages nothing is held open.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote_plus

from ._call import Rules, bind, layout_of
from ._codec import UndecodableError, decode_json, encode_json
from ._errors import AerostackError, ArgumentsError, ResponseError
from ._mask import scheme_places, secret_places
from ._paging import declares, value_at
from ._perform import perform_page, told_error
from ._record import RecordList
from ._redirect import linked
from ._server import origin_of_url
from ._shape import masked
from ._values import UNSET, as_array, is_array, is_object, json_pointer
from ._watched import watched_answer
from ._web_link import target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from . import _http
    from ._arguments import Layout
    from ._hidden import Hidden
    from ._life import Context, Page
    from ._model import Operation
    from ._options import Options
    from ._paging import PageRules, Source, Target
    from ._response import Response
    from ._steps import Step

_VERSION: Final = "p1."
_SUM: Final = 8
_NO: Final = ("", "0", "false")


class Position(NamedTuple):
    """Where a list goes on: what `input` is to be, or the `address` of a page; `skip` of its items were delivered.

    `before` counts the items of the pages before it.
    """

    value: Any = UNSET
    address: str | None = None
    skip: int = 0
    before: int = 0


class Choice(NamedTuple):
    """What the caller wants of a list beside its arguments."""

    max_items: int | None = None
    page_size: int | None = None
    resume: str | None = None


_NO_CHOICE: Final = Choice()


class Pager:
    """How far a list has come. `ready` is what was answered and not yet taken, `response` the answer of the last page.

    Raises SpecError where the document does not say how the list goes on, ArgumentsError for a choice that does not fit.
    """

    def __init__(
        self,
        context: Context,
        options: Options,
        operation: Operation,
        arguments: Mapping[str, Any],
        rules: PageRules,
        choice: Choice = _NO_CHOICE,
        *,
        itemwise: bool,
    ) -> None:
        self.context, self.options, self.operation, self.rules = context, options, operation, rules
        self.choice, self.itemwise = choice, itemwise
        self.given = dict(arguments)
        self.ready: deque[Any] = deque()
        self.response: Response | None = None
        self.asked = self.delivered = 0
        self._like = RecordList()
        self.fault: str | None = None
        self._layout = layout_of(context.document, operation, options.media_type)
        self._check_choice()
        self._arguments = self._sized()
        self._hidden: Callable[[], Hidden] | None = None
        self._kept_print = ""
        self._last = b""
        self._here = first = self._first()
        self._following: Position | None = first
        self._seen: set[bytes] = set() if first.value is UNSET else {_digest(first.value)}

    def _check_choice(self) -> None:
        for name, value, least in (("max_items", self.choice.max_items, 0), ("page_size", self.choice.page_size, 1)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < least):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
                raise self._refused(f"{name}: give a whole number, {least} or above")
        if self.choice.page_size is not None and self.rules.limit is None:
            raise self._refused("page_size: the document does not say which argument it is (limit)")

    def _sized(self) -> dict[str, Any]:
        size = self.choice.page_size
        if size is None or self.rules.limit is None:
            return self.given
        if _given(self._layout, self.given, self.rules.limit) is not UNSET:
            raise self._refused("page_size: given as an argument too")
        return _put(self._layout, self.given, self.rules.limit, size)

    def _first(self) -> Position:
        if self.choice.resume is not None:
            return self._read_token(self.choice.resume)
        target = self.rules.input
        value = UNSET if target is None else _given(self._layout, self.given, target)
        if value is None or value is UNSET:
            return Position()
        if self.rules.kind in ("offset", "page") and (isinstance(value, bool) or not isinstance(value, int)):
            raise self._refused(f"{target.name if target else ''}: pages are counted from a whole number")
        return Position(value)

    def _refused(self, message: str) -> ArgumentsError:
        error = ArgumentsError(message)
        error.operation = self.operation.dotted
        return error

    # ---- taking

    @property
    def over(self) -> bool:
        """Whether nothing more is to be delivered."""
        enough = self.choice.max_items is not None and self.delivered >= self.choice.max_items
        return enough or (not self.ready and self._following is None and self.fault is None)

    def take(self) -> Any:
        """The next of what is ready."""
        one = self.ready.popleft()
        self.delivered += 1 if self.itemwise else self._here.skip
        if self.itemwise:
            self._here = self._here._replace(skip=self._here.skip + 1)
        return one

    def as_list(self, items: Iterable[Any]) -> RecordList:
        """These items as a list of an answer, which knows what the document says of them once there was a page."""
        found = self._like.copy()
        found.extend(items)
        return found

    @property
    def next_call(self) -> tuple[Mapping[str, Any], str | None]:
        """The arguments of the call for the next page, and its address where an answer has named one."""
        assert self._following is not None, "asked for when more is to come"
        value, target = self._following.value, self.rules.input
        if value is UNSET or target is None:
            return self._arguments, self._following.address
        return _put(self._layout, self._arguments, target, value), None

    # ---- what an answer says

    def accept(self, page: Page) -> None:
        """Take in the page that was asked for. Raises ResponseError where its items are not where the document says."""
        here = self._following
        assert here is not None, "it was asked for"
        items = self._items(page)
        following, fault = self._after(page, here, as_array(items))
        if page.use is not None:
            page.response.data = watched_answer(page.response.data, page.use, page.response.status)
            items = self._items(page)  # what the caller asks for is read; how the list goes on is for this room alone
        if self.itemwise and isinstance(items, RecordList):
            self._like = items[:0]
        delivered = min(here.skip, len(as_array(items)))
        self.response, self._hidden = page.response, page.hidden
        self.asked += 1
        self._following, self.fault = following, fault
        if self.itemwise:
            self._here = here._replace(skip=delivered)
            self.ready = deque(as_array(items))
            for _ in range(delivered):
                self.ready.popleft()
        else:
            self._here = here._replace(skip=len(as_array(items)))
            self.ready = deque([page.response.data])

    def _items(self, page: Page) -> list[Any] | None:
        """The items of a page; None where it may have some that nobody asks for."""
        data, source = page.response.data, self.rules.items
        found, value = value_at(data, source.tokens if source else ())
        if is_array(value):
            return value
        needed = self.itemwise or self.choice.max_items is not None or self.rules.kind in ("offset", "page")
        if source is None and not needed:
            return None
        if (found and value is None) or data is None:
            return []
        if source is None:
            raise self._broken(page, "the answer is no list, and the document does not say where in it the items are (items)")
        if found or not declares(self.context.document, self.operation, source.tokens):
            raise self._broken(page, f"the answer has no list at {source}, where the document says that the items are")
        return []

    def _broken(self, page: Page, reason: str) -> ResponseError:
        return ResponseError(reason, status=page.response.status)

    def _after(self, page: Page, here: Position, items: list[Any]) -> tuple[Position | None, str | None]:
        """Where the list goes on after a page, if it does, and else what is wrong, if anything."""
        more = self._more(page)
        if more is False:
            return None, None
        if self.rules.kind == "single":
            cut = "the answer says that there is more, and the document knows no way to ask for it; max_items takes what there is"
            return None, cut if more else None
        if self.rules.kind in ("cursor", "link"):
            return self._by_output(page, here, len(items), more)
        return self._by_count(page, here, items, more)

    def _by_output(self, page: Page, here: Position, count: int, more: bool | None) -> tuple[Position | None, str | None]:
        source = self.rules.output
        value = self._link(page) if source is None else self._found(page, source)[1]
        what = "cursor" if self.rules.kind == "cursor" else "link to the next page"
        if not value:
            where = f" at {source}" if source else ""
            return None, f"the answer says that there is more, and has no {what}{where}" if more else None
        position = Position(value, before=here.before + count)
        if self.rules.kind == "link":
            keys = {name for place, name in scheme_places(self.context.document) if place == "query"}
            address = _address(page, value, keys)
            if not address.startswith("/"):
                return None, address
            position, value = position._replace(value=UNSET, address=address), address
            self._seen.add(_digest(_address(page, str(page.url), keys)))
        digest = _digest(value)
        if digest in self._seen:
            return None, f"the answer has a {what} that was followed before, and so the list would never end"
        self._seen.add(digest)
        return position, None

    def _by_count(self, page: Page, here: Position, items: list[Any], more: bool | None) -> tuple[Position | None, str | None]:
        value = self.rules.start if here.value is UNSET else here.value
        total = self._found(page, self.rules.total)[1] if self.rules.total else None
        before = here.before if self.rules.kind == "page" else value - self.rules.start
        if str(total).isdecimal() and before + len(items) >= int(str(total)):
            return None, None
        if not items and not more:
            return None, None
        if not items and self.rules.kind == "offset":
            return None, "the answer says that there is more, and has no items, so that the same would be asked again"
        last, self._last = self._last, _digest(items)
        telling = not items or any(isinstance(one, (str, dict, list)) for one in items)
        if last == self._last and telling:
            name = self.rules.input.name if self.rules.input else ""
            return None, f"the answer has the same items as the one before, as if {name} were ignored, and the list would never end"
        return Position(value + (len(items) if self.rules.kind == "offset" else 1), before=here.before + len(items)), None

    def _more(self, page: Page) -> bool | None:
        """Whether the answer says that there is more to come; None where it says nothing."""
        if self.rules.flag is None:
            return None
        found, value = self._found(page, self.rules.flag)
        return bool(value) is not self.rules.ends if found else None

    def _found(self, page: Page, source: Source) -> tuple[bool, Any]:
        if source.header is None:
            return value_at(page.response.data, source.tokens)
        text = page.headers.get(source.header)
        return text is not None, None if text is None or text.lower() in _NO else text

    def _link(self, page: Page) -> str | None:
        return target_of(page.headers.get_list("link"), "next")

    # ---- the resume token

    @property
    def token(self) -> str | None:
        """Where the list stands, as a text; None at its end, before its first page, and where the text would hold a secret."""
        position = self._here if self.ready else self._following
        if position is None or position == Position() or (self.fault is not None and not self.ready):
            return None
        value = None if position.value is UNSET else position.value
        state = [value, position.address, position.skip, position.before, self._fingerprint()]
        hidden = self._hidden() if self._hidden else None
        secret = self.rules.input is not None and self.rules.input.secret
        if secret or (hidden is not None and hidden.value(state) != state):
            return None
        content = encode_json(state)
        return _VERSION + urlsafe_b64encode(_digest_bytes(content)[:_SUM] + content).decode().rstrip("=")

    def _read_token(self, token: Any) -> Position:
        wrong = "resume: this is no resume token, or not a whole one"
        if not isinstance(token, str) or not token.isascii() or not token.startswith("p"):
            raise self._refused(wrong)
        if not token.startswith(_VERSION):
            raise self._refused("resume: this token was made by another version of this package")
        try:
            packed = urlsafe_b64decode(token[len(_VERSION) :] + "=" * (-(len(token) - len(_VERSION)) % 4))
            state: Any = decode_json(packed[_SUM:])
        except (ValueError, UndecodableError):
            raise self._refused(wrong) from None
        if not is_array(state) or len(state) != 5 or packed[:_SUM] != _digest_bytes(packed[_SUM:])[:_SUM]:
            raise self._refused(wrong)
        if state[4] != self._fingerprint():
            raise self._refused("resume: this token belongs to another operation, or to a call with other arguments")
        if not self._fits(*state[:4]):
            raise self._refused(wrong)
        return Position(UNSET if state[0] is None else state[0], *state[1:4])

    def _fits(self, value: Any, address: Any, skip: Any, before: Any) -> bool:
        """Whether these can be parts of a position: a token may have been made by anybody."""
        kind = self.rules.kind
        right = value is None or (type(value) is int if kind in ("offset", "page") else kind == "cursor")
        if address is not None:
            right &= kind == "link" and isinstance(address, str) and address.startswith("/") and address.isascii()
            right &= str(address).isprintable() and " " not in str(address)
        return right and type(skip) is int and type(before) is int and skip >= 0

    def _fingerprint(self) -> str:
        self._kept_print = self._kept_print or self._made_print()
        return self._kept_print

    def _made_print(self) -> str:
        """What tells a list from another: the operation and its arguments, without those of one page, and without secrets."""
        document, operation, layout = self.context.document, self.operation, self._layout
        call = bind(document, operation, self._arguments, Rules("off", asynchronous=True, media_type=self.options.media_type))
        secret = {id(one.parameter) for one in layout.arguments if one.secret}
        values = {json_pointer(one.location, one.name): value for one, value in call.parameters if id(one) not in secret}
        names = secret_places(document).properties
        body = None if call.body is UNSET else masked(call.body, layout.body_shape, names)
        told: dict[str, Any] = {
            "parameters": values,
            "body": body,
            "files": {name: one.filename for name, one in call.files.items()},
        }
        for target in (self.rules.input, self.rules.limit if self.rules.kind != "page" else None):
            if target is not None:
                _leave_out(told, layout, target)
        return _digest([operation.method, operation.path, told]).hex()


def next_of(pager: Pager) -> Generator[Step, Any, Any]:
    """The next page or item of a list, `UNSET` at its end.

    Raises what a call raises, and ResponseError where the list would never end or can't go on. After an error the same page is asked
    for again; the error has the resume token for it.
    """
    while not pager.over:
        if pager.ready:
            return pager.take()
        if pager.fault is not None:
            assert pager.response is not None, "an answer had the fault"
            error = ResponseError(pager.fault, status=pager.response.status)
            error.attempts, error.elapsed = pager.response.attempts, pager.response.elapsed
            error.request_id = pager.response.request_id
            raise (yield from told_error(pager.context, pager.options, pager.operation, error))
        yield from _ask(pager)
    return UNSET


def _ask(pager: Pager) -> Generator[Step, Any, None]:
    arguments, address = pager.next_call
    try:
        page = yield from perform_page(pager.context, pager.options, pager.operation, arguments, address)
    except ArgumentsError:
        raise
    except AerostackError as error:
        error.resume_token = pager.token
        raise
    try:
        pager.accept(page)
    except ResponseError as error:
        error.resume_token = pager.token
        error.request_id, error.attempts, error.elapsed = page.response.request_id, page.response.attempts, page.response.elapsed
        raise (yield from told_error(pager.context, pager.options, pager.operation, error))  # noqa: B904  # the same error


# ---- addresses


def _address(page: Page, reference: Any, keys: set[str]) -> str:
    """Path and query of the next page, on the server of this one and without its `keys`; else a sentence on why it is not followed."""
    url: _http.URL | str = linked(page.url, reference) if isinstance(reference, str) else "is no URL"
    if isinstance(url, str):
        return f"the link to the next page {url}"
    if origin_of_url(url) != origin_of_url(page.url):
        return f"the link to the next page leads to another origin, {origin_of_url(url)}, and is not followed"
    path, mark, query = url.raw_path.decode("ascii").partition("?")
    pairs = [pair for pair in query.split("&") if unquote_plus(pair.partition("=")[0]) not in keys]
    return path + (mark and "?" + "&".join(pairs))


# ---- among arguments


def _spelled(layout: Layout, arguments: Mapping[str, Any], target: Target) -> tuple[str, tuple[str, ...]]:
    """The keyword that a target is within, as the caller spells it, and the way from there."""
    argument = layout.accepted.get(target.name)
    whole = arguments.get("body", UNSET)
    in_body = argument is not None and argument.location == "body" and "body" not in layout.accepted
    if argument is not None and argument.wire is not None and in_body and whole is not UNSET:
        return "body", (argument.wire, *target.tokens)
    given = (one for one in arguments if layout.accepted.get(one) is argument and arguments[one] is not UNSET)
    return next(given, target.name) if argument is not None else target.name, target.tokens


def _given(layout: Layout, arguments: Mapping[str, Any], target: Target) -> Any:
    name, tokens = _spelled(layout, arguments, target)
    value = arguments.get(name, UNSET)
    for token in tokens:
        value = value.get(token, UNSET) if isinstance(value, Mapping) else UNSET  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return value  # pyright: ignore[reportUnknownVariableType]


def _put(layout: Layout, arguments: Mapping[str, Any], target: Target, value: Any) -> dict[str, Any]:
    """The arguments with a value at a target; what the caller gave is left as it is."""
    name, tokens = _spelled(layout, arguments, target)
    return {**arguments, name: _within(arguments.get(name, UNSET), name, tokens, value)}


def _within(old: Any, name: str, tokens: tuple[str, ...], value: Any) -> Any:
    if not tokens:
        return value
    if old is not UNSET and old is not None and not isinstance(old, Mapping):
        raise ArgumentsError(f"{name}: give a mapping, which pages put {tokens[0]} into")
    inner: dict[str, Any] = dict(old or {})  # pyright: ignore[reportUnknownArgumentType]
    return {**inner, tokens[0]: _within(inner.get(tokens[0], UNSET), name, tokens[1:], value)}


def _leave_out(told: dict[str, Any], layout: Layout, target: Target) -> None:
    """Take what stands at a target out of the values of a bound call."""
    argument = layout.accepted.get(target.name)
    if argument is None:
        return
    if argument.parameter is not None:
        way = ("parameters", json_pointer(argument.location, argument.parameter.name), *target.tokens)
    else:
        way = ("body", *([argument.wire] if argument.wire is not None else []), *target.tokens)
    node: Any = told
    for token in way[:-1]:
        node = node.get(token) if is_object(node) else None
    if is_object(node):
        node.pop(way[-1], None)


def _digest(value: Any) -> bytes:
    from json import dumps  # noqa: PLC0415  # with sorted keys, which the faster one has not

    return _digest_bytes(dumps(value, sort_keys=True, default=str).encode())


def _digest_bytes(content: bytes) -> bytes:
    from hashlib import blake2b  # noqa: PLC0415  # slow to import, and only for lists

    return blake2b(content, digest_size=16).digest()
