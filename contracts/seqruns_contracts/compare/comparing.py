"""Comparing two targets: by dimension where one explains a difference, else by the shortest query."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seqruns.dialect import dimensions
from seqruns.target import BudgetSpentError, TargetError, TargetLostError
from seqruns_contracts.api import open_session, redacting
from seqruns_contracts.compare.asks import asks_for
from seqruns_contracts.compare.both import Both
from seqruns_contracts.compare.differences import answers_in_words, data_differences
from seqruns_contracts.compare.explaining import explain, is_of_the_data, shrink
from seqruns_contracts.compare.results import Comparison, ComparisonInterruptedError, Contrast, make_safe
from seqruns_contracts.compare.splits import Split, differ, is_seen
from seqruns_contracts.dialect.drift import READERS
from seqruns_contracts.engine.runner import INTERRUPTED
from seqruns_contracts.model.personal import personal_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from seqruns.target import Target
    from seqruns_contracts.dialect.looking import Reader
    from seqruns_contracts.model.exchange import Ask


def compare_targets(
    first: Target,
    second: Target,
    sequence_id: str,
    *,
    sequence_id_b: str | None = None,
    roles: Mapping[str, str] | None = None,
    seed: int = 0,
    variables: tuple[str | None, str | None] = (None, None),
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Comparison:
    """Return in what two targets differ, asked the same of the same sequence.

    `sequence_id_b` is the name of the sequence at the second, where it has another one there. `roles` overrides where a
    role lives in a run, at both. `variables` are the names that stand for the two keys in a command that repeats a
    request. `progress` is called with how many dimensions were looked at or queries were asked, of how many. Raises
    TargetError, without a key in it, where one of the two cannot be asked at all, and on Ctrl-C a KeyboardInterrupt
    whose `comparison` holds what was found out before.
    """
    with ExitStack() as stack:
        for target in (first, second):
            stack.enter_context(redacting(target))
        names = sequence_id, sequence_id_b or sequence_id
        sessions = tuple(
            open_session(target, name, roles=roles, seed=seed)
            for target, name in zip((first, second), names, strict=True)
        )
        both = Both(sessions=(sessions[0], sessions[1]), variables=variables)
        comparing = Comparing(both=both, progress=progress)
        comparison = make_safe(comparing.run(), (first, second))
    if comparison.stopped == INTERRUPTED:
        raise ComparisonInterruptedError(comparison)
    return comparison


@dataclass(slots=True, kw_only=True)
class Comparing:
    """Asks two targets the same, and notes what they answer differently."""

    both: Both
    progress: Callable[[int, int], None]
    splits: list[Split] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)
    """The dimensions in which both do the same."""
    times: Counter[str] = field(default_factory=Counter)
    """By dimension, in how many queries it showed."""
    others: dict[tuple[object, ...], Contrast] = field(default_factory=dict)
    """By the parameters that show them, and in what, the contrasts that no dimension explains."""
    asked: int = 0
    differing: int = 0

    def run(self) -> Comparison:
        """Return the comparison."""
        started, stopped, is_cut_short = time.monotonic(), "", False
        try:
            self._look()
            self._ask(asks_for(self.both.sessions[0].view))
        except BudgetSpentError:
            is_cut_short = True
        except TargetLostError as error:
            stopped = str(error)
        except KeyboardInterrupt:
            stopped = INTERRUPTED
        first, second = self.both.sessions
        targets = [session.client.target for session in self.both.sessions]
        ours, theirs = first.known_census, second.known_census
        personal = (personal_values(run.body) for census in (ours, theirs) for run in census.known.values())
        return Comparison(
            base_urls=(targets[0].base_url, targets[1].base_url),
            sequence_ids=(first.client.context.sequence_id, second.client.context.sequence_id),
            seed=first.seed,
            runs=(ours.total, theirs.total),
            data=tuple(data_differences(ours, theirs)),
            contrasts=(*map(self._contrast_of, self.splits), *self.others.values()),
            alike=tuple(self.alike),
            asked=self.asked,
            differing=self.differing,
            requests=(targets[0].sent, targets[1].sent),
            seconds=time.monotonic() - started,
            stopped=stopped,
            is_cut_short=is_cut_short,
            personal=frozenset(pair for pairs in personal for pair in pairs),
        )

    def _look(self) -> None:
        """Look at every dimension of both, and note those in which they differ."""
        for done, (name, read) in enumerate(READERS.items()):
            self.progress(done, len(READERS))
            with costing_one_request():
                self._look_at(name, read)

    def _look_at(self, name: str, read: Reader) -> None:
        asks: set[Ask] = set()
        one, other = (read(self.both.look(session, asks)) for session in self.both.sessions)
        # Asked for several forms in one request, one that is refused hides the others: a difference is looked at alone.
        if one is not None and other is not None and differ(one, other):
            one, other = (read(self.both.look(session, asks, alone=True)) for session in self.both.sessions)
        if one is None or other is None:
            return
        if differ(one, other):
            self.splits.append(Split(name=name, sights=(one, other), asks=frozenset(asks)))
        elif is_seen(one) and is_seen(other):
            self.alike.append(name)

    def _ask(self, asks: Sequence[Ask]) -> None:
        for done, ask in enumerate(asks):
            self.progress(done, len(asks))
            with costing_one_request():
                self._compare(ask)

    def _compare(self, ask: Ask) -> None:
        kinds = self.both.kinds(ask)
        self.asked += 1
        # Two servers of other runs differ in every page; what each answers of its own runs is compared then.
        if not kinds or is_of_the_data(self.both, ask, kinds):
            return
        split = explain(self.both, self.splits, ask, kinds)
        # Asked again, so that data which moved between the two is no difference.
        if split is None and not self.both.kinds(ask, again=True):
            return
        self.differing += 1
        if split is None:
            self._note(*shrink(self.both, self.splits, ask, kinds))
        else:
            self.times[split.name] += 1

    def _note(self, ask: Ask, kinds: frozenset[str]) -> None:
        """Note a difference; one in the same parameters and of the same kind is the same once more."""
        names = ",".join(sorted({name for name, _ in ask.query.parameters}))
        alike = names, ",".join(sorted(kinds)), ask.sequence_id is None, ask.credentials is None
        known = self.others.get(alike)
        if known is not None:
            self.others[alike] = replace(known, times=known.times + 1)
            return
        self.others[alike] = Contrast(
            says="The answers differ",
            asked=ask.in_words(),
            query=ask.query,
            answers=answers_in_words(*self.both.ask(ask)),
            curls=self.both.curls(ask),
        )

    def _contrast_of(self, split: Split) -> Contrast:
        dimension, ask = dimensions()[split.name], split.sights[0].exchange.ask
        first, second = (sight.in_words(dimension.describe) for sight in split.sights)
        return Contrast(
            dimension=split.name,
            says=dimension.says,
            asked=ask.in_words(),
            query=ask.query,
            answers=(first, second),
            curls=self.both.curls(ask),
            times=max(1, self.times[split.name]),
        )


@contextmanager
def costing_one_request() -> Iterator[None]:
    """Let a request that fails, or is answered by what nobody can read, cost what was to be seen by it alone."""
    try:
        yield
    # Before TargetError, of which both are: these end the comparison.
    except (BudgetSpentError, TargetLostError):
        raise
    except TargetError:
        pass
