"""Redaction: no key anywhere, no contact in what is written, and equal values under equal stand-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.faulty import KEY

from seqruns.target import Target
from seqruns_contracts import redact
from seqruns_contracts.findings.redaction import Redactor
from seqruns_contracts.findings.secrets import redact_secrets
from seqruns_contracts.model.personal import personal_values
from seqruns_contracts.reports.github import render_annotations, render_summary
from seqruns_contracts.reports.html import render_html
from seqruns_contracts.reports.json import render_json
from seqruns_contracts.reports.junit import render_junit

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_contracts import Report

RENDERERS: dict[str, Callable[[Report], str]] = {
    "json": render_json,
    "junit": render_junit,
    "html": render_html,
    "summary": render_summary,
    "annotations": lambda report: "\n".join(render_annotations(report)),
}


def personal(report: Report) -> set[str]:
    """Return what the report's target shows of contacts, except what is too short to be looked for."""
    return {value for _, value in report.personal if len(value) > 4}


@pytest.mark.parametrize("render", RENDERERS.values(), ids=list(RENDERERS))
def test_a_redacted_report_holds_nothing_of_a_contact(render: Callable[[Report], str], broken_report: Report) -> None:
    """Names, emails, phones and messages; the same report unredacted does hold some, so the test can fail."""
    values = personal(broken_report)
    plain, redacted = render(broken_report), render(redact(broken_report))
    assert len(values) > 100
    assert any(value in plain or value.replace("+", "%2B") in plain for value in values)
    assert [value for value in values if value in redacted or value.replace("+", "%2B") in redacted] == []
    assert "PHONE-1" in redacted


@pytest.mark.parametrize("render", RENDERERS.values(), ids=list(RENDERERS))
def test_no_report_holds_the_key(render: Callable[[Report], str], broken_report: Report) -> None:
    """Neither the key nor the near variants that the checks of authentication send."""
    for text in (render(broken_report), render(redact(broken_report))):
        assert KEY[:-1] not in text


def test_parts_of_a_number_are_masked_too(broken_report: Report) -> None:
    """Checks ask for parts of numbers, which are numbers still."""
    asked = [
        value
        for verdict in redact(broken_report).verdicts
        for finding in verdict.findings
        for name, value in finding.query.parameters
        if name == "phone"
    ]
    assert asked
    assert all(value.startswith("PHONE-") or not any(map(str.isalnum, value)) for value in asked)


def test_a_variant_of_a_number_is_shown_as_one() -> None:
    """A reader sees that it is not the number itself, and of which number it is."""
    redactor = Redactor([("phone", "+13605550143"), ("phone", "+13605550144")])
    numbers = ["+13605550144", "+13605550143", "1 360 5550143", "+1360555014", "1 360 5550143", "%"]
    assert [redactor.redact_number(number) for number in numbers] == [
        "PHONE-1", "PHONE-2", "PHONE-2~2", "PHONE-2~3", "PHONE-2~2", "%",
    ]  # fmt: skip


def test_an_email_that_is_asked_for_as_a_number_keeps_its_stand_in() -> None:
    """A server may hold `phone` against it: the report says which email it was, in the word that is used elsewhere."""
    redactor = Redactor.of([("phone", "+13605550143"), ("email", "ada0143@example.com")])
    assert redactor.redact_number("ada0143@example.com") == "EMAIL-1"
    assert redactor.redact_text("found by ada0143@example.com") == "found by EMAIL-1"


def test_equal_values_get_equal_stand_ins() -> None:
    """A reader can follow one contact through a report by its stand-in."""
    redactor = Redactor([("name", "Ada Example"), ("name", "Bob Example"), ("email", "ada@example.com")])
    text = redactor.redact_text("Ada Example wrote to Bob Example; Ada Example is ada@example.com")
    assert text == "NAME-1 wrote to NAME-2; NAME-1 is EMAIL-1"


def test_a_value_that_is_cut_off_is_masked() -> None:
    """Long reasons are cut; what is left of a message still says something."""
    redactor = Redactor([("body", "Hello Ada, your table is booked.")])
    assert redactor.redact_text("the body is Hello Ada, your ta") == "the body is BODY-1"


def test_a_name_is_not_looked_for_inside_of_words() -> None:
    """A contact called Rob does not make problems unreadable."""
    assert Redactor([("name", "rob")]).redact_text("a problem of rob") == "a problem of NAME-1"


def test_personal_values_are_found_wherever_they_stand() -> None:
    """Personal values are found in runs, in lists and under extra fields."""
    body = {"data": [{"contact": {"name": "Ada", "email": None}, "x": [{"body": "Hi"}]}], "phone": "+1"}
    assert set(personal_values(body)) == {("name", "Ada"), ("body", "Hi"), ("phone", "+1")}


def test_personal_values_are_found_whatever_their_type() -> None:
    """A number, an object, a list, and a contact that is a text: the place tells, not the type."""
    contacts = [
        {"phone": 13605550143, "name": {"first": "Ada", "last": ["Example"]}, "email": ["ada@example.com"]},
        "Bob Example",
    ]
    found = set(personal_values({"data": [{"contact": contact, "id": "1"} for contact in contacts]}))
    assert found == {
        ("phone", "13605550143"), ("name", "Ada"), ("name", "Example"), ("email", "ada@example.com"),
        ("name", "Bob Example"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("the server said s3cret-key!", "the server said $SEQRUNS_KEY!"),
        ("the server said s3cret-ke", "the server said $SEQRUNS_KEY"),
        ("tenant acme%20corp and acme corp", "tenant $X_TENANT and $X_TENANT"),
        ("nothing of it", "nothing of it"),
    ],
)
def test_secrets_become_the_names_of_their_variables(text: str, redacted: str) -> None:
    """The key, the key without its end, and header values, encoded or not."""
    target = Target(base_url="http://127.0.0.1/v1", key="s3cret-key", headers={"X-Tenant": "acme corp"})
    assert redact_secrets(text, target) == redacted


def test_a_short_key_is_redacted_as_a_word_of_its_own() -> None:
    """`k1` inside of another word is not the key; a renewed key is one like the first."""
    target = Target(base_url="http://127.0.0.1/v1", key="k1")
    target.secrets.append("second-key")
    told = redact_secrets("k1 is wrong, so is second-key; task10 and k12 are words", target)
    assert told == "$SEQRUNS_KEY is wrong, so is $SEQRUNS_KEY; task10 and k12 are words"
