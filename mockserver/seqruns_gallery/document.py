"""The page docs/faults.md: `python -m seqruns_gallery.document > docs/faults.md` writes it anew."""

from __future__ import annotations

from seqruns_gallery.building.exhibit import Grade
from seqruns_gallery.faults import AREAS, FAULTS
from seqruns_gallery.variants import VARIANTS

PAGE = """\
# The gallery: faults and lawful variants

The mock answers by the contract. For those who write a checker, or want to see theirs fail, it can also be wrong in
one thing, as a real team would be, or right in a way that a careless checker would take for wrong.

```console
$ seqruns serve --fault exclusive-before        # wrong in one thing
$ seqruns serve --variant oldest-first          # right in another way
$ seqruns serve --gallery                       # all at once: http://127.0.0.1:8080/gallery/exclusive-before/v1
$ seqruns serve --list-faults                   # this page on the console; --list-variants for the others,
                                                # --format json for tools
$ seqruns selftest                              # try the contract kit on all of them
$ seqruns selftest exclusive-before gzip        # or on some
```

There are {faults} faults: {documented} of the grade *documented*, which break what the API's own pages say, HTTP or the
document, and {assumed} *assumed*, which break only what this project decided where those are silent. The {variants}
lawful variants break nothing documented.

A fault is what is left of an implementation in which one line is wrong. Each shows on the default data, and works over
any other (`--seed`, `--runs`, `--data`). "One run of fifty" is the eighth, the fifty-eighth and so on of the
list.

## Faults
{tables}

## Lawful variants

Where a checker must be told something, the last column says it.

| variant | what it does | tell the checker |
|---|---|---|
{lawful}
"""


def render_page() -> str:
    """Return the page."""
    grades = [fault.grade for fault in FAULTS.values()]
    return PAGE.format(
        faults=len(grades),
        documented=grades.count(Grade.DOCUMENTED),
        assumed=grades.count(Grade.ASSUMED),
        variants=len(VARIANTS),
        tables="\n".join(_tables()),
        lawful="\n".join(_lawful()),
    )


def _tables() -> list[str]:
    lines = []
    for area, faults in AREAS.items():
        lines += ["", f"### {area}", "", "| fault | grade | what it does |", "|---|---|---|"]
        lines += [f"| `{fault.id}` | {fault.grade} | {fault.summary} |" for fault in faults]
    return lines


def _lawful() -> list[str]:
    rows = []
    for variant in VARIANTS.values():
        hints = [f"`--role {role}={pointer}`" for role, pointer in variant.roles.items()]
        rows.append(f"| `{variant.id}` | {variant.summary} | {', '.join(hints)} |")
    return rows


if __name__ == "__main__":
    print(render_page(), end="")  # noqa: T201 - this is what it is for
