"""The pytest plugin: tests run under several documents, and what they exercise and use is told at the end.

pytest imports this file wherever the package is installed, so that what is heavy is imported when a test asks for a fixture.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import pytest

from .._load import Spec, default_version, versions
from .._usage import UsageReport
from .._values import did_you_mean
from .._watch import WATCHERS
from ._matrix import Matrix, RunningTest
from ._usage import Usage

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from .._client import AsyncClient, Client
    from ._mock import MockTransport

_NAME: Final = "aerostack_dynamic"


class Chosen(NamedTuple):
    """A document that tests run under: the name that the user gave, and the bundled version or the path of it."""

    name: str
    source: str | Path


class State:
    """What the plugin keeps for one run of pytest. Raises UsageError for documents that are not there."""

    def __init__(self, config: pytest.Config) -> None:
        self.root = config.rootpath
        here = config.invocation_params.dir
        told: list[str] = config.getoption("aerostack_spec")
        specs: list[str] = config.getini("aerostack_specs")
        usual = [os.environ.get("AEROSTACK_SPEC_VERSION") or default_version()]
        self.chosen = tuple(choose(one, here if told else self.root) for one in told or specs or usual)
        given: str | None = config.getoption("aerostack_usage")
        said: str = config.getini("aerostack_usage")
        self.usage_file = here / given if given else self.root / said if said not in ("", "off") else None
        self.usage = Usage() if self.usage_file or said != "off" else None
        self.others = UsageReport()
        self.matrix = Matrix()
        self.running: RunningTest | None = None
        self._specs: dict[Chosen, Spec] = {}

    def spec(self, chosen: Chosen) -> Spec:
        """A document, loaded once, and from then on in the matrix. Raises SpecError."""
        if chosen not in self._specs:
            name, source = chosen
            spec = self._specs[chosen] = Spec.load(source) if isinstance(source, Path) else Spec.bundled(source)
            self.matrix.add_document(name, spec.sha256, {key: one.dotted for key, one in spec.operations.items()})
        return self._specs[chosen]

    @property
    def report(self) -> UsageReport:
        """What was used, in this process and in the others that have told."""
        return self.usage.report.merged(self.others) if self.usage is not None else self.others


_STATE: Final = pytest.StashKey[State]()
_FAILED: Final = pytest.StashKey[bool]()


def choose(given: object, folder: Path) -> Chosen:
    """The document that a user names: a bundled version, or a path from `folder` on. Raises UsageError for neither."""
    name = str(given)
    if name in versions():
        return Chosen(name, name)
    path = folder / name
    if not path.is_file():
        known = did_you_mean(name, versions()) or f"; there are {', '.join(versions())}"
        raise pytest.UsageError(f"aerostack: there is no bundled document {name!r}{known}; and no file {path}")
    return Chosen(name, path)


# ---- options


def pytest_addoption(parser: pytest.Parser) -> None:
    """The words of the command line and of the configuration."""
    group = parser.getgroup("aerostack", "the documents that clients are tested under")
    group.addoption(
        "--aerostack-spec",
        action="append",
        default=[],
        metavar="X",
        help="a document for aerostack_client and aerostack_mock: a bundled version, or a path; may be given several times",
    )
    group.addoption("--aerostack-usage", metavar="FILE", help="write what the tests use of the API to FILE")
    parser.addini("aerostack_specs", "documents for aerostack_client and aerostack_mock: versions, or paths", "args", [])
    parser.addini("aerostack_usage", "the file to write what the tests use of the API to; 'off' to track nothing", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Begin to watch."""
    config.addinivalue_line("markers", "aerostack_specs(*specs): run under these documents: bundled versions, or paths")
    state = config.stash[_STATE] = State(config)
    if state.usage is not None:
        WATCHERS.add(state.usage)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Watch no more."""
    state = config.stash.get(_STATE, None)
    if state is not None and state.usage is not None:
        WATCHERS.remove(state.usage)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses a document under each."""
    if "aerostack_spec" not in metafunc.fixturenames:
        return
    state = metafunc.config.stash[_STATE]
    marker = metafunc.definition.get_closest_marker("aerostack_specs")
    chosen = tuple(choose(one, state.root) for one in marker.args) if marker else state.chosen
    if not chosen:
        raise pytest.UsageError(f"{metafunc.definition.nodeid}: aerostack_specs names no document")
    metafunc.parametrize("aerostack_spec", chosen, ids=[one.name for one in chosen], indirect=True)


# ---- fixtures


@pytest.fixture(scope="session")
def aerostack_spec(request: pytest.FixtureRequest) -> Spec:
    """The document that the test runs under."""
    return request.config.stash[_STATE].spec(request.param)


@pytest.fixture
def aerostack_mock(aerostack_spec: Spec, request: pytest.FixtureRequest) -> Iterator[MockTransport]:
    """A mock of the document. A stub that is not used, and a wrong request, fail the test."""
    from ._mock import MockTransport  # noqa: PLC0415  # only for tests that use it

    mock = MockTransport(aerostack_spec)
    yield mock
    if not request.node.stash.get(_FAILED, False):
        mock.assert_all_used()


@pytest.fixture
def aerostack_client_options() -> Mapping[str, Any]:
    """What clients are made with beside the document. Override it; a `server`, `transport` or `http_client` takes the mock's place."""
    return {}


@pytest.fixture
def aerostack_client(
    aerostack_spec: Spec, aerostack_client_options: Mapping[str, Any], request: pytest.FixtureRequest
) -> Iterator[Client]:
    """A client of the document, on `aerostack_mock` unless `aerostack_client_options` say otherwise."""
    from .._client import Client  # noqa: PLC0415  # only for tests that use it

    with Client(**_options(aerostack_spec, aerostack_client_options, request)) as client:
        yield client


@pytest.fixture
def aerostack_async_client(
    aerostack_spec: Spec, aerostack_client_options: Mapping[str, Any], request: pytest.FixtureRequest
) -> AsyncClient:
    """The same for asyncio. Where it is not on the mock, the test closes it: `async with aerostack_async_client: ...`."""
    from .._client import AsyncClient  # noqa: PLC0415  # only for tests that use it

    return AsyncClient(**_options(aerostack_spec, aerostack_client_options, request))


def _options(spec: Spec, given: Mapping[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    options: dict[str, Any] = {"spec": spec, **given}
    if not {"server", "transport", "http_client"} & {*given}:
        options["transport"] = request.getfixturevalue("aerostack_mock")
        if not {"api_key", "credentials"} & {*given}:
            options["credentials"] = _made_up(spec)
    return options


def _made_up(spec: Spec) -> dict[str, Any]:
    """A credential for each scheme, which a mock takes as it takes any."""
    schemes = {name: one for name, one in spec.security_schemes.items() if one.type != "mutualTLS"}
    return {name: ("user", "made-up") if one.scheme == "basic" else "made-up" for name, one in schemes.items()}


# ---- what happens


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Watch what a test does to the document that it runs under."""
    state = item.config.stash[_STATE]
    chosen = getattr(getattr(item, "callspec", None), "params", {}).get("aerostack_spec")
    if not isinstance(chosen, Chosen):
        return (yield)
    running = state.running = RunningTest(state.matrix, chosen.name)
    WATCHERS.add(running)
    try:
        return (yield)
    finally:
        WATCHERS.remove(running)
        state.running = None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note why a test fails, if that is because the document and the code do not fit."""
    report = yield
    running = item.config.stash[_STATE].running
    if report.failed:
        item.stash[_FAILED] = True
    if report.failed and running is not None and call.excinfo is not None:
        from ._breaks import break_in  # noqa: PLC0415  # a test that fails has the client imported

        found = break_in(call.excinfo.value) or running.last
        if found is not None:
            item.config.stash[_STATE].matrix.add_break(running.document, item.nodeid, found)
    return report


# ---- the end


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the usage file; a worker of pytest-xdist tells the process that it works for what it has seen."""
    state = session.config.stash[_STATE]
    told: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if told is not None:
        told[_NAME] = {"usage": state.report.to_json(), "matrix": state.matrix.to_json()}
    elif state.usage_file is not None:
        state.report.save(state.usage_file)
    elif state.report.operations and (cache := getattr(session.config, "cache", None)) is not None:
        state.report.save(cast("pytest.Cache", cache).mkdir(_NAME) / "usage.json")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take in what a worker of pytest-xdist has seen. One that crashed has told nothing."""
    told = getattr(node, "workeroutput", {}).get(_NAME)
    if told is not None:
        state = node.config.stash[_STATE]
        state.others = state.others.merged(UsageReport.from_json(told["usage"]))
        state.matrix.absorb(told["matrix"])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show the matrix, where a test had a document, and say where the usage file is, where one was asked for."""
    state = config.stash[_STATE]
    lines = [*state.matrix.lines([one.name for one in state.chosen])]
    if state.usage_file is not None:
        lines.append(f"what {len(state.report.operations)} operations are used for is in {state.usage_file}")
    if lines:
        terminalreporter.section("aerostack: operations by document")
        for line in lines:
            terminalreporter.write_line(line)
