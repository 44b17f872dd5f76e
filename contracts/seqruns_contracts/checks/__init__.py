"""The checks: `CHECKS` has every one of them by its id, in the order of the reports."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from seqruns_contracts.checks import passive
from seqruns_contracts.checks.areas import (
    access,
    any_query,
    bounds,
    channel,
    filters,
    order,
    page,
    parameters,
    phone,
    status,
    window,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_contracts.checks.kinds import Check

__all__ = ["CHECKS"]

# The order of the requests as well as of the reports. What a check finds spares later ones: filters alone come before
# sets of them, and the search over any query last.
_IN_ORDER: tuple[Check, ...] = (
    *passive.CHECKS,
    *page.CHECKS,
    *order.CHECKS,
    *bounds.CHECKS,
    *window.CHECKS,
    *phone.CHECKS,
    *status.CHECKS,
    *channel.CHECKS,
    *filters.CHECKS,
    *parameters.CHECKS,
    *access.CHECKS,
    *any_query.CHECKS,
)
CHECKS: Mapping[str, Check] = MappingProxyType({check.id: check for check in _IN_ORDER})
