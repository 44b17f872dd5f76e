"""Queries: how they are sent and what they mean."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqruns_contracts.model.query import Query

NAMES = st.sampled_from(["limit", "phone", "status", "before", "other"])


@given(st.lists(st.tuples(NAMES, st.text(st.characters(exclude_categories=["Cs"]), max_size=20))))
def test_a_query_string_decodes_to_its_parameters(parameters: list[tuple[str, str]]) -> None:
    """What is encoded arrives, pluses included."""
    query = Query(tuple(parameters))
    assert parse_qsl(query.encoded, keep_blank_values=True) == parameters


def test_a_plus_is_sent_as_2b_and_lone_surrogates_as_bytes() -> None:
    """Nothing is left to a client's mercy."""
    assert Query.of(phone="+1\udcff").encoded == "phone=%2B1%FF"


def test_empty_parameters_do_not_count_and_the_last_of_two_does() -> None:
    """The meaning is that of the contract."""
    query = Query((("limit", "1"), ("limit", "2"), ("status", ""), ("phone", "  ")))
    assert query.meaning == {"limit": "2"}
    assert (query.limit, query.offset, query.filters) == (2, 0, {})


def test_the_default_page_is_that_of_the_document() -> None:
    """Without parameters a query asks for 50 runs from the first."""
    assert (Query().limit, Query().offset) == (50, 0)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (Query(), "all runs, with the default page"),
        (Query.of(status="finished", limit=5), "status 'finished', at most 5"),
        (Query.of(before="2024-03-01T00:00:00Z"), "started at or before 2024-03-01T00:00:00Z"),
        (Query.of(status="", other="x"), "an empty status, other 'x'"),
        (Query.of(phone="9" * 99), f"phone '{'9' * 40}… (99 characters)'"),
    ],
)
def test_a_query_can_be_said(query: Query, words: str) -> None:
    """A finding says what was asked in words."""
    assert query.in_words() == words


@pytest.mark.parametrize("value", ["\0", "\udcff", "\x7f", "9" * 2001])
def test_hostile_text_is_known_as_such(value: str) -> None:
    """A gateway may refuse such text before the endpoint sees it."""
    assert Query.of(phone=value).is_hostile
    assert not Query.of(phone="+1").is_hostile


def test_a_query_can_be_changed() -> None:
    """Parameters change in place, are added at the end, and go with None."""
    query = Query.of(limit=1, status="active").with_(limit=2, status=None, offset=3)
    assert query.parameters == (("limit", "2"), ("offset", "3"))
