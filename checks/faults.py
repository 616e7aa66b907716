#!/usr/bin/env python3
"""Takes away what the daemon needs, or damages what it has, and looks whether it goes on.

    python3 checks/faults.py

A limit of the file's size, a full disk and errors of writing and of fsync (failing_disk.c), a limit of descriptors, of memory, a database whose pages are overwritten, one that cannot
be opened. Exact hits must be served throughout, misses answered by the stand-in, failed writes said and counted; when the
limit is lifted writes must work again by themselves, and the processor must not be kept busy. Exit 1 when one of it fails.
"""

import json
import errno
import os
import random
import resource
import sqlite3
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import ground
import machine
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


def failing_disk(folder, call, number, name):
    """The calls of the database fail that write or synchronize, then they work again."""
    source, library, orders = Path(__file__).with_name("failing_disk.c"), f"{folder}/disk.so", Path(folder) / "orders"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    orders.write_text("")

    command = ["env", f"LD_PRELOAD={library}", f"FAILING_DISK={orders}", machine.REFRAIN]
    with open(f"{folder}/log", "w") as log, service.StandIn() as stand_in, service.Daemon(
            folder, "--upstream", stand_in.url, "--floor", "1", "--durability", "full", command=command,
            stderr=log) as daemon:
        client = service.Client(daemon.socket, timeout=30)
        store(client, "Who is it?")
        orders.write_text(f"{call} {number}")
        refusals = 0
        for index in range(50):
            try:
                store(client, f"What is number {index}?", "word " * 100)
            except service.Refused as refusal:
                refusals += refusal.status == 503 and b"store_error" in refusal.body
        note(f"{name}: writes are refused with 503", refusals == 50, refusals)
        note(f"{name}: lookups go on", outcome(client, "Who is it?") == "exact", "exact")
        answer = json.loads(client.send("POST", "/v1/chat/completions", service.chat(f"Is there a {name}?")))
        note(f"{name}: a miss is answered", answer["choices"][0]["message"]["content"] != "", "answered")
        note(f"{name}: errors are counted", metric(client, "refrain_store_errors_total") > 0, "counted")
        said = open(f"{folder}/log").read().count("error ")
        note(f"{name}: the log says so, now and then", 0 < said < 40, said)
        note(f"{name}: no spin", busy_share(daemon) < 0.1, busy_share(daemon))
        orders.write_text("")
        store(client, "Does it work again?")
        note(f"{name}: writes resume", outcome(client, "Does it work again?") == "exact", "exact")
        daemon.kill()
    with rig(folder) as daemon:
        client = service.Client(daemon.socket, timeout=30)
        kept = [outcome(client, question) for question in ("Who is it?", "Does it work again?")]
        note(f"{name}: what was acknowledged is there after a kill", kept == ["exact", "exact"], kept)


def full_disk(folder):
    failing_disk(folder, "write", errno.ENOSPC, "full disk")


def write_errors(folder):
    failing_disk(folder, "write", errno.EIO, "write errors")


def fsync_errors(folder):
    failing_disk(folder, "fsync", errno.EIO, "fsync errors")


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


def fill(client, entries, is_enough=lambda: False):
    """Stores many entries with vectors of their own; how many were taken and how many refused."""
    pool = [ground.vector(str(number)) for number in range(64)]
    taken = refused = 0
    for first in range(0, entries, 256):
        lines = "".join(json.dumps({"question": f"What is number {number}?", "answer": f"It is {number}.",
                                    "embedding": pool[number % 64]}) + "\n" for number in range(first, first + 256))
        reply = json.loads(client.send("POST", "/cache/entries", lines.encode(), "application/x-ndjson"))
        taken += len(reply["stored"])
        refused += len(reply["errors"])
        if is_enough():
            break
    return taken, refused


def memory_pages(daemon):
    """Of /proc/PID/statm in bytes: resident without files, and data."""
    words = [int(word) * os.sysconf("SC_PAGE_SIZE") for word in open(f"/proc/{daemon.process.pid}/statm").read().split()]
    return words[1] - words[2], words[5]


def memory_limit(folder):
    with open(f"{folder}/log", "w") as log, rig(folder, stderr=log) as daemon:
        client = service.Client(daemon.socket, timeout=60)
        store(client, "Who is it?")
        # Above what is kept free for requests there is room for some 15,000 entries.
        limit = memory_pages(daemon)[1] + (96 << 20) + (24 << 20)
        resource.prlimit(daemon.process.pid, resource.RLIMIT_DATA, (limit, resource.RLIM_INFINITY))
        taken, refused = fill(client, 40_000)
        note("memory limit: entries are taken up to it", taken > 2_000, taken)
        note("memory limit: then they are refused", refused > 0, refused)
        try:
            store(client, "Is there room?")
            status, body = 200, b""
        except service.Refused as refusal:
            status, body = refusal.status, refusal.body
        note("memory limit: with 503, and it says why", status == 503 and b"memory" in body, status)
        note("memory limit: lookups go on", outcome(client, "Who is it?") == "exact", "exact")
        near = json.dumps({"question": "Which number is it?", "embedding": ground.vector("7"), "k": 1}).encode()
        note("memory limit: searches go on", len(json.loads(client.send("POST", "/cache/lookup", near))["candidates"]) == 1, 1)
        answer = json.loads(client.send("POST", "/v1/chat/completions", service.chat("Is there none left?")))
        note("memory limit: a miss is answered", answer["choices"][0]["message"]["content"] != "", "answered")
        note("memory limit: refusals are counted", metric(client, "refrain_memory_refusals_total") > 0, "counted")
        said = open(f"{folder}/log").read().count("for want of memory")
        note("memory limit: the log says so, now and then", 0 < said < 20, said)
        note("memory limit: no spin", busy_share(daemon) < 0.1, busy_share(daemon))
        resource.prlimit(daemon.process.pid, resource.RLIMIT_DATA, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        store(client, "Is there room again?")
        note("memory limit: writes resume", outcome(client, "Is there room again?") == "exact", "exact")


def memory_bound(folder):
    """A bound of the settings: entries make room for others, and the process stays within it."""
    with rig(folder) as daemon:
        client = service.Client(daemon.socket, timeout=60)
        store(client, "Who is it?")
        megabytes = memory_pages(daemon)[0] // 1_000_000 + 60
    with rig(folder, "--capacity-memory-megabytes-max", str(megabytes)) as daemon:
        client = service.Client(daemon.socket, timeout=60)
        peak = 0

        def look():
            nonlocal peak
            peak = max(peak, memory_pages(daemon)[0])
            return False

        taken, refused = fill(client, 100_000, look)
        note("memory bound: entries are taken", taken > 50_000, {"taken": taken, "refused": refused})
        note("memory bound: others make room", metric(client, "refrain_evictions_total") > 0,
             int(metric(client, "refrain_evictions_total")))
        # A fit of the index and a batch that is being stored may go beyond it for a moment.
        note("memory bound: it is kept", peak <= (megabytes + 10) * 1_000_000,
             {"megabytes": megabytes, "peak": round(peak / 1e6)})
        note("memory bound: lookups go on", outcome(client, "What is number 99999?") in ("exact", "miss"), "answered")


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
    for fault in (file_size_limit, full_disk, write_errors, fsync_errors, descriptor_limit, memory_limit, memory_bound, damaged_pages, flipped_bits, unreadable_file):
        with tempfile.TemporaryDirectory(prefix="refrain-check-") as folder:
            fault(folder)
    ground.report(findings, all(finding["well"] for finding in findings.values()))


if __name__ == "__main__":
    main()
