"""Hypothesis, used without a trace: what a project does with it is none of the kit's business.

Schemathesis replaces parts of Hypothesis when it is imported, among them the printer of falsifying examples, which then
prints `x=,`. And Hypothesis keeps what it has worked out in a folder `.hypothesis` of the working directory.
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import configuration

if TYPE_CHECKING:
    from collections.abc import Iterator

REPLACED = (
    ("hypothesis.core", "RepresentationPrinter"),
    ("hypothesis.core", "BUFFER_SIZE"),
    ("hypothesis.internal.conjecture.engine", "BUFFER_SIZE"),
    ("hypothesis.internal.entropy", "register_random"),
    ("hypothesis.strategies._internal.collections", "BUFFER_SIZE"),
    ("hypothesis.strategies._internal.core", "is_first_param_referenced_in_function"),
)
"""What Schemathesis 4.32 replaces, by module; a test compares."""
_ABSENT = object()


@contextmanager
def hypothesis_kept() -> Iterator[None]:
    """Put back, at the end, what was replaced in Hypothesis meanwhile."""
    found = [(import_module(module), name) for module, name in REPLACED]
    before = [getattr(module, name, _ABSENT) for module, name in found]
    try:
        yield
    finally:
        for (module, name), value in zip(found, before, strict=True):
            if value is not _ABSENT:
                setattr(module, name, value)
            elif hasattr(module, name):
                delattr(module, name)


@contextmanager
def no_folder_left() -> Iterator[None]:
    """Let Hypothesis keep its caches in a folder that goes at the end."""
    # There is no public way to read what `set_hypothesis_home_dir` sets.
    before = getattr(configuration, "__hypothesis_home_directory", None)
    # On Windows a file that is still open cannot be deleted: such a folder is left to the system.
    with TemporaryDirectory(prefix="seqruns-", ignore_cleanup_errors=True) as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)
