"""What the trials of a selftest come to."""

from __future__ import annotations

from rich.console import Console

from seqruns_gallery.selftest.gallery import Exhibit
from seqruns_gallery.selftest.result import Result
from seqruns_gallery.selftest.table import line, print_result
from seqruns_gallery.selftest.trial import Trial

FAULT = Exhibit(id="wrong", summary="It is wrong.", grade="documented")
DOUBT = Exhibit(id="doubtful", summary="It is doubtful.", grade="assumed")
VARIANT = Exhibit(id="odd", summary="It is odd.")


def result(*trials: Trial, checks: tuple[str, ...] = ()) -> Result:
    """Return a result of these trials."""
    return Result(trials=trials, checks=checks, seconds=12.0)


def printed(held: Result) -> str:
    """Return what people see."""
    console = Console(width=120, record=True, file=None, quiet=False, no_color=True)
    with console.capture() as capture:
        print_result(held, console)
    return capture.get()


def test_a_documented_fault_is_caught_by_a_documented_check_only() -> None:
    """A warning is not enough for what fails a run."""
    assert Trial(exhibit=FAULT, failed=("before.is-inclusive",)).is_right
    assert not Trial(exhibit=FAULT, warned=("phone.ignores-spaces",)).is_right
    assert not Trial(exhibit=FAULT).is_right


def test_an_assumed_fault_is_caught_by_a_warning() -> None:
    """Any finding will do where the law is only assumed."""
    assert Trial(exhibit=DOUBT, warned=("a",)).is_right
    assert Trial(exhibit=DOUBT, failed=("a",)).is_right
    assert not Trial(exhibit=DOUBT).is_right


def test_a_variant_is_spared_when_nothing_fails_and_all_could_be_checked() -> None:
    """Warnings are allowed, failures and troubles are not."""
    assert Trial(exhibit=VARIANT, warned=("a",)).is_right
    assert not Trial(exhibit=VARIANT, failed=("a",)).is_right
    assert not Trial(exhibit=VARIANT, trouble="no answer").is_right


def test_a_result_is_good_when_all_is_right_and_every_check_is_needed() -> None:
    """An escape, a false alarm or an idle check spoils it."""
    caught, spared = Trial(exhibit=FAULT, failed=("a",), requests=10), Trial(exhibit=VARIANT, requests=20)
    assert result(caught, spared, checks=("a",)).is_good
    assert not result(Trial(exhibit=FAULT), spared).is_good
    assert not result(caught, Trial(exhibit=VARIANT, failed=("b",))).is_good
    idle = result(caught, spared, checks=("a", "b"))
    assert not idle.is_good
    assert idle.idle_checks == ["b"]


def test_what_a_variant_is_warned_of_needs_no_check() -> None:
    """A check that only ever speaks about right servers catches nothing."""
    assert result(Trial(exhibit=VARIANT, warned=("a",)), checks=("a",)).idle_checks == ["a"]


def test_the_figures() -> None:
    """Caught of all by grade, requests in the middle and at most."""
    held = result(
        Trial(exhibit=FAULT, failed=("a",), requests=10),
        Trial(exhibit=FAULT, requests=30),
        Trial(exhibit=VARIANT, requests=20),
    )
    assert held.caught("documented") == (1, 2)
    assert held.caught("assumed") == (0, 0)
    assert held.caught(None) == (1, 1)
    assert held.median_requests == 20
    assert held.most_requests.requests == 30
    assert result().median_requests == 0


def test_the_table_names_what_went_wrong() -> None:
    """Escapes with what the fault does, false alarms with the checks, idle checks, and the figures."""
    text = printed(
        result(
            Trial(exhibit=FAULT, warned=("soft",), requests=30),
            Trial(exhibit=DOUBT, failed=("a", "b", "c", "d"), requests=10),
            Trial(exhibit=VARIANT, failed=("b",), trouble="it went away", requests=20),
            checks=("a", "idle"),
        )
    )
    assert "escaped wrong (documented): It is wrong." in text
    assert "false alarm odd: b - it went away" in text
    assert "catches nothing idle" in text
    assert "a, b, c, +1" in text
    assert "(soft)" in text
    assert "Faults caught: 0 of 1 documented, 1 of 1 assumed." in text
    assert "False alarms: 1 of 1 lawful variants." in text
    assert "Requests: median 20, at most 30 (wrong)." in text
    assert "12 seconds." in text


def test_a_line_says_how_a_trial_ended() -> None:
    """One line each, for logs."""
    assert line(Trial(exhibit=FAULT, requests=7, seconds=1.23), 3, 40) == "  3/40   1.2 s    7 wrong: escaped"
    assert line(Trial(exhibit=VARIANT, failed=("a",)), 4, 40).endswith("odd: false alarm")
    assert line(Trial(exhibit=VARIANT), 4, 40).endswith("odd: ok")
