"""What a test does with a running mock, or with a session of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Protocol

from seqruns.document import runs_path
from seqruns_mock.core.refusal import Refusal
from seqruns_mock.http.app import BASE_PATH
from seqruns_mock.sessions import PREFIX
from seqruns_mock.trouble.trouble import parse_troubles, trouble_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType
    from typing import Self

    from seqruns_fixtures.model import SequenceRun
    from seqruns_mock.http.journal import Entry
    from seqruns_mock.http.state import MockState
    from seqruns_mock.sessions import Sessions


class MockHandle(ABC):
    """A mock in this process: where it is, and what a test looks at and changes."""

    state: MockState
    key: str
    sequence_id: str
    """The first sequence."""

    @property
    @abstractmethod
    def root_url(self) -> str:
        """Where it is; the endpoint is below that, and so is the control API."""

    @property
    def url(self) -> str:
        """The base URL, which ends in `/v1`."""
        return self.root_url + BASE_PATH

    @property
    def runs_url(self) -> str:
        """The URL of the runs of the first sequence."""
        return self.url + runs_path(self.sequence_id)

    @property
    def runs(self) -> list[SequenceRun]:
        """The runs of the first sequence, in the order in which they are listed: copies, to be assigned when changed.

        Raises ValueError for runs that cannot be served.
        """
        with _in_words():
            # Runs are shared by all stores that hold them; a test that changes one must not change what another is
            # served.
            return deepcopy(self.state.sequences.runs(self.sequence_id))

    @runs.setter
    def runs(self, runs: Iterable[SequenceRun]) -> None:
        with _in_words():
            self.state.sequences.replace(self.sequence_id, deepcopy(list(runs)))

    @property
    def requests(self) -> list[Entry]:
        """What came in since the start or the last reset, oldest first."""
        return list(self.state.journal)

    def add(self, *, sequence_id: str | None = None, **fields: Any) -> SequenceRun:
        """Add a run that has these fields (see `seqruns_fixtures.sequence_run`), the rest filled in; return it.

        Raises ValueError for a bad field.
        """
        with _in_words():
            return deepcopy(self.state.sequences.add(sequence_id or self.sequence_id, [deepcopy(fields)])[0])

    def trouble(self, kind: str, **options: Any) -> None:
        """Make trouble from now on: `trouble("error", status=503, times=1)`, or the same in one line.

        Raises ValueError for an unknown kind or option.
        """
        troubles = [trouble_from({"kind": kind, **options})] if options else parse_troubles(kind)
        for trouble in troubles:
            self.state.troubles.add(trouble)

    def reset(self) -> None:
        """Put everything back as it was at the start, and forget the requests."""
        self.state.reset()


class _Server(Protocol):
    """What a session is a part of."""

    app: Sessions
    key: str
    sequence_id: str

    @property
    def root_url(self) -> str:
        """Where it is."""
        ...


class MockSession(MockHandle):
    """A session of a mock: a mock of its own, which other tests do not disturb. Its URLs begin with `/sessions/NAME`.

    Example::

        with server.session() as session:
            session.trouble("error", status=503, times=1)
            my_client(session.url, session.key).runs(session.sequence_id)
            assert session.requests[0].status == 503
    """

    def __init__(self, server: _Server, name: str) -> None:
        self.name = name
        self.key = server.key
        self.sequence_id = server.sequence_id
        self._server = server
        self._sessions = server.app
        with _in_words():
            self._sessions.get(name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    @property
    def root_url(self) -> str:
        """Where the session is."""
        return f"{self._server.root_url}{PREFIX}{self.name}"

    @property
    def state(self) -> MockState:  # type: ignore[override] # a session may have been idle for so long that it began anew
        """The state of the session."""
        return self._sessions.get(self.name).state

    def end(self) -> None:
        """End the session; its name begins another one when it is next used."""
        self._sessions.end(self.name)


@contextmanager
def _in_words() -> Iterator[None]:
    """Raise a refusal as the ValueError that a caller expects."""
    try:
        yield
    except Refusal as refusal:
        raise ValueError(" ".join(refusal.descriptions)) from None
