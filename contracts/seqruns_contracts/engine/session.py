"""A session: one target, one sequence, and its census as it is now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.checks.areas.order import order_is_stable
from seqruns_contracts.checks.areas.page import page_size
from seqruns_contracts.checks.kinds import View
from seqruns_contracts.checks.passive import COUNTS_EVERY_MATCH, REPEATABLE, fits_the_schema
from seqruns_contracts.checks.runs import SAME_CONTENTS
from seqruns_contracts.engine.census_reader import (
    FEWEST,
    WINDOWS,
    UnreadableError,
    hold_to_a_window,
    read_census,
    read_held,
)
from seqruns_contracts.model.census import Census
from seqruns_contracts.model.exchange import Ask, Evidence, Exchange
from seqruns_contracts.model.oracle import Difference, ids_of
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seqruns_contracts.engine.client import Client
    from seqruns_contracts.model.reply import Reply
    from seqruns_contracts.model.run import Run


@dataclass(slots=True, kw_only=True)
class Session:
    """The client, the latest census, and what was found out about the data as a whole."""

    client: Client
    other_sequence_id: str | None = None
    seed: int = 0
    is_ordered: bool = True
    """False once the order was seen to change while the data did not: from then on nobody is held to it again."""
    has_ordered_ties: bool = True
    """False once runs of one start time were seen in another order."""
    has_moved: bool = False
    """Whether the data was seen to move."""
    grain: int = 0
    """Nanoseconds: how far a start time may be from what is printed of it, once that was found out."""
    has_contents: bool = True
    """False once runs were seen to look different in every answer."""
    widest: Census | None = None
    """The census with the most runs so far."""
    _census: Census | None = None
    _fingerprints: set[int] = field(default_factory=set)
    """The fingerprints of the censuses so far."""
    _windows: list[int] = field(default_factory=lambda: list(WINDOWS))
    """The sizes of windows that were not tried yet, should the list never hold still."""
    _window: int = 0
    """The size that is tried."""
    _returns: int = 0
    """How often a census was one that had been there before."""

    @property
    def census(self) -> Census:
        """The latest census, read when first needed; without runs where the list cannot be read, which is noted."""
        if self._census is None:
            self._census = self.widest = self._read_first()
        return self._census

    @property
    def known_census(self) -> Census:
        """The latest census, without asking for one where none was read; then it has no runs."""
        # For what is said at the end: a run that was stopped must not send another request to say it.
        return self._census or Census(total=0, head=(), universe=())

    @property
    def view(self) -> View:
        """What checks may look at."""
        # Made anew for each check: what was found out meanwhile of order, ties and contents counts from then on.
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
            ties=self.has_ordered_ties,
            contents=self.has_contents,
        )

    def read_again(self, exchange: Exchange) -> Census:
        """Return a new census, which counts from now on, and forget the replies that it makes old.

        `exchange` is what is shown as evidence where the two censuses contradict each other.
        """
        before = self.census
        again = self.client.ask_again
        read = read_held(again, before) if before.held else self._read(again, base=before.base)
        # What the first reading did not find of the target, a later one finds only because data moves.
        is_regular = before.stated is None and before.largest == facts().limit_maximum
        self._census = replace(read, stated=None, largest=before.largest) if is_regular else read
        if self.widest is None or len(self._census.known) > len(self.widest.known):
            self.widest = self._census
        # The one that is left, not the one that comes: a list returns only to where it has been.
        self._fingerprints.add(before.fingerprint)
        # A reply that is older than an update shows runs as they were: beside the new census it would look wrong.
        is_as_before = self._census.same_as(before)
        if not is_as_before or (self.has_contents and not self._census.same_contents_as(before)):
            self.client.forget()
        if not is_as_before:
            self.has_moved = self.has_moved or not self._census.same_contents_as(before)
            self._note_a_return(exchange)
            self._note_another_order(self._census, before, exchange)
        return self._census

    @property
    def may_hold_still(self) -> bool:
        """Whether there is a smaller part of the data to look at."""
        return bool(self._windows)

    def hold_still(self) -> bool:
        """Look from now on only at a window of time that stands still, a smaller one each time; whether there is one.

        What is said of the target after that rests on these runs alone: the report says so.
        """
        while self._windows:
            self._window = self._windows.pop(0)
            if self._hold():
                return True
        return False

    def hold_on(self) -> None:
        """Look at another window where the runs of the one that is looked at have gone."""
        if self.census.held and len(self.census.universe) < FEWEST:
            self._hold()

    def _hold(self) -> bool:
        before, again = self.census, self.client.ask_again
        # Read anew, as the old window may lie where no runs are left.
        # What was found out of the target stays: a cap at 100 is none of the data's.
        now = replace(self._read(again), stated=before.stated, largest=before.largest)
        held = hold_to_a_window(again, now, self._window)
        if held is None:
            return False
        self._census, self.has_moved = held, True
        self.client.forget()
        return True

    def _note_another_order(self, now: Census, before: Census, exchange: Exchange) -> None:
        """Note runs with the same contents in another order: no data moved, the order did."""
        moved = now.shuffled_against(before)
        if not moved:
            return
        if _are_ties(moved):
            self.give_up_ties()
            reason = "runs that start at one instant came in another order at another time; order by id, too"
        else:
            self.is_ordered = False
            reason = "the same request gave the same runs in another order"
        found = Difference(kind="seen", text=reason, runs=ids_of(moved))
        self.client.note(order_is_stable.id, Evidence(exchange=exchange, differences=(found,)))

    def give_up_ties(self) -> None:
        """Compare no order of runs of one start time from now on."""
        self.has_ordered_ties = False

    def learn_grain(self, grain: int) -> None:
        """Judge from now on with start times that are known only to that."""
        self.grain = grain
        self._census = replace(self.census, grain=grain)

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

    def _read_first(self) -> Census:
        """Return the first census; what the target does otherwise than it should is noted once it is seen twice."""
        census = self._read(self.client.ask)
        if census.stated is None and census.largest == facts().limit_maximum:
            return census
        again = self._read(self.client.ask_again)
        if (again.stated, again.largest) != (census.stated, census.largest):
            # While the list grows a count and a page can miss one another; that is no trait of the target.
            return replace(again, stated=None, largest=facts().limit_maximum)
        self._note_a_wrong_total(again)
        self._note_a_cap(again)
        return again

    def _note_a_wrong_total(self, census: Census) -> None:
        if census.stated is not None:
            ask = Ask(query=Query.of(limit=min(census.largest, facts().limit_maximum)))
            exchange = Exchange(ask=ask, reply=self.client.ask(ask))
            text = f"the list ends at {census.total}, the total says {census.stated}"
            found = Difference(kind="total", text=text)
            expected = f"a total of {census.total}"
            self.client.note(
                COUNTS_EVERY_MATCH.id, Evidence(exchange=exchange, expected=expected, differences=(found,))
            )

    def _note_a_cap(self, census: Census) -> None:
        if census.largest < facts().limit_maximum:
            ask = Ask(query=Query.of(limit=facts().limit_maximum))
            exchange = Exchange(ask=ask, reply=self.client.ask(ask))
            due = min(census.total, facts().limit_maximum)
            page, most = exchange.reply.page, f"the largest page that comes has {census.largest}"
            came = f"{len(page.runs)} runs of {due}" if page else f"status {exchange.reply.status}"
            text = f"{came}: {most}"
            expected = f"status 200, {due} runs"
            found = Difference(kind="size", text=text)
            self.client.note(page_size.id, Evidence(exchange=exchange, expected=expected, differences=(found,)))

    def _read(self, ask: Callable[[Ask], Reply], *, base: Query | None = None) -> Census:
        try:
            return replace(read_census(ask, base=base), grain=self.grain)
        except UnreadableError as error:
            # Of any other status the checks that look at every answer speak.
            if error.reply.status == 200:
                self.client.note_seen(fits_the_schema, Exchange(ask=Ask(), reply=error.reply), str(error))
            return Census(total=0, head=(), universe=())


def _are_ties(moved: Sequence[Run]) -> bool:
    """Return whether each of the runs that changed places has another one of its start time among them."""
    starts = Counter(run.start for run in moved)
    # A B change places at 12:00:00: ties. A at 12:00:00 and B at 12:00:01 do not. Without a start time nobody can say.
    return None not in starts and all(times > 1 for times in starts.values())
