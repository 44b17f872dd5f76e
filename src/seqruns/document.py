"""The contract document, `openapi.yaml`, and the facts that the code takes from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

OPERATION_PATH = "/sequences/{sequence_id}/sequence_runs"
"""The path of the one operation, relative to a base URL that ends in `/v1`."""


def runs_path(sequence_id: str) -> str:
    """Return the path of the runs of one sequence, its id percent-encoded; lone surrogates are raw bytes."""
    return OPERATION_PATH.replace("{sequence_id}", quote(sequence_id, safe="", errors="surrogateescape"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the document says that code needs to know; read it with `facts()`."""

    limit_default: int
    limit_minimum: int
    limit_maximum: int
    offset_default: int
    offset_minimum: int
    parameters: tuple[str, ...]
    """The names of the query parameters, in the order of the document."""
    statuses: tuple[str, ...]
    """The values of a run's status."""
    key_header: str
    """The name of the header that carries the key."""
    roles: Mapping[str, str]
    """Where each role lives: a JSON Pointer relative to a run, with `*` for any element of a list."""


def document_path() -> Path:
    """Return where `openapi.yaml` is: beside this module in a wheel, else at the root of the checkout."""
    here = Path(__file__).resolve()
    packed = here.with_name("openapi.yaml")
    return packed if packed.exists() else here.parents[2] / "openapi.yaml"


def load_document(*, server: str | None = None) -> dict[str, Any]:
    """Return a fresh copy of the whole document; `server` replaces its list of servers with one base URL."""
    document: dict[str, Any] = read_yaml(document_path())
    if server is not None:
        document["servers"] = [{"url": server}]
    return document


def read_yaml(path: Path) -> Any:
    """Return what a YAML file of ours says, by the library in C where it is there: in a seventh of the time."""
    import yaml  # noqa: PLC0415 - the help is shown without it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - both are safe loaders


def render_yaml(document: Mapping[str, Any]) -> bytes:
    """Return a document as YAML, its names in their order."""
    import yaml  # noqa: PLC0415 - as above

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(document, Dumper=dumper, sort_keys=False, allow_unicode=True)
    return text.encode()


@cache
def facts() -> Facts:
    """Return the facts of the document, read once."""
    components = load_document()["components"]
    parameters = [parameter for parameter in components["parameters"].values() if parameter["in"] == "query"]
    schemas = {parameter["name"]: parameter["schema"] for parameter in parameters}
    limit, offset = schemas["limit"], schemas["offset"]
    return Facts(
        limit_default=limit["default"],
        limit_minimum=limit["minimum"],
        limit_maximum=limit["maximum"],
        offset_default=offset["default"],
        offset_minimum=offset["minimum"],
        parameters=tuple(schemas),
        statuses=tuple(components["schemas"]["RunStatus"]["enum"]),
        key_header=components["securitySchemes"]["ApiKey"]["name"],
        roles=components["schemas"]["SequenceRun"]["x-roles"],
    )
