"""Canned answers: which calls they are for, what is answered in turn, and whether all of them were used.

Of the stubs that fit a call, the one that names the most values answers; of equals the one that was made last. A stub's answers are given
in turn, each once or as many times as `times` says; the last one for ever, unless `times` says otherwise. A stub whose answers are all
given is passed over: the next that fits answers then, in the end the document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .. import _http
from .._errors import ArgumentsError
from .._media_type import best_match
from .._result import pick_response
from .._values import UNSET
from ._given import as_seconds, content_of, header_pairs, is_content, status_code, stream_items, whole_number
from ._mock_error import MockError, broken
from ._replies import NO_CONTENT, Chosen, Replies, Reply, problem_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .._model import MediaType
    from ._calls import MockCall
    from ._matching import Pattern

    # What makes the answer of a call; it may be asynchronous where the mock is called so.
    Responder = Callable[[MockCall], Any]

_HINT: Final = "; checked=False sends it all the same"


class Answer:
    """One answer of a stub: a reply, a function that makes one, or None for the document's own."""

    __slots__ = ("checked", "delay", "given", "headers", "limit", "lost", "make", "media_type", "reply", "status", "streams")

    def __init__(
        self,
        reply: Reply | None = None,
        *,
        make: Responder | None = None,
        status: int | None = None,
        headers: Iterable[tuple[str, str]] = (),
        media_type: str | None = None,
        checked: bool = True,
        delay: float = 0.0,
        lost: int | None = None,
        streams: bool = False,
    ) -> None:
        self.reply = reply
        self.streams = streams
        self.make = make
        self.status = status
        self.headers = tuple(headers)
        self.media_type = media_type
        self.checked = checked
        self.delay = delay
        self.lost = lost
        self.limit: int | None = None
        self.given = 0


class Stub:
    """What certain calls are answered with: `mock.on("aiChat", model="m").respond({...})`. Every method gives the stub itself."""

    def __init__(self, replies: Replies, pattern: Pattern) -> None:
        self._replies = replies
        self._answers: list[Answer] = []
        self._delay = 0.0
        self.pattern = pattern

    def respond(
        self,
        data: Any = UNSET,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        media_type: str | None = None,
        checked: bool = True,
    ) -> Stub:
        """Answer with `data`, an `httpx.Response`, or what a function gives of them when it is called with the `MockCall`.

        `data` is a JSON value; bytes, a Path or a file, whose content is sent as it is; or text where the media type holds such, in
        UTF-8. Without it, it is the document's own. The status is the
        one that the document has for success, the media type the one it has, unless they are named. Raises MockError with every problem
        for an answer that breaks the document, unless `checked` is false; what a function gives is held against it when it is called.
        """
        pairs, status = header_pairs(headers), status_code(status)
        if callable(data) and not isinstance(data, _http.Response):
            return self._add(Answer(make=data, status=status, headers=pairs, media_type=media_type, checked=checked))
        return self._add(Answer(self.reply(data, status, pairs, media_type, checked)))

    def fail(
        self,
        status: int,
        data: Any = UNSET,
        *,
        retry_after: float | None = None,
        headers: Mapping[str, str] | None = None,
        checked: bool = True,
    ) -> Stub:
        """Answer with an error. Without `data` its body is the one that the document has for the status, else a problem (RFC 9457).

        A status that the document does not have is let pass, as what stands before a server may send any. `retry_after` is in seconds.
        """
        if type(status) is not int or not 400 <= status <= 599:
            raise ArgumentsError(f"status: an error has one from 400 to 599, not {status!r:.80}")
        pairs = header_pairs(headers)
        if retry_after is not None:
            pairs += (("Retry-After", f"{as_seconds('retry_after', retry_after):g}"),)
        documented = pick_response(self.pattern.operation.responses, status)
        if documented is None and data is UNSET:
            reply = problem_reply(status, "an error that a mock was told to answer with")
            return self._add(Answer(reply._replace(headers=(*reply.headers, *pairs))))
        return self._add(Answer(self.reply(data, status, pairs, None, checked and documented is not None)))

    def stream(
        self,
        items: Iterable[Any],
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        closed: bool = True,
        checked: bool = True,
    ) -> Stub:
        """Answer with a stream of these items, in the form that the document has: events, lines or a sequence of JSON texts, or bytes.

        An item of a stream of events is its data, or an object of `data`, `event`, `id` and `retry` where the document describes those.
        What closes a stream (`x-aerostack-stream`) is sent behind the last one, unless `closed` is false. A call that could ask for a
        stream and does not is answered by another stub, or the document.
        """
        operation = self.pattern.operation
        chosen = self._replies.choose(operation, streamed=True, status=status_code(status))
        values, pairs = stream_items(items), header_pairs(headers)
        if not chosen.streams:
            if not all(isinstance(one, bytes) for one in values):
                raise MockError(f"{operation.operation_id} has no stream of items in the document; give an iterable of bytes")
            reply = self._replies.reply(operation, chosen, b"", pairs)._replace(chunks=tuple(values))
            return self._add(Answer(reply))
        if checked and (problems := self._replies.item_problems(operation, chosen, values)):
            raise broken(f"the stream for {operation.operation_id} breaks the document{_HINT}:", problems, operation)
        reply = self._replies.reply(operation, chosen, values, pairs)
        chunks = reply.chunks if closed else reply.chunks[: len(values)]
        return self._add(Answer(reply._replace(chunks=chunks), streams=True))

    def delay(self, seconds: float) -> Stub:
        """Wait before the next answer of the stub; alone, before the document's own. A wait over the read limit ends as a time-out."""
        self._delay = as_seconds("seconds", seconds)
        return self

    def drop_connection(self, after: int | None = None) -> Stub:
        """Lose the connection: before anything is answered, or after so many bytes of the body of the document's own answer."""
        if after is not None:
            whole_number("after", after, 0, "a number of bytes")
        return self._add(Answer(lost=-1 if after is None else after))

    def times(self, number: int) -> Stub:
        """Give the answer before this so many times, and no more. Raises ArgumentsError where there is none before."""
        if not self._answers:
            raise ArgumentsError(
                "times: bounds the answer before it, and there is none; .respond().times(...) is for the document's own"
            )
        self._answers[-1].limit = whole_number("number", number, 1, "a whole number, 1 or above")
        return self

    def _add(self, answer: Answer) -> Stub:
        answer.delay, self._delay = self._delay, 0.0
        self._answers.append(answer)
        return self

    # ---- what the mock asks

    def next_answer(self, asks_to_stream: bool) -> Answer | None:
        """The answer whose turn it is, now given once more; None when all are, and for a stream that was not asked for."""
        if not self._answers:
            self._add(Answer())
        last = self._answers[-1]
        for one in self._answers:
            limit = one.limit if one.limit is not None else None if one is last else 1
            if limit is None or one.given < limit:
                if one.streams and not asks_to_stream:
                    return None
                one.given += 1
                return one
        return None

    @property
    def unused(self) -> str:
        """What of it was not used, in words; empty when all was."""
        if not any(one.given for one in self._answers):
            return "was not called"
        for number, one in enumerate(self._answers, 1):
            if one.given < (one.limit or 1):
                often = f"{one.given} of {one.limit} times" if one.limit else "never"
                return (
                    f"gave its answer {number} of {len(self._answers)} {often}" if len(self._answers) > 1 else f"answered {often}"
                )
        return ""

    def reply(
        self, data: Any, status: int | None, headers: tuple[tuple[str, str], ...], media_type: str | None, checked: bool
    ) -> Reply:
        """A canned answer as it is sent. Raises MockError for one that breaks the document."""
        operation, replies = self.pattern.operation, self._replies
        if isinstance(data, _http.Response):
            self._refuse_body(data.status_code, bool(data.content))
            made = Reply(data.status_code, (*_kept(data), *headers), (data.read(),) if data.content else ())
        else:
            chosen = self._chosen(status, media_type)
            if data is UNSET:
                made = replies.default(operation, chosen, {}, echo=False)
                made = made._replace(headers=(*made.headers, *headers))
            else:
                self._refuse_body(chosen.status, data not in (None, b""))
                chosen = self._with_body(chosen, data, checked)
                made = replies.reply(operation, chosen, content_of(replies.document, operation, chosen, data), headers)
        problems = replies.answer_problems(operation, made) if checked else []
        if problems:
            raise broken(f"the answer {made.status} for {operation.operation_id} breaks the document{_HINT}:", problems, operation)
        return made

    def _refuse_body(self, status: int, has_body: bool) -> None:
        operation = self.pattern.operation
        if has_body and (status in NO_CONTENT or operation.method == "HEAD"):
            why = f"the status {status}" if status in NO_CONTENT else "a HEAD request"
            raise MockError(
                f"the answer {status} for {operation.operation_id}: none to {why} has a body (RFC 9110); leave data out"
            )

    def _with_body(self, chosen: Chosen, data: Any, checked: bool) -> Chosen:
        """What has a body though the document knows none is JSON, where that is let pass."""
        if data is None or chosen.name or chosen.status in NO_CONTENT:
            return chosen
        if checked:
            told = f"the document has no body for the answer {chosen.status} of {self.pattern.operation.operation_id}"
            raise MockError(f"{told}; leave data out{_HINT}")
        return chosen._replace(name="application/octet-stream" if is_content(data) else "application/json")

    def _chosen(self, status: int | None, media_type: str | None) -> Chosen:
        chosen = self._replies.choose(self.pattern.operation, status=status)
        if media_type is not None:
            content: Mapping[str, MediaType] = chosen.documented.content if chosen.documented else {}
            return chosen._replace(media_type=best_match(content, media_type), name=media_type)
        if chosen.media_type is None and chosen.documented is None:
            return chosen._replace(name="application/json")
        return chosen


def _kept(response: Any) -> list[tuple[str, str]]:
    """The headers of a response but those that tell of how its content was encoded, as that is read decoded."""
    left_out = {"content-encoding", "content-length", "transfer-encoding"}
    return [(name, text) for name, text in response.headers.multi_items() if name.lower() not in left_out]
