"""A target: the server under test, read with paced GET requests and nothing else.

Whatever it answers ends as an `Answer` or as a `TargetError`: within a deadline, within a bound on its size, in words.
"""

from __future__ import annotations

from seqruns.target.answer import Answer, NotJSONError
from seqruns.target.client import Target
from seqruns.target.errors import BudgetSpentError, TargetError, TargetLostError
from seqruns.target.key_command import make_key
from seqruns.target.sending import USER_AGENT
from seqruns.target.tls import Certificates
from seqruns.target.waiting import PASSING_TROUBLE, read_retry_after

__all__ = [
    "PASSING_TROUBLE",
    "USER_AGENT",
    "Answer",
    "BudgetSpentError",
    "Certificates",
    "NotJSONError",
    "Target",
    "TargetError",
    "TargetLostError",
    "make_key",
    "read_retry_after",
]
