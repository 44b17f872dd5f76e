"""Dialects: the dimensions, and the file that says what an implementation is like in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seqruns.defaults import RATE
from seqruns.dialect import Certainty, Dialect, DialectError, Trait, dimensions, gather
from seqruns.dialect_file import parse_dialect, read_dialect, render_dialect
from seqruns.document import facts

if TYPE_CHECKING:
    from pathlib import Path

OF_THE_CONTRACT = {name: dimension.contract for name, dimension in dimensions().items()}


@pytest.mark.parametrize("dimension", dimensions().values(), ids=dimensions())
def test_the_contract_s_choice_is_a_value_of_every_dimension(dimension: object) -> None:
    """The data file agrees with itself: an id of a table and a key, a sentence, and a choice among its values."""
    known = dimensions()[getattr(dimension, "id", "")]
    assert known.id.count(".") == 1
    assert known.says
    assert known.accepts(known.contract)
    assert known.describe(known.contract)


def test_the_contract_s_choices_are_those_of_the_document() -> None:
    """What the dimensions repeat of `openapi.yaml` and the defaults is what those say."""
    assert OF_THE_CONTRACT["page.cap"] == facts().limit_maximum
    assert OF_THE_CONTRACT["rate.per_second"] == RATE
    assert {name: OF_THE_CONTRACT[f"roles.{name}"] for name in facts().roles} == dict(facts().roles)


def test_a_dialect_that_is_written_reads_back() -> None:
    """Every dimension goes to TOML and back, and one that is not known stays so."""
    assert parse_dialect(render_dialect(Dialect.of(OF_THE_CONTRACT), title="A title\nof two lines")).values == (
        OF_THE_CONTRACT
    )
    assert parse_dialect(render_dialect(Dialect())).values == {}


def test_a_dialect_says_how_each_value_is_known() -> None:
    """The file is for people: the sentence, the possible values, how sure it is, the request that shows it."""
    trait = Trait(value="empty", certainty=Certainty.ASKED, request="limit=0 gets 200,\nand no runs")
    lines = render_dialect(Dialect(traits={"page.limit_zero": trait}), title="Of staging").splitlines()
    begin = lines.index("# A limit of 0.")
    assert lines[0] == "# Of staging"
    assert lines[begin + 1] == "#   empty: gives a page without runs, and the total"
    assert lines[begin + 5 : begin + 8] == [
        "# asked: limit=0 gets 200,\\nand no runs",
        "# the contract: 422",
        'limit_zero = "empty"',
    ]
    assert "# the contract: 422" not in render_dialect(Dialect.of({"page.limit_zero": 422}))
    assert "# not seen; the contract chooses:" in lines


def test_a_dialect_falls_back_on_the_contract() -> None:
    """What a dialect says nothing of is as the contract chooses, and is not among its values."""
    dialect = Dialect.of({"page.limit_fraction": 400})
    assert dialect["page.limit_fraction"] == 400
    assert dialect["page.limit_negative"] == 422
    assert dialect.values == {"page.limit_fraction": 400}


def test_a_dimension_does_as_its_like() -> None:
    """Who answers 400 to a word for a time does so to a week; what the other does must be a value of this one."""
    dialect = Dialect.of({"time.invalid": 400, "page.limit_above_maximum": "lowered"})
    assert (dialect["time.week"], dialect["channel.malformed"], dialect["status.other_case"]) == (400, 400, 400)
    assert dialect["page.limit_zero"] == 422
    assert "# not seen; as time.basic:\n# week = 400" in render_dialect(dialect)
    assert Dialect.of({"time.invalid": 400, "time.basic": "read"})["time.week"] == "read"


def test_what_goes_together_is_gathered() -> None:
    """By what it is like, near or far, where the same is seen; anything else stands for itself."""
    seen = {"time.invalid": 1, "time.week": 1, "status.spaces": 1, "time.basic": 2, "time.date": 1}
    assert gather(seen) == {"time.invalid": ("time.week", "status.spaces"), "time.basic": (), "time.date": ()}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[page]\nlimit_zro = 422", "page.limit_zro is no dimension; did you mean page.limit_zero?"),
        ("[zzz]\nx = 1", "zzz.x is no dimension; the tables are order, page,"),
        ("order = 1", "order is no dimension"),
        (
            '[page]\nlimit_zero = "nothing"',
            'page.limit_zero is "nothing", which is none of its values; give "empty" or',
        ),
        ("[page]\nlimit_zero = 200", "or a status from 400 to 499, which refuses it"),
        ("[page]\ncap = true", "page.cap is True, which is none of its values; give a whole number from 1 to 1000000"),
        ("[page]\n\ncap = 0", "line 3: page.cap is 0"),
        (
            'order.first = "newset"',
            'line 1: order.first is "newset", which is none of its values; did you mean "newest"?',
        ),
        (
            '[page]\nlimit_zero = "422"',
            'line 2: page.limit_zero is "422", which is none of its values; write 422 without',
        ),
        (
            "[answer]\nleft_out = [1]",
            'answer.left_out is [1], which is none of its values; give a list such as ["/channel_id"',
        ),
        ('[answer]\nleft_out = "/id"', 'answer.left_out is "/id"'),
        ("[answer.zone]\nx = 1", "answer.zone is {'x': 1}"),
        ("[page", "is no TOML:"),
    ],
)
def test_a_wrong_dialect_says_what_would_be_right(tmp_path: Path, text: str, problem: str) -> None:
    """Each problem names the file, the line, the key, the value and the possible ones, or the one that was meant."""
    path = tmp_path / "staging.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(DialectError) as caught:
        read_dialect(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert problem in str(caught.value)


def test_all_problems_of_a_dialect_are_said_at_once() -> None:
    """Nobody mends a file one run at a time."""
    with pytest.raises(DialectError) as caught:
        parse_dialect("[page]\ncap = 0\nlimit_zero = 5\nnone = 1")
    assert len(str(caught.value).splitlines()) == 3
