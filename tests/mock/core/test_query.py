"""Reading a query string into one frozen value."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqruns.document import facts
from seqruns_mock.core.query import PARSERS, RunQuery, parse_query
from seqruns_mock.core.refusal import Refusal

CHANNEL = "0b8f7f4e-3d63-4c44-8a68-6d0c1d5b2a10"


def refused(query_string: str) -> tuple[str, ...]:
    """Return the descriptions with which a query string is refused."""
    with pytest.raises(Refusal) as caught:
        parse_query(query_string)
    assert caught.value.status == 422
    return caught.value.descriptions


def test_the_parameters_are_those_of_the_document() -> None:
    """Every parameter of openapi.yaml is read, in its order, and no other."""
    assert tuple(PARSERS) == facts().parameters


@pytest.mark.parametrize(
    ("query_string", "query"),
    [
        ("", RunQuery(limit=50, offset=0)),
        ("limit=1", RunQuery(limit=1)),
        ("limit=500&offset=137", RunQuery(limit=500, offset=137)),
        ("limit=007", RunQuery(limit=7)),
        ("offset=-0", RunQuery()),
        ("offset=1180591620717411303424", RunQuery(offset=10**18)),
        ("phone=%2B1%20360%20309%204336", RunQuery(phone="+13603094336")),
        ("phone=%2B1+360+309+4336", RunQuery(phone="+13603094336")),
        ("phone=+13603094336", RunQuery(phone="13603094336")),
        ("phone=%09+%20", RunQuery()),
        ("phone=%00", RunQuery(phone="\0")),
        ("status=finished", RunQuery(status="finished")),
        (f"channel_id={CHANNEL.upper()}", RunQuery(channel_id=CHANNEL)),
        ("before=1970-01-01T00:00:00.000001Z", RunQuery(before=1)),
        ("after=1970-01-01T01:00:00%2B01:00", RunQuery(after=0)),
        ("limit=&offset=&phone=&status=&channel_id=&before=&after=", RunQuery()),
        ("limit", RunQuery()),
        ("limit=1&limit=2", RunQuery(limit=2)),
        ("limit=x&limit=2", RunQuery(limit=2)),
        ("limit=2&limit=", RunQuery()),
        ("%6cimit=3", RunQuery(limit=3)),
        ("page=2&Limit=9&=5&&%ff=1", RunQuery()),
        ("limit=5;offset=3&limit=4", RunQuery(limit=4)),
        ("page=%ff", RunQuery()),
    ],
)
def test_a_query_string_becomes_a_query(query_string: str, query: RunQuery) -> None:
    """Defaults, empty, repeated, unknown and escaped parameters mean what the contract says."""
    assert parse_query(query_string) == query


@pytest.mark.parametrize(
    ("query_string", "description"),
    [
        ("limit=0", "limit: '0' is out of range; give a whole number from 1 to 500."),
        ("limit=501", "limit: '501' is out of range; give a whole number from 1 to 500."),
        (f"limit={2**70}", f"limit: '{2**70}' is out of range; give a whole number from 1 to 500."),
        ("limit=-1", "limit: '-1' is out of range; give a whole number from 1 to 500."),
        ("limit=1.0", "limit: '1.0' is not a whole number; give a whole number from 1 to 500."),
        ("limit=1_0", "limit: '1_0' is not a whole number; give a whole number from 1 to 500."),
        ("limit=%D9%A5", "limit: '\u0665' is not a whole number; give a whole number from 1 to 500."),
        ("limit=+5", "limit: ' 5' is not a whole number; give a whole number from 1 to 500."),
        ("limit=%00", "limit: '\\x00' is not a whole number; give a whole number from 1 to 500."),
        ("offset=-1", "offset: '-1' is out of range; give a whole number from 0 up."),
        ("offset=ten", "offset: 'ten' is not a whole number; give a whole number from 0 up."),
        ("phone=%FF", "phone: '%FF' is not valid UTF-8 once its %-escapes are decoded."),
        ("status=Active", "status: 'Active' is not a run status; give active or finished."),
        ("channel_id=7", "channel_id: '7' is not a UUID, such as 0b8f7f4e-3d63-4c44-8a68-6d0c1d5b2a10."),
        ("after=yesterday", "after: 'yesterday' is not an ISO 8601 date-time, such as 2024-03-01T10:00:00Z."),
        ("after=2024-02-30", "after: '2024-02-30' names an impossible day or time."),
    ],
)
def test_a_bad_parameter_is_refused_in_words(query_string: str, description: str) -> None:
    """A refusal says where, what was got and what would be right."""
    assert refused(query_string) == (description,)


@pytest.mark.parametrize("name", ["before", "after"])
def test_a_lost_plus_is_explained(name: str) -> None:
    """A date whose + arrived as a space is refused in words that name %2B."""
    (description,) = refused(f"{name}=2024-03-01T00:00:00+02:00")
    assert "'2024-03-01T00:00:00 02:00'" in description
    assert "%2B" in description


def test_every_bad_parameter_is_reported_in_the_order_of_the_document() -> None:
    """One refusal names them all."""
    descriptions = refused("before=x&status=x&limit=x&phone=x&after=x&offset=x&channel_id=x")
    assert [description.partition(":")[0] for description in descriptions] == [
        "limit", "offset", "status", "channel_id", "before", "after",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query_string", "note"),
    [
        ("phone=+1360", "%2B"),
        ("page=2", "'page' is not a parameter"),
        ("limit=1&limit=2", "limit was given more than once"),
        ("a%0D%0Ab=1", r"'a\r\nb' is not a parameter"),
        ("%E2%82%AC=1", r"'\u20ac' is not a parameter"),
    ],
)
def test_a_likely_mistake_is_noted(query_string: str, note: str) -> None:
    """What is lawful but hardly meant leaves words for the client, in printable ASCII."""
    (found,) = parse_query(query_string).notes
    assert note in found
    assert found.isascii()
    assert found.isprintable()


def test_a_value_is_cut_in_messages() -> None:
    """A long value does not come back whole."""
    (description,) = refused("status=" + "x" * 100_000)
    assert len(description) < 150


@given(
    st.text(st.characters(max_codepoint=255), max_size=60) | st.from_regex(r"(limit|before|phone)=.*", fullmatch=True)
)
def test_no_query_string_breaks_the_reader(query_string: str) -> None:
    """Whatever is sent is a query or a refusal."""
    with suppress(Refusal):
        assert parse_query(query_string).limit in range(1, 501)
