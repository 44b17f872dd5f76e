"""The first contact: whether there is such an endpoint at the target at all, said in words where there is not."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from seqruns.target import PASSING_TROUBLE, TargetError
from seqruns.visible import quoted

if TYPE_CHECKING:
    from seqruns.target import Answer, Target

VERSION_PREFIX = "/v1"
REST_OF_PATH = "/sequences/"
"""What stands behind the base URL."""


class NoSuchEndpointError(TargetError):
    """The target answers, but not as the endpoint under test: nothing was checked."""


def first_contact(target: Target, sequence_id: str) -> None:
    """Make sure that the endpoint is there and lets us in; puts `/v1` after the base URL where only that was missing.

    Raises TargetError, with the way out, where it is unreachable, elsewhere, or refuses the key. Whatever else is
    wrong with the answer is for the checks to say.
    """
    answer = target.get(sequence_id)
    # A 404 in the contract's own form is from the endpoint, which knows no such sequence; any other is from a router.
    if answer.status == 404 and not _is_error_body(answer) and not target.base_url.endswith(VERSION_PREFIX):
        given, target.base_url = target.base_url, target.base_url + VERSION_PREFIX
        retried = target.get(sequence_id)
        # A 401 counts as well: the endpoint is there and wants a better key, which is the next thing to say.
        if retried.status in {200, 401} or _is_error_body(retried):
            answer = retried
        else:
            target.base_url = given
    trouble = _trouble(answer, target, sequence_id)
    if trouble:
        raise NoSuchEndpointError(trouble)


def _trouble(answer: Answer, target: Target, sequence_id: str) -> str:
    """Return why nothing can be checked, or nothing where something can."""
    where = target.where
    if 300 <= answer.status < 400:
        return _moved(answer, target, sequence_id)
    if answer.status in {404, 405}:
        return _missing(answer, target, sequence_id)
    sentences = {
        401: f"{where} {_wants(answer, target)}",
        403: f"{where} forbids the request (403): the key is not allowed to list this sequence, or a gateway refuses.",
        407: f"a proxy before {where} wants to know who we are (407).",
        429: f"{where} still refuses for too many requests (429) after a wait; try again later or lower --rate.",
        # Said only after the client has tried again, and has waited as long as `--wait` allows.
        **dict.fromkeys(PASSING_TROUBLE, f"{where} is not there at the moment ({answer.status} from its gateway)."),
    }
    return sentences.get(answer.status) or _unreadable(answer, where)


def _missing(answer: Answer, target: Target, sequence_id: str) -> str:
    # The whole address from the documentation, path and all, given as base URL.
    if REST_OF_PATH in f"{urlsplit(target.base_url).path}/":
        stem = target.base_url[: target.base_url.index(REST_OF_PATH[:-1])]
        return f"there is no such endpoint at {target.base_url}; the base URL ends before {REST_OF_PATH}: {stem}"
    if answer.status == 404 and _is_error_body(answer):
        return f"{target.where} knows no sequence {sequence_id!r}; look at --sequence-id."
    return f"there is no such endpoint at {target.base_url}; the base URL is what stands before /sequences/…"


def _unreadable(answer: Answer, where: str) -> str:
    if answer.flaw:
        return f"the list of runs at {where} cannot be read: {answer.flaw}."
    if answer.status == 200 and _is_web_page(answer):
        return f"{where} answers with a web page, perhaps to log in, not with JSON; is the base URL that of the API?"
    # A 5xx passes: it is the most useful finding there is, and the checks that look at every answer make it one. So
    # does another success in JSON, such as the 206 of who takes a page for a part.
    if answer.status != 200 and answer.status < 500 and not (200 < answer.status < 300 and _is_json(answer)):
        return f"{where} answers {answer.status} to the plain list of runs, so nothing can be checked."
    return ""


def _moved(answer: Answer, target: Target, sequence_id: str) -> str:
    asked = target.url(sequence_id)
    location = answer.headers.get("Location", "")
    try:
        # Raises for a `Location` such as `http://[`.
        goal = urljoin(asked, location)
        here, there = urlsplit(asked), urlsplit(goal)
    except ValueError:
        return f"{asked} sends us on ({answer.status}) to {quoted(location)}, which is no address."
    # Before all else: a redirect that was followed would hand the key to that host.
    if here.netloc != there.netloc:
        return f"{here.netloc} sends us on to another host, {there.netloc}; redirects are not followed. Name that host."
    if answer.status == 304 or not location:
        return f"{asked} answers {answer.status}, which says nothing of where the runs are; nothing can be checked."
    if goal == asked:
        return f"{asked} sends us on to itself ({answer.status}), as a proxy does that expects https://."
    moved = f"{asked} has moved to {goal} ({answer.status}); redirects are not followed."
    if there.path.rstrip("/") == here.path:
        return f"{moved} The contract's path has no slash at its end, so this is not its endpoint."
    if not there.path.endswith(here.path[-len("/sequence_runs") :]):
        return f"{moved} Perhaps one has to log in there, or the base URL is not that of the API."
    return f"{moved} Correct the base URL."


def _wants(answer: Answer, target: Target) -> str:
    scheme = answer.headers.get("WWW-Authenticate", "").partition(" ")[0]
    if scheme and scheme.lower() != "bearer":
        return f"or a gateway before it wants {scheme} authentication; send that with --header."
    if target.key:
        return "does not accept the key."
    return "wants a key; put it into SEQRUNS_KEY. `compare` takes two: name their variables with --key-a and --key-b."


def _is_web_page(answer: Answer) -> bool:
    begins_so = answer.body.lstrip()[:9].lower().startswith((b"<!doctype", b"<html"))
    return not _is_json(answer) and (begins_so or "html" in answer.headers.get("Content-Type", "").lower())


def _is_json(answer: Answer) -> bool:
    try:
        answer.json()
    except ValueError:
        return False
    return True


def _is_error_body(answer: Answer) -> bool:
    body = answer.json() if _is_json(answer) else None
    return isinstance(body, dict) and "errors" in body
