#!/usr/bin/env python3
"""Measures the service while its store grows, and how long it takes to start with all of it.

    python3 benchmarks/growth.py [--entries 100000] [--plot FILE.svg] [--questions FILE]
    python3 benchmarks/growth.py --entries 1000000

Entries come in over the Unix socket, 256 a request, with their vectors: real questions' (questions.py), and mixtures of
three of them beyond their number (search.py). Ten times on the way, lookups of a stored wording and of a new one with its
vector are timed on one kept connection, and memory and file are looked at. In the end the service is stopped and started
again, the file in the system's cache: timed are its ready line and the first answer of each kind, and when a search has
become as fast as it was before the stop. Rows are verified by their checksums, as at any start.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import machine
import questions
import search
from gptcache import BATCH, answer, encoded, summary, timed
from service import Client, Daemon

STEPS = 10
LOOKUPS = 400


def text_of(number):
    return f"What is the answer to question number {number}?"


def insert(client, rows, first, last):
    """Entries a second, without the time that the client takes to write its requests."""
    seconds = 0.0
    for start in range(first, last, BATCH):
        part = range(start, min(start + BATCH, last))
        lines = "".join(json.dumps({"question": text_of(number), "answer": answer(text_of(number)),
                                    "embedding": encoded(rows[number])}) + "\n" for number in part).encode()
        begin = time.perf_counter()
        reply = json.loads(client.send("POST", "/cache/entries", lines, "application/x-ndjson"))
        seconds += time.perf_counter() - begin
        if reply["errors"]:
            raise SystemExit(f"an entry was not stored: {reply['errors'][0]}")
    return (last - first) / seconds


def bodies(queries):
    """Lookups of a new wording with its vector at hand."""
    return [json.dumps({"question": f"Is there a thing like number {number}?", "embedding": encoded(vector)}).encode()
            for number, vector in enumerate(queries)]


def look(daemon, client, near, count):
    said = [json.dumps({"question": text_of(random.randrange(count))}).encode() for _ in range(LOOKUPS)]

    def post(body):
        return client.send("POST", "/cache/lookup", body)
    return {"entries": count, "same_words": summary(timed(post, said)), "new_wording": summary(timed(post, near)),
            "memory_mib": daemon.memory_mib(),
            "file_mb": round(sum(os.path.getsize(path) for path in daemon.data.glob("refrain.db*")) / 1e6)}


def grow(folder, rows, near):
    figures = []
    with Daemon(folder) as daemon:
        client = Client(daemon.socket)
        step = len(rows) // STEPS
        for first in range(0, step * STEPS, step):
            rate = insert(client, rows, first, first + step)
            # The fit that this may have made due is not a lookup's usual company.
            time.sleep(1)
            figures.append(look(daemon, client, near, first + step) | {"inserts_per_second": round(rate)})
            line = figures[-1]
            print(f"{line['entries']:>9} entries: {line['inserts_per_second']:>6}/s, same words p99 "
                  f"{line['same_words']['p99_ms']:.2f} ms, new wording p50 {line['new_wording']['p50_ms']:.2f} p99 "
                  f"{line['new_wording']['p99_ms']:.2f} ms, {line['memory_mib']['RssAnon']:.0f} MiB", flush=True)
    return figures


def start(folder, near, usual_ms):
    """Seconds from the command to each event."""
    for path in (Path(folder) / "data").glob("refrain.db*"):
        with open(path, "rb") as file:
            while file.read(1 << 24):
                pass
    begin = time.perf_counter()
    with Daemon(folder) as daemon:
        ready = time.perf_counter() - begin
        client = Client(daemon.socket)
        client.send("POST", "/cache/lookup", json.dumps({"question": text_of(0)}).encode())
        exact = time.perf_counter() - begin
        client.send("POST", "/cache/lookup", near[0])
        first = time.perf_counter() - begin
        settled = None
        while settled is None and time.perf_counter() - begin < 120:
            times = timed(lambda body: client.send("POST", "/cache/lookup", body), near[:20])
            if machine.percentile(times, 0.5) < 1.5 * usual_ms:
                settled = round(time.perf_counter() - begin, 2)
        return {"ready_seconds": round(ready, 2), "first_exact_answer_seconds": round(exact, 2),
                "first_semantic_answer_seconds": round(first, 2), "usual_search_seconds": settled,
                "memory_mib": daemon.memory_mib()}


def plot(figures, path):
    """Three charts below each other, as SVG."""
    charts = [("entries put in, a second", lambda row: row["inserts_per_second"]),
              ("new wording with its vector, p99 in ms", lambda row: row["new_wording"]["p99_ms"]),
              ("memory without files, MiB", lambda row: row["memory_mib"]["RssAnon"])]
    width, height, left, top = 640, 170, 80, 40
    most = figures[-1]["entries"]
    parts = []
    for number, (title, value) in enumerate(charts):
        y = number * (height + 60) + top
        high = max(map(value, figures)) * 1.1
        points = " ".join(f"{left + row['entries'] / most * width:.1f},{y + height * (1 - value(row) / high):.1f}"
                          for row in figures)
        parts.append(f'<text x="{left}" y="{y - 10}">{title}</text>')
        for share in (0, 0.5, 1):
            line = y + height * (1 - share / 1.1)
            parts.append(f'<path d="M{left} {line:.1f}H{left + width}" stroke="#ddd"/>'
                         f'<text x="{left - 8}" y="{line + 4:.1f}" text-anchor="end">{high / 1.1 * share:,.4g}</text>')
        parts.append(f'<polyline points="{points}" fill="none" stroke="#2563eb" stroke-width="2"/>')
        for share in (0.5, 1):
            parts.append(f'<text x="{left + width * share}" y="{y + height + 18}" text-anchor="end">'
                         f'{most * share:,.0f} entries</text>')
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 30}" height="{3 * (height + 60) + top}" '
        'font-family="sans-serif" font-size="13" fill="#222"><rect width="100%" height="100%" fill="#fff"/>'
        + "".join(parts) + "</svg>\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--questions", type=Path, help="JSON lines, gzipped or not; see questions.py")
    source.add_argument("--vectors", help="their embeddings, float32 [questions x dimension], as a .npy file")
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--distinct", type=int, default=5_000, help="how many questions are embedded at most")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--folder", type=Path, help="where the store is made; it stays there")
    arguments = parser.parse_args()
    machine.enter_peers("search-peers", search.PEERS, OMP_NUM_THREADS="1")
    subprocess.run(["swift", "build", "-c", "release", "--product", "bench-search"], cwd=machine.ROOT, check=True,
                   stdout=sys.stderr)
    described = machine.describe()
    random.seed(1)
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        vectors = search.load(arguments, Path(temporary))
        near = bodies(vectors[:LOOKUPS])
        figures = grow(folder, search.filled(vectors[LOOKUPS:], arguments.entries), near)
        begun = [start(folder, near, figures[-1]["new_wording"]["p50_ms"]) for _ in range(3)]
    for line in begun:
        print(f"ready after {line['ready_seconds']} s, first exact answer {line['first_exact_answer_seconds']}, semantic "
              f"{line['first_semantic_answer_seconds']}, searches as usual {line['usual_search_seconds']}")
    if arguments.plot:
        plot(figures, arguments.plot)
    machine.save("growth", described, {"growth": figures, "start": begun})


if __name__ == "__main__":
    main()
