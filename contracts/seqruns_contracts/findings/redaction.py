"""Redaction: the names, emails, numbers and messages of contacts stay out of what is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seqruns_contracts.findings.results import Finding, Report

PERSONAL_FIELDS = ("name", "email", "phone", "body")
"""The fields of a run that tell of a contact, wherever they stand in an answer."""
SHORTEST_NAME = 3
SHORTEST_PART = 4
"""Characters: a shorter part of a number or a text stands in too many others to be looked for in them."""


def personal_values(body: Any) -> Iterator[tuple[str, str]]:
    """Yield what an answer tells of contacts: the kind, one of `PERSONAL_FIELDS`, and the text."""
    if isinstance(body, list):
        for element in body:
            yield from personal_values(element)
    elif isinstance(body, dict):
        for name, value in body.items():
            if name in PERSONAL_FIELDS and isinstance(value, str):
                yield name, value
            else:
                yield from personal_values(value)


@dataclass(slots=True)
class Masks:
    """Stand-ins for personal values, the same one for the same value, such as `PHONE-1`."""

    values: Sequence[tuple[str, str]]
    """Kinds and texts, the longest text first."""
    given: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, personal: Iterable[tuple[str, str]]) -> Masks:
        """Return the masks of what `personal_values` yields."""
        return cls(sorted(set(personal), key=lambda pair: (-len(pair[1]), pair)))

    def mask(self, kind: str, value: str) -> str:
        """Return the stand-in of one value."""
        if value not in self.given:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.given[value] = f"{kind.upper()}-{self.counts[kind]}"
        return self.given[value]

    def mask_number(self, number: str) -> str:
        """Return the stand-in of a number that was asked for: `PHONE-1~2` for the second variant of `PHONE-1`."""
        if not any(map(str.isalnum, number)):
            return number
        asked = _digits(number)
        if ("phone", number) in self.values:
            return self.mask("phone", number)
        for kind, value in self.values:
            if kind == "phone" and value != number and len(asked) >= SHORTEST_PART and asked in _digits(value):
                return self._mask_variant(number, self.mask(kind, value))
        return self.mask("phone", number)

    def _mask_variant(self, number: str, mask: str) -> str:
        if number not in self.given:
            self.counts[mask] = self.counts.get(mask, 1) + 1
            self.given[number] = f"{mask}~{self.counts[mask]}"
        return self.given[number]

    def mask_text(self, text: str) -> str:
        """Return the text with every value in it masked, also one that the end of the text cuts off."""
        for kind, value in self.values:
            if len(value) < SHORTEST_NAME:
                continue
            if value in text:
                whole_words = rf"(?<!\w){re.escape(value)}(?!\w)"
                text = re.sub(whole_words, self.mask(kind, value), text)
            text = self._mask_cut(text, kind, value)
        return text

    def _mask_cut(self, text: str, kind: str, value: str) -> str:
        for length in range(min(len(value) - 1, len(text)), SHORTEST_PART, -1):
            if text.endswith(value[:length]):
                return text[:-length] + self.mask(kind, value)
        return text


def redact(report: Report) -> Report:
    """Return the report without any contact's name, email, phone or message; equal values get equal masks."""
    masks = Masks.of(report.personal)
    verdicts = tuple(
        replace(
            verdict,
            reason=masks.mask_text(verdict.reason),
            findings=tuple(_redact_finding(finding, masks) for finding in verdict.findings),
        )
        for verdict in report.verdicts
    )
    return replace(report, verdicts=verdicts, personal=frozenset())


def _redact_finding(finding: Finding, masks: Masks) -> Finding:
    query = finding.query
    masked = replace(query, parameters=tuple(_mask_parameter(pair, masks) for pair in query.parameters))
    asked = finding.asked.replace(query.in_words(), masked.in_words())
    curl = finding.curl.replace(query.encoded, masked.encoded) if query.parameters else finding.curl
    return replace(
        finding,
        asked=masks.mask_text(asked),
        query=masked,
        curl=curl,
        received=masks.mask_text(finding.received),
        expected=masks.mask_text(finding.expected),
        differences=tuple(replace(each, text=masks.mask_text(each.text)) for each in finding.differences),
    )


def _mask_parameter(pair: tuple[str, str], masks: Masks) -> tuple[str, str]:
    """Return the parameter, the number that it asks for masked: a part of a number tells of it, too."""
    name, value = pair
    return (name, masks.mask_number(value)) if name == "phone" and value.strip() else pair


def _digits(text: str) -> str:
    return "".join(mark for mark in text if mark.isdecimal())
