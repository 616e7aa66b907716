#!/usr/bin/env python3
"""Takes from several nodes on one PostgreSQL what they need, under load, and looks at every answer.

    python3 checks/node_faults.py [--seconds 8] [--rounds 3] [--only NAME...]

The server is killed and started again; it fails over to a replica that each commit waited for; a node is killed with -9; a node and
the server are parted; the store is slow (50 to 500 ms a way) and narrow; the server's disk is full, under its data and under its
log (failing_disk.c). Clients ask by words, by likeness and by chat, store and forget on all nodes meanwhile, and each answer
carries its question's mark. Nothing acknowledged is lost, nothing wrong, foreign or forgotten is served, and clients see at most
a slower miss: no 5xx but for a store that could not be done, and no request that takes longer than its bound. Exit 1 when one of it
fails.
"""

import argparse
import errno
import hashlib
import json
import random
import subprocess
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import fleet
import ground
import service

# What waits for a store that does not answer gives up after two seconds; an embedding and a busy machine come on top.
SLOWEST_SECONDS_MAX = 10.0
# A write that cannot be done waits as long as the store may take; see Limits.storeWriteMillisecondsMax.
SLOWEST_WRITE_SECONDS_MAX = 75.0
TENANTS = ("alder", "birch")

findings = {}


def note(name, is_well, found):
    findings[name] = {"well": bool(is_well), "found": found}


def tokens():
    return "".join(f"{hashlib.sha256(f'token-of-{name}'.encode()).hexdigest()} {name}\n" for name in TENANTS)


class Books:
    """What clients were told: stored and acknowledged, forgotten and acknowledged; and what they saw that may not be."""

    def __init__(self):
        self.lock = threading.Lock()
        self.stored, self.forgotten = {}, {}
        self.seen, self.wrong, self.slowest = Counter(), [], Counter()

    def object(self, what):
        with self.lock:
            self.wrong.append(what)


class Client:
    """One tenant's client, which asks all nodes in turn, checks what it gets, and keeps the books.

    A question's mark is its tenant and number; the answer that is stored to it carries both. A node that is gone is passed over, as
    a balancer would.
    """

    def __init__(self, books, nodes, tenant, index, first):
        self.books, self.nodes, self.tenant, self.name = books, nodes, tenant, f"{tenant}-{index}"
        self.source, self.number, self.clients = random.Random(f"{tenant} {index} {first}"), first, {}
        self.headers = f"Authorization: Bearer token-of-{tenant}\r\n"

    def question(self, number):
        return f"What is the number of {self.name}'s part {number}?"

    def answer(self, number):
        return f"It is {self.name}:{number}."

    def send(self, method, path, body=None):
        """The reply of some node: None where it is not there or the request is refused."""
        node = self.source.choice(self.nodes)
        kind = "write" if method == "DELETE" or path == "/cache/entries" else "read"
        begin = time.monotonic()
        try:
            client = self.clients.get(node.name) or service.Client(node.url, 90)
            self.clients[node.name] = client
            data = json.dumps(body).encode() if body is not None else b""
            return json.loads(client.send(method, path, data, headers=self.headers))
        except service.Refused as refusal:
            self.books.seen[f"{kind} {refusal.status}"] += 1
            if kind == "read" and refusal.status >= 500:
                self.books.object(f"{path} on {node.name}: {refusal}"[:300])
            return None
        except TimeoutError:
            self.books.object(f"{path} on {node.name} hangs")
            self.clients.pop(node.name, None)
            return None
        except OSError:
            self.clients.pop(node.name, None)
            self.books.seen["gone"] += 1
            if not node.is_expected_to_die:
                self.books.object(f"{path} on {node.name}: the connection broke")
            time.sleep(0.05)
            return None
        finally:
            spent = time.monotonic() - begin
            self.books.slowest[kind] = max(self.books.slowest[kind], spent)

    def step(self):
        kind = self.source.choices(["store", "words", "likeness", "chat", "forget"], [4, 6, 3, 1, 1])[0]
        getattr(self, kind)()
        self.books.seen[kind] += 1

    def store(self):
        self.number += 1
        number = self.number
        reply = self.send("POST", "/cache/entries", {
            "question": self.question(number), "answer": self.answer(number), "embedding": ground.vector(self.question(number))})
        if reply is not None:
            self.books.stored[self.name, number] = reply["entry"]

    def some(self):
        """A number that was stored, rather a late one."""
        return max(1, self.number - int(self.source.expovariate(0.1)))

    def judge(self, number, text, began):
        """Whether what was answered may have been."""
        if text is None:
            return
        if text != self.answer(number):
            self.books.object(f"{self.question(number)} was answered {text!r}")
        elif self.books.forgotten.get((self.name, number), began) < began:
            self.books.object(f"{self.question(number)} was served after it was forgotten")

    def words(self):
        number, began = self.some(), time.monotonic()
        reply = self.send("POST", "/cache/lookup", {"question": self.question(number)})
        self.judge(number, reply and reply.get("answer"), began)

    def likeness(self):
        number, began = self.some(), time.monotonic()
        reply = self.send("POST", "/cache/lookup", {
            "question": f"Tell me the number of {self.name}'s part {number}.", "embedding": ground.vector(self.question(number))})
        self.judge(number, reply and reply.get("answer"), began)

    def chat(self):
        """Answered by the model the first time, by anything but another question's answer afterwards."""
        question = f"Which word is {self.name}'s {self.source.randrange(20)}?"
        reply = self.send("POST", "/v1/chat/completions", {"model": "refrain", "messages": [{"role": "user", "content": question}]})
        if reply is None:
            return
        text = reply["choices"][0]["message"]["content"]
        with self.books.lock:
            known = self.books.stored.setdefault(("chat", question), text)
        if text != known:
            self.books.object(f"{question} was answered {text[:80]!r} after {known[:80]!r}")

    def forget(self):
        number = self.some()
        entry = self.books.stored.get((self.name, number))
        if entry is not None and (self.name, number) not in self.books.forgotten:
            if self.send("DELETE", f"/cache/entries/{entry}") is not None:
                self.books.forgotten[self.name, number] = time.monotonic()
            else:
                # Nobody said whether it was done.
                self.books.stored.pop((self.name, number))


class Load:
    """Clients of two tenants in threads, until told to stop."""

    def __init__(self, nodes, threads=3):
        self.books, self.is_over = Books(), threading.Event()
        self.clients = [Client(self.books, nodes, tenant, index, 0) for tenant in TENANTS for index in range(threads)]
        self.threads = [threading.Thread(target=self.run, args=(client,)) for client in self.clients]
        for thread in self.threads:
            thread.start()

    def run(self, client):
        while not self.is_over.is_set():
            client.step()

    def stop(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def lost(self, nodes):
        """Acknowledged and not forgotten, and yet not to be had from every node."""
        missing = []
        for client in self.clients:
            numbers = [number for name, number in self.books.stored
                       if name == client.name and (name, number) not in self.books.forgotten]
            for node in nodes:
                connection = service.Client(node.url, 60)
                for number in numbers:
                    body = json.dumps({"question": client.question(number)}).encode()
                    reply = json.loads(connection.send("POST", "/cache/lookup", body, headers=client.headers))
                    if reply.get("answer") != client.answer(number):
                        missing.append(f"{client.question(number)} on {node.name}")
        return missing


def ready(node):
    try:
        service.Client(node.url, 10).send("GET", "/readyz")
        return True
    except (OSError, service.Refused):
        return False


def under_load(title, shared, seconds, fault, **more):
    """Has clients at work, does something to them, and looks at the books when all is well again."""
    for node in shared.nodes:
        node.is_expected_to_die = False
    load = Load(shared.nodes)
    fleet.beside([load], seconds / 4, fault, seconds / 4)
    recovered = fleet.seconds_until(lambda: all(map(ready, shared.nodes)), 60)
    books, lost = load.books, load.lost(shared.nodes) if recovered is not None else ["no node is ready"]
    stored = sum(name != "chat" for name, _ in books.stored)
    note(f"{title}: nothing acknowledged is lost", not lost and stored > 0, {"stored": stored, "lost": lost[:3]})
    note(f"{title}: nothing wrong is served, no error, no hang", not books.wrong, books.wrong[:3] or dict(books.seen))
    note(f"{title}: no request waits long",
         books.slowest["read"] < SLOWEST_SECONDS_MAX and books.slowest["write"] < SLOWEST_WRITE_SECONDS_MAX,
         {kind: round(spent, 2) for kind, spent in books.slowest.items()} | more)


def killed_server(make, seconds, rounds):
    with make() as shared:
        def kills():
            for _ in range(rounds):
                shared.server.kill()
                time.sleep(seconds / 4 / rounds)
                shared.server.start()
                time.sleep(seconds / 4 / rounds)
        under_load("server killed and started", shared, seconds, kills, kills=rounds)


def failover(make, seconds, rounds):
    # A network of our own would accept for the dead server, and libpq tries no other host once one has accepted.
    with make(has_replica=True, is_direct=True) as shared:
        def fail():
            shared.server.kill()
            time.sleep(seconds / 8)
            shared.replica.promote()
            time.sleep(seconds / 4)
        under_load("failover to a replica", shared, seconds, fail)


def killed_node(make, seconds, rounds):
    with make() as shared:
        def kills():
            for turn in range(rounds):
                node = shared.nodes[turn % len(shared.nodes)]
                node.is_expected_to_die = True
                node.kill()
                time.sleep(seconds / 8 / rounds)
                node.restart()
                time.sleep(seconds / 4 / rounds)
        under_load("node killed", shared, seconds, kills, kills=rounds)


def partition(make, seconds, rounds):
    with make() as shared:
        for kind in ("silence", "cut"):
            def part(kind=kind):
                shared.nodes[-1].network(kind)
                time.sleep(seconds / 2)
                shared.nodes[-1].network("pass")
            under_load(f"node and store parted ({kind})", shared, seconds, part)


def slow_store(make, seconds, rounds):
    with make() as shared:
        def slow():
            for order in [("delay", 50), ("delay", 200), ("delay", 500), ("narrow", 100_000)]:
                for node in shared.nodes:
                    node.network(*order)
                time.sleep(seconds / 4)
            for node in shared.nodes:
                node.network("pass")
        under_load("slow store", shared, seconds, slow)


def full_disk(make, seconds, rounds):
    """The calls fail by which PostgreSQL makes its files larger: of its tables, which fails a statement, and of its log, which
    has it start anew again and again."""
    with tempfile.TemporaryDirectory(prefix="refrain-check-") as folder:
        Path(folder).chmod(0o755)
        library, orders = f"{folder}/disk.so", Path(folder) / "orders"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, Path(__file__).with_name("failing_disk.c"), "-ldl"],
                       check=True)
        for place in ("/base/", "/pg_wal/"):
            orders.write_text("", encoding="utf-8")
            environment = {"LD_PRELOAD": library, "FAILING_DISK": str(orders), "FAILING_DISK_FILES": place}
            # So small that pages have to be written, not only kept.
            with make(server_environment=environment, server_settings={"shared_buffers": "1MB", "max_wal_size": "32MB"}) as shared:
                def fill():
                    orders.write_text(f"write {errno.ENOSPC}", encoding="utf-8")
                    time.sleep(seconds / 2)
                    orders.write_text("", encoding="utf-8")
                    shared.server.start()
                under_load(f"full disk at the server ({place.strip('/')})", shared, seconds, fill)


FAULTS = {fault.__name__: fault for fault in (killed_server, failover, killed_node, partition, slow_store, full_disk)}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=8, help="how long each fault and the time around it take")
    options.add_argument("--rounds", type=int, default=3, help="kills of a server, and of nodes")
    options.add_argument("--nodes", type=int, default=3)
    options.add_argument("--only", nargs="*", choices=FAULTS, default=list(FAULTS))
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="refrain-check-") as folder:
        file = Path(folder) / "tokens"
        file.write_text(tokens(), encoding="utf-8")
        file.chmod(0o600)

        def make(**more):
            return fleet.Fleet(arguments.nodes, floor=0.9, options=["--tokens-file", str(file)], **more)

        for name in arguments.only:
            FAULTS[name](make, arguments.seconds, arguments.rounds)
    ground.report(findings, all(finding["well"] for finding in findings.values()))


if __name__ == "__main__":
    main()
