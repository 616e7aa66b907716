#!/usr/bin/env python3
"""Measures `refrain copy` from an SQLite file to a PostgreSQL server and back: the first copy beside a daemon, and what the last one,
for which the daemon is stopped, takes when nothing and when one entry in a hundred was made anew since.

    python3 benchmarks/copying.py [--entries 100000] [--changed 1000]

Vectors are of random signs, made for the purpose. The server does not wait for its disk (fsync off). Needs Debian's package
postgresql.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import machine
import nodes
import service

sys.path.insert(0, str(machine.ROOT / "checks"))
import postgres  # noqa: E402


def copy(source, target):
    """One call of the command: its own report, its exit code and how long it took."""
    begin = time.perf_counter()
    done = subprocess.run([machine.REFRAIN, "copy", "--from", source, "--to", target, "--json"], stdout=subprocess.PIPE,
                          env=machine.environment(), check=False)
    return json.loads(done.stdout) | {"code": done.returncode, "seconds": round(time.perf_counter() - begin, 2)}


def change(client, count, word):
    """Gives entries other answers, which makes them anew with their wordings and vectors."""
    for first in range(0, count, 256):
        lines = "".join(json.dumps({"question": nodes.question("moved", number), "answer": f"It is {word} {number}. " * 12,
                                    "embedding": nodes.vector(nodes.question("moved", number))}) + "\n"
                        for number in range(first, min(first + 256, count)))
        client.send("POST", "/cache/entries?on_conflict=replace", lines.encode(), "application/x-ndjson")


class Source:
    """A daemon on the store that is copied, started and stopped at will."""

    def __init__(self, folder, *options):
        self.folder, self.options, self.daemon = folder, ["--floor", "1", "--exploration", "0", *options], None

    def start(self):
        self.daemon = service.Daemon(self.folder, *self.options)
        return service.Client(self.daemon.socket, 600)

    def stop(self):
        if self.daemon:
            self.daemon.stop()
        self.daemon = None


def direction(source, store, targets, changed):
    """To one target a first copy, and a last one with nothing new; to the other one with some entries made anew."""
    figures = {}
    try:
        client = source.start()
        figures["the first, beside the daemon"] = copy(store, targets[0])
        source.stop()
        figures["the last, nothing changed"] = copy(store, targets[0])
        client = source.start()
        copy(store, targets[1])
        change(client, changed, store[:6])
        source.stop()
        figures[f"the last, {changed} entries made anew"] = copy(store, targets[1])
        if [row["code"] for row in figures.values()] != [1, 0, 0]:
            raise RuntimeError(f"a copy went otherwise: {figures}")
        return figures
    finally:
        source.stop()


def measure(folder, server, arguments):
    server.query("CREATE DATABASE second TEMPLATE template0")
    databases = [f"postgresql://{postgres.USER}@127.0.0.1:{server.port}/{name}" for name in (postgres.DATABASE, "second")]
    file = Source(folder / "file")
    try:
        nodes.fill(file.start(), "moved", arguments.entries)
    finally:
        file.stop()
    there = direction(file, f"sqlite:{folder}/file/data", databases, arguments.changed)
    back = direction(Source(folder / "server", "--store", databases[0]), databases[0],
                     [f"sqlite:{folder}/{name}" for name in ("back", "again")], arguments.changed)
    return {"from the file to the server": there, "from the server to a file": back}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--changed", type=int, default=1_000)
    arguments = parser.parse_args()
    description = machine.describe()
    folder = Path(tempfile.mkdtemp(prefix="refrain-copying-"))
    folder.chmod(0o711)
    server = postgres.Postgres(folder, "primary", False)
    try:
        server.make()
        figures = measure(folder, server, arguments)
    finally:
        server.remove()
        shutil.rmtree(folder, ignore_errors=True)
    for name, rows in figures.items():
        for step, row in rows.items():
            print(f"{name}, {step}: {json.dumps(row)}")
    machine.save("copying", description, figures)


if __name__ == "__main__":
    main()
