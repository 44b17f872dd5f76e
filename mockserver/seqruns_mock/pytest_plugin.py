"""Fixtures for pytest, there as soon as this package is installed and inert unless a test asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_mock.embedding import MockServer
    from seqruns_mock.handle import MockSession


@pytest.fixture(scope="session")
def seqruns_server_options() -> dict[str, Any]:
    """Return the options of `seqruns_server`, those of `seqruns serve`; override it to change them."""
    return {}


@pytest.fixture(scope="session")
def _seqruns_session_server(seqruns_server_options: dict[str, Any]) -> Iterator[MockServer]:
    from seqruns_mock.embedding import MockServer  # noqa: PLC0415 - only for tests that use it

    with MockServer(**seqruns_server_options) as server:
        yield server


@pytest.fixture
def seqruns_server(_seqruns_session_server: MockServer) -> MockServer:
    """Return a mock on a free port: one for each session and xdist worker, as new in every test."""
    _seqruns_session_server.reset()
    return _seqruns_session_server


@pytest.fixture
def seqruns_session(_seqruns_session_server: MockServer) -> Iterator[MockSession]:
    """Return a session of that mock, for this test alone: tests in parallel threads do not disturb each other."""
    with _seqruns_session_server.session() as session:
        yield session
