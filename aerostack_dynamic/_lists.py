"""Lists as users hold them: iterators over the pages or the items of one, for a thread that waits and for asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._frames import bare
from ._pages import Pager, next_of
from ._values import UNSET, Data, Unset

if TYPE_CHECKING:
    from ._record import RecordList
    from ._response import Response

_Self = TypeVar("_Self", bound="_Listing")


class _Listing:
    """What both kinds share: the state, and what is known of the last page."""

    def __init__(self, pager: Pager, driver: Any) -> None:
        self._pager = pager
        self._driver = driver

    def with_options(
        self: _Self,
        *,
        max_items: int | Unset | None = UNSET,
        page_size: int | Unset | None = UNSET,
        resume: str | Unset | None = UNSET,
    ) -> _Self:
        """The same list from its beginning, with other options. Raises ArgumentsError for one that does not fit.

        `max_items`: so many items at most; of pages, none is asked for once there were so many, and the last one is whole.
        `page_size`: sent in the argument that the document names as `limit`. `resume`: a `resume_token`, to go on where it was taken.
        """
        before = self._pager
        given: dict[str, Any] = {"max_items": max_items, "page_size": page_size, "resume": resume}
        choice = before.choice._replace(**{name: value for name, value in given.items() if value is not UNSET})
        try:
            pager = Pager(
                before.context,
                before.options,
                before.operation,
                before.given,
                before.rules,
                choice,
                itemwise=before.itemwise,
            )
        except BaseException as error:
            raise bare(error)  # noqa: B904  # the same error, whose cause is its own
        return type(self)(pager, self._driver)

    @property
    def resume_token(self) -> str | None:
        """Where the list stands, as a text to go on with later: `with_options(resume=...)` on a list of the same arguments.

        None at the end, before the first page, and where the text would hold a secret. It holds the cursor, and no other argument.
        """
        return self._pager.token

    @property
    def response(self) -> Response | None:
        """The answer of the page that came last: status, headers, request id and more. None before the first."""
        return self._pager.response

    def __reduce__(self) -> str:
        raise TypeError("a list that is being read can't be pickled or copied; keep its resume_token")

    def __repr__(self) -> str:
        pager = self._pager
        return f"<{'items' if pager.itemwise else 'pages'} of {pager.operation.dotted}, {pager.asked} asked for>"


class Listing(_Listing, Generic[Data]):
    """The pages or the items of a list, each page asked for when it is needed: `for job in client.queue.queue_list_jobs.items(): ...`.

    Nothing is open between two pages. Raises what a call raises, with a `resume_token`, and ResponseError where the list would never
    end; who goes on after an error asks for the same page again.
    """

    __module__ = "aerostack_dynamic"  # where it is exported, for signatures to say

    def __iter__(self: _Self) -> _Self:
        return self

    def __next__(self) -> Data:
        try:
            one: Any = self._driver.run(next_of(self._pager)) if not self._pager.ready or self._pager.over else self._pager.take()
        except BaseException as error:
            raise bare(error)  # noqa: B904  # the same error, whose cause is its own
        if one is UNSET:
            raise StopIteration
        return one  # type: ignore[no-any-return]  # what the document says of an item

    def to_list(self) -> RecordList[Data]:
        """All that is still to come, as a list of an answer: `client.queue.queue_list_jobs.items().to_list().to_pandas()`."""
        return self._pager.as_list([*self])


class AsyncListing(_Listing, Generic[Data]):
    """The same for asyncio: `async for job in client.queue.queue_list_jobs.items(): ...`."""

    __module__ = "aerostack_dynamic"  # where it is exported, for signatures to say

    def __aiter__(self: _Self) -> _Self:
        return self

    async def __anext__(self) -> Data:
        try:
            one: Any = (
                await self._driver.run(next_of(self._pager)) if not self._pager.ready or self._pager.over else self._pager.take()
            )
        except BaseException as error:
            raise bare(error)  # noqa: B904  # the same error, whose cause is its own
        if one is UNSET:
            raise StopAsyncIteration
        return one  # type: ignore[no-any-return]  # the same

    async def to_list(self) -> RecordList[Data]:
        """All that is still to come, as a list of an answer."""
        return self._pager.as_list([one async for one in self])
