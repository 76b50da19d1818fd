"""Known disagreements between a plan and the package, each with its reason, so that they are counted apart from what is new."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

KEYS = ("id", "path", "method", "mode")


def read(path: Path) -> list[dict[str, str]]:
    """The disagreements in a JSON, YAML or TOML file: a list of objects, or an object with one named `explained`.

    Each has `id` and `reason`, and `path`, `method` and `mode` unless it is about all of them. Raises ValueError for any other.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        import tomllib

        found: Any = tomllib.loads(text)
    elif path.suffix == ".json":
        found = json.loads(text)
    else:
        import yaml

        found = yaml.safe_load(text)
    rows = found.get("explained") if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise ValueError(f"{path}: give a list of disagreements, or one named `explained`")
    for row in rows:
        if not isinstance(row, dict) or not {"id", "reason"} <= row.keys() <= {*KEYS, "reason"}:
            raise ValueError(f"{path}: a disagreement has id, reason, and perhaps path, method and mode: {str(row)[:100]}")
    return rows


def apply(rows: Sequence[dict[str, Any]], known: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Mark the calls that are wrong for a known reason, and give the disagreements that explain nothing any more."""
    used: set[int] = set()
    by_document: dict[str, list[int]] = {}
    for at, one in enumerate(known):
        by_document.setdefault(one["id"], []).append(at)
    for row in rows:
        for call in row["calls"]:
            if call["outcome"] != "wrong":
                continue
            at = next((at for at in by_document.get(row["id"], ()) if _is_about(known[at], call)), None)
            if at is not None:
                used.add(at)
                call |= {"outcome": "explained", "reason": known[at]["reason"]}
    return [one for at, one in enumerate(known) if at not in used]


def _is_about(known: Mapping[str, str], call: Mapping[str, Any]) -> bool:
    return all(key not in known or str(known[key]).lower() == str(call[key]).lower() for key in KEYS[1:])
