#!/usr/bin/env python3
"""Measures what standing in front of the model adds to a streamed answer: the time to its first event.

    python3 benchmarks/streaming.py [--requests 400]

The same request goes to a stand-in for the models' API directly and through refrain, in turns: past the cache (no-store),
as a miss of a scope with entries (which embeds the question before it asks), and as a hit. Both sides are one client with
one kept connection over TCP on loopback.
"""

import argparse
import json
import tempfile
import time

import machine
import service


class StreamClient(service.Client):
    """Notes when the first event of an answer has come."""

    def first_event_ms(self, question, headers=""):
        body = service.chat(question, model="gpt-5.2", stream=True)
        start = time.perf_counter()
        self.post("/v1/chat/completions", body, headers)
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
        # No confirmations: mini would be asked about questions that differ in a number alone.
        with service.StandIn() as stand_in, service.Daemon(
                folder, "--upstream", stand_in.url, "--floor", "1", listen="127.0.0.1:0") as daemon:
            figures = measure(StreamClient(stand_in.url), StreamClient(daemon.url), arguments.requests)
    for name in ("past the cache", "miss"):
        figures[name]["added_p50_ms"] = round(figures[name]["p50_ms"] - figures["direct"]["p50_ms"], 3)
    print(json.dumps({"machine": about, "figures": figures}, indent=2))
    machine.save("streaming", about, figures)


if __name__ == "__main__":
    main()
