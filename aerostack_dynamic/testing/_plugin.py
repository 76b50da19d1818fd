"""The pytest plugin: tests run under several documents, and what they exercise and use is told at the end.

pytest imports this file wherever the package is installed, so that what is heavy is imported when a test asks for a fixture.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn, cast

import pytest

from .._errors import SpecError
from .._load import Spec, default_version, versions
from .._usage import UsageReport
from .._values import did_you_mean, printable
from .._watch import WATCHERS
from ._matrix import Matrix, RunningTest, one_line
from ._usage import Usage

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from .._client import AsyncClient, Client
    from ._mock import MockTransport

_NAME: Final = "aerostack_dynamic"


class Chosen(NamedTuple):
    """A document that tests run under: the name that the user gave, and the bundled version or the path of it."""

    name: str
    source: str | Path


class State:
    """What the plugin keeps for one run of pytest. Raises UsageError for documents that can't be had, and files that can't be written."""

    def __init__(self, config: pytest.Config) -> None:
        self.root = config.rootpath
        here = config.invocation_params.dir
        told = cast("list[str]", config.getoption("aerostack_spec"))
        specs = cast("list[str]", config.getini("aerostack_specs"))
        usual = [os.environ.get("AEROSTACK_SPEC_VERSION") or default_version()]
        self._specs: dict[Chosen, Spec] = {}
        self.chosen = self.choose(told or specs or usual, here if told else self.root)
        given: str | None = config.getoption("aerostack_usage")
        said: str = config.getini("aerostack_usage")
        self.usage_file = here / given if given else self.root / said if said not in ("", "off") else None
        if self.usage_file is not None:
            check_place(self.usage_file)
        self.usage = Usage() if self.usage_file or said != "off" else None
        self.others = UsageReport()
        self.matrix = Matrix()
        self.running: RunningTest | None = None
        self.notes: list[str] = []

    def choose(self, given: Iterable[object], folder: Path) -> list[Chosen]:
        """The documents that a user names, each once, and those in files loaded. Raises UsageError."""
        found = {one.source: one for one in (choose(name, folder) for name in given)}
        for one in found.values():
            if isinstance(one.source, Path):
                self._load(one)
        return [*found.values()]

    def spec(self, chosen: Chosen) -> Spec:
        """A document, from now on in the matrix."""
        spec = self._load(chosen)
        self.matrix.add_document(chosen.name, spec.sha256, {key: one.dotted for key, one in spec.operations.items()})
        return spec

    def _load(self, chosen: Chosen) -> Spec:
        name, source = chosen
        try:
            if chosen not in self._specs:
                self._specs[chosen] = Spec.load(source) if isinstance(source, Path) else Spec.bundled(source)
        except SpecError as error:
            raise pytest.UsageError(f"aerostack: {printable(name)} is no document that can be used: {one_line(error)}") from None
        return self._specs[chosen]

    def begin(self, document: str) -> None:
        """The test that runs has a document."""
        if self.running is not None and not self.running.document:
            self.running.document = document
            WATCHERS.add(self.running)

    @property
    def report(self) -> UsageReport:
        """What was used, in this process and in the others that have told."""
        return self.usage.report.merged(self.others) if self.usage is not None else self.others

    def keep_report(self, cache: pytest.Cache | None) -> None:
        """Write the usage file or, where that can't be or was not asked for, one in the cache of pytest. Failures are notes."""
        place, report = self.usage_file, self.report
        if place is not None:
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                report.save(place)
            except OSError as error:
                self.notes.append(f"warning: {place} can't be written: {error.strerror}")
            else:
                self.notes.append(f"what the tests use of the API is in {place}")
                return
        if cache is None or not report.operations:
            return
        try:
            kept = cache.mkdir(_NAME) / "usage.json"
            report.save(kept)
        except OSError as error:
            self.notes.append(f"warning: what the tests use of the API can't be kept in the cache of pytest: {error.strerror}")
        else:
            self.notes += [f"what the tests use of the API is in {kept}"] if place is not None else []


# Why a test can't run under the documents that are chosen for it.
_ONCE: Final = (
    "the test is to run under {}, and pytest can run it only once, under the one document of the whole run, since it is of unittest or asks"
    " for the fixture by getfixturevalue. Take aerostack_client or aerostack_spec as an argument of a test function, or name it by"
    ' @pytest.mark.usefixtures("aerostack_spec")'
)
_STATE: Final = pytest.StashKey[State]()
_FAILED: Final = pytest.StashKey[bool]()


def choose(given: object, folder: Path) -> Chosen:
    """The document that a user names: a bundled version, or a path from `folder` on. Raises UsageError for neither."""
    if isinstance(given, (list, tuple, set)):
        several = ", ".join(repr(str(one)) for one in cast("Iterable[object]", given))
        raise pytest.UsageError(f"aerostack_specs takes each document as an argument of its own: aerostack_specs({several})")
    if not isinstance(given, (str, os.PathLike)):
        raise pytest.UsageError(f"aerostack_specs takes bundled versions and paths, not {given!r:.60}")
    name = str(cast("object", given))
    if name in versions():
        return Chosen(name, name)
    path = folder / name
    if not path.is_file():
        known = did_you_mean(name, versions()) or f"; there are {', '.join(versions())}"
        raise pytest.UsageError(f"aerostack: there is no bundled document {name!r}{known}; and no file {path}")
    return Chosen(name, path)


def check_place(path: Path) -> None:
    """Whether a file can be written there, as far as that can be told before. Raises UsageError."""
    reason = ""
    try:
        above = next(one for one in path.parents if one.exists())
        if path.is_dir():
            reason = "it is a folder; give the path of a file"
        elif not above.is_dir():
            reason = f"{above} is no folder"
        elif not os.access(path if path.exists() else above, os.W_OK):
            reason = "permission denied"
    except OSError as error:
        reason = str(error.strerror)
    if reason:
        raise pytest.UsageError(f"aerostack: the usage file {path} can't be written: {reason}")


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
    try:
        chosen = _chosen_for(metafunc.definition)
    except pytest.UsageError as error:
        # Of this one pytest shows the text alone.
        raise pytest.Collector.CollectError(f"{metafunc.definition.nodeid}: {error}") from None
    metafunc.parametrize("aerostack_spec", chosen, ids=[one.name for one in chosen], indirect=True)


def _chosen_for(item: pytest.Item) -> list[Chosen]:
    """The documents that a test is to run under. Raises UsageError."""
    state = item.config.stash[_STATE]
    marker = item.get_closest_marker("aerostack_specs")
    if marker is not None and not marker.args:
        raise pytest.UsageError("aerostack_specs names no document")
    return state.chosen if marker is None else state.choose(marker.args, state.root)


def _parametrized(item: pytest.Item) -> bool:
    return isinstance(getattr(getattr(item, "callspec", None), "params", {}).get("aerostack_spec"), Chosen)


def _begin_once(item: pytest.Item) -> None:
    """Run a test that pytest could not parametrize under the only document of the run. It fails where that is not what was chosen."""
    if _parametrized(item):
        return
    state = item.config.stash[_STATE]
    try:
        chosen = _chosen_for(item)
    except pytest.UsageError as error:
        pytest.fail(str(error), pytrace=False)
    if len(chosen) > 1 or chosen != state.chosen:
        _fail_once(chosen)
    state.begin(chosen[0].name)


def _fail_once(chosen: Iterable[Chosen]) -> NoReturn:
    names = ", ".join(one.name for one in chosen)
    pytest.fail(_ONCE.format(names), pytrace=False)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Choose the document of a test of unittest, which has it by a fixture that it uses by itself."""
    if "aerostack_spec" in getattr(item, "fixturenames", ()):
        _begin_once(item)


# ---- fixtures


@pytest.fixture(scope="session")
def aerostack_spec(request: pytest.FixtureRequest) -> Spec:
    """The document that the test runs under."""
    state = request.config.stash[_STATE]
    chosen: Chosen | None = getattr(request, "param", None)
    if chosen is None and len(state.chosen) > 1:
        _fail_once(state.chosen)  # for every test: pytest keeps what a fixture of session scope has failed by
    spec = state.spec(chosen or state.chosen[0])
    if chosen is None:
        state.begin(state.chosen[0].name)
    return spec


@pytest.fixture
def aerostack_mock(aerostack_spec: Spec, request: pytest.FixtureRequest) -> Iterator[MockTransport]:
    """A mock of the document. A stub that is not used, and a wrong request, fail the test."""
    from ._mock import MockTransport  # noqa: PLC0415  # only for tests that use it

    _begin_once(request.node)
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
    _begin_once(request.node)
    _check_options(given)
    options: dict[str, Any] = {"spec": spec, **given}
    if not {"server", "transport", "http_client"} & {*given}:
        options["transport"] = request.getfixturevalue("aerostack_mock")
        if not {"api_key", "credentials"} & {*given}:
            from ._made_up import made_up_credentials  # noqa: PLC0415  # only for tests that use it

            options["credentials"] = made_up_credentials(spec)
    return options


def _check_options(given: object) -> None:
    """Fail a test whose clients can't be made of what `aerostack_client_options` gives."""
    from .._client import Client  # noqa: PLC0415  # only for tests that use it

    if not isinstance(given, Mapping):
        pytest.fail(f"aerostack_client_options gives a dict, not a {type(given).__name__}", pytrace=False)
    known = [*signature(Client).parameters]
    unknown = [str(one) for one in cast("Mapping[object, Any]", given) if one not in known]
    if unknown:
        hint = did_you_mean(unknown[0], known) or "."
        text = f"aerostack_client_options: clients have no option {unknown[0]!r}{hint} There are {', '.join(known)}"
        pytest.fail(text, pytrace=False)


# ---- what happens


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Watch what a test does to the document that it runs under."""
    state = item.config.stash[_STATE]
    running = state.running = RunningTest(state.matrix)
    if _parametrized(item):
        state.begin(cast("Any", item).callspec.params["aerostack_spec"].name)
    try:
        return (yield)
    finally:
        WATCHERS.remove(running)
        running.end()
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
    if running is not None:
        running.passed = report.passed and (running.passed or call.when == "setup")
    if report.failed and running is not None and running.document and call.excinfo is not None:
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
    else:
        state.keep_report(cast("pytest.Cache | None", getattr(session.config, "cache", None)))


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
    lines = [*state.matrix.lines([one.name for one in state.chosen]), *state.notes]
    if lines:
        terminalreporter.section("aerostack: operations by document")
        for line in lines:
            terminalreporter.write_line(line)
