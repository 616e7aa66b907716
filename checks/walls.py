#!/usr/bin/env python3
"""Two tenants with the same questions: no answer, number or time of the one may show anything of the other.

    python3 checks/walls.py [--questions 1000] [--probes 2000] [--seed 1]

Each tenant stores an answer of its own to each question. Both then ask, list, read, change, judge and forget, by their own
numbers and by the other's. Then one of them probes for questions that only the other has: from the times alone nobody may
tell them from questions that nobody has. Exit 1 when something crosses, or when the times tell them apart (the area under
the ROC curve is further from one half than three standard errors of chance).
"""

import argparse
import hashlib
import json
import random
import tempfile
import time
from pathlib import Path

import ground
import service


class Tenant:
    """A client with a token of its own."""

    def __init__(self, name, daemon):
        self.name, self.token = name, f"token-of-{name}"
        self.client = service.Client(daemon.url, timeout=60)
        self.entries = []

    @staticmethod
    def tokens(names):
        return "".join(f"{hashlib.sha256(f'token-of-{name}'.encode()).hexdigest()} {name}\n" for name in names)

    def send(self, method, path, body=None):
        """The status, and the body."""
        data = json.dumps(body).encode() if body is not None else b""
        headers = f"Authorization: Bearer {self.token}\r\n"
        try:
            return 200, json.loads(self.client.send(method, path, data, headers=headers))
        except service.Refused as refusal:
            return refusal.status, None

    def answer(self, number):
        return f"The answer of {self.name} to number {number}."

    def store(self, number):
        body = {"question": question(number), "answer": self.answer(number), "tags": ["wall"], "scope": "shared name",
                "embedding": ground.vector(question(number))}
        status, reply = self.send("POST", "/cache/entries", body)
        assert status == 200, status
        self.entries.append(reply["entry"])

    def time_of(self, text):
        begin = time.perf_counter()
        status, reply = self.send("POST", "/cache/lookup", {"question": text, "scope": "shared name", "embedding": ground.vector(text)})
        assert status == 200 and reply["outcome"] == "miss", (status, reply)
        return time.perf_counter() - begin


def question(number):
    return f"What is the meaning of number {number}?"


class Crossings:
    def __init__(self):
        self.checked, self.found = 0, []

    def expect(self, is_well, what):
        self.checked += 1
        if not is_well:
            self.found.append(what)


def ask(tenant, other, numbers, crossings):
    for number in numbers:
        plain = {"question": question(number), "scope": "shared name", "embedding": ground.vector(question(number))}
        # The same vector under another wording: what is near is looked for as well.
        for body in [plain, plain | {"question": question(number) + " Please."}]:
            text = json.dumps(tenant.send("POST", "/cache/lookup", body)[1]) + json.dumps(tenant.send("POST", "/cache/explain", body)[1])
            crossings.expect(other.name not in text, f"lookup of {number} by {tenant.name}")
        status, reply = tenant.send("POST", "/cache/lookup", plain)
        crossings.expect(reply["answer"] == tenant.answer(number), f"{tenant.name} does not get its own answer to {number}")


def browse(tenant, other, crossings):
    seen, after = [], ""
    while True:
        _, page = tenant.send("GET", f"/cache/entries?limit=200{after}")
        seen += page["entries"]
        if page["next_after"] is None:
            break
        after = f"&after={page['next_after']}"
    crossings.expect(sorted(entry["id"] for entry in seen) == sorted(tenant.entries), f"the listing of {tenant.name}")
    for path in ["/cache/entries?like=meaning&limit=50", "/cache/answers", "/report?by=tenant", "/report?by=scope", "/cache/stats",
                 "/plans/runs", "/experiments", "/report/advice", "/v1/models"]:
        status, reply = tenant.send("GET", path)
        crossings.expect(status == 200 and other.name not in json.dumps(reply), f"{path} of {tenant.name}")
    crossings.expect(tenant.send("GET", "/metrics")[0] == 403, f"/metrics of {tenant.name}")
    crossings.expect(tenant.send("GET", "/cache/stats")[1]["store"] == {"entries": len(tenant.entries)}, f"the count of {tenant.name}")


def trespass(tenant, other, crossings):
    for number in other.entries:
        for method, path, body in [
                ("GET", f"/cache/entries/{number}", None), ("PATCH", f"/cache/entries/{number}", {"answer": "poison"}),
                ("DELETE", f"/cache/entries/{number}", None), ("POST", "/cache/feedback", {"entry": number, "verdict": "bad"})]:
            crossings.expect(tenant.send(method, path, body)[0] == 404, f"{method} {path} by {tenant.name}")
    tenant.send("DELETE", "/cache/entries?tag=wall")
    crossings.expect(tenant.send("GET", "/cache/entries?limit=1")[1]["entries"] == [], f"forgetting by {tenant.name}")


def advantage(tenant, numbers, seed):
    """How far the times of probes for what the other tenant has stand apart from those for what nobody has."""
    probes = [(True, question(number)) for number in numbers] + [(False, question(number + 10**6)) for number in numbers]
    random.Random(seed).shuffle(probes)
    for _, text in probes[:100]:
        tenant.time_of(text)
    times = [(tenant.time_of(text), is_there) for is_there, text in probes]
    ranks = {index: rank for rank, index in enumerate(sorted(range(len(times)), key=lambda index: times[index][0]))}
    there = [ranks[index] for index, (_, is_there) in enumerate(times) if is_there]
    size = len(there)
    return (sum(there) - size * (size - 1) / 2) / size**2


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--questions", type=int, default=1_000)
    options.add_argument("--probes", type=int, default=2_000, help="0: the times are not looked at")
    options.add_argument("--seed", type=int, default=1)
    arguments = options.parse_args()
    crossings, numbers = Crossings(), range(arguments.questions)
    with tempfile.TemporaryDirectory(prefix="refrain-check-") as folder:
        tokens = Path(folder) / "tokens"
        tokens.write_text(Tenant.tokens(["alder", "birch"]))
        tokens.chmod(0o600)
        with service.Daemon(folder, "--tokens-file", str(tokens), listen="127.0.0.1:0") as daemon:
            alder, birch = Tenant("alder", daemon), Tenant("birch", daemon)
            for number in numbers:
                alder.store(number)
                birch.store(number)
            for tenant, other in [(alder, birch), (birch, alder)]:
                ask(tenant, other, numbers, crossings)
                browse(tenant, other, crossings)
            trespass(alder, birch, crossings)
            # Now only birch has them, and alder probes.
            ask(birch, alder, numbers, crossings)
            figures = {"questions": arguments.questions, "checked": crossings.checked, "crossings": len(crossings.found)}
            is_well = not crossings.found
            if arguments.probes:
                probed = [number % arguments.questions for number in range(arguments.probes // 2)]
                area = advantage(alder, probed, arguments.seed)
                figures["area"] = round(area, 4)
                # The standard error of the area for two equal distributions: sqrt((2n + 1) / 12) / n.
                error = ((2 * len(probed) + 1) / 12) ** 0.5 / len(probed)
                is_well = is_well and abs(area - 0.5) < 3 * error
    for line in crossings.found[:20]:
        print(line)
    ground.report(figures, is_well)


if __name__ == "__main__":
    main()
