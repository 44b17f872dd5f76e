"""What tells of a contact, by where it stands in an answer: a name may be a text, an object or a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIELDS = ("name", "email", "phone", "body")
"""The fields that tell of a contact, wherever they stand; so does all there is below them."""
CONTACT = "contact"
"""The object that tells of a contact with each of its fields but the ids; where it is no object, with itself."""
LONGEST = 400
"""Characters: no report shows more of one text, so more is not looked for."""


def is_personal(path: Sequence[str]) -> bool:
    """Return whether what stands at a path tells of a contact."""
    if any(step in FIELDS for step in path):
        return True
    # Ids stay readable: by them a finding is looked up in the target's own data.
    return CONTACT in path and path[-1] != "id"


def personal_values(body: Any) -> Iterator[tuple[str, str]]:
    """Yield what an answer tells of contacts: the kind, one of `FIELDS`, and the text of each value there."""
    if isinstance(body, list):
        for element in body:
            yield from personal_values(element)
    elif isinstance(body, dict):
        for name, value in body.items():
            if name in FIELDS:
                yield from ((name, text) for text in _texts(value))
            elif name == CONTACT and not isinstance(value, dict):
                yield from (("name", text) for text in _texts(value))
            else:
                yield from personal_values(value)


def _texts(value: Any) -> Iterator[str]:
    """Yield the text of every value in a value."""
    if isinstance(value, list):
        for element in value:
            yield from _texts(element)
    elif isinstance(value, dict):
        for element in value.values():
            yield from _texts(element)
    # `"phone": true` says whether there is one, not which.
    elif value is not None and not isinstance(value, bool) and str(value).strip():
        yield str(value)[:LONGEST]
