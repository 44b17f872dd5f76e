"""How two replies to one request differ, and the runs of two targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seqruns_contracts.model.census import Census
    from seqruns_contracts.model.oracle import Page
    from seqruns_contracts.model.reply import Reply

SHOWN = 5
"""How many run ids are named."""


def kinds_of(first: Reply, second: Reply) -> frozenset[str]:
    """Return in what two replies differ: `status`, `body`, or of two pages `runs`, `order` and `total`."""
    if first.status != second.status:
        return frozenset({"status"})
    # Two errors with other words are alike; a page on one side only is none.
    if first.page is None or second.page is None:
        return frozenset({"body"} if first.page is not second.page else ())
    ours, theirs = ids_on(first.page), ids_on(second.page)
    found = set()
    if sorted(ours) != sorted(theirs):
        found.add("runs")
    elif ours != theirs:
        found.add("order")
    if first.page.total != second.page.total:
        found.add("total")
    return frozenset(found)


def ids_on(page: Page) -> list[str]:
    """Return the ids on a page; the letters of a UUID may be of any case."""
    return [run.id.lower() for run in page.runs]


def answers_in_words(first: Reply, second: Reply) -> tuple[str, str]:
    """Return two replies in words; of two pages with the runs that only one has."""
    words = [first.in_words(), second.in_words()]
    if first.page is not None and second.page is not None:
        ours, theirs = ids_on(first.page), ids_on(second.page)
        words[0] += _only(ours, theirs) or _first_moved(ours, theirs)
        words[1] += _only(theirs, ours) or _first_moved(theirs, ours)
    return words[0], words[1]


def _only(ours: Sequence[str], theirs: Sequence[str]) -> str:
    own = [name for name in ours if name not in set(theirs)]
    more = f" and {len(own) - SHOWN} more" if len(own) > SHOWN else ""
    return f"; only here: {', '.join(own[:SHOWN])}{more}" if own else ""


def _first_moved(ours: Sequence[str], theirs: Sequence[str]) -> str:
    moved = next((place for place, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other), None)
    return "" if moved is None else f"; run {moved + 1} is {ours[moved]}"


def data_differences(first: Census, second: Census) -> Iterator[str]:
    """Yield in what the runs of two targets differ, whatever their order and however they are printed."""
    if first.total != second.total:
        yield f"A has {first.total} runs, B has {second.total}"
    # Of two large lists other parts may be known, so a run that only one shows may be in both.
    if not (first.whole and second.whole):
        return
    ours, theirs = ({run.id.lower(): run for run in census.universe} for census in (first, second))
    for name, one, other in (("A", ours, theirs), ("B", theirs, ours)):
        own = [run_id for run_id in one if run_id not in other]
        if own:
            more = f" and {len(own) - SHOWN} more" if len(own) > SHOWN else ""
            yield f"{len(own)} runs only at {name}: {', '.join(own[:SHOWN])}{more}"
    changed = [run_id for run_id, run in ours.items() if run_id in theirs and _roles(run) != _roles(theirs[run_id])]
    if changed:
        yield f"{len(changed)} runs with another start, status, phone or channel: {', '.join(changed[:SHOWN])}"


def _roles(run: object) -> tuple[object, ...]:
    """Return what a run shows of its roles, as far as it shows them."""
    channels = getattr(run, "channels", None)
    return (
        getattr(run, "start", None),
        getattr(run, "status", None),
        getattr(run, "phone", None),
        None if channels is None else frozenset(map(str.lower, channels)),
    )
