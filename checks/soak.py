#!/usr/bin/env python3
"""Mixed load with churn and eviction: memory, descriptors and the database's size must stay flat.

    python3 checks/soak.py [--minutes 60] [--entries 5000] [--seed 1]

Clients ask new and known questions, look up, list, give feedback and forget, against a capacity that is reached in the
first tenth of the run. The ledger's rows of single requests, which are kept for days, are not: they grow with the traffic.
What is used at the end is compared with what was used after the first third. Exit 1 when memory or
the file grew by more than a fifth, when the log or the descriptors grew beyond their bounds, or when a request failed.
"""

import argparse
import json
import random
import tempfile
import threading
import time

import ground
import service


# Eight times what a checkpoint is due at: a reader may be in its way.
LOG_MIB_MAX = 64
# A long read has a connection of its own, of two descriptors.
DESCRIPTORS_MORE_MAX = 4


class Load:
    """Threads that use the service in all ways until told to stop."""

    def __init__(self, daemon, seed, threads=4):
        self.counts, self.failures = {}, []
        self.lock = threading.Lock()
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(daemon, f"{seed}-{index}")) for index in range(threads)]
        for thread in self.threads:
            thread.start()

    def run(self, daemon, seed):
        source = random.Random(seed)
        client = service.Client(daemon.socket, timeout=60)
        while not self.is_over.is_set():
            kind = source.choices(["ask", "store", "lookup", "list", "forget", "feedback"], [4, 60, 25, 1, 2, 2])[0]
            try:
                getattr(self, kind)(client, source)
            except service.Refused as refusal:
                # An entry that another thread forgot, or that made room.
                if refusal.status != 404:
                    self.failures.append(f"{kind}: {refusal}")
            with self.lock:
                self.counts[kind] = self.counts.get(kind, 0) + 1

    @staticmethod
    def question(source):
        number = min(int(source.paretovariate(0.3)), 10**9)
        return f"What does part {number} of the machine do in the month of {number % 12}?"

    def ask(self, client, source):
        client.send("POST", "/v1/chat/completions", service.chat(self.question(source)))

    def store(self, client, source):
        question = self.question(source)
        body = {"question": question, "answer": question * source.randrange(1, 20), "embedding": ground.vector(question)}
        client.send("POST", "/cache/entries", json.dumps(body).encode())

    def lookup(self, client, source):
        question = self.question(source)
        client.send("POST", "/cache/lookup", json.dumps({"question": question, "embedding": ground.vector(question)}).encode())

    def list(self, client, source):
        client.send("GET", "/cache/entries?limit=100")

    def entry(self, client):
        entries = json.loads(client.send("GET", "/cache/entries?limit=5"))["entries"]
        return entries[-1]["id"] if entries else 1

    def forget(self, client, source):
        client.send("DELETE", f"/cache/entries/{self.entry(client)}")

    def feedback(self, client, source):
        verdict = source.choice(["good", "bad"])
        client.send("POST", "/cache/feedback", json.dumps({"entry": self.entry(client), "verdict": verdict}).encode())

    def stop(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()


def usage(daemon):
    # The log grows to its bound and is emptied where something is forgotten: its size at a moment says nothing.
    size = (daemon.data / "refrain.db").stat().st_size
    log = (daemon.data / "refrain.db-wal").stat().st_size
    return {"anonymous_mib": daemon.memory_mib()["RssAnon"], "descriptors": daemon.descriptors(),
            "database_mib": round(size / 2**20, 1), "log_mib": round(log / 2**20, 1)}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--entries", type=int, default=5_000)
    options.add_argument("--seed", type=int, default=1)
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="refrain-check-") as folder, service.StandIn() as stand_in, service.Daemon(
            folder, "--upstream", stand_in.url, "--capacity-entries-max", str(arguments.entries), "--floor",
            "0.95", "--ledger-rows-days", "0") as daemon:
        load = Load(daemon, arguments.seed)
        samples = []
        for _ in range(30):
            time.sleep(arguments.minutes * 2)
            samples.append(usage(daemon))
        load.stop()
        statistics = json.loads(service.Client(daemon.socket).send("GET", "/cache/stats"))
        metrics = service.Client(daemon.socket).send("GET", "/metrics").decode()
    evicted = int(float(next(line.split()[1] for line in metrics.splitlines() if line.startswith("refrain_evictions_total "))))

    def middle(rows, name):
        return sorted(row[name] for row in rows)[len(rows) // 2]

    early, late = samples[10:15], samples[-5:]
    growth = {name: round(middle(late, name) / middle(early, name), 3) for name in samples[0] if name != "log_mib"}
    log = max(row["log_mib"] for row in samples)
    ground.report(
        {"minutes": arguments.minutes, "operations": load.counts, "failures": load.failures[:5], "evicted": evicted,
         "entries": statistics["store"]["entries"], "early": early[-1], "late": late[-1], "growth": growth},
        not load.failures and log <= LOG_MIB_MAX and growth["anonymous_mib"] <= 1.2 and growth["database_mib"] <= 1.2
        and middle(late, "descriptors") <= middle(early, "descriptors") + DESCRIPTORS_MORE_MAX)


if __name__ == "__main__":
    main()
