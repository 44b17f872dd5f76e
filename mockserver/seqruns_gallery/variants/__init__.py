"""The lawful variants, one module for each area; this one gathers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seqruns_gallery.variants import amount, asking, ordering, shape, timestamp, transport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_gallery.building.exhibit import Variant

_GROUPS = (ordering, timestamp, shape, asking, transport, amount)
VARIANTS: Final[Mapping[str, Variant]] = {variant.id: variant for group in _GROUPS for variant in group.VARIANTS}
