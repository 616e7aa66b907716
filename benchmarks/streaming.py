#!/usr/bin/env python3
"""Measures what standing in front of the model adds to a streamed answer: the time to its first event.

    python3 benchmarks/streaming.py [--requests 400]

The same request goes to a stand-in for the models' API directly and through refrain, in turns: past the cache (no-store),
as a miss of a scope with entries (which embeds the question before it asks), and as a hit. Both sides are one client with
one kept connection over TCP on loopback.
"""

import argparse
import json
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import machine

STAND_IN = machine.ROOT / ".build" / "release" / "refrain-standin"


class Client:
    """One kept connection that notes when the first event of an answer has come."""

    def __init__(self, url):
        host, _, port = url.split("://")[1].split("/")[0].partition(":")
        self.host = host
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def first_event_ms(self, question, headers=""):
        body = json.dumps({"model": "gpt-5.2", "stream": True, "messages": [{"role": "user", "content": question}]}).encode()
        head = (f"POST /v1/chat/completions HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n{headers}\r\n")
        start = time.perf_counter()
        self.socket.sendall(head.encode() + body)
        data = b""
        while b"data:" not in data:
            data += self.receive()
        first = (time.perf_counter() - start) * 1000
        head, _, rest = data.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(data[:500])
        # A hit comes with its length, a relayed stream in chunks.
        length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), None)
        while len(rest) < length if length is not None else not rest.endswith(b"0\r\n\r\n"):
            rest += self.receive()
        return first, head

    def receive(self):
        piece = self.socket.recv(1 << 20)
        if not piece:
            raise RuntimeError("the connection was closed")
        return piece


def started(command):
    process = subprocess.Popen([str(word) for word in command], env=machine.environment(), stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline()


def figures_of(times):
    return {"p50_ms": round(machine.percentile(times, 0.5), 3), "p99_ms": round(machine.percentile(times, 0.99), 3)}


def measure(direct, through, requests):
    """Times by way, the ways in turns."""
    times = {"direct": [], "past the cache": [], "miss": [], "hit": []}
    for number in range(requests + 20):
        question = f"Which of the {number} lighthouses on the coast was built first, and by whom?"
        ways = [
            ("direct", direct, "", None), ("past the cache", through, "Cache-Control: no-store\r\n", b"fwd=miss"),
            ("miss", through, "", b"fwd=miss"), ("hit", through, "", b"refrain; hit"),
        ]
        for name, client, headers, status in ways:
            milliseconds, head = client.first_event_ms(question, headers)
            if status and status not in head:
                raise RuntimeError(f"{name}: {head.decode()}")
            # The first ones warm up both sides.
            if number >= 20:
                times[name].append(milliseconds)
    return {name: figures_of(values) for name, values in times.items()}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--requests", type=int, default=400)
    arguments = options.parse_args()
    about = machine.describe()
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as folder:
        stand_in, line = started([STAND_IN, "--port", "0", "--until-stdin-closes"])
        upstream = line.split()[2]
        # No confirmations: mini would be asked about questions that differ in a number alone.
        daemon, line = started([
            machine.REFRAIN, "serve", "--data", Path(folder) / "data", "--listen", "127.0.0.1:0", "--upstream", upstream,
            "--log-level", "error", "--floor", "1"])
        url = next(word.strip(";,") for word in line.split() if word.startswith("http://"))
        try:
            figures = measure(Client(upstream), Client(url), arguments.requests)
        finally:
            daemon.terminate()
            daemon.wait()
            stand_in.stdin.close()
            stand_in.wait()
    for name in ("past the cache", "miss"):
        figures[name]["added_p50_ms"] = round(figures[name]["p50_ms"] - figures["direct"]["p50_ms"], 3)
    print(json.dumps({"machine": about, "figures": figures}, indent=2))
    machine.save("streaming", about, figures)


if __name__ == "__main__":
    main()
