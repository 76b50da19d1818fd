"""Which operations were exercised under which documents, and what broke: told to the end of a run, and added up over several processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._errors import ArgumentsError, ResponseError
from .._watch import Watcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .._errors import AerostackError
    from .._watch import Use

_LONGEST: Final = 300


class Break(NamedTuple):
    """What made a test fail under a document: the operation, by its key in some document or its dotted Python name, and why, in a line.

    `operation` is empty where no operation can be told.
    """

    operation: str
    reason: str


class Matrix:
    """What happened under each document, added up over tests. Documents go by the names that users gave."""

    def __init__(self) -> None:
        # document -> operation -> dotted Python name, of all that it has
        self.operations: dict[str, dict[str, str]] = {}
        self._digests: dict[str, str] = {}
        # document -> operation -> whether a test that called it passed
        self._called: dict[str, dict[str, bool]] = {}
        self._breaks: list[tuple[str, str, Break]] = []

    def add_document(self, document: str, sha256: str, operations: Mapping[str, str]) -> None:
        """A document is used, which has these operations."""
        self._digests[document] = sha256
        self.operations.setdefault(document, dict(operations))

    def is_of(self, document: str, sha256: str) -> bool:
        """Whether a document has the digest."""
        return self._digests.get(document) == sha256

    def add_test(self, document: str, called: Iterable[str], passed: bool) -> None:
        """A test under a document has ended, which called these operations."""
        several = self._called.setdefault(document, {})
        several.update({one: passed or several.get(one, False) for one in called})

    def add_break(self, document: str, test: str, found: Break) -> None:
        """A test fails under a document by what is found."""
        self._breaks.append((document, test, found))

    def to_json(self) -> dict[str, Any]:
        """All of it as a JSON object."""
        breaks = [[document, test, *found] for document, test, found in self._breaks]
        return {"operations": self.operations, "digests": self._digests, "called": self._called, "breaks": breaks}

    def absorb(self, told: Mapping[str, Any]) -> None:
        """Add what another process told by `to_json`."""
        for document, operations in told["operations"].items():
            self.add_document(document, told["digests"][document], operations)
        for document, several in told["called"].items():
            for operation, passed in several.items():
                self.add_test(document, [operation], passed)
        self._breaks += [(document, test, Break(*found)) for document, test, *found in told["breaks"]]

    def lines(self, order: Iterable[str]) -> Iterator[str]:
        """The table, a line for each break that says why, and how much was not exercised. Documents stand in `order`, others after."""
        if not self.operations:
            return
        documents = [*dict.fromkeys([one for one in order if one in self.operations] + [*self.operations])]
        breaks = [(document, test, found, self._key(found.operation)) for document, test, found in self._breaks]
        broken = {(document, key) for document, _, _, key in breaks}
        rows = sorted(
            {one for several in self._called.values() for one in several} | {key for _, key in broken if self._is_row(key)}
        )
        table = [["operation", *documents]]
        table += [[row, *(self._state(row, one, (one, row) in broken) for one in documents)] for row in rows]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for line in table:
            yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for document, test, found, key in dict.fromkeys(breaks):
            yield f"{key or 'a call'} under {document}: {test}: {found.reason}"
        rest = [f"{count} of {one}" for one in documents if (count := len(self.operations[one].keys() - {*rows}))]
        if rest:
            yield f"not exercised at all: {', '.join(rest)}"

    def _state(self, row: str, document: str, broken: bool) -> str:
        if row not in self.operations[document]:
            return "missing"
        passed = self._called.get(document, {}).get(row)
        return "invalid" if broken else "not exercised" if passed is None else "passed" if passed else "failed"

    def _is_row(self, key: str) -> bool:
        """Whether a name is one of an operation: of some document, or of a group that lacks it. A name alone may as well be a tag's."""
        return "." in key or any(key in operations for operations in self.operations.values())

    def _key(self, named: str) -> str:
        """The key of an operation that is named by it, or by a dotted name; the name itself where no document has it."""
        alone = named.rpartition(".")[2]
        for operations in self.operations.values():
            for key, dotted in operations.items():
                if named in (key, dotted) or alone == key:
                    return key
        return named


class RunningTest(Watcher):
    """What the test that runs does to its document: its calls, and the last thing that did not fit, which may be why it fails.

    `document` is `""` until it is known; `passed` is what its phases so far came to.
    """

    def __init__(self, matrix: Matrix) -> None:
        self.document = ""
        self.last: Break | None = None
        self.passed = False
        self._called: set[str] = set()
        self._matrix = matrix

    def end(self) -> None:
        """Tell the matrix."""
        if self._called:
            self._matrix.add_test(self.document, self._called, self.passed)

    def _is_mine(self, use: Use) -> bool:
        return self._matrix.is_of(self.document, use.document)

    def begun(self, use: Use) -> None:
        """Note the call, where it is one of the document."""
        if self._is_mine(use):
            self._called.add(use.operation)

    def missed(self, use: Use, place: str, reason: str) -> None:
        """Note that a property is asked for that is not there."""
        if self._is_mine(use):
            self.last = Break(use.operation, f"{place}: {reason}")

    def failed(self, use: Use, error: AerostackError) -> None:
        """Note a call that does not fit the document."""
        if self._is_mine(use) and isinstance(error, (ArgumentsError, ResponseError)):
            self.last = Break(use.operation, one_line(error))


def one_line(error: BaseException) -> str:
    """What is wrong, in a line: the first problem, and how many more there are."""
    problems = getattr(error, "problems", ())
    first = str(problems[0]) if problems else str(error).strip().partition("\n")[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return " ".join(first.split())[:_LONGEST] + more
