"""Values that are taken where they should be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.conditions import conditions
from seqruns_contracts.diagnosis.plain.kinds import Plain
from seqruns_contracts.model.reply import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.plain.kinds import Broken
    from seqruns_contracts.model.exchange import Evidence


ACCEPTED = ("page.", "before.", "after.", "status.", "channel.", "parameters.", "phone.")


def accepted(history: History, broken: Broken) -> Iterator[Plain]:
    """Yield the values that are taken where they should be refused, one for each parameter."""
    by_name: dict[str, list[tuple[str, Evidence]]] = {}
    for name, evidence in broken.items():
        for each in evidence:
            if (
                name.startswith(ACCEPTED)
                and each.exchange.reply.status == 200
                and each.expected.startswith("status 422")
            ):
                parameters = {key for key, _ in each.exchange.ask.query.parameters}
                if len(parameters) == 1:
                    by_name.setdefault(parameters.pop(), []).append((name, each))
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
        such = [each for each in such if each.piece == {"channel_id": "channel"}.get(parameter, parameter)] or such
        words = such[0].words if such else f"a `{parameter}` that cannot be read"
        kind = such[0].id.partition(".")[2] if such else "unreadable"
        yield Plain(
            id=f"{ {'channel_id': 'channel'}.get(parameter, parameter) }.{kind}-is-taken",
            sentence=f"takes {words}, where a refusal is due",
            look=f"the validation of `{parameter}`", checks=frozenset(name for name, _ in found) | {"parameters.wrong-ones-are-all-named"},
        )  # fmt: skip
