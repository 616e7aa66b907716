#!/usr/bin/env python3
"""Kills the daemon (SIGKILL) at random moments of a write-heavy run, again and again, and looks for what is missing.

    python3 checks/kills.py [--kills 500] [--seed 1]

Several clients store entries without pause. After each kill the daemon is started on the same data: it must be ready
within a second, every acknowledged entry must be there with its answer, and at the end `refrain doctor` must find the
database whole. Exit 1 when something was missing.
"""

import argparse
import json
import random
import subprocess
import tempfile
import threading
import time

import ground
import machine
import service


class Writers:
    """Threads that store entries over the Unix socket until the daemon is gone."""

    def __init__(self, daemon, first, count=4):
        self.acknowledged = []
        self.threads = [threading.Thread(target=self.write, args=(daemon.socket, f"{first}-{index}")) for index in range(count)]
        for thread in self.threads:
            thread.start()

    def write(self, path, name):
        try:
            client = service.Client(path)
            number = 0
            while True:
                question = f"What is the number of {name}-{number}?"
                vector = ground.vector(f"{name}-{number}")
                body = json.dumps({"question": question, "answer": f"It is {name}-{number}.", "embedding": vector})
                client.send("POST", "/cache/entries", body.encode())
                self.acknowledged.append((question, f"It is {name}-{number}."))
                number += 1
        except OSError:
            return

    def join(self):
        for thread in self.threads:
            thread.join()
        return self.acknowledged


def missing(daemon, rows):
    client = service.Client(daemon.socket)
    return [question for question, answer in rows if json.loads(client.lookup(question)).get("answer") != answer]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=500)
    options.add_argument("--seed", type=int, default=1)
    arguments = options.parse_args()
    source = random.Random(arguments.seed)
    stored, slowest, lost = 0, 0.0, []
    with tempfile.TemporaryDirectory(prefix="refrain-check-") as folder:
        daemon = service.Daemon(folder)
        everything = []
        for kill in range(arguments.kills):
            writers = Writers(daemon, kill)
            time.sleep(source.uniform(0, 0.2))
            daemon.kill()
            rows = writers.join()
            start = time.monotonic()
            daemon = service.Daemon(folder)
            slowest = max(slowest, time.monotonic() - start)
            # Those of this run, and a sample of all that came before.
            lost += missing(daemon, rows + source.sample(everything, min(50, len(everything))))
            everything += rows
            stored += len(rows)
        lost += missing(daemon, everything)
        daemon.stop()
        doctor = subprocess.run([machine.REFRAIN, "doctor", "--data", daemon.data, "--json"], env=machine.environment(),
                                capture_output=True, text=True, check=False)
    store = next(check for check in json.loads(doctor.stdout) if check["subject"] == "store")
    ground.report(
        {"kills": arguments.kills, "acknowledged": stored, "missing": len(lost), "store": store["finding"],
         "slowest_start_s": round(slowest, 2)},
        stored > 0 and not lost and store["state"] == "ok")


if __name__ == "__main__":
    main()
