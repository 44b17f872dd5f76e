"""The record of the last whole selftest: a line a fault, with the checks that caught it.

After a change to the checks or the gallery: seqruns selftest --report-json FILE, then
python tests/gallery/selftest/record.py FILE.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from seqruns_gallery.faults import FAULTS

RECORD = Path(__file__).with_name("record.json")


def read_record() -> dict[str, list[str]]:
    """Return the checks that caught each fault, by its id."""
    record: dict[str, list[str]] = json.loads(RECORD.read_text("utf-8"))
    return record


def write_record(report: Path) -> None:
    """Write the record from the report of a selftest; a fault that it does not name stays as it was."""
    record = {fault: checks for fault, checks in read_record().items() if fault in FAULTS}
    for trial in json.loads(report.read_text("utf-8"))["trials"]:
        if trial["grade"]:
            record[trial["id"]] = [*trial["failed"], *trial["warned"]]
    lines = ",\n".join(f"{json.dumps(fault)}: {json.dumps(checks)}" for fault, checks in sorted(record.items()))
    RECORD.write_text(f"{{\n{lines}\n}}\n", "utf-8")


if __name__ == "__main__":
    write_record(Path(sys.argv[1]))
