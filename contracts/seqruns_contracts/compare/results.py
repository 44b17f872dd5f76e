"""What a comparison of two targets found out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seqruns.dialect import dimensions, gather
from seqruns.visible import visible
from seqruns_contracts.findings.redaction import Redactor
from seqruns_contracts.findings.secrets import redact_secrets
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seqruns.target import Target

Pair = tuple[str, str]
"""What is so at A, and at B."""
LONGEST_SENTENCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """One thing in which two targets differ, with the request that shows it."""

    dimension: str = ""
    """The id of the dimension that explains it; empty where none does."""
    says: str
    """What it is about."""
    asked: str
    """The request in words."""
    query: Query
    answers: Pair
    """What each does, in words."""
    curls: Pair
    times: int = 1
    """In how many queries it showed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that a comparison found out. A is the first target, B the second."""

    base_urls: Pair
    sequence_ids: Pair
    seed: int
    runs: tuple[int, int]
    """How many runs the sequence has at each, as they say."""
    data: tuple[str, ...] = ()
    """In what the runs themselves differ."""
    contrasts: tuple[Contrast, ...] = ()
    """Those that a dimension explains, in the order of a dialect file, then the others."""
    alike: tuple[str, ...] = ()
    """The dimensions in which both were seen to do the same."""
    asked: int
    """How many queries both answered."""
    differing: int
    """How many of them they answered differently."""
    requests: tuple[int, int]
    seconds: float
    stopped: str = ""
    """Why it ended early; empty where it did not."""
    is_cut_short: bool = False
    """Whether the budget of requests was spent too early."""
    personal: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)
    """What contacts would not like to see in a report: the kind, and the text."""

    @property
    def explained(self) -> tuple[Contrast, ...]:
        """The contrasts that a dimension explains."""
        return tuple(contrast for contrast in self.contrasts if contrast.dimension)

    @property
    def likewise(self) -> dict[str, tuple[str, ...]]:
        """By each dimension that stands for itself, those that go with it, as both do there what they do here."""
        return gather({contrast.dimension: contrast.answers for contrast in self.explained})

    @property
    def told(self) -> tuple[Contrast, ...]:
        """The contrasts to describe: those of dimensions that stand for themselves, and those that none explains."""
        return tuple(each for each in self.contrasts if not each.dimension or each.dimension in self.likewise)

    @property
    def unexplained(self) -> tuple[Contrast, ...]:
        """The others."""
        return tuple(contrast for contrast in self.contrasts if not contrast.dimension)

    @property
    def unseen(self) -> tuple[str, ...]:
        """The dimensions of which one of them shows nothing, or that were not looked at any more."""
        seen = {*self.alike, *(contrast.dimension for contrast in self.explained)}
        return tuple(name for name in dimensions() if name not in seen)

    @property
    def exit_code(self) -> int:
        """0 the same, 1 different, 2 not compared to the end, 3 no runs to compare on."""
        if self.stopped:
            return 2
        if self.contrasts or self.data:
            return 1
        if not any(self.runs):
            return 3
        return 2 if self.is_cut_short else 0


class ComparisonInterruptedError(KeyboardInterrupt):
    """The comparison was interrupted; `comparison` holds what was found out before."""

    def __init__(self, comparison: Comparison) -> None:
        super().__init__(comparison)
        self.comparison = comparison


def make_safe(comparison: Comparison, targets: Sequence[Target]) -> Comparison:
    """Return a comparison without a secret, each text in one line that does nothing to a terminal."""

    def sentence(text: str) -> str:
        for target in targets:
            text = redact_secrets(text, target)
        return visible(text, longest=LONGEST_SENTENCE)

    return replace(_each_text(comparison, sentence), stopped=sentence(comparison.stopped))


def redact(comparison: Comparison) -> Comparison:
    """Return a comparison without any contact's name, email, phone or message."""
    redactor = Redactor.of(comparison.personal)
    contrasts = tuple(_redact_contrast(contrast, redactor) for contrast in comparison.contrasts)
    return replace(_each_text(replace(comparison, contrasts=contrasts), redactor.redact_text), personal=frozenset())


def _redact_contrast(contrast: Contrast, redactor: Redactor) -> Contrast:
    query = contrast.query
    numbers = [
        (name, redactor.redact_number(v) if name == "phone" and v.strip() else v) for name, v in query.parameters
    ]
    redacted = Query(tuple(numbers))
    if redacted == query:
        return contrast
    # As a whole, as in `findings.redaction`: a part of a number may stand in an address by chance.
    first, second = (curl.replace(query.encoded, redacted.encoded) for curl in contrast.curls)
    asked = contrast.asked.replace(query.in_words(), redacted.in_words())
    return replace(contrast, query=redacted, asked=asked, curls=(first, second))


def _each_text(comparison: Comparison, change: Callable[[str], str]) -> Comparison:
    """Return a comparison with every text that targets had a part in changed."""
    return replace(
        comparison,
        data=tuple(map(change, comparison.data)),
        contrasts=tuple(
            replace(
                contrast,
                says=change(contrast.says),
                asked=change(contrast.asked),
                answers=(change(contrast.answers[0]), change(contrast.answers[1])),
                curls=(change(contrast.curls[0]), change(contrast.curls[1])),
            )
            for contrast in comparison.contrasts
        ),
    )
