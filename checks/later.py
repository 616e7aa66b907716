"""A later release, made out of this tree, for checks that need two.

A copy of the sources with a few changes is built in .build/later and kept, so that the next time only what has changed is built
anew. What it differs by:

- its version is 0.2.0, and a migration more makes a table and an index: releases before it may go on;
- with each entry it stores it writes a row of that table, and tells the other nodes of it by a kind of change that they do not know;
- with LATER_RELEASE_BREAKS in the environment it is one later still, 0.3.0, whose migration gives a table another name: releases
  before it may not use the database any more.
"""

import re
import subprocess
from pathlib import Path

import ground  # noqa: F401  (says where the next one is)
import machine

FOLDER = machine.ROOT / ".build" / "later"
REFRAIN = FOLDER / "build" / "release" / "refrain"
BREAKING = "LATER_RELEASE_BREAKS=1"
VERSION, BREAKING_VERSION = "0.2.0", "0.3.0"
KIND = 99

RELEASE = """
import Glibc

package enum LaterRelease {
    package static let isBreaking = unsafe getenv("LATER_RELEASE_BREAKS") != nil
    static let migrations: [[String]] =
        [
            [
                \"""
                CREATE TABLE notices (
                    entry INTEGER PRIMARY KEY,
                    scope INTEGER NOT NULL,
                    FOREIGN KEY (entry, scope) REFERENCES entries (id, scope) ON DELETE CASCADE
                ) STRICT
                \""",
                "CREATE INDEX entries_created ON entries (created)",
            ]
        ] + (isBreaking ? [["ALTER TABLE feedback RENAME TO opinions", "ALTER SEQUENCE feedback_id RENAME TO opinions_id"]] : [])
}
"""

# File, what is there, exactly once, and what takes its place: regular expressions.
CHANGES = [
    ("refrain/Program.swift", r"^import Terminal$", "import Store\nimport Terminal"),
    ("refrain/Program.swift", r'static let version = ".*"',
     f'static let version = LaterRelease.isBreaking ? "{BREAKING_VERSION}" : "{VERSION}"'),
    ("Store/Schema.swift", r"(?s)(static let migrations: \[\[String\]\] = \[.*?^    \])", r"\1 + LaterRelease.migrations"),
    ("Store/PostgresSchema.swift", r"static let oldestCompatible = (\d+)",
     r"static var oldestCompatible: Int { LaterRelease.isBreaking ? Schema.version : \1 }"),
    ("Store/Table.swift", r'Table\("feedback"', 'Table(LaterRelease.isBreaking ? "opinions" : "feedback"'),
    ("Store/Store+Statistics.swift", r'"feedback (WHERE .*\.good)', r'"\\(Table.feedback.name) \1'),
    ("Store/Store+Statistics.swift", r'"feedback (WHERE .*\.bad)', r'"\\(Table.feedback.name) \1'),
    ("Store/Change.swift", r"^( *)case tags = (\d+)$", rf"\g<0>\n\1case noticed = {KIND}"),
    ("Cache/ScopeLoader+Reading.swift", r"case \.tags: break", "case .tags, .noticed: break"),
    ("Store/Connection+Nodes.swift", r"mutating func note\(_ kind: Change\.Kind, _ place: EntryPlace\).*\{$", r"""\g<0>
        if kind == .added, node != nil {
            try note(.noticed, scope: place.scope, item: place.entry.rawValue)
            try send(
                "INSERT INTO notices VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                [.integer(place.entry.rawValue), .integer(place.scope.rawValue)])
        }"""),
]


def sources():
    """The later release's files by their paths in the copy."""
    paths = [machine.ROOT / "Package.swift", *(path for path in (machine.ROOT / "Sources").rglob("*") if path.is_file())]
    files = {path.relative_to(machine.ROOT): path.read_bytes() for path in paths}
    files[Path("Sources/Store/LaterRelease.swift")] = RELEASE.lstrip().encode()
    for name, found, put in CHANGES:
        path = Path("Sources") / name
        text, count = re.subn(found, put, files[path].decode(), flags=re.MULTILINE)
        if count != 1:
            raise SystemExit(f"checks/later.py: {found!r} is {count} times in {path}; what it changes there wants to be said anew")
        files[path] = text.encode()
    return files


def build():
    """The program, built from what the tree is now."""
    files = sources()
    for path in (FOLDER / "Sources").rglob("*"):
        if path.is_file() and path.relative_to(FOLDER) not in files:
            path.unlink()
    for path, data in files.items():
        copy = FOLDER / path
        # What has not changed keeps its time, and need not be built again.
        if not copy.exists() or copy.read_bytes() != data:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(data)
    for name in ("Tests", "benchmarks"):
        # The package names targets in them, none of which is built.
        if not (FOLDER / name).exists():
            (FOLDER / name).symlink_to(machine.ROOT / name)
    done = subprocess.run(
        ["swift", "build", "-c", "release", "--product", "refrain", "--package-path", FOLDER, "--scratch-path", FOLDER / "build"],
        capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the later release cannot be built: {(done.stdout + done.stderr)[-3000:]}")
    return REFRAIN


if __name__ == "__main__":
    print(build())
