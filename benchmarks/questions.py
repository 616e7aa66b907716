"""The questions that benchmarks use: a file's, or made from the descriptions of Debian's packages."""

import gzip
import json
import subprocess
import zlib

# People ask in many ways. A package's name chooses, so that a package is always asked for alike.
FORMS = (
    "Which package is there for {synopsis}?",
    "How do I install {name} ({synopsis})?",
    "I am looking for a {synopsis}",
    "What is {name}?",
    "{synopsis}: does Debian have that?",
    "Why would anybody want {synopsis}?",
    "is {name} still maintained, or is there a better {synopsis} by now",
    "{synopsis}",
    "Can {name} be used without root?",
    "Who wrote the {synopsis} called {name}, and when?",
    "My {name} crashes at startup, what can I do?",
    "what's the difference between {name} and any other {synopsis}",
    "Recommend me something: {synopsis}.",
    "Where does {name} keep its configuration?",
    "Explain in two sentences what '{synopsis}' means.",
    "how large is {name} once installed",
)


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
        name, synopsis = fields.get("Package"), fields.get("Description", fields.get("Description-en"))
        if name and synopsis:
            form = FORMS[zlib.crc32(name.encode()) % len(FORMS)]
            texts.append(form.format(name=name, synopsis=synopsis))
    return texts
