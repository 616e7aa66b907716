#!/usr/bin/env python3
"""Counts the traps of fow-cache 0.1.0 that the cache would fall into: 300 pairs that must not match, and 300 that should.

    sh scripts/with-clients.sh traps benchmarks/traps.txt benchmarks/traps.py

Each pair has a scope of its own: its first question is stored, its second explained, once where no mini can be asked and
once where one could be. No model is asked.
"""

import collections
import json
import tempfile
from importlib import resources

from service import Client, Daemon


def conclusions(pairs, arguments):
    with tempfile.TemporaryDirectory() as folder, Daemon(folder, *arguments) as daemon:
        client = Client(daemon.socket)
        found = []
        for pair in pairs:
            entry = {"question": pair["a"], "answer": "An answer.", "scope": pair["id"]}
            client.send("POST", "/cache/entries", json.dumps(entry).encode())
            body = json.dumps({"question": pair["b"], "scope": pair["id"]}).encode()
            found.append(json.loads(client.send("POST", "/cache/explain", body))["conclusion"])
        client.close()
        return found


def main():
    text = resources.files("fow_cache").joinpath("data/pairs.jsonl").read_text(encoding="utf-8")
    pairs = [json.loads(line) for line in text.splitlines()]
    # Nothing listens there, and nothing is sent.
    runs = {"without mini": [], "with mini": ["--upstream", "http://127.0.0.1:9/v1"]}
    for name, arguments in runs.items():
        counts = collections.defaultdict(collections.Counter)
        for pair, conclusion in zip(pairs, conclusions(pairs, arguments)):
            kinds = [pair["category"], "should match" if pair["same_answer"] else "must not match"]
            for kind in kinds:
                counts[kind][conclusion] += 1
        for kind, counter in sorted(counts.items()):
            served = counter["exact"] + counter["alias"] + counter["judged"]
            print(f"{name}: {kind}: {sum(counter.values())} pairs, {served} served, {counter['confirm']} put to mini")


if __name__ == "__main__":
    main()
