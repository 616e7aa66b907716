"""The questions that benchmarks use: a file's, or made from the descriptions of Debian's packages."""

import gzip
import json
import subprocess


def distinct(path=None):
    """Texts in the order of their first appearance.

    `path`: JSON lines, gzipped or not, with `question`, `text` or `a` and `b`; None takes the packages (apt-cache).
    """
    return list(dict.fromkeys(questions_from(path) if path else questions_of_packages()))


def questions_from(path):
    opened = gzip.open(path, "rt", encoding="utf-8") if str(path).endswith(".gz") else open(path, encoding="utf-8")
    texts = []
    with opened as lines:
        for line in lines:
            row = json.loads(line)
            texts += [row[name] for name in ("question", "text", "a", "b") if isinstance(row.get(name), str)]
    return texts


def questions_of_packages():
    listing = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, check=True).stdout
    texts = []
    for record in listing.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in record.splitlines() if ": " in line and line[0] != " ")
        if "Package" in fields and fields.get("Description", fields.get("Description-en")):
            synopsis = fields.get("Description", fields.get("Description-en"))
            texts.append(f"Which package is there for {synopsis}?")
    return texts
