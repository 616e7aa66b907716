"""Conversations that end in the same words, or nearly: what crosses from one to another.

The data are the 240 pairs of conversations of fow-cache 0.1.0 (PyPI, CC BY 4.0). All are put to one daemon in one scope,
in the order of the data. A conversation that came before, word for word, is a hit; any other hit is a wrong one, and the
exit status is 1.

    python3 benchmarks/conversations.py
"""

import collections
import json
import sys
import tempfile
import urllib.request
from pathlib import Path

import machine

machine.enter_peers("conversations", ["--no-deps", "fow-cache==0.1.0"])

import fow_cache  # noqa: E402

import service  # noqa: E402

DATA = Path(fow_cache.__file__).parent / "data"


def pairs():
    for path in sorted(DATA.glob("conv-*/*.jsonl")):
        with open(path, encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


def is_hit(url, messages):
    body = json.dumps({"model": "refrain", "messages": messages}).encode()
    request = urllib.request.Request(url + "/v1/chat/completions", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return response.headers["Cache-Status"].startswith("refrain; hit")


def main():
    here = machine.describe()
    counts = collections.Counter(pairs=0, new=0, new_hits=0, repeated=0, repeated_hits=0)
    # The last words of a conversation, without what was said before: how often a cache of questions alone would hit.
    last_words = set()
    seen = set()
    with tempfile.TemporaryDirectory() as folder, service.StandIn() as stand_in:
        with service.Daemon(folder, "--upstream", stand_in.url, listen="127.0.0.1:0") as daemon:
            for pair in pairs():
                counts["pairs"] += 1
                for side in ("a", "b"):
                    messages, key = pair[side], json.dumps(pair[side])
                    kind = "repeated" if key in seen else "new"
                    counts[kind] += 1
                    counts[kind + "_hits"] += is_hit(daemon.url, messages)
                    words = " ".join(messages[-1]["content"].lower().split()).strip(".?! ")
                    counts["new_with_known_last_words"] += kind == "new" and words in last_words
                    last_words.add(words)
                    seen.add(key)
    print(json.dumps(counts))
    machine.save("conversations", here, counts)
    sys.exit(1 if counts["new_hits"] or counts["repeated_hits"] < counts["repeated"] else 0)


if __name__ == "__main__":
    main()
