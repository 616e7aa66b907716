#!/usr/bin/env python3
"""Takes away what the daemon needs, or damages what it has, and looks whether it goes on.

    python3 checks/faults.py

A limit of the file's size (as a full disk), a limit of descriptors, a database whose pages are overwritten, one that cannot
be opened. Exact hits must be served throughout, misses answered by the stand-in, failed writes said and counted; when the
limit is lifted writes must work again by themselves, and the processor must not be kept busy. Exit 1 when one of it fails.
"""

import json
import random
import resource
import sqlite3
import tempfile
import time
from contextlib import contextmanager

import ground
import service

findings = {}


def note(name, is_well, found):
    findings[name] = {"well": bool(is_well), "found": found}


@contextmanager
def rig(folder, *options, **more):
    with service.StandIn() as stand_in, service.Daemon(
            folder, "--upstream", stand_in.url, "--floor", "1", *options, **more) as daemon:
        yield daemon


def store(client, question, answer="An answer."):
    body = {"question": question, "answer": answer, "embedding": ground.vector(question)}
    client.send("POST", "/cache/entries", json.dumps(body).encode())


def outcome(client, question):
    return json.loads(client.lookup(question))["outcome"]


def metric(client, name):
    lines = client.send("GET", "/metrics").decode().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(name + " ")))


def busy_share(daemon, seconds=1.0):
    """The share of a core that the daemon takes while nobody asks."""
    before = service.cpu_seconds(daemon.process)
    time.sleep(seconds)
    return round((service.cpu_seconds(daemon.process) - before) / seconds, 3)


def file_size_limit(folder):
    limit = 1 << 20
    with rig(folder, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))) as daemon:
        client = service.Client(daemon.socket, timeout=30)
        store(client, "Who is it?")
        refusals = 0
        for number in range(400):
            try:
                store(client, f"What is number {number}?", "word " * 2_000)
            except service.Refused as refusal:
                refusals += refusal.status == 503 and b"store_error" in refusal.body
        note("file size limit: writes are refused with 503", refusals > 0, refusals)
        note("file size limit: lookups go on", outcome(client, "Who is it?") == "exact", "exact")
        answer = json.loads(client.send("POST", "/v1/chat/completions", service.chat("Is there no room?" + " long" * 900)))
        note("file size limit: a miss is answered", answer["choices"][0]["message"]["content"] != "", "answered")
        note("file size limit: errors are counted", metric(client, "refrain_store_errors_total") > 0, "counted")
        note("file size limit: no spin", busy_share(daemon) < 0.1, busy_share(daemon))
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        store(client, "Is there room again?")
        note("file size limit: writes resume", outcome(client, "Is there room again?") == "exact", "exact")


def descriptor_limit(folder):
    with rig(folder, listen="127.0.0.1:0", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))) as daemon:
        client = service.Client(daemon.url, timeout=30)
        store(client, "Who is it?")
        others = []
        for _ in range(100):
            try:
                others.append(service.Client(daemon.url, timeout=1))
            except OSError:
                break
        note("descriptor limit: who is connected is served", outcome(client, "Who is it?") == "exact", len(others))
        note("descriptor limit: no spin", busy_share(daemon) < 0.2, busy_share(daemon))
        for other in others:
            other.close()
        time.sleep(1)
        late = service.Client(daemon.url, timeout=30)
        note("descriptor limit: others are served when there is room", outcome(late, "Who is it?") == "exact", "exact")


def damaged_pages(folder):
    """Overwrites pages in the middle of the file, one after the other, each in a copy."""
    with rig(folder) as daemon:
        client = service.Client(daemon.socket, timeout=30)
        for number in range(300):
            store(client, f"What is number {number}?", "word " * 300)
    database = daemon.data / "refrain.db"
    whole = database.read_bytes()
    source = random.Random(1)
    pages = len(whole) // 8192
    started, served, wrong = 0, 0, 0
    chosen = source.sample(range(1, pages), 12)
    for page in chosen:
        database.write_bytes(whole[:page * 8192] + source.randbytes(8192) + whole[(page + 1) * 8192:])
        with rig(folder) as daemon:
            started += 1
            client = service.Client(daemon.socket, timeout=30)
            for number in range(300):
                reply = json.loads(client.lookup(f"What is number {number}?"))
                served += reply["outcome"] == "exact"
                wrong += reply.get("answer", "word " * 300) != "word " * 300
            client.send("POST", "/v1/chat/completions", service.chat(f"Does it go on with page {page}?"))
    note("damaged pages: the daemon starts", started == len(chosen), started)
    note("damaged pages: no wrong answer", wrong == 0, wrong)
    note("damaged pages: most answers are served", served > 0.5 * 300 * len(chosen), round(served / 300 / len(chosen), 3))
    database.write_bytes(whole)


def flipped_bits(folder):
    with rig(folder) as daemon:
        client = service.Client(daemon.socket, timeout=30)
        for number in range(50):
            store(client, f"What is number {number}?", f"It is {number}.")
    connection = sqlite3.connect(daemon.data / "refrain.db")
    connection.execute("UPDATE entries SET answer = 'It is wrong.' WHERE id <= 10")
    connection.execute("UPDATE vectors SET vector = zeroblob(length(vector)) WHERE entry BETWEEN 11 AND 20")
    connection.commit()
    connection.close()
    with rig(folder) as daemon:
        client = service.Client(daemon.socket, timeout=30)
        replies = [json.loads(client.lookup(f"What is number {number}?")) for number in range(50)]
        answers = [reply.get("answer") for reply in replies]
        note("flipped bits: a changed answer is not served", "It is wrong." not in answers, answers.count(None))
        note("flipped bits: all others are", sum(answer is not None for answer in answers) == 40, "40 of 50")
        note("flipped bits: they are counted", metric(client, "refrain_corrupt_rows") >= 10, "counted")


def unreadable_file(folder):
    with rig(folder) as daemon:
        store(service.Client(daemon.socket), "Who is it?")
    database = daemon.data / "refrain.db"
    whole = bytearray(database.read_bytes())
    # The first page's tree, behind the header that says whose file it is.
    whole[100:8192] = bytes(8092)
    database.write_bytes(whole)
    with rig(folder) as daemon:
        client = service.Client(daemon.socket, timeout=30)
        note("unreadable file: the daemon starts empty", outcome(client, "Who is it?") == "miss", "miss")
        store(client, "Who is it?")
        aside = [path.name for path in daemon.data.glob("refrain.db.damaged-*[0-9]")]
        note("unreadable file: it is put aside", len(aside) == 1, len(aside))


def main():
    for fault in (file_size_limit, descriptor_limit, damaged_pages, flipped_bits, unreadable_file):
        with tempfile.TemporaryDirectory(prefix="refrain-check-") as folder:
            fault(folder)
    ground.report(findings, all(finding["well"] for finding in findings.values()))


if __name__ == "__main__":
    main()
