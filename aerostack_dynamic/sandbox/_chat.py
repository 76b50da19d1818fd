"""The AI: an OpenAI-compatible server when one is given, else an answer that says whose it is.

One answer has three shapes: the text alone, a ChatCompletionResponse, and the frames of an event stream.
"""

from __future__ import annotations

import re
import time
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from ._answer import internal
from ._upstream import Upstream

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

OWN_MODEL = "aerostack-sandbox"
_ENDINGS = frozenset({"stop", "length", "content_filter"})
_PIECE = re.compile(r"\s*\S+|\s+\Z")


class _Ending(NamedTuple):
    """Why an answer ended, and its TokenUsage, None when its author did not say."""

    reason: str = "stop"
    usage: dict[str, int] | None = None


class Chat:
    """`url` is the base of an OpenAI-compatible server; ValueError when it is no http(s) URL. Without one the sandbox answers."""

    def __init__(self, url: str | None) -> None:
        self._upstream = Upstream(url) if url else None

    def text(self, arguments: Mapping[str, Any]) -> str:
        """The answer alone, as 1.0.0 has it, which knows only two arguments; a Refusal 502, or 429, when the server gives none."""
        return self._whole({name: arguments[name] for name in ("model", "messages") if name in arguments})[0]

    def completion(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The answer as a ChatCompletionResponse."""
        text, ending = self._whole(arguments)
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": ending.reason}
        usage = ending.usage or _usage(arguments, tokens_of(text))
        return {**_head(arguments, "chat.completion"), "choices": [choice], "usage": usage}

    def frames(self, arguments: Mapping[str, Any]) -> Generator[dict[str, Any], None, None]:
        """The answer in pieces, each the JSON of one event: `choices[0].delta.content`.

        The last one has the `finish_reason`, and the `usage` when `stream_options.include_usage` asks for it.
        """
        head = _head(arguments, "chat.completion.chunk")
        pieces, count = self._pieces(arguments), 0
        role = {"role": "assistant"}
        while True:
            try:
                piece = next(pieces)
            except StopIteration as end:
                ending: _Ending = end.value
                break
            count += tokens_of(piece)
            yield {**head, "choices": [{"index": 0, "delta": {**role, "content": piece}}]}
            role = {}
        last = {**head, "choices": [{"index": 0, "delta": role, "finish_reason": ending.reason}]}
        if arguments.get("stream_options", {}).get("include_usage", False):
            last["usage"] = ending.usage or _usage(arguments, count)
        yield last

    def _whole(self, arguments: Mapping[str, Any]) -> tuple[str, _Ending]:
        if self._upstream is None:
            return _all_of(_own_pieces(arguments))
        answer = self._upstream.completion(arguments)
        try:
            text = answer["choices"][0]["message"]["content"]
        except (LookupError, TypeError):
            text = None
        if not isinstance(text, str):
            raise internal("the AI server's answer is not a chat completion", status=502)
        return text, _ending(answer, _Ending())

    def _pieces(self, arguments: Mapping[str, Any]) -> Generator[str, None, _Ending]:
        return _own_pieces(arguments) if self._upstream is None else _told_pieces(self._upstream.frames(arguments))


def tokens_of(text: str) -> int:
    """How many tokens the sandbox counts in a text: its words."""
    return len(text.split())


def prompt_tokens(arguments: Mapping[str, Any]) -> int:
    """How many tokens the sandbox counts in the question."""
    return sum(tokens_of(message.get("content", "")) for message in arguments["messages"])


def _own_pieces(arguments: Mapping[str, Any]) -> Generator[str, None, _Ending]:
    pieces = _PIECE.findall(_own_answer(arguments))
    most = arguments.get("max_tokens", len(pieces))
    yield from pieces[:most]
    return _Ending("length" if most < len(pieces) else "stop")


def _own_answer(arguments: Mapping[str, Any]) -> str:
    said = [m.get("content", "") for m in arguments["messages"] if m.get("role", "user") == "user"]
    model = f" for model {arguments['model']}" if "model" in arguments else ""
    heard = f'You said: "{said[-1]}"' if said else "There was no user message."
    return f"[aerostack sandbox] This is the sandbox's own fixed answer{model}; no AI server is connected. {heard}"


def _told_pieces(frames: Generator[Any, None, None]) -> Generator[str, None, _Ending]:
    ending = _Ending()
    for frame in frames:
        ending = _ending(frame, ending)
        try:
            piece = frame["choices"][0]["delta"]["content"]
        except (LookupError, TypeError):
            continue
        if isinstance(piece, str) and piece:
            yield piece
    return ending


def _all_of(pieces: Generator[str, None, _Ending]) -> tuple[str, _Ending]:
    told: list[str] = []
    while True:
        try:
            told.append(next(pieces))
        except StopIteration as end:
            return "".join(told), end.value


def _ending(answer: Any, before: _Ending) -> _Ending:
    """What a completion or a frame says of its end; `before` where it says nothing that the document knows."""
    reason, usage = before
    try:
        said = answer["choices"][0]["finish_reason"]
        reason = said if said in _ENDINGS else reason
    except (LookupError, TypeError):
        pass
    try:
        counted = {name: answer["usage"][name] for name in ("prompt_tokens", "completion_tokens", "total_tokens")}
        usage = counted if all(type(count) is int for count in counted.values()) else usage
    except (LookupError, TypeError):
        pass
    return _Ending(reason, usage)


def _head(arguments: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": kind,
        "created": int(time.time()),
        "model": arguments.get("model", OWN_MODEL),
    }


def _usage(arguments: Mapping[str, Any], completion: int) -> dict[str, int]:
    prompt = prompt_tokens(arguments)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
