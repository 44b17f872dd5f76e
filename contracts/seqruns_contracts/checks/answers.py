"""What holds of every answer, whatever was asked: these checks look on and send nothing."""

from __future__ import annotations

from seqruns_contracts.checks.kinds import Grade, on_every_answer

NO_SERVER_ERROR = on_every_answer(
    "answer.is-never-a-server-error",
    "Nothing a client sends is answered with a 5xx.",
    clauses=["errors.no-5xx"],
)
DOCUMENTED_STATUS = on_every_answer(
    "answer.has-a-documented-status",
    "Every answer has a status that the document lists.",
    clauses=["errors.statuses", "operation.success"],
)
IS_JSON = on_every_answer(
    "answer.is-json", "Every answer is JSON and says so in its content type.", clauses=["operation.success"]
)
FITS_SCHEMA = on_every_answer(
    "answer.fits-the-schema",
    "Every page fits the schema of the document, run by run.",
    clauses=["operation.success", "resource.types"],
)
ERROR_ENVELOPE = on_every_answer(
    "answer.errors-have-their-envelope",
    "An error body holds a list of described errors and the HTTP status.",
    clauses=["errors.envelope"],
)
REPEATABLE = on_every_answer(
    "answer.is-repeatable",
    "The same request gets the same answer while the data stays the same.",
    clauses=["order.stable"],
)
SAME_FIELDS = on_every_answer(
    "run.shows-the-same-fields",
    "A field that is never null stands in every run or in none.",
    clauses=["resource.types"],
)
OWN_SEQUENCE = on_every_answer(
    "run.belongs-to-the-sequence",
    "Every run that is listed belongs to the sequence in the path.",
    clauses=["operation.own-sequence"],
)
LISTED_ONCE = on_every_answer(
    "run.is-listed-once",
    "A run stands once on a page, however many of its step contacts match.",
    clauses=["channel.once", "page.complete"],
)
SAME_CONTENTS = on_every_answer(
    "run.is-the-same-everywhere",
    "A run has the same contents in whichever answer it appears.",
    clauses=["resource.whole"],
    grade=Grade.ASSUMED,
)
UPDATED_LATER = on_every_answer(
    "run.is-updated-after-it-starts",
    "A run's updated_at is not before its created_at.",
    clauses=["resource.updated"],
)
LATEST_CHANNEL = on_every_answer(
    "run.has-its-latest-channel",
    "A run's own channel is that of its latest step contact.",
    clauses=["resource.latest"],
    grade=Grade.ASSUMED,
)
COUNTS_MATCHES = on_every_answer(
    "total.counts-every-match",
    "The total is the number of runs that match, over all pages.",
    clauses=["total.counts"],
)
RATE_SAYS_WHEN = on_every_answer(
    "rate.says-when-to-return",
    "A 429 says in its headers when requests are accepted again.",
    clauses=["errors.rate"],
)
