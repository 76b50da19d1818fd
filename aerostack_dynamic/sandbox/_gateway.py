"""The gateway: the AI under the name of an API, paid from the wallet that a consumer has for each API; and the billing log.

Every `apiSlug` names an API, all of them the sandbox's one AI. A wallet begins with `GRANT` tokens.
"""

from __future__ import annotations

import contextlib
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ._answer import Refusal, timestamp
from ._chat import prompt_tokens, tokens_of
from ._store import PREFIX, StoppedError, Store

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from ._chat import Chat

GRANT = 1_000_000
_WALLETS = f"{PREFIX}wallets"


class Gateway:
    """Chats, wallets and log over the store; `consumer` says whose bearer key the call carried."""

    def __init__(self, store: Store, chat: Chat) -> None:
        self._store = store
        self._chat = chat

    def completion(self, consumer: str, api: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """A ChatCompletionResponse, its tokens taken from the wallet; a Refusal 429 when the wallet is empty."""
        self._refuse_empty(consumer, api)
        answer = self._chat.completion(arguments)
        self._charge(consumer, api, answer["usage"]["total_tokens"])
        return answer

    def frames(self, consumer: str, api: str, arguments: Mapping[str, Any]) -> Generator[dict[str, Any], None, None]:
        """The same as the frames of a stream; when the reader leaves early, what was told so far is charged."""
        self._refuse_empty(consumer, api)
        asked = arguments.get("stream_options", {}).get("include_usage", False)
        spent = prompt_tokens(arguments)
        frames = self._chat.frames({**arguments, "stream_options": {"include_usage": True}})
        try:
            for frame in frames:
                spent += tokens_of(frame["choices"][0]["delta"].get("content", ""))
                if "usage" in frame:
                    spent = frame["usage"]["total_tokens"]
                yield frame if asked else {name: value for name, value in frame.items() if name != "usage"}
        finally:
            with contextlib.suppress(StoppedError):  # the reader left together with the sandbox
                self._charge(consumer, api, spent)

    def wallet(self, consumer: str, api: str) -> dict[str, Any]:
        """The answer of gatewayGetWallet."""
        consumed = self._consumed(consumer, api)
        return {"wallet": {"balance": GRANT - consumed, "total_consumed": consumed}}

    def log(self, consumer: str, api: str, metric: str, units: int) -> dict[str, Any]:
        """Keeps an entry of the billing log; wallets stay as they are, since only the gateway's own chats cost tokens."""
        with self._store.write() as connection:
            connection.execute(
                f"INSERT INTO {PREFIX}billing (consumer, api, metric, units, logged) VALUES (?, ?, ?, ?, ?)",  # noqa: S608
                (consumer, api, metric, str(units), time.time()),
            )
        return {"success": True, "loggedUnits": units}

    def logged(self) -> list[dict[str, Any]]:
        """The entries of the billing log, the oldest first, by the names of its request, and `loggedAt`."""
        with self._store.read() as connection:
            rows = connection.execute(
                f"SELECT consumer, api, metric, units, logged FROM {PREFIX}billing ORDER BY number"  # noqa: S608
            ).fetchall()
        return [
            {
                "consumerId": consumer,
                "apiId": api,
                "metric": metric,
                "units": int(units),
                "loggedAt": timestamp(datetime.fromtimestamp(logged, timezone.utc)),
            }
            for consumer, api, metric, units, logged in rows
        ]

    def _refuse_empty(self, consumer: str, api: str) -> None:
        if self._consumed(consumer, api) >= GRANT:
            raise Refusal(429, "RATE_LIMIT_EXCEEDED", f"the wallet for {api!r} has no tokens left")

    def _consumed(self, consumer: str, api: str) -> int:
        with self._store.read() as connection:
            row = connection.execute(
                f"SELECT consumed FROM {_WALLETS} WHERE consumer = ? AND api = ?",  # noqa: S608
                (consumer, api),
            ).fetchone()
        return row[0] if row else 0

    def _charge(self, consumer: str, api: str, tokens: int) -> None:
        with self._store.write() as connection:
            connection.execute(
                f"INSERT INTO {_WALLETS} VALUES (?, ?, ?) "  # noqa: S608
                "ON CONFLICT (consumer, api) DO UPDATE SET consumed = consumed + excluded.consumed",
                (consumer, api, tokens),
            )
