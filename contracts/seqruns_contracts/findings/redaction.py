"""Redaction: the names, emails, numbers and messages of contacts stay out of what is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Cause, Finding, Request
    from seqruns_contracts.model.query import Query

SHORTEST_NAME = 3
SHORTEST_PART = 4
"""Characters: a shorter part of a number or a text stands in too many others to be looked for in them."""


@dataclass(slots=True)
class Redactor:
    """Puts stand-ins such as `PHONE-1` for personal values, the same one for the same value."""

    values: Sequence[tuple[str, str]]
    """Kinds and texts, the longest text first."""
    given: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, personal: Iterable[tuple[str, str]]) -> Redactor:
        """Return the redactor of what `personal_values` yields, the longest texts first."""
        # The longest first: "Ada Lovelace" goes before "Ada", of which "Lovelace" would be left. By text then, so that
        # stand-ins are numbered the same in each run.
        return cls(sorted(set(personal), key=lambda pair: (-len(pair[1]), pair)))

    def redact_value(self, kind: str, value: str) -> str:
        """Return the stand-in of one value."""
        if value not in self.given:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.given[value] = f"{kind.upper()}-{self.counts[kind]}"
        return self.given[value]

    def redact_number(self, number: str) -> str:
        """Return the stand-in of a number that was asked for: `PHONE-1~2` for the second variant of `PHONE-1`."""
        # A wildcard such as `%` is nobody's.
        if not any(map(str.isalnum, number)):
            return number
        asked = _digits(number)
        for kind, value in self.values:
            # An email or a name may be asked for, too: `phone=ada@example.com` has the stand-in of that email.
            if value == number:
                return self.redact_value(kind, number)
        for kind, value in self.values:
            # `360-309` is a part of `+13603094336` once only digits count, and is named after it: which number was
            # asked for in another form is the point of most findings.
            if kind == "phone" and value != number and len(asked) >= SHORTEST_PART and asked in _digits(value):
                return self._redact_variant(number, self.redact_value(kind, value))
        return self.redact_value("phone", number)

    def _redact_variant(self, number: str, stand_in: str) -> str:
        if number not in self.given:
            # From 2 on: the number itself is the first variant.
            self.counts[stand_in] = self.counts.get(stand_in, 1) + 1
            self.given[number] = f"{stand_in}~{self.counts[stand_in]}"
        return self.given[number]

    def redact_text(self, text: str) -> str:
        """Return the text with every value in it redacted, also one that the end of the text cuts off."""
        for kind, value in self.values:
            if len(value) < SHORTEST_NAME:
                continue
            if value in text:
                # As whole words: a contact called Rob must not turn "problem" into "pNAME-1lem".
                whole_words = rf"(?<!\w){re.escape(value)}(?!\w)"
                text = re.sub(whole_words, self.redact_value(kind, value), text)
            text = self._redact_cut(text, kind, value)
        return text

    def _redact_cut(self, text: str, kind: str, value: str) -> str:
        # A reason is cut at 300 characters: "the body is Hello Ada, your ta" ends with a part of a message.
        # The longest part first, or a longer one would be left in front of the stand-in.
        for length in range(min(len(value) - 1, len(text)), SHORTEST_PART, -1):
            if text.endswith(value[:length]):
                return text[:-length] + self.redact_value(kind, value)
        return text


def redact(report: Report) -> Report:
    """Return the report without any contact's name, email, phone or message; equal values get equal stand-ins."""
    redactor = Redactor.of(report.personal)
    verdicts = tuple(
        replace(
            verdict,
            reason=redactor.redact_text(verdict.reason),
            findings=tuple(_redact_finding(finding, redactor) for finding in verdict.findings),
        )
        for verdict in report.verdicts
    )
    explained = tuple(_redact_cause(cause, redactor) for cause in report.explained)
    return replace(report, verdicts=verdicts, explained=explained, personal=frozenset())


def _redact_cause(cause: Cause, redactor: Redactor) -> Cause:
    return replace(
        cause,
        sentence=redactor.redact_text(cause.sentence),
        alternatives=tuple(map(redactor.redact_text, cause.alternatives)),
        shown=None if cause.shown is None else _redact_finding(cause.shown, redactor),
    )


def _redact_finding(finding: Finding, redactor: Redactor) -> Finding:
    query = finding.query
    asked, redacted = _redact_request(finding.asked, query, redactor)
    # The query as a whole: a part of a number may stand in the address by chance, in a port or an id.
    curl = finding.curl.replace(query.encoded, redacted.encoded) if query.parameters else finding.curl
    return replace(
        finding,
        asked=asked,
        query=redacted,
        curl=curl,
        received=redactor.redact_text(finding.received),
        expected=redactor.redact_text(finding.expected),
        differences=tuple(replace(each, text=redactor.redact_text(each.text)) for each in finding.differences),
        also=tuple(_redact_other(other, redactor) for other in finding.also),
    )


def _redact_other(other: Request, redactor: Redactor) -> Request:
    asked, query = _redact_request(other.asked, other.query, redactor)
    return replace(other, asked=asked, query=query)


def _redact_request(asked: str, query: Query, redactor: Redactor) -> tuple[str, Query]:
    """Return a request, in words and in parameters, without the numbers that it asks for."""
    redacted = replace(query, parameters=tuple(_redact_parameter(pair, redactor) for pair in query.parameters))
    return redactor.redact_text(asked.replace(query.in_words(), redacted.in_words())), redacted


def _redact_parameter(pair: tuple[str, str], redactor: Redactor) -> tuple[str, str]:
    """Return the parameter, the number that it asks for redacted: a part of a number gives it away, too."""
    name, value = pair
    return (name, redactor.redact_number(value)) if name == "phone" and value.strip() else pair


def _digits(text: str) -> str:
    return "".join(mark for mark in text if mark.isdecimal())
