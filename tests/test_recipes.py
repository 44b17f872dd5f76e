"""The guide docs/recipes.md: what runs on one machine is run; files for containers fit their schemas, and start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest
import yaml
from tests.conftest import CHROMIUM, NO_CHROMIUM, QUIET
from tests.mock.conftest import serving
from tests.npm import npm_packages
from tests.serving import served

from seqruns_mock.process import start_mock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

DOCS = Path(__file__).parents[1] / "docs"
GUIDE = (DOCS / "recipes.md").read_text("utf-8")
RECIPES = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL))
"""By the name of the file, or of the library that runs it."""
BIN = Path(sys.executable).parent
PLAYWRIGHT = {"@playwright/test": "1.56.0"}
APPLICATION = """<!doctype html><title>Runs</title><ul></ul><script>
fetch("MOCK/v1/sequences/5f0c1f0e-52f9-4b9e-9d5c-3f2f0f6a7c11/sequence_runs", {
  headers: { "X-WHIPPY-KEY": "mock-key" } })
  .then((answer) => answer.json())
  .then(({ data }) => data.forEach((run) => document.querySelector("ul").append(document.createElement("li"))))
  .catch(() => document.body.insertAdjacentHTML("beforeend", "<p role=alert>There is trouble.</p>"));
</script>"""


def run(*command: str | Path, cwd: Path, **variables: str) -> str:
    """Run a command in a folder as its user does, and return what it says; fail with that where it fails."""
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTEST_ADDOPTS": "", **variables}
    environment.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def test_every_recipe_is_tried() -> None:
    """A recipe that is added needs a test."""
    tried = {"pytest", "unittest", "playwright.config.js", "runs.spec.js", *CONTAINERS}
    assert set(RECIPES) == tried


def test_the_recipe_for_pytest_passes(tmp_path: Path) -> None:
    """As a file of a project that has nothing else."""
    (tmp_path / "test_client.py").write_text(RECIPES["pytest"], "utf-8")
    assert "3 passed" in run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", cwd=tmp_path)


def test_the_recipe_for_unittest_passes(tmp_path: Path) -> None:
    """As a program."""
    (tmp_path / "test_client.py").write_text(RECIPES["unittest"], "utf-8")
    assert re.search(r"Ran 1 test .*\nOK", run(sys.executable, "test_client.py", cwd=tmp_path), re.DOTALL)


def test_the_recipe_for_playwright_passes(tmp_path: Path) -> None:
    """With Debian's browser, free ports and a page that asks the mock; its tests run at the same time."""
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    (tmp_path / "node_modules").symlink_to(npm_packages(PLAYWRIGHT))
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    with serving() as mock:
        port = str(mock.port)  # free again when the block ends
    with served(application(APPLICATION.replace("MOCK", f"http://127.0.0.1:{port}"))) as url:
        for name in ("playwright.config.js", "runs.spec.js"):
            text = RECIPES[name].replace("8080", port).replace("http://127.0.0.1:3000", url.removesuffix("/v1"))
            (tmp_path / name).write_text(text, "utf-8")
        (tmp_path / "debian.config.js").write_text(
            'import recipe from "./playwright.config.js";\n'
            f"const launchOptions = {{ executablePath: {CHROMIUM!r}, args: {list(QUIET)} }};\n"
            "export default { ...recipe, use: { ...recipe.use, launchOptions } };\n"
        )
        said = run(
            "node_modules/.bin/playwright", "test", "--config", "debian.config.js", "--workers", "2", cwd=tmp_path
        )
    assert "2 passed" in said


def application(page: str) -> Any:
    """Return an application that answers everything with a page."""

    def answer(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(page.encode())))])
        return [page.encode()]

    return answer


def compose(document: Any) -> tuple[list[str], dict[str, str]]:
    """Return the arguments and variables of the mock in a file of Docker Compose."""
    mock = document["services"]["mock"]
    return mock["command"], mock["environment"]


def workflow(document: Any) -> tuple[list[str], dict[str, str]]:
    """Return those of a GitHub workflow: a service has no arguments."""
    return [], document["jobs"]["test"]["services"]["mock"]["env"]


def kubernetes(document: Any) -> tuple[list[str], dict[str, str]]:
    """Return those of a Deployment, beside what Kubernetes sets where a Service is called as this one."""
    (container,) = document["spec"]["template"]["spec"]["containers"]
    (secret,) = container["env"]
    assert secret["valueFrom"]["secretKeyRef"]
    return container["args"], {secret["name"]: "mock-key", "SEQRUNS_PORT": "tcp://10.96.0.5:8080", "PORT": "0"}


CONTAINERS = {"compose.yaml": compose, "kubernetes.yaml": kubernetes, "github-workflow.yaml": workflow}


@pytest.mark.parametrize("name", CONTAINERS)
def test_the_mock_starts_as_a_file_says(name: str) -> None:
    """With the host of the image; then a probe without a key is answered, and a client with the key of the file."""
    arguments, variables = CONTAINERS[name](next(yaml.safe_load_all(RECIPES[name])))
    host = {"SEQRUNS_HOST": "0.0.0.0"}  # noqa: S104 - as in the image
    with start_mock("--quiet", *arguments, variables=host | variables) as mock:
        with urlopen(f"http://127.0.0.1:{mock.port}/healthz") as answer:
            assert answer.status == 200
        ask = Request(
            f"http://127.0.0.1:{mock.port}{mock.runs_url.partition(str(mock.port))[2]}",
            headers={"X-WHIPPY-KEY": "mock-key"},
        )
        with urlopen(ask) as answer:  # noqa: S310 - loopback
            assert b'"total":500' in answer.read()


@pytest.mark.parametrize(
    ("name", "schema"), [("compose.yaml", "compose-spec"), ("github-workflow.yaml", "github-workflows")]
)
def test_a_file_fits_its_schema(name: str, schema: str, tmp_path: Path) -> None:
    """That of the Compose Specification, and of GitHub's workflows."""
    (tmp_path / name).write_text(RECIPES[name], "utf-8")
    run(BIN / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", name, cwd=tmp_path)


def test_the_service_leads_to_the_pods() -> None:
    """What Kubernetes joins by name has one: labels, and the port that the probes ask."""
    deployment, service = yaml.safe_load_all(RECIPES["kubernetes.yaml"])
    pod, (container,) = deployment["spec"]["template"], deployment["spec"]["template"]["spec"]["containers"]
    labels = deployment["spec"]["selector"]["matchLabels"]
    assert labels == pod["metadata"]["labels"] == service["spec"]["selector"]
    (port,) = container["ports"]
    probes = [probe["httpGet"] for name, probe in container.items() if name.endswith("Probe")]
    assert probes == [{"path": "/healthz", "port": port["name"]}] * 3
    assert service["spec"]["ports"][0]["targetPort"] == port["name"]


def test_the_index_names_every_guide() -> None:
    """A guide that nobody can find is not there."""
    index = (DOCS / "README.md").read_text("utf-8")
    guides = {path.name for path in DOCS.glob("*.md")} - {"README.md"}
    linked = re.findall(r"\]\(([^)#]+)\)", index)
    assert guides - set(linked) == set()
    assert [link for link in linked if not (DOCS / link).exists()] == []
