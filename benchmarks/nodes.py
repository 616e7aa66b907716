#!/usr/bin/env python3
"""Measures one, two and three nodes on one PostgreSQL beside a daemon on its SQLite file, and what a node costs.

    python3 benchmarks/nodes.py [--entries 10000] [--scope 100000] [--seconds 3] [--rounds 3] [--nodes 3]

Exact hits of a chat and hits by likeness with the caller's vector, 12 connections in all, in turns; stores; how long a cold node
takes until it knows a scope of --scope entries, its memory and the bytes that it reads for it; and how long after its
acknowledgement a store is known to the other nodes while 1,000 a second come in. Everything shares one machine, the load generator
(wrk) too: rates do not grow with nodes, what a request takes of the processor, at the node and at the server, is what counts.
The server does not wait for its disk (fsync off). Hits are by real questions about Debian's packages (questions.py) with their own
embeddings; where only the number of rows matters, vectors are of random signs, made for the purpose. Needs Debian's packages postgresql
and wrk.
"""

import argparse
import base64
import json
import random
import struct
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import machine
import questions
import service
from hits import wrk

sys.path.insert(0, str(machine.ROOT / "checks"))
import fleet  # noqa: E402
import postgres  # noqa: E402

CONNECTIONS = 12
# Questions that are asked in turn.
ASKED = 500
PART = 384 ** -0.5
SIGNS = [struct.pack("<8f", *(PART if byte >> bit & 1 else -PART for bit in range(8))) for byte in range(256)]
# Bodies in turn, so that no answer is remembered from the request before.
TURNS = """
local bodies, number = {}, 0
init = function()
   for line in io.lines("%s") do bodies[#bodies + 1] = wrk.format("POST", "%s", {["Content-Type"] = "application/json"}, line) end
end
request = function()
   number = number %% #bodies + 1
   return bodies[number]
end
"""


def vector(text):
    """A unit vector of a text's own, in a hundredth of the time of a normally distributed one."""
    bits = random.Random(text).randbytes(48)
    return base64.b64encode(b"".join(SIGNS[byte] for byte in bits)).decode()


def question(name, number):
    return f"What is the number of {name} part {number}?"


def near(name, number):
    """A lookup in other words whose vector is at hand."""
    return {"question": f"Tell me the number of {name} part {number}.", "embedding": vector(question(name, number))}


def fill(client, name, count, **members):
    """Stores made-up entries; how many a second."""
    texts = [question(name, number) for number in range(count)]
    return store_all(client, zip(texts, map(vector, texts)), **members)


def store_all(client, rows, **members):
    """Stores entries by questions and their vectors, 256 a request; how many a second."""
    lines = [json.dumps({"question": text, "answer": f"It is {number}. " * 12, "embedding": embedding} | members) + "\n"
             for number, (text, embedding) in enumerate(rows)]
    begin = time.perf_counter()
    for first in range(0, len(lines), 256):
        client.send("POST", "/cache/entries", "".join(lines[first:first + 256]).encode(), "application/x-ndjson")
    return round(len(lines) / (time.perf_counter() - begin))


class Side:
    """Daemons that are measured together, and the server that they ask."""

    def __init__(self, daemons, server=None):
        self.daemons, self.server = daemons, server

    def cpu_seconds(self):
        return (sum(service.cpu_seconds(daemon.process) for daemon in self.daemons),
                self.server.cpu_seconds() if self.server else 0)

    def measure(self, script, seconds):
        """All daemons at the same time, each with its part of the connections."""
        before = self.cpu_seconds()
        with ThreadPoolExecutor(len(self.daemons)) as pool:
            rows = list(pool.map(
                lambda daemon: wrk(daemon.url, CONNECTIONS // len(self.daemons), seconds, script), self.daemons))
        requests = sum(row["requests"] for row in rows)
        node, server = (after - start for after, start in zip(self.cpu_seconds(), before))
        return {"requests_per_second": round(sum(row["requests_per_second"] for row in rows)),
                "p50_ms": max(row["p50_ms"] for row in rows), "p99_ms": max(row["p99_ms"] for row in rows),
                "node_cpu_us": round(node * 1e6 / requests, 1), "server_cpu_us": round(server * 1e6 / requests, 1)}


def embedded(client, texts):
    """The texts' embeddings by the daemon's own model, as a request carries them."""
    vectors = []
    for first in range(0, len(texts), 64):
        body = {"model": "all-MiniLM-L6-v2", "input": texts[first:first + 64], "encoding_format": "base64"}
        reply = json.loads(client.send("POST", "/v1/embeddings", json.dumps(body).encode()))
        vectors += [row["embedding"] for row in reply["data"]]
    return vectors


def in_other_words(client, texts, count):
    """Lookups of stored questions in other words, with their own vectors: those that are hits, for that is what is measured."""
    found = []
    for first in range(0, len(texts), 64):
        others = [f"My question: {text}" for text in texts[first:first + 64]]
        bodies = [{"question": text, "embedding": embedding} for text, embedding in zip(others, embedded(client, others))]
        found += [body for body in bodies if fleet.lookup(client, **body)["outcome"] == "judged"]
        if len(found) >= count:
            return found[:count]
    raise RuntimeError(f"of {len(texts)} questions in other words only {len(found)} are hits by likeness")


def script(folder, name, path, bodies):
    """What wrk sends: bodies in turn."""
    lines, file = Path(folder) / f"{name}.lines", Path(folder) / f"{name}.lua"
    lines.write_text("\n".join(bodies) + "\n", encoding="utf-8")
    file.write_text(TURNS % (lines, path), encoding="utf-8")
    return file


def check_hits(daemon, texts, near):
    """What is measured must be what it is called."""
    client = service.Client(daemon.socket)
    for bodies, outcome in (([{"question": text} for text in texts], "exact"), (near, "judged")):
        for body in bodies:
            if fleet.seconds_until(lambda body=body: fleet.lookup(client, **body)["outcome"] == outcome, 60) is None:
                raise RuntimeError(f"{body['question']!r} is not {outcome}")


def throughput(folder, shared, arguments):
    """Every side in turn, the median round of each by its rate."""
    alone = service.Daemon(folder, *shared.options, listen="127.0.0.1:0")
    try:
        client = service.Client(alone.socket, 600)
        texts = questions.questions_of_packages()
        random.Random(1).shuffle(texts)
        texts = texts[:arguments.entries]
        rows = list(zip(texts, embedded(client, texts)))
        figures = {"stored_per_second": {"SQLite": store_all(client, rows),
                                         "PostgreSQL": store_all(shared.nodes[0].client(600), rows)}}
        asked, near = texts[:ASKED], in_other_words(client, texts, ASKED)
        for daemon in [alone, *shared.nodes]:
            check_hits(daemon, asked, near)
        sides = {"SQLite": Side([alone])} | {
            f"{count} nodes": Side(shared.nodes[:count], shared.server) for count in range(1, len(shared.nodes) + 1)}
        for kind, path, bodies in [
                ("exact", "/v1/chat/completions", [service.chat(text).decode() for text in asked]),
                ("likeness", "/cache/lookup", [json.dumps(body) for body in near])]:
            file = script(folder, kind, path, bodies)
            rounds = {name: [] for name in sides}
            for _ in range(arguments.rounds):
                for name, side in sides.items():
                    rounds[name].append(side.measure(file, arguments.seconds))
            figures[kind] = {name: sorted(rows, key=lambda row: row["requests_per_second"])[len(rows) // 2]
                             for name, rows in rounds.items()}
            for name, row in figures[kind].items():
                row["to_SQLite"] = round(row["requests_per_second"] / figures[kind]["SQLite"]["requests_per_second"], 2)
        return figures
    finally:
        alone.stop()


def stores(shared, seconds, clients=8):
    """Single stores by several clients at one node."""
    node, side = shared.nodes[0], Side([shared.nodes[0]], shared.server)
    end = time.monotonic() + seconds

    def write(index):
        client, number = node.client(), 0
        while time.monotonic() < end:
            fleet.store(client, question(f"single {index}", number), "It is. " * 40, embedding=vector(f"{index} {number}"))
            number += 1
        return number

    before = side.cpu_seconds()
    with ThreadPoolExecutor(clients) as pool:
        count = sum(pool.map(write, range(clients)))
    spent = [after - start for after, start in zip(side.cpu_seconds(), before)]
    return {"stores_per_second": round(count / seconds), "node_cpu_us": round(spent[0] * 1e6 / count),
            "server_cpu_us": round(spent[1] * 1e6 / count)}


def memory_after_start(node):
    """What a node takes that has just started and has been asked for nothing but a small scope."""
    node.stop()
    begin = time.perf_counter()
    node.restart()
    ready = time.perf_counter() - begin
    fleet.lookup(node.client(600), **near("shared", 0))
    return ready, node.memory_mib()["RssAnon"]


def cold(folder, entries):
    """A node that starts and is asked for a scope that it does not know yet, on a server of its own. The scope is made in a
    file and copied over, a tenth of the time that storing it there takes."""
    with fleet.Fleet(0, floor=0.6, is_direct=True, has_models=False) as own:
        source, server = Path(folder) / "source", own.server
        maker = service.Daemon(source, *own.options)
        try:
            client = service.Client(maker.socket, 600)
            fill(client, "shared", 1)
            fill(client, "large", entries, scope="large")
        finally:
            maker.stop()
        url = f"postgresql://{postgres.USER}@127.0.0.1:{server.port}/{postgres.DATABASE}"
        empty_size = int(server.query("SELECT pg_database_size('refrain')"))
        begin = time.perf_counter()
        subprocess.run([machine.REFRAIN, "copy", "--from", f"sqlite:{source}/data", "--to", url], check=True,
                       stdout=subprocess.DEVNULL, env=machine.environment())
        copied = time.perf_counter() - begin
        size = int(server.query("SELECT pg_database_size('refrain')")) - empty_size
        node = own.add_node()
        _, empty = memory_after_start(node)
        server_seconds = server.cpu_seconds()
        ready, _ = memory_after_start(node)
        client, begin = node.client(600), time.perf_counter()
        fleet.lookup(client, question("large", entries - 1), scope="large")
        by_words = time.perf_counter() - begin
        by_likeness = until_known(client, entries)
        node_seconds, server_seconds = service.cpu_seconds(node.process), server.cpu_seconds() - server_seconds
        loaded = node.memory_mib()["RssAnon"]
        node.stop()
        return {"entries": entries, "copied_s": round(copied, 1), "ready_s": round(ready, 2),
                "first_exact_hit_ms": round(by_words * 1000, 1), "first_hit_by_likeness_s": round(by_likeness, 2),
                "node_cpu_s": round(node_seconds, 2), "server_cpu_s": round(server_seconds, 2),
                "memory_mib": {"without": empty, "with": loaded},
                "memory_bytes_per_entry": round((loaded - empty) * 2**20 / entries),
                "server_bytes_per_entry": round(size / entries), "network_bytes_per_entry": carried(own, entries)}


def until_known(client, entries):
    """The seconds until the large scope's last entry is found by likeness."""
    seconds = fleet.seconds_until(
        lambda: fleet.lookup(client, scope="large", **near("large", entries - 1))["outcome"] == "judged", 600)
    if seconds is None:
        raise RuntimeError("a cold node did not find the scope's entries in ten minutes")
    return seconds


def carried(shared, entries):
    """What one more node reads from the server for the scope, start included; its network counts."""
    node = fleet.Node(shared.folder, "counted", shared.servers, None, shared.options)
    try:
        until_known(node.client(600), entries)
        return round(node.links[0].order("pass") / entries)
    finally:
        node.remove()


class Writers:
    """Stores at a steady rate, ten a request, until told to stop; remembers the latest that was acknowledged."""

    def __init__(self, node, rate, threads=2):
        self.latest, self.stored, self.is_over = None, 0, threading.Event()
        self.interval, self.lock = 10 * threads / rate, threading.Lock()
        self.threads = [threading.Thread(target=self.write, args=(node, index)) for index in range(threads)]
        for thread in self.threads:
            thread.start()

    def write(self, node, index):
        client, number, due = node.client(60), 0, time.monotonic()
        while not self.is_over.is_set():
            name = f"stream {index} {number}"
            fill(client, name, 10)
            with self.lock:
                self.latest, self.stored = (name, time.monotonic()), self.stored + 10
            number, due = number + 1, due + self.interval
            time.sleep(max(0, due - time.monotonic()))

    def stop(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()


def lag(shared, seconds, rate=1_000):
    """How long after its acknowledgement a store is known to another node, by likeness, while many come in."""
    others = [node.client() for node in shared.nodes[1:]]
    writers, lags, begin = Writers(shared.nodes[0], rate), [], time.monotonic()
    try:
        while time.monotonic() - begin < seconds:
            time.sleep(0.03)
            if writers.latest is None:
                continue
            name, acknowledged = writers.latest
            client = others[len(lags) % len(others)]
            if fleet.seconds_until(lambda: fleet.lookup(client, **near(name, 9))["outcome"] == "judged", 30) is None:
                raise RuntimeError("a store was not known to another node after 30 s")
            lags.append(time.monotonic() - acknowledged)
    finally:
        writers.stop()
    return {"stores_per_second": round(writers.stored / (time.monotonic() - begin)), "samples": len(lags)} | {
        f"p{share}_ms": round(machine.percentile(lags, share / 100) * 1000, 1) for share in (50, 99)} | {
        "most_ms": round(max(lags) * 1000, 1)}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--entries", type=int, default=10_000)
    options.add_argument("--scope", type=int, default=100_000)
    options.add_argument("--seconds", type=int, default=3)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--nodes", type=int, default=3)
    arguments = options.parse_args()
    about, figures = machine.describe(), {}
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as folder:
        with fleet.Fleet(arguments.nodes, floor=0.6, is_direct=True, has_models=False) as shared:
            figures["throughput"] = throughput(folder, shared, arguments)
            figures["stores"] = stores(shared, arguments.seconds)
            if arguments.nodes > 1:
                figures["lag"] = lag(shared, 10)
        figures["cold"] = cold(folder, arguments.scope)
    print(json.dumps({"machine": about, "figures": figures}, indent=2))
    machine.save("nodes", about, figures)


if __name__ == "__main__":
    main()
