"""The wheel, alone in a fresh environment: what a user who installs the package has."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KIT_IS_AWAY = """
import sys
from importlib.abc import MetaPathFinder
class Away(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition('.')[0] in {'schemathesis', 'hypothesis', 'requests', 'rich'}:
            raise ModuleNotFoundError(f'No module named {name!r}', name=name)
sys.meta_path.insert(0, Away())
from seqruns.command import main
main()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the built wheel; hatchling is among the tools of the environment, so nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of an environment with the wheel unpacked and, of the checkout, nothing."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=True)
    site = next(folder.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    libraries = next(Path(sys.prefix).glob("lib/python*/site-packages"))
    # The libraries come from the suite's own environment; its editable hook to the checkout does not work from here.
    (site / "libraries.py").write_text(f"import sys; sys.path.append({str(libraries)!r})\n")
    (site / "libraries.pth").write_text("import libraries\n")
    return folder / "bin" / "python"


def run(python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the interpreter away from the checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTHON"))}
    return subprocess.run([python, *arguments], cwd=cwd, env=kept, capture_output=True, text=True, check=False)


def test_the_wheel_holds_the_packages_and_the_document(wheel: Path) -> None:
    """Five packages, typed, and the contract beside its loader; no test, no configuration."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for package in ("seqruns", "seqruns_mock", "seqruns_gallery", "seqruns_contracts", "seqruns_fixtures"):
        assert f"{package}/py.typed" in names
    assert "seqruns/openapi.yaml" in names
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "seqruns",
        "seqruns_mock",
        "seqruns_gallery",
        "seqruns_contracts",
        "seqruns_fixtures",
    }


def test_the_installed_command_finds_its_document(python: Path, tmp_path: Path) -> None:
    """Away from the checkout the document is the one in the wheel."""
    code = "from seqruns.document import document_path, facts; print(document_path()); print(facts().limit_default)"
    done = run(python, "-c", code, cwd=tmp_path)
    assert "site-packages" in done.stdout, done.stderr
    assert done.stdout.endswith("\n50\n")


def test_the_installed_command_writes_fixtures(python: Path, tmp_path: Path) -> None:
    """`seqruns fixtures` works from the wheel."""
    done = run(python, "-m", "seqruns", "fixtures", "--runs", "3", "--format", "ndjson", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 3


def test_check_without_the_kit_says_what_to_install(python: Path, tmp_path: Path) -> None:
    """The mock alone can be installed; `check` then names the extra, with exit code 2."""
    arguments = ("check", "http://127.0.0.1:9/v1", "--sequence-id", "x")
    done = run(python, "-c", KIT_IS_AWAY, *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "pip install 'seqruns[check]'" in done.stderr
    assert run(python, "-c", KIT_IS_AWAY, "fixtures", "--runs", "1", cwd=tmp_path).returncode == 0


def test_the_installed_mock_has_its_page(python: Path, tmp_path: Path) -> None:
    """Templates, scripts and styles are in the wheel; the renderer of the reference is in a package of its own."""
    code = (
        "from werkzeug.test import Client; from seqruns_mock.embedding import MockServer\n"
        "client = Client(MockServer().app)\n"
        "paths = ('/', '/__mock__/page/static/main.js', '/__mock__/page/static/page.css',"
        " '/__mock__/page/swagger-ui/swagger-ui-bundle.js')\n"
        "print([client.get(path).status_code for path in paths])"
    )
    done = run(python, "-c", code, cwd=tmp_path)
    assert done.stdout == "[200, 200, 200, 200]\n", done.stderr
