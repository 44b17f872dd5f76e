"""Values that are taken where they should be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.checks.areas.parameters import WRONG
from seqruns_contracts.diagnosis.conditions import conditions
from seqruns_contracts.diagnosis.conditions.kinds import PAIRS, either, with_article
from seqruns_contracts.diagnosis.explanations.kinds import PIECE
from seqruns_contracts.diagnosis.plain.kinds import Plain
from seqruns_contracts.model.reply import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.plain.kinds import Broken
    from seqruns_contracts.model.exchange import Evidence


ACCEPTED = ("page.", "before.", "after.", "status.", "channel.", "parameters.", "phone.")
SEVERAL = 3
"""Of how many parameters bad values are taken where that is one mistake: nobody looks at what is sent."""


def _all_taken(by_name: Mapping[str, Sequence[tuple[str, Evidence]]]) -> Plain:
    return Plain(
        id="parameters.unreadable-are-taken",
        sentence="takes values that cannot be read or are out of range, whichever the parameter, where a refusal is due",
        look="the validation of the query: what cannot be read counts as absent, or is put in range",
        checks=frozenset(name for found in by_name.values() for name, _ in found)
        | {"parameters.wrong-ones-are-all-named"},
        roles=frozenset({"status"} & by_name.keys()),
    )


def _taken(broken: Broken) -> dict[str, list[tuple[str, Evidence]]]:
    """Return, by the parameter or pair of parameters, the checks and answers that show a bad value of it taken."""
    by_name: dict[str, list[tuple[str, Evidence]]] = {}
    for name, each in ((name, each) for name, evidence in broken.items() for each in evidence):
        is_taken = each.exchange.reply.status == 200 and each.expected.startswith("status 422")
        # Beside another parameter it would not be known which of the two is taken.
        parameters = {key for key, _ in each.exchange.ask.query.parameters}
        if name.startswith(ACCEPTED) and is_taken and len(parameters) == 1:
            by_name.setdefault(parameters.pop(), []).append((name, each))
    for both, pair in PAIRS.items():
        # The two share their parser: a date that is taken in both is one mistake.
        if {*pair} <= by_name.keys():
            by_name[both] = [each for name in pair for each in by_name.pop(name)]
    return by_name


def accepted(history: History, broken: Broken) -> Iterator[Plain]:
    """Yield the values that are taken where they should be refused, one for each parameter."""
    by_name = _taken(broken)
    if len(by_name) >= SEVERAL:
        yield _all_taken(by_name)
        return
    refused = [seen.ask.query for seen in history.plain if seen.status in REFUSALS]
    for parameter, found in by_name.items():
        asked = [each.exchange.ask.query for _, each in found]
        observed = [seen for seen in history.plain if seen.ask.query in asked]
        such = [
            condition
            for condition in conditions(history, observed)
            if all(condition.holds(history.world, query) for query in asked)
            and not any(condition.holds(history.world, query) for query in refused)
        ]
        piece = PIECE.get(parameter, parameter)
        such = [each for each in such if each.piece == piece] or such
        names = PAIRS.get(parameter, (parameter,))
        words = such[0].words if such else f"{with_article(names)} that cannot be read"
        kind = such[0].id.partition(".")[2] if such else "unreadable"
        checks = frozenset(name for name, _ in found)
        # An `offset` that is taken with a decimal point does not keep a server from naming a `limit` of 0.
        if such[0].holds(history.world, WRONG) if such else any(name in WRONG.meaning for name in names):
            checks |= {"parameters.wrong-ones-are-all-named"}
        yield Plain(
            id=f"{piece}.{kind}-is-taken",
            sentence=f"takes {words}, where a refusal is due",
            look=f"the validation of {either(names)}", checks=checks,
        )  # fmt: skip
