"""A trouble: a kind with its options, written as JSON or in one line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seqruns_mock.core.refusal import quote
from seqruns_mock.trouble.kinds import COMMON, KINDS, Option

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One trouble; what was left out has its default."""

    kind: str
    options: Mapping[str, Any]
    """Its own options and those common to all."""

    def as_json(self) -> dict[str, Any]:
        """Return the trouble as JSON, without options that are None."""
        return {"kind": self.kind} | {name: value for name, value in self.options.items() if value is not None}


def trouble_from(fields: Mapping[str, Any]) -> Trouble:
    """Return the trouble that a JSON object describes. Raises ValueError, in words for a person."""
    kind = fields.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"kind: {quote(str(kind))} is no kind of trouble; give one of {', '.join(KINDS)}")
    known = {**KINDS[kind].options, **COMMON}
    unknown = [name for name in fields if name != "kind" and name not in known]
    if unknown:
        raise ValueError(f"{unknown[0]}: {kind} has no such option; it has {', '.join(known)}")
    options = {name: _value(name, option, fields.get(name)) for name, option in known.items()}
    return Trouble(kind=kind, options=options)


def parse_troubles(text: str) -> list[Trouble]:
    """Return the troubles written in one line: `error:status=503,times=1; delay:seconds=0.2`. Raises ValueError."""
    return [_parse_trouble(part.strip()) for part in text.split(";") if part.strip()]


def parse_troubles_of_one_request(text: str) -> list[Trouble]:
    """Return the troubles in one line for a single request, without the common options. Raises ValueError."""
    troubles = parse_troubles(text)
    for name in COMMON:
        if any(trouble.options[name] != COMMON[name].default for trouble in troubles):
            raise ValueError(f"{name}: the header is about one request; leave {name} out")
    return troubles


def _parse_trouble(text: str) -> Trouble:
    kind, _, options = text.partition(":")
    fields: dict[str, Any] = {"kind": kind.strip()}
    for pair in options.split(",") if options else ():
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"{quote(pair)} is not NAME=VALUE")
        fields[name.strip()] = value.strip()
    return trouble_from(fields)


def _value(name: str, option: Option, raw: Any) -> Any:
    if raw is None:
        return option.default
    try:
        value = option.type(raw)
    except (TypeError, ValueError, OverflowError):
        value = None
    wrong = (
        value is None
        # `true` would be the number 1, and 2.5 the whole number 2; texts, as of a header, are converted.
        or isinstance(raw, bool)
        or (not isinstance(raw, str) and value != raw)
        or (option.pattern is not None and not re.fullmatch(option.pattern, value))
        # `not >=` and not `<`, so that NaN is out of range.
        or (option.minimum is not None and not value >= option.minimum)
        or (option.maximum is not None and not value <= option.maximum)
        or (option.choices and value not in option.choices)
    )
    if wrong:
        raise ValueError(f"{name}: {quote(str(raw))} is not {_wanted(name, option)}")
    return value


def _wanted(name: str, option: Option) -> str:
    if option.choices:
        return f"one of {', '.join(option.choices)}"
    noun = {float: "a number", int: "a whole number", str: "text"}[option.type]
    if option.pattern is not None:
        lines = "lines of NAME: VALUE, without Content-Length and Transfer-Encoding; cut and broken-chunk spoil those"
        return lines if name == "headers" else "printable ASCII"
    least = "" if option.minimum is None else f" from {option.minimum:g}"
    return noun + least + ("" if option.maximum is None else f" to {option.maximum:.10g}")
