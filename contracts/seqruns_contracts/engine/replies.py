"""The replies that are remembered: each run held once, and all of them within a bound of memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import orjson
import requests

if TYPE_CHECKING:
    from collections.abc import Collection

    from seqruns_contracts.model.exchange import Ask
    from seqruns_contracts.model.reply import Reply
    from seqruns_contracts.model.run import Run

MOST_BYTES = 40_000_000
"""About how much memory the replies may take; 240 replies of a right target with 137 runs take a tenth of it."""
MOST_RUNS = 20_000
"""How many runs are held to be shared."""
BYTES_OF_A_RUN = 1000
"""About how much memory a run takes beside its JSON."""
BYTES_OF_A_VALUE = 72
"""About how much memory an empty object takes, and the place for it in a list: 3 bytes of JSON."""


@dataclass(slots=True)
class Replies:
    """Replies by their requests. The oldest are forgotten where there are too many, to be asked for again."""

    runs: dict[str, Run] = field(default_factory=dict)
    """The runs that are shared, by their ids."""
    _replies: dict[Ask, Reply] = field(default_factory=dict)
    _weights: dict[Ask, int] = field(default_factory=dict)
    _weight: int = 0
    _weight_of_runs: int = 0

    @property
    def has_room(self) -> bool:
        """Whether more runs may be held, here or elsewhere."""
        return self._weight_of_runs < MOST_BYTES and len(self.runs) < MOST_RUNS

    @property
    def asks(self) -> Collection[Ask]:
        """The requests whose replies are remembered."""
        return self._replies.keys()

    def get(self, ask: Ask) -> Reply | None:
        """Return the reply to a request, None where there is none."""
        return self._replies.get(ask)

    def put(self, ask: Ask, reply: Reply) -> None:
        """Remember a reply that `slim` returned."""
        self._drop(ask)
        self._replies[ask], self._weights[ask] = reply, reply.weight
        self._weight += reply.weight
        # A dict keeps the order in which it was filled, and an ask that comes again was dropped first: its first key is
        # the oldest. One reply stays, however heavy, since somebody is about to look at it.
        while self._weight > MOST_BYTES and len(self._replies) > 1:
            self._drop(next(iter(self._replies)))

    def forget(self) -> None:
        """Forget every reply."""
        self._replies.clear()
        self._weights.clear()
        self._weight = 0

    def slim(self, reply: Reply) -> Reply:
        """Return the reply without what nobody looks at any more, its runs shared with those that came before.

        A page of 500 runs is a megabyte of objects, and the next one that shows the same runs costs nothing.
        """
        body = reply.answer.body
        if reply.page is None:
            return replace(reply, weight=_weigh(body) if reply.is_json else len(body))
        weight = _weigh(body)
        # Before `_shared` puts the new ones there, or none would count as new below.
        held = [self.runs.get(run.id) for run in reply.page.runs]
        runs = tuple(map(self._shared, reply.page.runs))
        own = sum(run is not before for run, before in zip(runs, held, strict=True))
        # Elements that are no objects became no runs, so nothing else holds them.
        strange = [element for element in reply.body["data"] if not isinstance(element, dict)]
        rest = reply.body | {"data": strange}
        weight_of_rest = _weigh(orjson.dumps(rest))
        # The JSON of a page is shared out evenly: 5 new runs of 50 weigh a tenth of what its `data` does.
        own_weight = (weight - weight_of_rest) * own // (len(runs) or 1) + BYTES_OF_A_RUN * own
        self._weight_of_runs += own_weight
        return replace(
            reply,
            # `raw` goes too: it holds the body a second time.
            answer=replace(reply.answer, body=b"", raw=requests.Response()),
            body=rest,
            page=replace(reply.page, runs=runs),
            weight=weight_of_rest + own_weight,
        )

    def _shared(self, run: Run) -> Run:
        known = self.runs.get(run.id)
        # Equal in everything, not only in roles: a run that was updated is another object, and older replies keep
        # theirs.
        if known is not None and known.body == run.body:
            return known
        if self.has_room:
            self.runs[run.id] = run
        return run

    def _drop(self, ask: Ask) -> None:
        self._replies.pop(ask, None)
        self._weight -= self._weights.pop(ask, 0)


def _weigh(body: bytes) -> int:
    """Return about how much memory a body takes together with what it decodes to."""
    # A value follows each comma or opening bracket: `[{},{}]` has four of these marks and three values. Counting bytes
    # costs far less than decoding them.
    return len(body) + BYTES_OF_A_VALUE * sum(map(body.count, (b",", b"[", b"{")))
