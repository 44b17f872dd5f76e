"""Comparing two targets: by dimension where one explains a difference, else by the shortest query."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seqruns.dialect import dimensions
from seqruns.target import BudgetSpentError, TargetError, TargetLostError
from seqruns_contracts.api import open_session, redacting
from seqruns_contracts.compare.asks import asks_for
from seqruns_contracts.compare.differences import answers_in_words, data_differences, kinds_of
from seqruns_contracts.compare.results import Comparison, ComparisonInterruptedError, Contrast, make_safe
from seqruns_contracts.compare.splits import Split, differ, in_words, is_seen, tables_of
from seqruns_contracts.dialect.drift import READERS
from seqruns_contracts.dialect.looking import Look
from seqruns_contracts.engine.runner import INTERRUPTED
from seqruns_contracts.findings.curl import curl_command
from seqruns_contracts.findings.secrets import KEY_VARIABLE
from seqruns_contracts.model.exchange import Ask
from seqruns_contracts.model.personal import personal_values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seqruns.target import Target
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.model.reply import Reply


def compare_targets(
    first: Target,
    second: Target,
    sequence_id: str,
    *,
    roles: Mapping[str, str] | None = None,
    seed: int = 0,
    variables: tuple[str | None, str | None] = (None, None),
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Comparison:
    """Return in what two targets differ, asked the same of the same sequence.

    `roles` overrides where a role lives in a run, at both. `variables` are the names that stand for the two keys in a
    command that repeats a request. `progress` is called with how many dimensions were looked
    at or queries were asked, of how many. Raises TargetError, without a key in it, where one of the two cannot be asked
    at all, and on Ctrl-C a KeyboardInterrupt whose `comparison` holds what was found out before.
    """
    with ExitStack() as stack:
        for target in (first, second):
            stack.enter_context(redacting(target))
        sessions = tuple(open_session(target, sequence_id, roles=roles, seed=seed) for target in (first, second))
        comparing = Comparing(sessions=(sessions[0], sessions[1]), variables=variables, progress=progress)
        comparison = make_safe(comparing.run(), (first, second))
    if comparison.stopped == INTERRUPTED:
        raise ComparisonInterruptedError(comparison)
    return comparison


@dataclass(slots=True, kw_only=True)
class Comparing:
    """Asks two targets the same, and notes what they answer differently."""

    sessions: tuple[Session, Session]
    variables: tuple[str | None, str | None]
    progress: Callable[[int, int], None]
    splits: list[Split] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)
    """The dimensions in which both do the same."""
    times: dict[str, int] = field(default_factory=dict)
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
            self._ask(asks_for(self.sessions[0].view))
        except BudgetSpentError:
            is_cut_short = True
        except TargetLostError as error:
            stopped = str(error)
        except KeyboardInterrupt:
            stopped = INTERRUPTED
        first, second = self.sessions
        targets = [session.client.target for session in self.sessions]
        ours, theirs = first.known_census, second.known_census
        personal = (personal_values(run.body) for census in (ours, theirs) for run in census.known.values())
        return Comparison(
            base_urls=(targets[0].base_url, targets[1].base_url),
            sequence_id=first.client.context.sequence_id,
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
            asks: set[Ask] = set()
            try:
                one, other = (read(self._look_of(session, asks)) for session in self.sessions)
                if one is not None and other is not None and differ(one, other):
                    one, other = (read(self._look_of(session, asks, alone=True)) for session in self.sessions)
            # Before TargetError, of which both are: these end the comparison, any other costs one dimension.
            except (BudgetSpentError, TargetLostError):
                raise
            except TargetError:
                continue
            if one is None or other is None:
                continue
            if differ(one, other):
                self.splits.append(Split(name=name, sights=(one, other), asks=frozenset(asks)))
            elif is_seen(one) and is_seen(other):
                self.alike.append(name)

    def _look_of(self, session: Session, asks: set[Ask], *, alone: bool = False) -> Look:
        def send(ask: Ask) -> Reply:
            asks.add(ask)
            return session.client.ask(ask)

        return Look(view=session.view, roles=session.client.roles, send=send, alone=alone)

    def _ask(self, asks: Sequence[Ask]) -> None:
        for done, ask in enumerate(asks):
            self.progress(done, len(asks))
            try:
                self._compare(ask)
            except (BudgetSpentError, TargetLostError):
                raise
            except TargetError:
                continue

    def _compare(self, ask: Ask) -> None:
        kinds = self._kinds(ask)
        self.asked += 1
        if not kinds or self._is_right_at_both(ask, kinds):
            return
        split = self._explanation(ask, kinds)
        # Asked again, so that data which moved between the two is no difference.
        if split is None and not self._kinds(ask, again=True):
            return
        self.differing += 1
        if split is None:
            self._note(*self._shrink(ask, kinds))
        else:
            self.times[split.name] = self.times.get(split.name, 0) + 1

    def _kinds(self, ask: Ask, *, again: bool = False) -> frozenset[str]:
        first, second = (
            session.client.ask_again(ask) if again else session.client.ask(ask) for session in self.sessions
        )
        return kinds_of(first, second)

    def _is_right_at_both(self, ask: Ask, kinds: frozenset[str]) -> bool:
        """Return whether two pages are what the runs of each target say, so that only the runs differ."""
        if not self._data_differ or kinds & {"status", "body"} or ask.sequence_id is not None:
            return False
        return all(self._fits(session, ask) for session in self.sessions)

    @property
    def _data_differ(self) -> bool:
        first, second = self.sessions
        return any(data_differences(first.census, second.census))

    def _fits(self, session: Session, ask: Ask) -> bool:
        look = Look(view=session.view, roles=session.client.roles, send=session.client.ask)
        return look.fits(look.exchange(ask), ask.query)

    def _explanation(self, ask: Ask, kinds: frozenset[str]) -> Split | None:
        """Return the difference in a dimension that explains why a request is answered differently."""
        by_ask = next((split for split in self.splits if ask in split.asks and self._shows(split, ask)), None)
        if by_ask is not None:
            return by_ask
        if kinds <= {"runs", "order"}:
            # Two pages of one size and total, each right but for the order: the order explains them.
            orders = [split for split in self.splits if split.name.startswith("order.")]
            if orders and all(self._fits(session, ask) for session in self.sessions):
                return orders[0]
        tables = tables_of(ask)
        about = (split for split in self.splits if split.name.partition(".")[0] in tables)
        return next((split for split in about if self._shows(split, ask)), None)

    def _shows(self, split: Split, ask: Ask) -> bool:
        """Return whether the answers to a request have the statuses that show a difference in a dimension."""
        first, second = (session.client.ask(ask).status for session in self.sessions)
        return (first, second) == split.statuses

    def _shrink(self, ask: Ask, kinds: frozenset[str]) -> tuple[Ask, frozenset[str]]:
        """Return the request with the fewest parameters that differs like this one and as unexplained, and in what."""
        if ask.sequence_id is not None or ask.credentials is not None or ask.method != "GET":
            return ask, kinds
        for name in dict.fromkeys(name for name, _ in ask.query.parameters):
            shorter = Ask(query=ask.query.with_(**{name: None}))
            # Kept only where it differs in the same way and is as unexplained: `limit=0&status=active` must not shrink
            # to a `limit=0` that a dimension explains already.
            left = self._kinds(shorter)
            if left & kinds and self._explanation(shorter, left) is None:
                ask, kinds = shorter, left
        return ask, kinds

    def _note(self, ask: Ask, kinds: frozenset[str]) -> None:
        """Note a difference; one in the same parameters and of the same kind is the same once more."""
        names = ",".join(sorted({name for name, _ in ask.query.parameters}))
        alike = names, ",".join(sorted(kinds)), ask.sequence_id is None, ask.credentials is None
        known = self.others.get(alike)
        if known is not None:
            self.others[alike] = replace(known, times=known.times + 1)
            return
        first, second = (session.client.ask(ask) for session in self.sessions)
        self.others[alike] = Contrast(
            says="The answers differ",
            asked=ask.in_words(),
            query=ask.query,
            answers=answers_in_words(first, second),
            curls=self._curls(ask),
        )

    def _contrast_of(self, split: Split) -> Contrast:
        dimension, ask = dimensions()[split.name], split.sights[0].exchange.ask
        first, second = (in_words(dimension.describe, sight) for sight in split.sights)
        return Contrast(
            dimension=split.name,
            says=dimension.says,
            asked=ask.in_words(),
            query=ask.query,
            answers=(first, second),
            curls=self._curls(ask),
            times=max(1, self.times.get(split.name, 0)),
        )

    def _curls(self, ask: Ask) -> tuple[str, str]:
        first, second = (
            curl_command(ask, session.client.target, session.client.context.sequence_id).replace(
                f"${KEY_VARIABLE}", f"${variable or KEY_VARIABLE}"
            )
            for session, variable in zip(self.sessions, self.variables, strict=True)
        )
        return first, second
