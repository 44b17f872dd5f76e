"""Packages from npm for tests, installed once for all checkouts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from collections.abc import Mapping

INSTALLED = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "seqruns-tests", "npm")


def npm_packages(versions: Mapping[str, str]) -> Path:
    """Return the folder `node_modules` that has these packages; skip the test where it cannot be had."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("there is no node and npm to try this with")
    name = "-".join(f"{name.replace('/', '+')}@{version}" for name, version in versions.items())
    folder = INSTALLED / name
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        if not (folder / "done").exists():
            (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": versions}), "utf-8")
            quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error")
            try:
                subprocess.run((npm, "install", *quiet), cwd=folder, check=True, capture_output=True, timeout=180)
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
                pytest.skip(f"npm cannot install {name} here: {str(problem)[:200]}")
            (folder / "done").touch()
    return folder / "node_modules"
