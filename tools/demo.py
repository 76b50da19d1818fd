"""All nine operations against a sandbox on this machine, by `Client` and by `AsyncClient`, as a transcript. `make demo`

Also shown: a mistake in the arguments, which is found before anything is sent, and an error that the server answers.
"""

from __future__ import annotations

import asyncio
import sys
import textwrap
from typing import Any, NamedTuple

from aerostack_dynamic import ArgumentsError, AsyncClient, Client, StatusError
from aerostack_dynamic.sandbox import Sandbox

WIDEST = 200


class Step(NamedTuple):
    """A call: what it is for, which operation, with which arguments, and the error that it is there to show."""

    purpose: str
    operation: str
    arguments: dict[str, Any]
    expected: type[Exception] | None = None


def greet(data: dict[str, Any]) -> dict[str, Any]:
    """The service that the demo invokes."""
    return {"greeting": f"Hello, {data['name']}!"}


def steps(user: str) -> list[Step]:
    """The nine operations for `user`, then the two errors."""
    account = {"email": f"{user.lower()}@example.com", "password": "correct horse battery"}
    question = [{"role": "user", "content": "What is an OpenAPI document?"}]
    upload = {"key": f"notes/{user}.txt", "file": b"Kept by the sandbox.", "content_type": "text/plain"}
    typo = {"kee": "greeting", "value": 1}
    return [
        Step("Ask the database", "database.db_query", {"sql": "SELECT 6 * ? AS answer", "params": [7]}),
        Step("Sign up a user", "authentication.auth_signup", {**account, "name": user}),
        Step("Sign that user in", "authentication.auth_signin", account),
        Step("Keep a value for a minute", "cache.cache_set", {"key": user, "value": {"visits": 1}, "ttl": 60}),
        Step("Get it back", "cache.cache_get", {"key": user}),
        Step("Put a job into the queue", "queue.queue_enqueue", {"type_": "greet", "data": {"name": user}, "delay": 0}),
        Step("Upload a file", "storage.storage_upload", upload),
        Step("Talk to the AI", "ai.ai_chat", {"messages": question, "model": "any"}),
        Step("Invoke a service", "services.services_invoke", {"service_name": "greet", "data": {"name": user}}),
        Step("A mistake: found here, nothing is sent", "cache.cache_set", typo, ArgumentsError),
        Step("An error: the server's answer", "database.db_query", {"sql": "SELECT * FROM nowhere"}, StatusError),
    ]


def show(step: Step, call: str) -> None:
    """Print the call as a user would write it."""
    arguments = ", ".join(f"{name}={value!r}" for name, value in step.arguments.items())
    print(f"\n{step.purpose}\n    {call}{step.operation}({arguments})")


def show_result(step: Step, result: object) -> None:
    """Print what a call gave, or end the demo where an error should have come instead."""
    if step.expected is not None:
        raise SystemExit(f"{step.operation} gave {result!r}, where {step.expected.__name__} was expected")
    text = repr(result)
    print(f"    -> {text if len(text) <= WIDEST else f'{text[:WIDEST]} ...'}")


def show_error(step: Step, error: Exception) -> None:
    """Print the error that `step` is there to show, or end the demo with any other."""
    if step.expected is None or not isinstance(error, step.expected):
        raise error
    print(textwrap.indent(f"{type(error).__name__}: {error}", "    !! "))
    if isinstance(error, StatusError):
        print(f"    !! .status is {error.status}, .code is {error.code!r}")


def operation_of(client: Any, step: Step) -> Any:
    """The operation of `step`: an attribute of its group, which is an attribute of the client."""
    group, name = step.operation.split(".")
    return getattr(getattr(client, group), name)


def run(client: Client) -> None:
    """Every step by `Client`."""
    for step in steps("Ada"):
        show(step, "client.")
        try:
            show_result(step, operation_of(client, step)(**step.arguments))
        except (ArgumentsError, StatusError) as error:
            show_error(step, error)


async def run_async(client: AsyncClient) -> None:
    """Every step by `AsyncClient`."""
    for step in steps("Grace"):
        show(step, "await client.")
        try:
            show_result(step, await operation_of(client, step)(**step.arguments))
        except (ArgumentsError, StatusError) as error:
            show_error(step, error)


async def make_async(box: Sandbox) -> None:
    """Open an `AsyncClient` and run every step by it."""
    async with AsyncClient(server=box.url, api_key=box.api_key) as client:
        await run_async(client)


def main() -> int:
    """See the module's docstring."""
    with Sandbox(services={"greet": greet}) as box:
        print(f"A sandbox serves the API at {box.url}: on this machine, with real behaviour, for this demo only.")
        print("\n=== Client\n\nclient = Client(server=box.url, api_key=box.api_key)")
        with Client(server=box.url, api_key=box.api_key) as client:
            run(client)
        print("\n=== AsyncClient\n\nclient = AsyncClient(server=box.url, api_key=box.api_key)")
        asyncio.run(make_async(box))
    print("\nDone: nine operations and two errors, each by both clients. The sandbox has stopped; nothing is left of it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
