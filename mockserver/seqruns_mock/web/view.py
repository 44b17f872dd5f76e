"""The values of the page's template: the facts of the document, the sequences, the kinds of trouble."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from seqruns.document import OPERATION_PATH, facts, load_document
from seqruns_mock.http.app import BASE_PATH
from seqruns_mock.sessions import PREFIX
from seqruns_mock.trouble.kinds import COMMON, KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_mock.http.state import MockState


def page_view(state: MockState, *, root: str = "", local: bool) -> dict[str, Any]:
    """Return the values of the template; only a `local` user gets a key and the sequences.

    `root` is what the paths of this mock begin with, such as `/sessions/ci-7`; empty for nothing.
    """
    return {
        "facts": facts(),
        "descriptions": descriptions(),
        "kinds": KINDS,
        "common": COMMON,
        "float_type": float,
        "str_type": str,
        "config": {
            # Any one will do, but the same each time, which a set does not promise.
            "key": min(state.start.keys) if local else "",
            "sequences": state.sequences_as_json() if local else [],
            "keyHeader": facts().key_header,
            "root": root,
            "session": root.partition(PREFIX)[2],
            "runsPath": root + BASE_PATH + OPERATION_PATH,
            "parameters": facts().parameters,
        },
    }


@cache
def descriptions() -> Mapping[str, str]:
    """Return the first sentence of what the document says of each parameter."""
    parameters = load_document()["components"]["parameters"].values()
    return {parameter["name"]: parameter["description"].split(". ")[0].strip(" .\n") for parameter in parameters}
