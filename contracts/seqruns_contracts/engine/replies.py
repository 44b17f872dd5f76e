"""The replies that are remembered: each run held once, and all of them within a bound of memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Generic, TypeVar

import orjson
import requests

from seqruns_contracts.model.reply import read_reply

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from seqruns.target import Answer
    from seqruns_contracts.model.exchange import Ask
    from seqruns_contracts.model.reply import Reply
    from seqruns_contracts.model.run import Run

Key = TypeVar("Key")

MOST_BYTES = 40_000_000
"""About how much memory the replies may take; 240 replies of a right target with 137 runs take a tenth of it."""
MOST_RUNS = 20_000
"""How many runs are held to be shared."""
BYTES_OF_A_RUN = 1000
"""About how much memory a run takes beside its JSON."""
BYTES_OF_A_VALUE = 72
"""About how much memory an empty object takes, and the place for it in a list: 3 bytes of JSON."""


BYTES_OF_A_PLACE = 16
"""Of memory: the places that a run takes on the pages that share it."""
LEAST = 2
"""How many replies are held however heavy they are: the list around each doubt, and the page in doubt."""


_NO_RESPONSE = requests.Response()


@dataclass(slots=True)
class _Held(Generic[Key]):
    """Replies within a bound of memory."""

    least: int
    replies: dict[Key, Reply] = field(default_factory=dict)
    _weights: dict[Key, int] = field(default_factory=dict)
    _weight: int = 0

    def put(self, key: Key, reply: Reply, weight: int) -> None:
        """Hold a reply; the oldest go where there are too many."""
        self._drop(key)
        self.replies[key], self._weights[key] = reply, weight
        self._weight += weight
        # A dict keeps the order in which it was filled, and a key that comes again was dropped first: its first key is
        # the oldest. The last ones stay, however heavy, since somebody is about to look at them.
        while self._weight > MOST_BYTES and len(self.replies) > self.least:
            self._drop(next(iter(self.replies)))

    def clear(self) -> None:
        """Hold nothing."""
        self.replies.clear()
        self._weights.clear()
        self._weight = 0

    def _drop(self, key: Key) -> None:
        self.replies.pop(key, None)
        self._weight -= self._weights.pop(key, 0)


@dataclass(slots=True)
class Replies:
    """Replies by their requests. The oldest are forgotten where there are too many, to be asked for again."""

    runs: dict[str, Run] = field(default_factory=dict)
    """The runs that are shared, by their ids."""
    _by_ask: _Held[Ask] = field(default_factory=lambda: _Held(least=1))
    _by_body: _Held[tuple[int, bytes]] = field(default_factory=lambda: _Held(least=LEAST))
    """By status and digest, each with the weight that it has when it comes again."""
    _weight_of_runs: int = 0

    @property
    def has_room(self) -> bool:
        """Whether more runs may be held, here or elsewhere."""
        return self._weight_of_runs < MOST_BYTES and len(self.runs) < MOST_RUNS

    @property
    def asks(self) -> Collection[Ask]:
        """The requests whose replies are remembered."""
        return self._by_ask.replies.keys()

    def get(self, ask: Ask) -> Reply | None:
        """Return the reply to a request, None where there is none."""
        return self._by_ask.replies.get(ask)

    def put(self, ask: Ask, reply: Reply) -> None:
        """Remember a reply that `slim` returned."""
        self._by_ask.put(ask, reply, reply.weight)

    def forget(self) -> None:
        """Forget every reply; what their bodies say stays known."""
        self._by_ask.clear()

    def read(self, answer: Answer, roles: Mapping[str, str]) -> Reply:
        """Return the reply that an answer holds; half of the bodies of a run came before in it, and are not decoded."""
        return read_reply(answer, roles, self.runs, self._read_before)

    def _read_before(self, status: int, digest: bytes) -> Reply | None:
        slim = self._by_body.replies.get((status, digest))
        if slim is None or slim.page is None:
            return slim
        return replace(slim, body=slim.body | {"data": [run.body for run in slim.page.runs]})

    def slim(self, reply: Reply) -> Reply:
        """Return the reply without what nobody looks at any more, its runs shared with those that came before.

        A page of 500 runs is a megabyte of objects, and the next one that shows the same runs costs nothing.
        """
        key = (reply.status, reply.digest)
        if not reply.is_json:
            return replace(reply, weight=len(reply.answer.body))
        if reply.page is None:
            whole = replace(reply, weight=_weigh(reply.answer.body))
            self._by_body.put(key, whole, whole.weight)
            return whole
        # `raw` goes too: it holds the body a second time.
        answer = replace(reply.answer, body=b"", raw=_NO_RESPONSE)
        if (same := self._by_body.replies.get(key)) is not None:
            return replace(same, answer=answer)
        weight = _weigh(reply.answer.body)
        # Before `_shared` puts the new ones there, or none would count as new below.
        held = [self.runs.get(run.id) for run in reply.page.runs]
        runs = tuple(map(self._shared, reply.page.runs))
        own = sum(run is not before for run, before in zip(runs, held, strict=True))
        # Elements that are no objects became no runs, so nothing else holds them.
        strange = [element for element in reply.body["data"] if not isinstance(element, dict)]
        rest = reply.body | {"data": strange}
        weight_of_rest = _weigh(orjson.dumps(rest)) + BYTES_OF_A_PLACE * len(runs)
        # The JSON of a page is shared out evenly: 5 new runs of 50 weigh a tenth of what its `data` does.
        own_weight = max(0, weight - weight_of_rest) * own // (len(runs) or 1) + BYTES_OF_A_RUN * own
        self._weight_of_runs += own_weight
        page = replace(reply.page, runs=runs)
        slim = replace(reply, answer=answer, body=rest, page=page, weight=weight_of_rest)
        # Where the strange ones stood among the runs is not held.
        if not strange:
            self._by_body.put(key, slim, weight_of_rest + own_weight)
        return replace(slim, weight=weight_of_rest + own_weight)

    def _shared(self, run: Run) -> Run:
        known = self.runs.get(run.id)
        # Equal in everything, not only in roles: a run that was updated is another object, and older replies keep
        # theirs.
        if known is not None and (known is run or known.body == run.body):
            return known
        if self.has_room:
            self.runs[run.id] = run
        return run


def _weigh(body: bytes) -> int:
    """Return about how much memory a body takes together with what it decodes to."""
    # A value follows each comma or opening bracket: `[{},{}]` has four of these marks and three values. Counting bytes
    # costs far less than decoding them.
    return len(body) + BYTES_OF_A_VALUE * sum(map(body.count, (b",", b"[", b"{")))
