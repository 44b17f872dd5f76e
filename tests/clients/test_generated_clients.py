"""Clients that others' generators make from the served document: they are typed, and they find what is served."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest
from tests.npm import npm_packages

from seqruns_mock.embedding import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator

NPM = {"openapi-typescript": "7.13.0", "openapi-fetch": "0.17.0", "typescript": "5.9.3"}
"""The packages from npm, at the versions that were tried."""

PYTHON = """
    import sys
    from datetime import datetime, timedelta, timezone
    from uuid import UUID

    from client import AuthenticatedClient
    from client.api.sequence_runs import get_sequence_runs
    from client.models import ErrorBody, ErrorEntry, RunStatus, SequenceRunPage, StepContactStatus

    base_url, key, sequence_id, phone, channel, start = sys.argv[1:]
    client = AuthenticatedClient(base_url, key, prefix="", auth_header_name="X-WHIPPY-KEY")
    exactly = datetime.fromisoformat(start).astimezone(timezone(timedelta(hours=2)))

    page = get_sequence_runs.sync(
        sequence_id, client=client, limit=1, phone=phone, channel_id=UUID(channel), before=exactly, after=exactly
    )
    assert isinstance(page, SequenceRunPage), page
    assert page.total == 1
    (run,) = page.data
    assert run.status in {RunStatus.ACTIVE, RunStatus.FINISHED}
    assert run.contact.phone == phone
    assert run.step_contacts and all(step.status in set(StepContactStatus) for step in run.step_contacts)

    every = get_sequence_runs.sync(sequence_id, client=client, limit=500)
    assert isinstance(every, SequenceRunPage) and len(every.data) == every.total > 50

    refused = get_sequence_runs.sync(sequence_id, client=client, limit=501)
    assert isinstance(refused, ErrorBody) and refused.status == 422
    entry: ErrorEntry = refused.errors[0]
    assert "501" in entry.description
    refused = get_sequence_runs.sync(sequence_id, client=client, limit="five")  # type: ignore[arg-type]
    assert isinstance(refused, ErrorBody)
"""

TYPESCRIPT = """
    import createClient from "openapi-fetch";
    import type { components, paths } from "./schema.js";

    const [baseUrl, key, sequence_id, phone, channel_id, start] = process.argv.slice(2) as [
      string, string, string, string, string, string,
    ];
    const client = createClient<paths>({ baseUrl, headers: { "X-WHIPPY-KEY": key } });
    const runs = (query: paths["/sequences/{sequence_id}/sequence_runs"]["get"]["parameters"]["query"]) =>
      client.GET("/sequences/{sequence_id}/sequence_runs", { params: { path: { sequence_id }, query } });
    function check(holds: unknown): asserts holds {
      if (!holds) throw new Error("what should hold does not");
    }

    const { data } = await runs({ limit: 1, phone, channel_id, before: start, after: start });
    check(data && data.total === 1);
    const run: components["schemas"]["SequenceRun"] | undefined = data.data[0];
    check(run && run.contact.phone === phone);
    const step: components["schemas"]["StepContactStatus"] | undefined = run.step_contacts?.[0]?.status;
    check(step);
    const active: "active" | "finished" = run.status;
    check(active);

    const every = await runs({ limit: 500 });
    check(every.data && every.data.data.length === every.data.total && every.data.total > 50);

    const refused = await runs({ limit: 501 });
    const body: components["schemas"]["ErrorBody"] | undefined = refused.error;
    check(body && body.errors[0]?.description.includes("501"));
    // @ts-expect-error - a limit is a number
    check((await runs({ limit: "five" })).error);
    // @ts-expect-error - there is no such status
    check((await runs({ status: "done" })).error);
"""


pytestmark = pytest.mark.timeout(400)
"""Seconds: the first time the type checkers read the standard library, and npm installs."""


@pytest.fixture(scope="module")
def mock() -> Iterator[MockServer]:
    """Serve the default data."""
    with MockServer() as server:
        yield server


@pytest.fixture(scope="module")
def document(mock: MockServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with the document as the mock serves it."""
    path = tmp_path_factory.mktemp("document") / "openapi.json"
    with urlopen(f"{mock.root_url}/openapi.json") as answer:  # noqa: S310 - this machine
        path.write_bytes(answer.read())
    return path


def arguments(mock: MockServer, document: Path) -> list[str]:
    """Return what a program is told: where, the key, and the values of the document's own examples."""
    parameters: dict[str, Any] = json.loads(document.read_bytes())["components"]["parameters"]
    names = ("SequenceId", "Phone", "ChannelId", "After")
    return [mock.url, mock.key, *(parameters[name]["example"] for name in names)]


def run(*command: str | Path, cwd: Path, **variables: str) -> None:
    """Run a command in a folder, and fail with what it says where it fails."""
    environment = {**os.environ, **variables}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"


def test_a_python_client_is_typed_and_finds_what_is_served(mock: MockServer, document: Path, tmp_path: Path) -> None:
    """openapi-python-client makes it; mypy holds a program that uses it to its types; the program runs."""
    (tmp_path / "config.yaml").write_text("post_hooks: []\n", "utf-8")
    (tmp_path / "program.py").write_text(dedent(PYTHON), "utf-8")
    generator = Path(sys.executable).with_name("openapi-python-client")
    made = ("--output-path", "client", "--meta", "none", "--config", "config.yaml", "--fail-on-warning")
    run(generator, "generate", "--path", document, *made, cwd=tmp_path)
    cache = Path(__file__).parents[2] / ".mypy_cache" / "clients"
    mypy = (sys.executable, "-m", "mypy", "--strict", "--follow-imports", "silent", "--cache-dir", cache)
    run(*mypy, "--config-file", "", "program.py", cwd=tmp_path)
    run(sys.executable, "program.py", *arguments(mock, document), cwd=tmp_path)


def test_a_typescript_client_is_typed_and_finds_what_is_served(
    mock: MockServer, document: Path, tmp_path: Path
) -> None:
    """openapi-typescript makes the types, openapi-fetch asks by them; tsc checks the program; node runs it."""
    (tmp_path / "node_modules").symlink_to(npm_packages(NPM))
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    (tmp_path / "program.ts").write_text(dedent(TYPESCRIPT), "utf-8")
    tools = tmp_path / "node_modules" / ".bin"
    run(tools / "openapi-typescript", document, "--output", "schema.ts", cwd=tmp_path)
    strict = ("--strict", "--noUncheckedIndexedAccess", "--skipLibCheck", "--lib", "es2022,dom,dom.iterable")
    (tmp_path / "globals.d.ts").write_text("declare const process: { argv: string[] };\n", "utf-8")
    run(
        tools / "tsc", *strict, "--module", "nodenext", "--target", "es2022", "program.ts", "globals.d.ts", cwd=tmp_path
    )
    run("node", "program.js", *arguments(mock, document), cwd=tmp_path)
