#!/usr/bin/env python3
"""Idle connections and clients that send their headers a byte at a time: what they cost those that work.

    python3 checks/idle.py [--idle 9000] [--slow 500] [--seconds 5]

The p99 of exact lookups of one client over TCP is measured without them, with them, and without them again. The goal is at
most twice the larger of the values without them. Exit 1 when it is missed by far (five times), since machines are noisy, or
when a lookup failed. Needs a limit of open files above the number of connections (ulimit -n).
"""

import argparse
import json
import resource
import socket
import tempfile
import threading
import time

import ground
import machine
import service


def lookups(url, seconds):
    client = service.Client(url, timeout=30)
    times = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        start = time.perf_counter()
        if json.loads(client.lookup("Who is it?"))["outcome"] != "exact":
            raise SystemExit("a lookup failed")
        times.append((time.perf_counter() - start) * 1000)
    client.close()
    return {"p50_ms": round(machine.percentile(times, 0.5), 3), "p99_ms": round(machine.percentile(times, 0.99), 3)}


class SlowClients:
    """Send a header a byte at a time, each a byte in some tenths of a second."""

    def __init__(self, address, count):
        self.sockets = [socket.create_connection(address) for _ in range(count)]
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.drip)
        self.thread.start()

    def drip(self):
        head = b"GET /healthz HTTP/1.1\r\nX-Slow: " + b"a" * 10_000
        for index in range(len(head)):
            for connection in self.sockets:
                if self.is_over.is_set():
                    return
                try:
                    connection.send(head[index:index + 1])
                except OSError:
                    continue
            time.sleep(0.1)

    def stop(self):
        self.is_over.set()
        self.thread.join()
        for connection in self.sockets:
            connection.close()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--idle", type=int, default=9_000)
    options.add_argument("--slow", type=int, default=500)
    options.add_argument("--seconds", type=float, default=5)
    arguments = options.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="refrain-check-") as folder, service.Daemon(
            folder, listen="127.0.0.1:0") as daemon:
        service.Client(daemon.url).send(
            "POST", "/cache/entries", json.dumps({"question": "Who is it?", "answer": "Ann."}).encode())
        lookups(daemon.url, 1)
        before = lookups(daemon.url, arguments.seconds)
        host, port = daemon.url.removeprefix("http://").split(":")
        idle = [socket.create_connection((host, int(port))) for _ in range(arguments.idle)]
        slow = SlowClients((host, int(port)), arguments.slow)
        beside = lookups(daemon.url, arguments.seconds)
        slow.stop()
        for connection in idle:
            connection.close()
        after = lookups(daemon.url, arguments.seconds)
    ratio = round(beside["p99_ms"] / max(before["p99_ms"], after["p99_ms"]), 2)
    ground.report({"idle": arguments.idle, "slow": arguments.slow, "before": before, "beside": beside, "after": after,
                   "p99_ratio": ratio}, ratio <= 5)


if __name__ == "__main__":
    main()
