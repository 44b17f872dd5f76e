"""A session: one target, one sequence, and its census as it is now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seqruns_contracts.checks.areas.order import order_is_stable
from seqruns_contracts.checks.kinds import View
from seqruns_contracts.checks.passive import REPEATABLE, SAME_CONTENTS, fits_the_schema
from seqruns_contracts.engine.census_reader import UnreadableError, read_census
from seqruns_contracts.model.census import Census
from seqruns_contracts.model.exchange import Ask, Exchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_contracts.engine.client import Client
    from seqruns_contracts.model.query import Query
    from seqruns_contracts.model.reply import Reply


@dataclass(slots=True, kw_only=True)
class Session:
    """The client, the latest census, and what was found out about the data as a whole."""

    client: Client
    other_sequence_id: str | None = None
    seed: int = 0
    is_ordered: bool = True
    """False once the order was seen to change while the data did not: from then on nobody is held to it again."""
    has_contents: bool = True
    """False once runs were seen to look different in every answer."""
    _census: Census | None = None
    _fingerprints: set[int] = field(default_factory=set)
    """The fingerprints of the censuses so far."""
    _returns: int = 0
    """How often a census was one that had been there before."""

    @property
    def census(self) -> Census:
        """The latest census, read when first needed; without runs where the list cannot be read, which is noted."""
        if self._census is None:
            self._census = self._read(self.client.ask)
        return self._census

    @property
    def known_census(self) -> Census:
        """The latest census, without asking for one where none was read; then it has no runs."""
        return self._census or Census(total=0, head=(), universe=())

    @property
    def view(self) -> View:
        """What checks may look at."""
        target = self.client.target
        return View(
            census=self.census,
            sequence_id=self.client.context.sequence_id,
            other_sequence_id=self.other_sequence_id,
            key=target.key,
            allow_unsafe_methods=target.allow_unsafe_methods,
            conformance=self.client.context.conformance,
            seed=self.seed,
            ordered=self.is_ordered,
            contents=self.has_contents,
        )

    def read_again(self, exchange: Exchange) -> Census:
        """Return a new census, which counts from now on, and forget the replies that it makes old.

        `exchange` is what is shown as evidence where the two censuses contradict each other.
        """
        before = self.census
        self._census = self._read(self.client.ask_again, base=before.base)
        self._fingerprints.add(before.fingerprint)
        if not self._census.same_as(before):
            self.client.forget()
            self._note_a_return(exchange)
            # The same runs with the same contents in another order: no data moved, the order did.
            if self._census.shuffled_against(before):
                self.client.note_seen(order_is_stable, exchange, "the same request gave the same runs in another order")
                self.is_ordered = False
        return self._census

    def _note_a_return(self, exchange: Exchange) -> None:
        """Note data that comes back to where it was, as from a replica that is behind now and then.

        Data that moves does not come back: 137 runs, 136, 137 once may be a run that was deleted and entered again;
        137, 136, 137, 136 is a list that says now this, now that.
        """
        self._returns += self.census.fingerprint in self._fingerprints
        if self._returns > 1:
            self.client.note_seen(REPEATABLE, exchange, "the list changed and was again as before, twice")

    def give_up_contents(self, exchange: Exchange) -> None:
        """Note that runs look different in every answer, and compare no contents from now on."""
        self.has_contents = False
        self.client.note_seen(SAME_CONTENTS, exchange, "runs look different in every answer")

    def _read(self, ask: Callable[[Ask], Reply], *, base: Query | None = None) -> Census:
        try:
            return read_census(ask, base=base)
        except UnreadableError as error:
            self.client.note_seen(fits_the_schema, Exchange(ask=Ask(), reply=error.reply), str(error))
            return Census(total=0, head=(), universe=())
