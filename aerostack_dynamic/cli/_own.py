"""The options that every operation's command has besides its arguments: what is sent, how, and what becomes of the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from ._common import OUTPUTS, Whole

if TYPE_CHECKING:
    from .._arguments import Layout
    from .._paging import PageRules
    from .._stream_rules import Marks

ALWAYS: Final = (
    *("--output", "--output-file", "--filter", "--dry-run", "--curl", "--example", "--har", "--header", "--attempts"),
    *("--verbose", "--quiet", "--help", "-h"),
)


class FilterError(click.UsageError):
    """An expression that is none, or that does not fit what it is for."""


class Traits(NamedTuple):
    """What of an operation its own options depend on.

    `streams`: an answer may be a stream; `streamed`: it is one unless another is asked for. `pages` are the rules of its list.
    """

    layout: Layout
    media_types: tuple[str, ...]
    marks: Marks | None
    streams: bool
    streamed: bool
    pages: PageRules | None
    binary: bool


class Own(NamedTuple):
    """The options as they were given."""

    body: tuple[str, ...] = ()
    media_type: str | None = None
    output: str | None = None
    output_file: str | None = None
    filter: Any = None
    stream: bool | None = None
    all: bool = False
    max_items: int | None = None
    page_size: int | None = None
    resume: str | None = None
    dry_run: bool = False
    curl: bool = False
    example: bool = False
    har: str | None = None
    header: tuple[tuple[str, str], ...] = ()
    attempts: int | None = None
    verbose: bool = False
    quiet: bool = False

    @classmethod
    def given(cls, parameters: dict[str, Any]) -> Own:
        """Those of a context's parameters."""
        return cls(**{name[4:]: value for name, value in parameters.items() if name.startswith("own_")})


class _Filter(click.ParamType[Any]):
    name = "expression"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from ._filter import Filter  # noqa: PLC0415  # jmespath is imported for filters

        return Filter(str(value))


class _Header(click.ParamType[Any]):
    name = "header"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        name, colon, text = str(value).partition(":")
        if not colon or not name.strip():
            self.fail("give it as NAME: VALUE", param, ctx)
        return name.strip(), text.strip()


def reserved(traits: Traits) -> set[str]:
    """The names that no argument's option has."""
    found = {*ALWAYS}
    found |= {"--media-type"} if len(traits.media_types) > 1 else set[str]()
    found |= {"--stream", "--no-stream"} if traits.streams else set[str]()
    return found | ({"--all", "--max-items", "--page-size", "--resume"} if traits.pages is not None else set[str]())


def _option(*names: str, **settings: Any) -> click.Option:
    own = next(one for one in names if one.startswith("--")).partition("/")[0][2:].replace("-", "_")
    return click.Option([f"own_{own}", *names], **settings)


def own_options(traits: Traits) -> list[click.Option]:
    """The options of an operation."""
    return [*_sending(traits), *_receiving(traits), *_telling()]


def _sending(traits: Traits) -> list[click.Option]:
    found: list[click.Option] = []
    files = any(one.binary for one in traits.layout.arguments)
    if traits.layout.flat and not files and "body" not in traits.layout.accepted:
        about = "The whole body, in JSON, as @FILE, or - for standard input; options add to it."
        found.append(_option("--body", metavar="JSON", multiple=True, help=about))
    if len(traits.media_types) > 1:
        about = f"What the body is sent as: {', '.join(traits.media_types)}."
        found.append(_option("--media-type", metavar="TYPE", help=about))
    found.append(
        _option("--header", metavar="'NAME: VALUE'", type=_Header(), multiple=True, help="A header to add; may be repeated.")
    )
    attempts = "How often it is tried at most where a repetition does no harm."
    found.append(_option("--attempts", type=Whole(1, 100), metavar="N", help=attempts))
    return found


def _receiving(traits: Traits) -> list[click.Option]:
    found = [
        _option(
            "--output", type=click.Choice(OUTPUTS), help="How the result is written: a table or JSON on a terminal, else JSON."
        ),
        _option("-o", "--output-file", metavar="FILE", help="Write the result there, - for standard output; all of it or nothing."),
        _option("--filter", metavar="EXPRESSION", type=_Filter(), help="What of the result is written (JMESPath)."),
    ]
    if traits.streams:
        found.append(_option("--stream/--no-stream", default=None, help="Write the answer as it comes."))
    if traits.pages is not None:
        found += [
            _option("--all", is_flag=True, help="Write the items of all pages, one by one."),
            _option("--max-items", type=Whole(0), metavar="N", help="So many items at most, of as many pages as it takes."),
            _option("--resume", metavar="TOKEN", help="Go on where an earlier list ended."),
        ]
        if traits.pages.limit is not None:
            found.append(_option("--page-size", type=Whole(1), metavar="N", help="Items that a page is asked for."))
    return found


def _telling() -> list[click.Option]:
    return [
        _option("--dry-run", is_flag=True, help="Write the request, secrets masked, and send nothing."),
        _option("--curl", is_flag=True, help="Write the call as a curl command, and send nothing."),
        _option("--example", is_flag=True, help="Write an example of this command, and send nothing."),
        _option("--har", metavar="FILE", help="Write what was sent and received there as a HAR file, secrets masked."),
        _option("-v", "--verbose", is_flag=True, help="Tell of requests, answers and retries on stderr."),
        _option("-q", "--quiet", is_flag=True, help="Tell of nothing but errors on stderr."),
    ]
