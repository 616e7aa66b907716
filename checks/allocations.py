#!/usr/bin/env python3
"""Allocations of memory that a hit takes, exact or by its vector: each costs time, and a change that adds many must be
seen.

    python3 checks/allocations.py [--requests 2000]

The daemon runs with its allocator counted (allocations.c). Exit 1 when a request takes more than the bounds below, which
are what the latest change of them measured, and a twentieth more.
"""

import argparse
import json
import mmap
import struct
import subprocess
import tempfile
from pathlib import Path

import ground
import machine
import service

QUESTION = "How do I put a package on hold?"
NEAR = "How can I put a package on hold?"
VECTOR = ground.vector(QUESTION)
REQUESTS = {
    "chat": ("/v1/chat/completions", service.chat(QUESTION)),
    "lookup": ("/cache/lookup", json.dumps({"question": QUESTION}).encode()),
    "near": ("/cache/lookup", json.dumps({"question": NEAR, "embedding": VECTOR}).encode()),
}
# Allocations a request, with the ledger and without.
BOUNDS = {"chat": 37, "lookup": 65, "near": 150, "chat, no ledger": 36, "lookup, no ledger": 64, "near, no ledger": 149}


def measure(folder, library, requests, *arguments):
    path = Path(folder) / "count"
    path.write_bytes(bytes(mmap.PAGESIZE))
    environment = machine.environment
    machine.environment = lambda: environment() | {"LD_PRELOAD": str(library), "ALLOCATIONS_FILE": str(path)}
    try:
        daemon = service.Daemon(folder, *arguments)
    finally:
        machine.environment = environment
    with daemon, open(path, "r+b") as file, mmap.mmap(file.fileno(), 8) as counter:
        client = service.Client(daemon.socket)
        entry = {"question": QUESTION, "answer": "With apt-mark hold.", "embedding": VECTOR}
        client.send("POST", "/cache/entries", json.dumps(entry).encode())
        figures = {}
        for name, (route, body) in REQUESTS.items():
            for _ in range(requests // 4):
                client.send("POST", route, body)
            before = struct.unpack("Q", counter[:8])[0]
            for _ in range(requests):
                client.send("POST", route, body)
            figures[name] = round((struct.unpack("Q", counter[:8])[0] - before) / requests, 1)
        return figures


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--requests", type=int, default=2_000)
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="refrain-check-") as folder:
        library = Path(folder) / "allocations.so"
        source = Path(__file__).with_suffix(".c")
        subprocess.run(["clang", "-O2", "-shared", "-fPIC", source, "-o", library], check=True)
        figures = {}
        for suffix, settings in {"": [], ", no ledger": ["--ledger-enabled", "false"]}.items():
            with tempfile.TemporaryDirectory(prefix="daemon-", dir=folder) as home:
                for name, count in measure(home, library, arguments.requests, *settings).items():
                    figures[name + suffix] = count
    ground.report({"allocations": figures, "bounds": BOUNDS},
                  all(count <= BOUNDS[name] for name, count in figures.items()))


if __name__ == "__main__":
    main()
