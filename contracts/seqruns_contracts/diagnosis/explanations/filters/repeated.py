"""What is made of a parameter that is given twice, or whose name has brackets: a list, or an operator."""

from __future__ import annotations

from dataclasses import replace
from operator import and_, or_
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.filters.combining import name_of
from seqruns_contracts.diagnosis.explanations.kinds import TEXTS, Explanation
from seqruns_contracts.model.query import FILTERS, PAGING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from seqruns_contracts.diagnosis.explanations.kinds import Change
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Pipeline, Turn
    from seqruns_contracts.diagnosis.world import Mask
    from seqruns_contracts.model.query import Query

OPERATOR = "[$ne]"


def repeated(_: History) -> Iterator[Explanation]:
    """Yield what is made of a parameter that is given twice, or whose name has brackets."""
    # A dict keeps the last of equal names, and so the first when they come in reverse.
    yield Explanation(
        id="parameters.first-one-counts",
        sentence="takes the first of a repeated parameter, not the last",
        look="the parser of the query string, and which of several values it is asked for",
        change=lambda pipeline: replace(pipeline, take=lambda query: dict(reversed(query.parameters))),
    )
    for names in (FILTERS, *((name,) for name in TEXTS)):
        piece = "parameters" if names is FILTERS else name_of(names)
        words = "a filter" if names is FILTERS else f"a `{names[0]}`"
        for id_, sentence, join in (
            ("repeated-is-a-list", f"takes {words} that is given twice for a list: any of the values may match", or_),
            ("repeated-is-wanted-twice", f"wants both values of {words} that is given twice", and_),
        ):
            yield Explanation(
                id=f"{piece}.{id_}",
                sentence=sentence,
                look="the parser of the query string, which makes a list of it: the last one counts",
                change=_joining(names, join),
                needs=frozenset(names),
            )
    for names, words in (
        (FILTERS, "and so with the other filters"),
        ((*PAGING, *FILTERS), "and so with all parameters"),
    ):
        yield Explanation(
            id="parameters.brackets-are-understood",
            sentence=f"takes `phone[]` for `phone`, {words}",
            look="the parser of the query string, which takes the brackets off a name",
            change=_taking_brackets_off(names),
        )
    for names in (TEXTS, *((name,) for name in TEXTS)):
        yield Explanation(
            id=f"{'filters' if names is TEXTS else name_of(names)}.operators-are-understood",
            sentence=f"takes `{names[0]}{OPERATOR}` for an operator of its database: the runs without that value come",
            look="the query string, which is handed to a document store as it came. This is a security hole",
            change=_leaving_out(names),
        )


def _joining(names: Collection[str], join: Callable[[Mask, Mask], Mask]) -> Change:
    def change(pipeline: Pipeline) -> Pipeline:
        def select(turn: Turn) -> None:
            for name, text in turn.query.parameters:
                if name in names and name in turn.texts and pipeline.counts(name, text):
                    other = turn.world.selected(pipeline.filters[name], text)
                    turn.masks[name] = join(turn.masks[name], other)
            pipeline.select(turn)

        return replace(pipeline, select=select)

    return change


def _taking_brackets_off(names: Collection[str]) -> Change:
    bracketed = {f"{name}[]": name for name in names}

    def take(query: Query) -> dict[str, str]:
        return {bracketed.get(name, name): text for name, text in query.parameters}

    return lambda pipeline: replace(pipeline, take=take)


def _leaving_out(names: Collection[str]) -> Change:
    operators = {name + OPERATOR: name for name in names}

    def change(pipeline: Pipeline) -> Pipeline:
        def select(turn: Turn) -> None:
            pipeline.select(turn)
            for name, text in turn.query.parameters:
                if name in operators:
                    turn.mask &= ~turn.world.selected(pipeline.filters[operators[name]], text)

        return replace(pipeline, select=select)

    return change
