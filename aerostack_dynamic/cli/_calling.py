"""A command's call: its words become arguments, it is sent or only shown, and what comes of it is written."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from .._errors import AerostackError, ArgumentsError, CredentialsError
from .._values import UNSET, Problem, is_array, is_bytes, json_pointer
from ._common import Exit
from ._own import FilterError
from ._shorthand import put, read_short, short_value
from ._show import BYTES, Place
from ._tell import Teller, silence, warning
from ._worded import worded
from ._words import STDIN, Inputs, WordError, looks_broken, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .. import _http
    from .._client import Client
    from .._model import Argument, Operation
    from .._operation import ApiOperation
    from .._response import Response
    from ._fields import Field
    from ._operation import OperationCommand
    from ._own import Own
    from ._settings import Settings

_SHOWN_ALONE: Final = "give one of --dry-run, --curl and --example"


class Calling:
    """One run of an operation's command."""

    def __init__(self, command: OperationCommand, settings: Settings, own: Own, ctx: click.Context) -> None:
        self._command = command
        self._settings = settings
        self._own = own
        self._ctx = ctx
        self._fields = command.fields
        sources = [settings.api_key, *(one.partition("=")[2] for one in settings.credentials)]
        self._inputs = Inputs(taken=STDIN in sources)
        self._sent = _Sent()
        self._bars = ExitStack()
        self._sure_of_output = own.output or settings.output
        self._tell = Teller(command.fields.place, command.spec, as_json=own.output in ("json", "ndjson"), quiet=own.quiet)

    def run(self) -> int:
        """Make the call, or show it; gives the exit code."""
        self._check_options()
        try:
            with ExitStack() as stack:
                if self._own.quiet:
                    stack.enter_context(silence())
                return self._example() if self._own.example else self._call(self._arguments(), stack)
        except FilterError as error:
            return self._tell.failed(error.message, Exit.USAGE)
        except PlainHttpError as error:
            return self._tell.failed(error.message, Exit.CREDENTIALS, "CredentialsError")
        except AerostackError as error:
            return self._tell.error(error)
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            return self._tell.unusable(error, "the call was made" if self._sent.begun else "nothing was sent")

    def _check_options(self) -> None:
        own, ctx = self._own, self._ctx
        if sum((own.dry_run, own.curl, own.example)) > 1:
            raise click.UsageError(_SHOWN_ALONE, ctx)
        if own.har is not None and (own.dry_run or own.curl or own.example):
            raise click.UsageError("nothing is sent that --har could keep: leave it out, or --dry-run, --curl or --example", ctx)
        if own.output is not None and (own.dry_run or own.curl or own.example):
            raise click.UsageError("what --dry-run, --curl and --example write has a form of its own: leave out --output", ctx)
        if own.quiet and own.verbose:
            raise click.UsageError("give --quiet or --verbose, not both", ctx)
        listed = own.all or own.max_items is not None or own.resume is not None or own.page_size is not None
        if own.stream and listed:
            raise click.UsageError("a list is not a stream: leave out --stream, or the options of lists", ctx)

    # ---- words to arguments

    def _arguments(self) -> dict[str, Any]:
        """The arguments by Python name. Raises ArgumentsError with all words that can't be read."""
        found: dict[str, Any] = {}
        problems: list[Problem] = []
        for field in self._fields.options:
            given = self._ctx.params.get(field.name or "")
            if given is None or given == ():
                continue
            try:
                found[field.argument.name] = given if field.is_switch else self._field_value(field, given)
            except WordError as error:
                problems.append(_problem(field.argument, error))
        self._add_body(found, problems)
        self._add_short(found, problems)
        if problems:
            raise ArgumentsError("", problems)
        return found

    def _field_value(self, field: Field, words: Sequence[str]) -> Any:
        if not field.argument.binary:
            value = value_of(words, field.shape, self._inputs)
            if looks_broken(words, value, field.shape) and not self._own.quiet:
                warning(f"{field.shown}: what is given begins as JSON does and is none; it is taken as a text")
            return value
        files = [self._inputs.file(word) for word in words]
        several = field.shape is not None and "array" in field.shape.types
        if len(files) > 1 and not several:
            raise WordError("given more than once, and it takes one file")
        return files if several else files[0]

    def _add_body(self, found: dict[str, Any], problems: list[Problem]) -> None:
        if not self._own.body:
            return
        try:
            found["body"] = value_of(self._own.body, self._fields.layout.body_shape, self._inputs)
        except WordError as error:
            problems.append(Problem("body", "", str(error), error.rule))

    def _add_short(self, found: dict[str, Any], problems: list[Problem]) -> None:
        """Put what is given in short where it belongs, beside what options give."""
        for word in self._ctx.params.get("short") or ():
            try:
                short = read_short(word, self._fields.layout.accepted)
            except WordError as error:
                raise click.UsageError(str(error), self._ctx) from None
            argument = self._fields.argument(short.name)
            name = short.name if argument is None else argument.name
            try:
                if argument is not None and argument.binary:
                    raise WordError("a file is given by its option")
                found[name] = put(found.get(name, UNSET), short.steps, short_value(short, self._inputs))
            except WordError as error:
                problems.append(
                    Problem("body", json_pointer(name), str(error), error.rule) if argument is None else _problem(argument, error)
                )

    # ---- the call

    def _call(self, arguments: dict[str, Any], stack: ExitStack) -> int:
        own = self._own
        streamed = self._is_stream(arguments)
        if own.dry_run or own.curl:
            # Nothing is sent that could be read on the way.
            client = stack.enter_context(self._settings.client(quiet=own.quiet, allow_insecure_http=True))
            return self._shown(self._operation(client), {**arguments, **(self._asking() if streamed else {})})
        hooks: list[Any] = [self._sent]
        if own.verbose:
            from ._verbose import Verbose  # noqa: PLC0415  # only where it is asked for

            hooks.append(Verbose(self._command.spec, self._settings.given_schemes))
        if own.har is not None:
            from ._kept import Kept  # noqa: PLC0415  # the same

            hooks.append(stack.enter_context(Kept(own.har)))
        operation = self._operation(stack.enter_context(self._client(hooks, arguments)))
        stack.enter_context(self._bars)
        self._watch_files(arguments)
        place = Place(own.output_file)
        if streamed and not self._command.traits.binary:
            return self._stream(operation, arguments, place)
        if own.all or own.max_items is not None or own.resume is not None:
            return self._list(operation, arguments, place)
        return self._result(operation, arguments, place)

    def _operation(self, client: Client) -> ApiOperation:
        chosen: ApiOperation = client.operations[self._command.operation.operation_id].with_options(**self._options())
        return chosen

    def _client(self, hooks: list[Any], arguments: dict[str, Any]) -> Client:
        """The client. Raises PlainHttpError for a server that is not called, behind what is wrong with the arguments."""
        try:
            return self._settings.client(hooks=hooks, quiet=self._own.quiet)
        except CredentialsError as error:
            with self._settings.client(quiet=True, allow_insecure_http=True) as client:
                self._operation(client).prepare(**arguments)
            said = worded(str(error))
            raise PlainHttpError(f"{said}; nothing was sent") from None

    def _watch_files(self, arguments: dict[str, Any]) -> None:
        """Have a bar show how large files are read, which is gone before anything of the result is written."""
        binary = [one.argument.name for one in self._fields.options if one.argument.binary and one.argument.name in arguments]
        paths = [
            one
            for name in binary
            for one in (arguments[name] if is_array(arguments[name]) else [arguments[name]])
            if isinstance(one, Path)
        ]
        if not paths:
            return
        from ._progress import watched_files  # noqa: PLC0415  # only for files

        opened = self._bars.enter_context(watched_files(paths, quiet=self._own.quiet))
        for name in binary:
            value = arguments[name]
            arguments[name] = [opened.get(one, one) for one in value] if is_array(value) else opened.get(value, value)

    def _options(self) -> dict[str, Any]:
        own = self._own
        found: dict[str, Any] = {}
        if own.media_type is not None:
            found["media_type"] = own.media_type
        if own.header:
            found["headers"] = dict(own.header)
        if own.attempts is not None:
            found["retry"] = own.attempts
        return found

    def _shown(self, operation: ApiOperation, arguments: dict[str, Any]) -> int:
        from ._shown import curl_text, request_text  # noqa: PLC0415  # only for what is not sent

        text = curl_text(operation, arguments) if self._own.curl else request_text(self._command, operation, arguments)
        with Place(self._own.output_file) as place:
            place.text(text)
        return Exit.OK

    def _example(self) -> int:
        from ._example import FILE, example_line  # noqa: PLC0415  # only where it is asked for

        line = example_line(self._command, *_called(self._ctx))
        with Place(self._own.output_file) as place:
            place.text(line)
        if any(f"{one.shown} {FILE}" in line for one in self._fields.options if one.argument.binary):
            self._tell.note(f"{FILE} stands for a file of yours")
        return Exit.OK

    def _is_stream(self, arguments: dict[str, Any]) -> bool:
        """Whether the answer is read as it comes; the argument that asks for it says so as the option does."""
        traits = self._command.traits
        flag = self._fields.argument(traits.marks.flag) if traits.marks is not None else None
        asked = arguments.pop(flag.name, None) if flag is not None else None
        if self._own.stream is not None:
            return self._own.stream
        return asked is True or traits.streamed

    def _asking(self) -> dict[str, Any]:
        """The argument that asks for a stream."""
        marks = self._command.traits.marks
        return {} if marks is None else {marks.flag: True}

    # ---- what comes of it

    def _result(self, operation: ApiOperation, arguments: dict[str, Any], place: Place) -> int:
        form = self._sure_of_output
        bare = form is None and self._own.filter is None
        if self._command.traits.binary and bare:
            if place.shows:
                raise click.UsageError(BYTES, self._ctx)
            return self._download(operation, arguments, place)
        with place:
            response: Response = operation.raw(**arguments)
            self._bars.close()
            value = response.data
            if value is None and not response.http.content:
                return Exit.OK
            if is_bytes(value) and bare and place.shows:
                return self._tell.failed(BYTES, Exit.USAGE)
            if self._own.filter is not None:
                value = self._own.filter(value)
            place.result(value, form, plain=self._own.filter is None and _is_text(response))
        return Exit.OK

    def _download(self, operation: ApiOperation, arguments: dict[str, Any], place: Place) -> int:
        from ._progress import progress  # noqa: PLC0415  # only for files

        with place, operation.stream(**arguments) as pieces:
            self._bars.close()
            size = pieces.headers.get("content-length", "")
            # Of a content that is encoded, the header tells another size.
            known = int(size) if size.isdigit() and "content-encoding" not in pieces.headers else None
            with progress("receiving", known, quiet=self._own.quiet) as advance:
                for piece in pieces:
                    data = piece if is_bytes(piece) else str(piece).encode()
                    place.bytes(bytes(data))
                    advance(len(data))
        return Exit.OK

    def _stream(self, operation: ApiOperation, arguments: dict[str, Any], place: Place) -> int:
        from ._items import ItemWriter  # noqa: PLC0415  # only for streams and lists

        with place, operation.stream(**arguments) as items:
            self._bars.close()
            writer = ItemWriter(place, self._sure_of_output, self._own.filter)
            for item in items:
                writer.event(item)
            writer.end()
        return Exit.OK

    def _list(self, operation: ApiOperation, arguments: dict[str, Any], place: Place) -> int:
        from ._items import ItemWriter  # noqa: PLC0415  # only for streams and lists

        own = self._own
        chosen = {"max_items": own.max_items, "page_size": own.page_size, "resume": own.resume}
        items = operation.items(**arguments).with_options(**{name: one for name, one in chosen.items() if one is not None})
        with place:
            writer = ItemWriter(place, self._sure_of_output, own.filter)
            for item in items:
                self._bars.close()
                writer.item(item)
            writer.end()
        if own.max_items is not None and items.resume_token is not None:
            self._tell.note(f"there is more: --resume {items.resume_token}")
        return Exit.OK


class PlainHttpError(click.ClickException):
    """The server is another machine, and plain http would show what is sent to everyone on the way."""


class _Sent:
    """A hook that notes whether a request has left."""

    begun = False

    def before_request(self, _operation: Operation | None, _request: _http.Request) -> None:
        self.begun = True


def _called(ctx: click.Context) -> tuple[str, ...]:
    """How the command was called: the program, the options before the command as they were given, and the command's own words."""
    root = ctx.find_root()
    words: list[str] = []
    for one in root.command.params:
        if one.name and root.get_parameter_source(one.name) is ParameterSource.COMMANDLINE:
            given: Any = root.params[one.name]
            if isinstance(given, bool):
                words.append(one.opts[0])
            else:
                words += [f"{one.opts[0]} {shlex.quote(str(value))}" for value in (given if one.multiple else [given])]
    return root.command_path, *words, ctx.command_path.removeprefix(root.command_path).strip()


def _problem(argument: Argument, error: WordError) -> Problem:
    return Problem(argument.location, "" if argument.wire is None else json_pointer(argument.wire), str(error), error.rule)


def _is_text(response: Response) -> bool:
    """Whether an answer's data is a text by its media type, and not by JSON."""
    from .._media_type import family  # noqa: PLC0415  # as above

    return isinstance(response.data, str) and family(response.headers.get("content-type", "")) != "json"
