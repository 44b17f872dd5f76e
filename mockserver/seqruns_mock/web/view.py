"""The values of the page's template: the facts of the document, the sequences, the kinds of trouble."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from seqruns.document import OPERATION_PATH, facts, load_document
from seqruns_mock.http.app import BASE_PATH
from seqruns_mock.trouble.kinds import COMMON, KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_mock.http.state import MockState


def page_view(state: MockState, *, local: bool) -> dict[str, Any]:
    """Return the values of the template; only a `local` user gets a key and the sequences."""
    return {
        "facts": facts(),
        "descriptions": descriptions(),
        "kinds": KINDS,
        "common": COMMON,
        "float_type": float,
        "str_type": str,
        "config": {
            "key": min(state.start.keys) if local else "",
            "sequences": state.sequences_as_json() if local else [],
            "keyHeader": facts().key_header,
            "runsPath": BASE_PATH + OPERATION_PATH,
            "parameters": facts().parameters,
        },
    }


@cache
def descriptions() -> Mapping[str, str]:
    """Return the first sentence of what the document says of each parameter."""
    parameters = load_document()["components"]["parameters"].values()
    return {parameter["name"]: parameter["description"].split(". ")[0].strip(" .\n") for parameter in parameters}
