"""Foreign text is shown, and does nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqruns.visible import quoted, visible, visible_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, größer, 東京, 😀", "plain, größer, 東京, 😀"),
        ("\x1b[2J\x07\r\n\t", r"\x1b[2J\x07\r\n\t"),
        ("\u202ecod.exe\u2028\ufeff", r"\u202ecod.exe\u2028\ufeff"),
        ("\ud83d\udcff\x9b", r"\ud83d\udcff\x9b"),
        ("##[add-mask]x", r"\x23#[add-mask]x"),
        ("a\xa0b", r"a\xa0b"),
    ],
)
def test_what_does_not_print_is_an_escape(text: str, shown: str) -> None:
    """Letters of any script stay as they are."""
    assert visible(text) == shown


@given(st.text(st.characters(codec=None), max_size=60))
def test_whatever_comes_is_one_printable_line(text: str) -> None:
    """Also halves of surrogate pairs, and what no runner of GitHub is to see."""
    shown = visible(text)
    assert shown.isprintable()
    assert "##[" not in shown
    assert visible(shown) == shown


def test_a_long_text_is_cut_with_its_length() -> None:
    """So that an id of a megabyte is one line."""
    assert visible("x" * 1000, longest=5) == "xxxxx… (1000 characters)"
    assert quoted({"a": "\x1b"}) == r"{'a': '\x1b'}"
    assert visible_lines("a\x1b\nb") == "a\\x1b\nb"
