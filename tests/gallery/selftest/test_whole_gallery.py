"""The whole gallery, in process: each fault against the checks that are on record for it, each variant against all."""

from __future__ import annotations

import os

import pytest
from tests.gallery.battery import mock
from tests.gallery.selftest.record import read_record

from seqruns_contracts import CHECKS, Check, Grade, Outcome, check_target, wsgi_target
from seqruns_contracts.checks.kinds import PassiveCheck
from seqruns_gallery.catalogue import build
from seqruns_gallery.faults import FAULTS
from seqruns_gallery.variants import VARIANTS

RECORD = read_record()
KEY = next(iter(mock().keys))
SEQUENCE, OTHER = list(mock().stores)[:2]
NEEDS_A_WIRE = {"huge", "growing", "slow", "flaky", "rate-limited", "rate-limited-until-a-date", "chunked"}
"""Variants that are about time, size or the connection: `seqruns selftest` tries them over real sockets."""
EVERYTHING = "SEQRUNS_SELFTEST" in os.environ
"""Whether all of them are tried, and not every twelfth: it is minutes of work."""
TOGETHER = 2
"""How many of the checks on record are tried."""
PASSIVE = {check.id for check in CHECKS.values() if isinstance(check, PassiveCheck)}
"""Checks that send nothing of their own."""
AREAS = {"page", "order", "window", "filters", "parameters", "sequence", "auth"}
ASKING = [check for check in CHECKS.values() if check.area in AREAS]
"""What gives the passive checks something to look at."""


def checks_for(fault: str) -> list[Check]:
    """Return the checks that are on record for a fault, with what they need."""
    names = sorted(RECORD[fault], key=lambda name: name in PASSIVE)[:TOGETHER]
    return [CHECKS[name] for name in names] + (ASKING if PASSIVE.issuperset(names) else [])


def test_every_fault_is_on_record_as_caught() -> None:
    """A fault that no check catches fails the suite, and so does a record of a fault that is gone."""
    assert RECORD.keys() == FAULTS.keys()
    for fault in FAULTS.values():
        grades = {CHECKS[name].grade for name in RECORD[fault.id]}
        assert grades, f"nothing catches {fault.id}"
        assert fault.grade == "assumed" or Grade.DOCUMENTED in grades, f"only warnings for {fault.id}"


def test_every_check_catches_a_fault() -> None:
    """A check that no fault needs fails the suite."""
    caught = {name for names in RECORD.values() for name in names}
    assert CHECKS.keys() == caught


@pytest.mark.parametrize("fault", list(FAULTS)[:: 1 if EVERYTHING else 12])
def test_a_fault_is_caught(fault: str) -> None:
    """The checks that are on record for it catch it still."""
    target = wsgi_target(build(fault, mock()), key=KEY, allow_unsafe_methods=True)
    report = check_target(target, SEQUENCE, other_sequence_id=OTHER, checks=checks_for(fault))
    broken = {verdict.check.id for verdict in report.verdicts if verdict.outcome is Outcome.BROKEN}
    assert broken & set(RECORD[fault]), report.verdicts


@pytest.mark.parametrize("variant", sorted(VARIANTS.keys() - NEEDS_A_WIRE)[:: 1 if EVERYTHING else 12])
def test_a_variant_is_spared(variant: str) -> None:
    """No check that is documented accuses a lawful variant, and its budget is kept."""
    target = wsgi_target(build(variant, mock()), key=KEY, max_requests=400)
    report = check_target(target, SEQUENCE, other_sequence_id=OTHER, roles=VARIANTS[variant].roles)
    assert [verdict.check.id for verdict in report.failures] == []
    assert report.exit_code == 0
