"""The troubles in force, and their effect on each request."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Final

from seqruns_mock.trouble.effect import Effect
from seqruns_mock.trouble.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seqruns_mock.trouble.trouble import Trouble

TROUBLE_HEADER: Final = "HTTP_X_MOCK_TROUBLE"


@dataclass(slots=True, kw_only=True)
class Standing:
    """A trouble in force, and how many requests it has met."""

    id: int
    trouble: Trouble
    met: int = 0
    happened: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the trouble for the control API."""
        return {"id": self.id, **self.trouble.as_json(), "happened": self.happened}

    def strikes(self, random: Random, sequence_id: str | None, *, has_body: bool = True) -> bool:
        """Return whether the trouble happens to the current request, and count that."""
        options = self.trouble.options
        if options["sequence_id"] not in (None, sequence_id):
            return False
        if KINDS[self.trouble.kind].needs_body and not has_body:
            return False
        self.met += 1
        if self.met <= options["skip"] or (options["times"] is not None and self.happened >= options["times"]):
            return False
        # Drawn only where it can matter, and after all else was decided: so a trouble that is certain, or over, changes
        # no other one's chances.
        if options["probability"] < 1 and random.random() >= options["probability"]:
            return False
        self.happened += 1
        return True


class Troubles:
    """The troubles in force; chance is seeded, so that the same requests meet the same troubles."""

    def __init__(self, *, seed: int = 0) -> None:
        self._seed = seed
        self._random = Random(seed)  # noqa: S311 - nothing secret
        self._last = 0
        self.standing: list[Standing] = []

    def put(self, troubles: Iterable[Trouble]) -> None:
        """Replace all troubles, and restart the random numbers."""
        self._random.seed(self._seed)
        self.standing.clear()
        for trouble in troubles:
            self.add(trouble)

    def add(self, trouble: Trouble) -> Standing:
        """Add a trouble and return it with its id."""
        # Ids are never used again, so removing one twice cannot hit another.
        self._last += 1
        self.standing.append(Standing(id=self._last, trouble=trouble))
        return self.standing[-1]

    def remove(self, number: int) -> bool:
        """Remove the trouble with an id; return whether it was there."""
        before = len(self.standing)
        self.standing = [standing for standing in self.standing if standing.id != number]
        return len(self.standing) < before

    def strike(self, sequence_id: str | None, *, has_body: bool = True) -> list[Trouble]:
        """Return the troubles that happen to the current request, for runs of this sequence."""
        return [each.trouble for each in self.standing if each.strikes(self._random, sequence_id, has_body=has_body)]

    def effect_of(self, troubles: Iterable[Trouble]) -> Effect:
        """Return the common effect of troubles."""
        effect = Effect()
        for trouble in troubles:
            effect = effect.and_then(KINDS[trouble.kind].effect(trouble.options, self._random))
        return effect
