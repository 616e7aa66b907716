#!/usr/bin/env python3
"""Clients that leave at random moments, under load: nobody may get an answer to another's question.

    python3 checks/aborts.py [--requests 10000] [--seed 1]

Each request asks for a nonce of its own, and the stand-in's answer names the hash of the question it was asked; half of them are streamed, half share their
question with others under way, half of the clients leave before they have read their answer, at a random moment. Exit 1
when an answer carried another's nonce, when the daemon ended, or when it keeps connections or descriptors.
"""

import argparse
import json
import random
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import ground
import service


def stable_hash(text):
    """As the stand-in hashes a question: FNV-1a over the bytes of a seed of 0 and the text, mixed as by SplitMix64."""
    mask = (1 << 64) - 1
    state = 0xCBF29CE484222325
    for byte in bytes(8) + text.encode() + b"\xff":
        state = ((state ^ byte) * 0x100000001B3) & mask
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & mask
    return f"{state ^ (state >> 31):016x}"


class Tally:
    def __init__(self):
        self.lock = threading.Lock()
        self.counts = {"answered": 0, "left": 0, "refused": 0, "wrong": 0}

    def add(self, name):
        with self.lock:
            self.counts[name] += 1


def ask(url, number, seed, tally):
    source = random.Random(f"{seed}-{number}")
    nonce = f"nonce{number // 2 if source.random() < 0.5 else number + 10**6}x"
    question = f"Please tell me of {nonce}"
    client = service.Client(url, timeout=60)
    try:
        client.post("/v1/chat/completions", service.chat(question, stream=source.random() < 0.5))
        if source.random() < 0.5:
            time.sleep(source.choice([0, 0, source.uniform(0, 0.05)]))
            if source.random() < 0.5:
                client.socket.recv(source.randrange(1, 400))
            tally.add("left")
            return
        data = b""
        while not data.endswith(b"0\r\n\r\n") and not is_whole(data):
            data += client.receive()
        if not data.startswith(b"HTTP/1.1 200"):
            tally.add("refused")
        elif f"question {stable_hash(question)}".encode() in text(data):
            tally.add("answered")
        else:
            tally.add("wrong")
    except OSError:
        tally.add("refused")
    finally:
        client.close()


def text(data):
    """All that the answer says, put together from its events where it is a stream."""
    head, _, body = data.partition(b"\r\n\r\n")
    if b"chunked" in head.lower():
        body = unchunked(body)
    if not body.startswith(b"data:"):
        return body
    choices = [choice for line in body.split(b"\n") if line.startswith(b"data: {") for choice in json.loads(line[6:])["choices"]]
    return "".join(choice["delta"].get("content") or "" for choice in choices).encode()


def unchunked(body):
    whole = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        whole, body = whole + rest[:length], rest[length + 2:]
    return whole


def is_whole(data):
    head, mark, body = data.partition(b"\r\n\r\n")
    lengths = [int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return bool(mark and lengths) and len(body) >= lengths[0]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--requests", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    arguments = options.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="refrain-check-") as folder, service.StandIn() as stand_in, service.Daemon(
            folder, "--upstream", stand_in.url, "--floor", "1", listen="127.0.0.1:0") as daemon:
        service.Client(daemon.url).lookup("Is it warm?")
        before = daemon.descriptors()
        with ThreadPoolExecutor(32) as pool:
            for number in range(arguments.requests):
                pool.submit(ask, daemon.url, number, arguments.seed, tally)
        left_over = None
        for _ in range(100):
            time.sleep(0.1)
            # Connections to the stand-in are kept on purpose, up to curl's own number.
            left_over = daemon.descriptors() - before
            if left_over <= 80:
                break
        is_alive = daemon.process.poll() is None
    figures = tally.counts | {"requests": arguments.requests, "descriptors_more": left_over}
    ground.report(
        figures, is_alive and figures["wrong"] == 0 and figures["refused"] == 0 and figures["answered"] > 0
        and left_over <= 80)


if __name__ == "__main__":
    main()
