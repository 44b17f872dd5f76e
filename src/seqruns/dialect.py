"""A dialect: how one implementation does what the contract leaves open.

The dimensions stand in `dimensions.yaml`. A dialect says something of some of them: of what it does not say nothing is
known, so that the kit holds nobody to it, and the mock does as the contract chooses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from seqruns.document import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Value: TypeAlias = str | int | tuple[str, ...]
"""A word or text, a number or the status of a refusal, or several texts."""
STATUSES = range(400, 500)
"""The statuses of a refusal."""


class DialectError(ValueError):
    """A text that is no dialect; it says what is wrong, and what would be right, a line for each problem."""


class Certainty(StrEnum):
    """How a value is known."""

    ASKED = "asked"
    """A request was sent that shows it."""
    SEEN = "seen"
    """Answers to other requests show it."""
    STATED = "stated"
    """A person or a file says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One thing that the contract leaves open."""

    id: str
    """A table and a key of the file, such as `page.limit_zero`."""
    says: str
    """What it is about, as the beginning of a sentence."""
    words: Mapping[str, str]
    """The values that are words, each with its meaning."""
    takes_status: bool
    """Whether the HTTP status of a refusal is a value."""
    number: range | None
    """The numbers that are values."""
    text: re.Pattern[str] | None
    """The pattern of texts that are values, or elements of one."""
    is_list: bool
    """Whether a value is a list of such texts."""
    example: str
    """Texts that fit, as a sentence has them."""
    contract: Value
    """What the contract chooses."""
    like: str
    """The dimension that this one follows where a dialect says nothing of it; empty for none."""
    needs: str = ""
    """What it takes to see it, where that is out of the ordinary."""

    def accepts(self, value: object) -> bool:
        """Return whether a value is one of this dimension."""
        match value:
            case tuple():
                return self.is_list and all(map(self._is_text, value))
            case str():
                return value in self.words or (not self.is_list and self._is_text(value))
            # `true` in a file is no number, though True is an int to Python.
            case int() if not isinstance(value, bool):
                return (self.takes_status and value in STATUSES) or (self.number is not None and value in self.number)
        return False

    def _is_text(self, value: object) -> bool:
        return isinstance(value, str) and self.text is not None and bool(self.text.fullmatch(value))

    def choices(self) -> str:
        """Return what would be right, in words."""
        words = [quote(word) for word in self.words]
        numbers = [f"a whole number from {self.number[0]} to {self.number[-1]}"] if self.number else []
        statuses = [f"a status from {STATUSES[0]} to {STATUSES[-1]}, which refuses it"] if self.takes_status else []
        return " or ".join([*words, *numbers, *statuses, *(self._examples())])

    def _examples(self) -> list[str]:
        return [f"{'a list' if self.is_list else 'a text'} such as {self.example}"] if self.text else []

    def describe(self, value: Value) -> str:
        """Return what a value means, in words: `refused with status 422`."""
        match value:
            case str():
                return self.words.get(value, value)
            case tuple():
                return ", ".join(value) or "none"
        return f"refused with status {value}" if self.takes_status else str(value)


@cache
def dimensions() -> Mapping[str, Dimension]:
    """Return every dimension by its id, in the order of a dialect file."""
    entries: dict[str, dict[str, Any]] = read_yaml(Path(__file__).with_name("dimensions.yaml"))
    return MappingProxyType({name: _dimension(name, entry) for name, entry in entries.items()})


def _dimension(name: str, entry: dict[str, Any]) -> Dimension:
    number, text, contract = entry.get("number"), entry.get("text"), entry["contract"]
    return Dimension(
        id=name,
        says=entry["says"],
        words=MappingProxyType(entry.get("words", {})),
        takes_status=entry.get("status", False),
        # Both ends are values.
        number=range(number[0], number[1] + 1) if number else None,
        text=re.compile(text) if text else None,
        is_list=entry.get("list", False),
        example=entry.get("example", ""),
        contract=tuple(contract) if isinstance(contract, list) else contract,
        like=entry.get("like", ""),
        needs=entry.get("needs", ""),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """What is known in one dimension."""

    value: Value
    certainty: Certainty = Certainty.STATED
    request: str = ""
    """The request that shows it, in words; empty where the value is only stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What is known of an implementation, by the id of the dimension; what is not there is not known."""

    traits: Mapping[str, Trait] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise DialectError for an unknown dimension or value."""
        problems = [problem for name, trait in self.traits.items() for problem in _problems(name, trait.value)]
        if problems:
            raise DialectError("\n".join(problems))

    @classmethod
    def of(cls, values: Mapping[str, Value]) -> Dialect:
        """Return the dialect of these values; raises DialectError."""
        return cls(traits={name: Trait(value=value) for name, value in values.items()})

    def __getitem__(self, name: str) -> Value:
        """Return the value in a dimension: what is known, else what is known of its like, else the contract's choice.

        Of a server that answers 400 to `yesterday` is expected that it answers 400 to `2024-W09-5`.
        """
        if name in self.traits:
            return self.traits[name].value
        dimension = dimensions()[name]
        if self.follows(name):
            return self[dimension.like]
        return dimension.contract

    def follows(self, name: str) -> bool:
        """Return whether a dimension of which nothing is known does as its like, of which something is."""
        like = dimensions()[name].like
        # By way of others, too: a follows b, and b follows c, which is known.
        is_known = like in self.traits or (bool(like) and self.follows(like))
        return name not in self.traits and is_known and dimensions()[name].accepts(self[like])

    @property
    def values(self) -> dict[str, Value]:
        """What is known, without how."""
        return {name: trait.value for name, trait in self.traits.items()}


def gather(seen: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """Return the dimensions that stand for themselves, each with those that go with it.

    One goes with its like, or with what that is like, where what is seen of the two is the same: a server that changes
    from 422 to 400 for a bad time does so for twenty forms of one, which is one thing to say.
    """
    leaders = {name: _leader(name, seen) for name in seen}
    return {
        leader: tuple(name for name in seen if leaders[name] == leader != name)
        for leader in seen
        if leaders[leader] == leader
    }


def _leader(name: str, seen: Mapping[str, object]) -> str:
    """Return the last one of those that a dimension is like, and they in turn, of which the same is seen; or itself."""
    leader, like = name, dimensions()[name].like
    while like:
        if like in seen and seen[like] == seen[name]:
            leader = like
        like = dimensions()[like].like
    return leader


def _problems(name: str, value: object) -> Iterator[str]:
    dimension = dimensions().get(name)
    if dimension is None:
        near = get_close_matches(name, dimensions(), n=1)
        tables = ", ".join(dict.fromkeys(known.partition(".")[0] for known in dimensions()))
        yield f"{name} is no dimension; " + (f"did you mean {near[0]}?" if near else f"the tables are {tables}")
    elif not dimension.accepts(value):
        yield f"{name} is {_shown(value)}, which is none of its values; {_hint(dimension, value)}"


def _hint(dimension: Dimension, value: object) -> str:
    """Return what would be right in the place of a wrong value."""
    # `"422"` for `422`, as whoever knows no TOML writes it, and `"newset"` for `"newest"`.
    if isinstance(value, str) and value.isdecimal() and dimension.accepts(int(value[:9])):
        return f"write {value} without quotes"
    near = get_close_matches(value, dimension.words, n=1) if isinstance(value, str) else []
    return f"did you mean {quote(near[0])}?" if near else f"give {dimension.choices()}"


def quote(text: str) -> str:
    """Return a text in quotes; TOML's escapes are those of JSON."""
    return orjson.dumps(text).decode()


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_shown, value))}]"
    return quote(value[:60]) if isinstance(value, str) else str(value)[:60]
