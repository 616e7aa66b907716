#!/usr/bin/env python3
"""Measures the service as a client sees it: lookups over the Unix socket, embedding, import, memory.

    python3 benchmarks/lookup.py [--entries 10000] [--questions FILE] [--memory-entries 100000]

The questions are made from the descriptions of Debian's packages (apt-cache), or read from FILE
(questions.py). Latencies are of one client with one kept connection.
"""

import argparse
import base64
import json
import random
import re
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path

import machine
import questions


class Client:
    """One kept HTTP connection over a Unix socket; only what a measurement needs, so that it costs little itself."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))

    def send(self, method, path, body=b"", kind="application/json"):
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.socket.sendall(head.encode() + body)
        data = self.socket.recv(1 << 20)
        while b"\r\n\r\n" not in data:
            data += self.socket.recv(1 << 20)
        head, _, rest = data.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        while len(rest) < length:
            rest += self.socket.recv(1 << 20)
        if not head.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(rest[:500])
        return rest

    def lookup(self, question):
        return self.send("POST", "/cache/lookup", json.dumps({"question": question}).encode())


class Daemon:
    def __init__(self, folder, *arguments):
        self.data = Path(folder) / "data"
        self.process = subprocess.Popen(
            [machine.REFRAIN, "serve", "--data", self.data, "--log-level", "error",
             *(arguments if "--listen" in arguments else ("--listen", "none", *arguments))],
            env=machine.environment(), stdout=subprocess.PIPE, text=True)
        ready = self.process.stdout.readline()
        if not ready:
            raise SystemExit("the daemon did not start")
        self.socket = self.data / "refrain.sock"
        # Where it listens on TCP too.
        address = re.search(r"http://[\d.:]+", ready)
        self.url = address and address[0]

    def memory_mib(self):
        """Resident memory by kind: anonymous is the process's own, file is the mapped model."""
        sizes = {}
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(("VmRSS", "RssAnon", "RssFile")):
                sizes[line.split(":")[0]] = round(int(line.split()[1]) / 1024, 1)
        return sizes

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def measure_latency(client, texts, expected):
    times = []
    stages = {"embed": [], "search": []}
    for text in texts:
        body = json.dumps({"question": text}).encode()
        start = time.perf_counter()
        reply = client.send("POST", "/cache/lookup", body)
        times.append((time.perf_counter() - start) * 1000)
        reply = json.loads(reply)
        outcome = reply["outcome"]
        for name, values in stages.items():
            if reply["receipt"]["latency_ms"][name] is not None:
                values.append(reply["receipt"]["latency_ms"][name])
        if outcome not in expected:
            raise RuntimeError(f"{text!r} is {outcome}, not {expected}")
    figures = {"p50_ms": round(machine.percentile(times, 0.5), 3), "p99_ms": round(machine.percentile(times, 0.99), 3),
               "requests": len(times)}
    for name, values in stages.items():
        if values:
            figures[name + "_p50_ms"] = round(machine.percentile(values, 0.5), 3)
    return figures


def measure_small(folder, texts, random_source):
    """Import, lookups, embedding and memory with real texts."""
    figures = {}
    rows = Path(folder) / "questions.jsonl"
    with open(rows, "w", encoding="utf-8") as lines:
        for index, text in enumerate(texts):
            lines.write(json.dumps({"question": text, "answer": f"The answer to question {index}. " * 12}) + "\n")
    with Daemon(folder) as daemon:
        start = time.perf_counter()
        subprocess.run([machine.REFRAIN, "import", rows, "--data", daemon.data], env=machine.environment(), check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        figures["import"] = {"questions": len(texts), "seconds": round(seconds, 1),
                             "questions_per_second": round(len(texts) / seconds, 1)}
        client = Client(daemon.socket)
        some = [random_source.choice(texts) for _ in range(2_000)]
        measure_latency(client, some[:200], {"exact"})
        figures["exact_lookup"] = measure_latency(client, some, {"exact"})
        # A further word makes the wording new, so the question takes the whole semantic way.
        figures["semantic_lookup"] = measure_latency(
            client, [f"{text.rstrip('?')} today?" for text in some[:500]], {"judged", "miss"})
        figures["memory_mib"] = daemon.memory_mib()
        start = time.perf_counter()
        embedded = [f"{text.rstrip('?')} now?" for text in texts[:2_048]]
        for first in range(0, len(embedded), 256):
            client.send("POST", "/v1/embeddings", json.dumps(
                {"model": "all-MiniLM-L6-v2", "input": embedded[first:first + 256], "encoding_format": "base64"}).encode())
        figures["embedding"] = {"texts_per_second": round(len(embedded) / (time.perf_counter() - start), 1)}
    return figures


def measure_memory(folder, entries, random_source):
    """Memory with many entries; the vectors are brought along, so that this takes a minute and not ten."""
    def vector():
        values = [random_source.gauss(0, 1) for _ in range(384)]
        length = sum(value * value for value in values) ** 0.5
        return base64.b64encode(struct.pack("<384f", *(value / length for value in values))).decode()

    pool = [vector() for _ in range(512)]
    with Daemon(folder) as daemon:
        client = Client(daemon.socket)
        for first in range(0, entries, 256):
            lines = "".join(json.dumps({"question": f"question number {index} of the many", "answer": "yes " * 100,
                                        "embedding": pool[index % len(pool)]}) + "\n"
                            for index in range(first, min(first + 256, entries)))
            client.send("POST", "/cache/entries", lines.encode(), "application/x-ndjson")
        # One text is embedded, so that the model's memory counts too.
        client.lookup("how much memory does it take")
        grown = daemon.memory_mib()
    with Daemon(folder) as daemon:
        client = Client(daemon.socket)
        client.lookup("how much memory does it take")
        return {"entries": entries, "while_growing": grown, "after_restart": daemon.memory_mib()}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--entries", type=int, default=10_000)
    options.add_argument("--questions", type=Path)
    options.add_argument("--memory-entries", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    arguments = options.parse_args()
    about = machine.describe()
    random_source = random.Random(arguments.seed)
    texts = questions.distinct(arguments.questions)
    random_source.shuffle(texts)
    texts = texts[:arguments.entries]
    if len(texts) < arguments.entries:
        raise SystemExit(f"only {len(texts)} questions; run apt-get update, or give --questions FILE")
    figures = {}
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as folder:
        figures["small"] = measure_small(folder, texts, random_source)
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as folder:
        figures["large"] = measure_memory(folder, arguments.memory_entries, random_source)
    print(json.dumps({"machine": about, "figures": figures}, indent=2))
    machine.save("lookup", about, figures)


if __name__ == "__main__":
    main()
