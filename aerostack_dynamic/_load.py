"""Where documents come from: files, bytes, mappings, the package itself, and, only when asked, the network."""

from __future__ import annotations

import json
import os
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from math import isfinite
from stat import S_ISREG
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from ._dialect import dialect_of, is_swagger
from ._errors import ArgumentsError, SpecError
from ._late import Later, pattern
from ._reference import Document, digest, no_fact
from ._spec import BaseSpec
from ._values import MAX_DEPTH, UNSET, Problem, as_object, did_you_mean, is_object, own_words, printable

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from typing_extensions import Self

    from ._cache import Anew
    from ._parts import Parts
else:
    pathlib = Later("pathlib")  # bundled documents are read without it

_UNTRUSTED_BYTES: Final = 32 * 1024 * 1024
# From so many bytes on a document is kept: reading a smaller one takes less than two milliseconds.
_LARGE: Final = 256 * 1024
_LARGE_YAML: Final = 4 * 1024
_BOMS: Final = (BOM_UTF16_LE, BOM_UTF16_BE, BOM_UTF32_BE)  # that of little-endian UTF-32 begins as that of UTF-16
_MOST_VALUES: Final = 2_000_000
# Of others' documents, so that one is read or refused within a second; a value of YAML takes three times as long as one of JSON.
_UNTRUSTED_VALUES: Final = 1_000_000
_UNTRUSTED_YAML_VALUES: Final = 500_000
# A comma and each beginning of what is not empty stand before a value.
_TOKEN: Final = pattern(rb',|[\[{](?!\s*[\]}])|"[^"]*"?')


class Spec(BaseSpec):
    """An OpenAPI document, read: `Spec.load(...)`, `Spec.bundled(...)`, `Spec.from_url(...)`.

    `title`, `version`, `openapi`, `sha256`, `servers`, `security_schemes`, `groups`, `operations`, `schemas` and `problems` tell what
    is in it. Immutable and safe to share between threads.
    """

    __doc__ = own_words(__doc__)

    __slots__ = ()

    @classmethod
    def load(
        cls,
        source: Path | bytes | Mapping[str, Any],
        root: Path | None = None,
        *,
        trusted: bool = True,
        cache: bool | Path | None = None,
    ) -> Self:
        """The document in a file, in bytes (JSON or YAML) or as a parsed mapping, with the files that it refers to.

        Those are read from within the folder `root`, also by way of symbolic links, and nothing is fetched. It is the folder of a
        document in a file unless it is named; names are relative to the file that refers to them, in bytes and mappings to `root`,
        without which those have no other files. One that can't be had disables the operations that need it.

        A document that is not `trusted` has at most 64 other files, and with them 32 MiB, 1,000,000 values (500,000 in YAML) and 10,000
        operations; its servers are called only where the caller names them, and the schemas of it that would take long to check are not
        used. Of a key that JSON has twice the last one counts.

        A large document of one file that is trusted is kept for the next process, in the user's own folder for caches or in the folder
        `cache`; False keeps nothing and uses nothing that was kept, as the variable AEROSTACK_CACHE does when it says `off`.

        Raises SpecError when it can't be read or is no OpenAPI document.
        """
        from ._files import NO_FILES, find_files, joint_digest, may_refer  # noqa: PLC0415  # bundled documents have no others

        raw, sha256, content, is_json, facts = _found(source, trusted, cache)
        dialect = dialect_of(raw)
        folder, name, found = None, "", NO_FILES
        if may_refer(content) or not (root is None or _is_plainly_within(source, root)):
            folder, name = _home(source, root)
        if folder is not None and is_object(raw):
            left = None if trusted else _UNTRUSTED_BYTES - len(content)
            found = find_files(folder, name, content, raw, lambda text, spent: _value(text, trusted, spent)[0], room=left)
        sha256, (files, absent, _) = joint_digest(sha256, found.digests), found
        document = Document(raw, dialect, sha256=sha256, trusted=trusted, name=name, files=files, absent=absent, facts=facts)
        return cls(_told_by(content, is_json, _modern(document)))

    @classmethod
    def bundled(cls, version: str | None = None) -> Self:
        """A document that comes with the package, the default version unless one is named. Raises SpecError."""
        return cls(bundled_document(version or default_version()))

    @classmethod
    def from_url(cls, url: str, *, timeout: float = 30.0, verify: Any = True) -> Self:
        """The document at an address: read in at most `timeout` seconds and 32 MiB, redirects not followed, not trusted.

        Raises SpecError when it can't be had.
        """
        if not isinstance(url, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise SpecError(f"give the address as a str, not a {type(url).__name__}")
        from ._fetch import fetch  # noqa: PLC0415  # the HTTP library is not needed to load a document

        content, raw, is_json = _read(fetch(url, timeout=timeout, verify=verify, max_bytes=_UNTRUSTED_BYTES), False)
        document = Document(raw, dialect_of(raw), sha256=digest(content), trusted=False, address=url)
        return cls(_told_by(content, is_json, _modern(document)))

    def with_overlay(self, *overlays: Path | bytes | Mapping[str, Any]) -> Self:
        """The document with OpenAPI Overlays (1.0 or 1.1) applied in turn, with the same other files.

        Raises SpecError with all that is wrong: overlays that can't be read, else those that are malformed, else targets that match
        nothing and changes that don't fit. The pointers of its problems lead into the overlays. That of a file, and where there are
        several any, has its name before it: a path, or `overlay 2` for the second.
        """
        from ._files import joint_digest  # noqa: PLC0415  # as in `load`
        from ._overlay import apply_overlays  # noqa: PLC0415  # only for those who use overlays

        old = self.document
        content, raw, _ = _read(apply_overlays(old.written, _overlays(overlays)), old.trusted)
        made = Document(
            raw,
            dialect_of(raw),
            sha256=joint_digest(digest(content), {"": old.sha256} if old.files else {}),
            trusted=old.trusted,
            address=old.address,
            name=old.name,
            files=old.files,
            absent=old.absent,
        )
        return type(self)(_modern(made))


def _told_by(content: bytes, is_json: bool, document: Document) -> Document:
    """The document, which its bytes tell of words that it can't hold."""
    from ._keywords import tell_words  # noqa: PLC0415  # bundled documents are small

    return tell_words(document, content, is_json)


def _modern(document: Document) -> Document:
    """The document, one of Swagger 2.0 turned into 3.0."""
    if not is_swagger(document.root):
        return document
    from ._swagger import from_swagger  # noqa: PLC0415  # only for documents of 2.0

    return Document(
        from_swagger(document.raw, document.follow, document.name),
        document.dialect,
        sha256=document.sha256,
        trusted=document.trusted,
        address=document.address,
        name=document.name,
        files=document.files,
        absent=document.absent,
        openapi="2.0",
        written=document.raw,
    )


def _overlays(sources: Sequence[Path | bytes | Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """Overlays with their names. Raises SpecError with all that can't be read."""
    found: list[tuple[str, Mapping[str, Any]]] = []
    problems: list[Problem] = []
    for number, source in enumerate(sources, 1):
        name = str(source) if isinstance(source, pathlib.Path) else f"overlay {number}" if len(sources) > 1 else ""
        try:
            found.append((name, source if isinstance(source, Mapping) else _overlay(source)))
        except SpecError as error:
            problems.append(Problem("document", name, str(error), "overlay"))
    if problems:
        raise SpecError("the overlay can't be used", problems)
    return found


def _overlay(source: Path | bytes) -> Mapping[str, Any]:
    parsed = _value(_content(source, "overlay"), True)[0]
    if not is_object(parsed):
        raise SpecError("its root is no object")
    return parsed


class _Found(NamedTuple):
    """A document that was given: what it says, the SHA-256 of its bytes, and those, unless it is known that it refers to no other files;
    what is derived of it already, as JSON values by name.
    """

    raw: dict[str, Any] | Parts
    sha256: str
    content: bytes = b""
    is_json: bool = True
    facts: Callable[[str], Any] = no_fact


def _found(source: Path | bytes | Mapping[str, Any], trusted: bool, cache: bool | Path | None) -> _Found:
    """The document, as an earlier process kept it where it did, else read and kept.

    Not kept are: one that is not trusted, as its limits are told by reading all of it; one that may refer to other files, which have to be
    found anew; one of Swagger 2.0, which is turned into another one as a whole; a mapping, which was read before it came here; and a
    small one, which takes less time to read than to find.
    """
    if isinstance(source, Mapping) or not trusted:
        content, raw, is_json = _read(source, trusted)
        return _Found(raw, digest(content), content, is_json)
    folder = _folder_for(source, cache)
    if folder is None:
        content, raw, is_json = _read(source, trusted)
        return _Found(raw, digest(content), content, is_json)
    return _kept(source if isinstance(source, pathlib.Path) else bytes(source), folder)


def _folder_for(source: Path | bytes, cache: bool | Path | None) -> Path | None:
    """Where a document is kept; None for a small one, or where the cache is switched off."""
    large = _is_large(source)
    if not large and cache is None:
        return None
    from ._cache import cache_folder  # noqa: PLC0415  # only for large documents

    folder = cache_folder(cache)  # which refuses what is none
    return folder if large else None


def _is_large(source: object) -> bool:
    """Whether a document is worth keeping. What can't be read, or not twice, is not."""
    size, start = 0, b""
    if isinstance(source, (bytes, bytearray)):
        size, start = len(source), bytes(source[:64])
    elif isinstance(source, pathlib.Path):
        with suppress(OSError, ValueError):
            status = source.stat()
            size = status.st_size if S_ISREG(status.st_mode) else 0
            if _LARGE_YAML <= size < _LARGE:
                with source.open("rb") as file:
                    start = file.read(64)
    return size >= (_LARGE if _is_json(start) else _LARGE_YAML)


def _kept(source: Path | bytes, folder: Path) -> _Found:
    """A large document, as it was kept in a folder, else read and kept there."""
    from ._cache import Key, find, key_of_file, may_have  # noqa: PLC0415  # as said above

    try:
        size = source.stat().st_size if isinstance(source, pathlib.Path) else len(source)
        if not may_have(folder, size):
            return _read_and_keep(source, folder)
        key = key_of_file(source) if isinstance(source, pathlib.Path) else Key(size, digest(source))
    except OSError:
        return _read_and_keep(source, folder)  # which tells why it can't be read
    kept = find(folder, key, lambda: _once_more(source, folder, key.sha256))
    return _read_and_keep(source, folder) if kept is None else _Found(kept.document, key.sha256, facts=kept.facts)


def _read_and_keep(source: Path | bytes, folder: Path) -> _Found:
    from ._cache import Key, keep  # noqa: PLC0415  # as said above
    from ._files import may_refer  # noqa: PLC0415  # as in `load`

    content, raw, is_json = _read(source, True)
    sha256 = digest(content)
    if is_swagger(raw) or may_refer(content):
        return _Found(raw, sha256, content, is_json)
    from ._keywords import words_of  # noqa: PLC0415  # as said above
    from ._mask import secret_places  # noqa: PLC0415  # as said above
    from ._table import facts_of  # noqa: PLC0415  # as said above

    document = _told_by(content, is_json, Document(raw, dialect_of(raw), sha256=sha256))
    facts = {
        **facts_of(document),
        "words": sorted(words_of(document)),
        "secret places": [sorted(one) for one in secret_places(document)],
    }
    keep(folder, Key(len(content), sha256), raw, facts)
    return _Found(raw, sha256, facts=facts.get)


def _once_more(source: Path | bytes, folder: Path, sha256: str) -> Anew:
    """The document that these bytes are, when what was kept of it turns out to be damaged. Raises SpecError where it is another by now."""
    from ._cache import Anew  # noqa: PLC0415  # as said above

    found = _read_and_keep(source, folder)
    if found.sha256 != sha256:
        raise SpecError("the document has been changed since it was loaded, and what was kept of it is damaged; load it again")
    return Anew(as_object(found.raw), found.facts)


def _read(source: Path | bytes | Mapping[str, Any], trusted: bool) -> tuple[bytes, dict[str, Any], bool]:
    """The bytes of a document, what they say, and whether they are JSON."""
    if isinstance(source, Mapping):
        content = _written(source, trusted)
        try:
            return content, as_object(_json(content)), True
        except ValueError as error:
            raise SpecError(f"the document can't be written as JSON: {printable(str(error))}") from None
    content = _content(source)
    if not trusted and len(content) > _UNTRUSTED_BYTES:
        raise SpecError(f"the document has {len(content)} bytes; one that is not trusted has at most {_UNTRUSTED_BYTES}")
    parsed, is_json = _value(content, trusted)
    if not is_object(parsed):
        raise SpecError("this is no OpenAPI document: its root is no object")
    return content, parsed, is_json


def _is_plainly_within(source: object, root: object) -> bool:
    """Whether a document that was read stands in a folder by its name alone, which spares asking the system."""
    return (
        isinstance(source, pathlib.Path) and isinstance(root, pathlib.Path) and root in source.parents and ".." not in source.parts
    )


def _home(source: object, root: object) -> tuple[Path | None, str]:
    """The folder of a document's files, without symbolic links, and its own name there; None for one that has no others."""
    if root is not None and not isinstance(root, pathlib.Path):
        raise SpecError(f"root: give the folder as a Path, not a {type(root).__name__}")
    if root is not None and not root.is_dir():
        raise SpecError(f"root: {printable(str(root))} is no folder")
    if not isinstance(source, pathlib.Path):
        return (None if root is None else root.resolve()), ""
    # Where the document itself is a link, it speaks of the files beside the link.
    place = source.parent.resolve() / source.name
    folder = place.parent if root is None else root.resolve()
    if not place.is_relative_to(folder):
        raise SpecError(f"root: {printable(str(root))} does not contain the document {printable(str(source))}")
    return folder, place.relative_to(folder).as_posix()


def _content(source: object, what: str = "document") -> bytes:
    if isinstance(source, pathlib.Path):
        try:
            return source.read_bytes()
        except IsADirectoryError:
            raise SpecError(f"{printable(str(source))} is a folder; give the path of the {what} in it") from None
        except (OSError, ValueError) as error:
            raise SpecError(f"the {what} can't be read: {error}") from None
    if isinstance(source, (bytes, bytearray)):
        return bytes(source)
    raise SpecError(f"give the {what} as a Path, bytes or a mapping, not a {type(source).__name__}")


def _written(source: Mapping[str, Any], trusted: bool) -> bytes:
    """A mapping as JSON. What it holds in several places is written out at each, which YAML libraries make use of for aliases."""
    from ._measure import distinct_values, written_out  # noqa: PLC0415  # bundled documents are known to be small

    most = _MOST_VALUES if trusted else _UNTRUSTED_VALUES
    size = written_out(source, most)
    if size.nodes > most and size.depth <= MAX_DEPTH and trusted:
        most = max(most, 2 * distinct_values(source))
        size = written_out(source, most)
    if size.depth > MAX_DEPTH:
        raise SpecError(f"the document nests deeper than {MAX_DEPTH} arrays and objects")
    if size.nodes > most:
        raise SpecError(f"the document has more than {most} values once each is written where it stands")
    try:
        return json.dumps(source, default=str, allow_nan=False).encode()
    except (ValueError, TypeError) as error:
        raise SpecError(f"the document can't be written as JSON: {printable(str(error))}") from None


def _json(content: bytes) -> Any:
    """The value of a JSON text (RFC 8259). Raises ValueError or RecursionError.

    orjson rounds integers that 64 bits can't hold; what it can't read the standard library's reader may, or tells why not.
    """
    from ._codec import decode_quickly  # noqa: PLC0415  # bundled documents are read without it

    if (found := decode_quickly(content)) is not UNSET:
        return found
    value: object = json.loads(content.decode(json.detect_encoding(content)), parse_constant=_refuse, parse_float=_finite)
    if b"\\ud" in content or b"\\uD" in content:
        json.dumps(value, ensure_ascii=False).encode()  # refuses lone surrogates
    return value


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"JSON has no number {name}")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if isfinite(number) else _refuse(printable(digits, 40))


def _value(content: bytes, trusted: bool, spent: int = 0) -> tuple[Any, bool]:
    """JSON or YAML, told by the content, and whether it is JSON: what is none is read as YAML, to which `NaN` for one is a word.

    `spent` is how many values were read before, where those count together.
    """
    most = max(_MOST_VALUES, len(content)) if trusted else max(0, _UNTRUSTED_VALUES - spent)
    is_json = _is_json(content)
    if is_json and not trusted and _has_more(content, most):
        raise SpecError(f"the document has more than {most} values, and is not trusted")
    parsed: object = None
    if is_json:
        try:
            parsed = _json(content)
        except (ValueError, RecursionError):
            is_json = False
    if not is_json:
        from ._yaml import parse_yaml  # noqa: PLC0415  # PyYAML is imported for YAML

        parsed = parse_yaml(content, most_nodes=most if trusted else max(0, _UNTRUSTED_YAML_VALUES - spent))
    from ._measure import too_deep  # noqa: PLC0415  # as in `_written`

    # A caller's own is as deep as the reader of JSON allows; what goes through it bounds itself, and so does the reader of YAML.
    if is_json and not trusted and too_deep(parsed):
        raise SpecError(f"the document nests deeper than {MAX_DEPTH} arrays and objects")
    return parsed, is_json


def _is_json(content: bytes) -> bool:
    """Whether a text begins as one of JSON does."""
    return content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")) or content.startswith(_BOMS)


def _has_more(content: bytes, most: int) -> bool:
    """Whether `content`, if it is JSON, holds more than `most` values; what stands in strings doesn't count."""
    if content.count(b",") + content.count(b"[") + content.count(b"{") <= most:
        return False
    bare = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    found = 0
    for token in _TOKEN.finditer(bare):
        found += bare[token.start()] != 34  # a quotation mark
        if found > most:
            return True
    return False


# ---- documents in the package


def _bundled_bytes(name: str) -> bytes:
    # What pkgutil.get_data does, which takes as long to import as the file to read, and importlib.resources longer.
    loader: Any = __spec__.loader
    content: bytes = loader.get_data(os.path.join(os.path.dirname(__file__), "_bundled", name))
    return content


@cache
def _index() -> dict[str, Any]:
    return as_object(json.loads(_bundled_bytes("index.json")))


def versions() -> tuple[str, ...]:
    """The versions of the Aerostack document that come with the package, oldest first."""
    return tuple(_index()["versions"])


def default_version() -> str:
    """The version that `Client()` speaks unless it is told another."""
    return str(_index()["default"])


@cache
def bundled_document(version: str) -> Document:
    """The bundled document of a version, one immutable value for the process. Raises SpecError for an unknown version."""
    entry = as_object(_index()["versions"].get(version))
    if not entry:
        known = ", ".join(map(repr, versions()))
        raise SpecError(
            f"version: there is no bundled document {version!r}{did_you_mean(version, versions()) or f'; there is {known}'}"
        )
    content = _bundled_bytes(entry["file"])
    raw = as_object(json.loads(content))
    return Document(raw, dialect_of(raw), sha256=entry["sha256"], bundled=version, load=bundled_document)


# ---- documents as they are given


def chosen_spec(spec: Any, version: str | None) -> Spec:
    """The document that `spec` or `version` gives; without either, the bundled one that AEROSTACK_SPEC_VERSION names, or the default.

    Raises ArgumentsError for what is neither, SpecError for a document that can't be used.
    """
    if version is not None and not isinstance(version, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
        raise ArgumentsError(f"version: give it as a str, such as '1.5.0', not {version!r:.40}")
    if spec is None:
        told = None if version else os.environ.get("AEROSTACK_SPEC_VERSION")
        if told and told not in versions():
            known = did_you_mean(told, versions()) or f"; there are {', '.join(versions())}"
            raise SpecError(f"AEROSTACK_SPEC_VERSION: there is no bundled document {told[:40]!r}{known}")
        return Spec.bundled(version or told or None)
    if version is not None:
        raise ArgumentsError("version and spec: give one of them; version names a bundled document")
    if isinstance(spec, Spec):
        return spec
    if isinstance(spec, str):
        hint = "Spec.from_url(...) reads one from the network" if "://" in spec else "a file is given as a Path"
        raise ArgumentsError(f"spec: give a Spec, a Path, bytes or a mapping, not a str; {hint}")
    return Spec.load(spec)
