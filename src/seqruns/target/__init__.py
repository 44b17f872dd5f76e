"""A target: the server under test, read with paced GET requests and nothing else.

Whatever it answers ends as an `Answer` or as a `TargetError`: within a deadline, within a bound on its size, in words.
"""

from __future__ import annotations

from seqruns.target.answer import Answer, NotJSONError
from seqruns.target.client import USER_AGENT, Target
from seqruns.target.errors import BudgetSpentError, TargetError, TargetLostError
from seqruns.target.waiting import PASSING_TROUBLE, read_retry_after

__all__ = [
    "PASSING_TROUBLE",
    "USER_AGENT",
    "Answer",
    "BudgetSpentError",
    "NotJSONError",
    "Target",
    "TargetError",
    "TargetLostError",
    "read_retry_after",
]
