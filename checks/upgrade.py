#!/usr/bin/env python3
"""Two releases side by side: nodes behind HAProxy are brought to a later one, back, and to one that is beside no other.

    python3 checks/upgrade.py [--seconds 6]

The later releases are built out of this tree (later.py). Under load on all nodes, at each step: one node of three is brought
to the later release, which migrates the tables; then the others, one after another; then all back. Clients behind the balancer see
no error, nothing acknowledged is lost, nothing forgotten or wrong is served, what one release stores, forgets and learns holds on
nodes of the other, and the ledger's sums are those of all. Then a release comes that older ones may not work beside: from its
migration on they write nothing, are not ready, serve no hits once their lease has ended, ask the model for every answer, and say
why; started again they end with an error that says what to do. Brought to it as well they go on. Needs Debian's package haproxy.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

# Before the others, which put the benchmarks' modules first, where there is one of this name.
import nodes

import balancer
import fleet
import ground
import later
import machine
import node_faults
import service

findings = {}

# Learned anew in each step, in a scope of the step's own; mini has to be asked whether it is the same.
ORIGINAL, PARAPHRASE = nodes.PAIRS[0][:2]
# What is alike only in the vectors that clients bring is not asked about.
FLOOR = 0.6


def note(name, is_well, found):
    findings[name] = {"well": bool(is_well), "found": found}
    if not is_well:
        print(f"not well: {name}: {found}", file=sys.stderr)


class Serving(list):
    """The nodes that the clients ask who know all of them; one that is restarted is left out meanwhile."""


def version(node):
    return json.loads(node.client().send("GET", "/cache/stats"))["version"]


class Rig:
    """Three nodes of this release behind HAProxy, and what is done to them."""

    def __init__(self, shared, proxy, releases):
        self.shared, self.proxy, self.releases = shared, proxy, releases
        self.serving = Serving(shared.nodes)

    def bring(self, node, release):
        """One node to a release, as an operator does it."""
        balancer.set_state(self.proxy, node, "drain")
        self.serving.remove(node)
        time.sleep(0.5)
        node.program, node.variables = self.releases[release]
        balancer.restart(node)
        balancer.set_state(self.proxy, node, "ready")
        fleet.seconds_until(lambda: balancer.is_up(self.proxy, node), 20)
        self.serving.append(node)

    def query(self, statement):
        return self.shared.server.query(f"SET search_path TO refrain; {statement}").splitlines()[-1]

    def schema(self):
        """The version of the tables, and the oldest release that may work with them."""
        return int(self.query("SELECT version FROM schema_version")), int(self.query("SELECT oldest FROM feed"))

    def step(self, title, seconds, what):
        """Does something while clients ask all nodes and the balancer, and looks at what they saw."""
        for node in self.shared.nodes:
            node.is_expected_to_die = True
        direct = node_faults.Load(self.serving, threads=2)
        proxied = balancer.Load(self.proxy, node_faults.TENANTS, threads=2)
        fleet.beside([proxied, direct], seconds / 2, what, seconds)
        books, lost = direct.books, direct.lost(self.shared.nodes)
        stored = sum(name != "chat" for name, _ in books.stored)
        note(f"{title}: no client sees an error", *proxied.seen())
        note(f"{title}: nothing acknowledged is lost", not lost and stored > 0, {"stored": stored, "lost": lost[:3]})
        note(f"{title}: nothing wrong or forgotten is served", not books.wrong and books.seen["forget"] > 0,
             books.wrong[:3] or dict(books.seen))
        note(f"{title}: no request waits long",
             books.slowest["read"] < node_faults.SLOWEST_SECONDS_MAX
             and books.slowest["write"] < node_faults.SLOWEST_WRITE_SECONDS_MAX,
             {kind: round(spent, 2) for kind, spent in books.slowest.items()})

    def agree(self, title, releases):
        """The nodes are of these releases, and what each does holds on the others."""
        found = [version(node) for node in self.shared.nodes]
        note(f"{title}: the nodes are of the releases meant", found == releases, found)
        for here in self.shared.nodes:
            self.exchange(title, here, [node for node in self.shared.nodes if node is not here])
        self.learn(title)
        self.ledger(title)
        if "entry" in self.query("SELECT coalesce(max(column_name), '') FROM information_schema.columns WHERE table_name = 'notices'"
                                 " AND column_name = 'entry'"):
            orphans = int(self.query("SELECT count(*) FROM notices WHERE entry NOT IN (SELECT id FROM entries)"))
            rows = int(self.query("SELECT count(*) FROM notices"))
            note(f"{title}: the later release's table follows", orphans == 0 and rows > 0, {"rows": rows, "without entry": orphans})

    def exchange(self, title, here, others):
        """Stores on one node and forgets on another, as the rest see it."""
        name = f"{title}: {here.name}"
        question = f"What does {here.name} tell the others in the step {title}?"
        near = {"question": f"Say what {here.name} tells, {title}.", "embedding": ground.vector(question)}
        entry = fleet.store(here.client(), question, "This.")
        seen = [fleet.seconds_until(lambda node=node, body=body: nodes.is_hit(node.client(), **body), nodes.VISIBLE_SECONDS_MAX)
                for node in others for body in ({"question": question}, near)]
        note(f"{name}: what it stores is known to all", None not in seen, [spent and round(spent, 3) for spent in seen])
        others[0].client(60).send("DELETE", f"/cache/entries/{entry}")
        still = [node.name for node in self.shared.nodes for body in ({"question": question}, near)
                 if nodes.is_hit(node.client(), **body)]
        note(f"{name}: what another one forgets is forgotten", not still, still)

    def learn(self, title):
        """Mini is asked on the first node, and the others know; the first and the last are of different releases in the middle of
        an upgrade."""
        first, *others = self.shared.nodes
        scope = {"scope": title}
        for node in self.shared.nodes:
            nodes.wait_for_model(node.client())
        reply = json.loads(first.client(60).send(
            "POST", "/v1/chat/completions", service.chat(ORIGINAL), headers=f"Refrain-Scope: {title}\r\n"))
        answer, before = reply["choices"][0]["message"]["content"], self.shared.upstream_calls("confirm")
        found = fleet.lookup(first.client(60), PARAPHRASE, **scope)
        asked = self.shared.upstream_calls("confirm") - before
        told = [fleet.seconds_until(lambda node=node: fleet.lookup(node.client(), PARAPHRASE, **scope).get("answer") == answer, 5)
                for node in others]
        again = self.shared.upstream_calls("confirm") - before - asked
        note(f"{title}: what one node learns helps the others",
             found.get("answer") == answer and asked == 1 and again == 0 and None not in told,
             {"outcome": found["outcome"], "asked": asked, "again": again, "told": told})

    def ledger(self, title):
        """Requests to all nodes are counted once each."""
        before, each = self.settled(), 20
        for node in self.shared.nodes:
            client = node.client()
            for number in range(each):
                fleet.lookup(client, f"What is counted {number} in the step {title}?")
        wanted = before + each * len(self.shared.nodes)
        fleet.seconds_until(lambda: all(nodes.total_requests(node) == wanted for node in self.shared.nodes), nodes.SETTLED_SECONDS_MAX)
        totals = [nodes.total_requests(node) for node in self.shared.nodes]
        note(f"{title}: each request is in the ledger once", set(totals) == {wanted}, {"wanted": wanted, "totals": totals})

    def settled(self):
        """The ledger's requests, when it does not grow any more."""
        last = [None]

        def is_still():
            now = [nodes.total_requests(node) for node in self.shared.nodes]
            is_same = now == last[0] and len(set(now)) == 1
            last[0] = now
            if not is_same:
                time.sleep(1.5)
            return is_same

        fleet.seconds_until(is_still, nodes.SETTLED_SECONDS_MAX)
        return last[0][0]


def side_by_side(rig, seconds):
    """A later release beside this one, in place of it, and taken back."""
    old, (first, second, third) = rig.version, rig.shared.nodes
    version_before, oldest = rig.schema()
    rig.agree("before", [old] * 3)
    rig.step("one node is brought to the later release", seconds, lambda: rig.bring(third, "later"))
    note("the tables are the later release's, and older ones may go on", rig.schema() == (version_before + 1, oldest), rig.schema())
    kinds = int(rig.query(f"SELECT count(*) FROM changes WHERE kind = {later.KIND}"))
    note("older nodes were told of changes that they do not know", kinds > 0, kinds)
    rig.agree("side by side", [old, old, later.VERSION])

    def upgrade():
        for node in (first, second):
            rig.bring(node, "later")

    rig.step("the others are brought to the later release", seconds, upgrade)
    rig.agree("all upgraded", [later.VERSION] * 3)

    def back():
        for node in rig.shared.nodes:
            rig.bring(node, "old")

    rig.step("all are brought back", seconds, back)
    rig.agree("all back", [old] * 3)
    note("the tables stay the later release's", rig.schema() == (version_before + 1, oldest), rig.schema())


def beside_no_other(rig, seconds):
    """A release comes that this one may not work beside."""
    first, second, third = rig.shared.nodes
    question = "What was known before the tables were changed?"
    kept = fleet.store(first.client(), question, "This.")
    for node in (first, second):
        fleet.seconds_until(lambda node=node: nodes.is_hit(node.client(), question), nodes.VISIBLE_SECONDS_MAX)

    def meet():
        rig.bring(third, "breaking")
        note("breaking: the tables say who may use them", rig.schema()[0] == rig.schema()[1], rig.schema())
        refused(first, second, third, kept)
        ended = [fleet.seconds_until(lambda node=node: not nodes.is_hit(node.client(), question), nodes.LEASE_SECONDS_MAX)
                 for node in (first, second)]
        note("breaking: hits of older nodes end with the lease", None not in ended, [end and round(end, 2) for end in ended])
        unready = [fleet.seconds_until(lambda node=node: not node_faults.ready(node), nodes.LEASE_SECONDS_MAX)
                   for node in (first, second)]
        note("breaking: older nodes are not ready, the later one is", None not in unready and node_faults.ready(third),
             [seen and round(seen, 2) for seen in unready])
        reply = json.loads(first.client(60).send("POST", "/v1/chat/completions", service.chat(question)))
        text = reply["choices"][0]["message"]["content"]
        note("breaking: older nodes ask the model", text not in ("", "This."), text[:80])

    load = balancer.Load(rig.proxy, node_faults.TENANTS, threads=2)
    fleet.beside([load], seconds / 2, meet, seconds)
    note("breaking: no client sees an error", *load.seen())
    log = first.log.read_text(encoding="utf-8")
    note("breaking: the log of an older node says why, and does not fill", 0 < log.count("a later release has changed the tables") < 100,
         [log.count("\n"), next((line for line in log.splitlines() if "later release" in line), None)])
    again(rig, first)
    for node in (first, second):
        rig.bring(node, "breaking")
    found = [fleet.lookup(node.client(), question).get("answer") for node in rig.shared.nodes]
    note("breaking: brought to it as well, they have what was known", found == ["This."] * 3, found)
    rig.agree("breaking: all upgraded", [later.BREAKING_VERSION] * 3)


def refused(first, second, third, kept):
    """What older nodes do not write any more, while the later one goes on."""
    said = []
    for node, order in [(first, lambda client: fleet.store(client, "What comes too late?", "This.")),
                        (second, lambda client: client.send("DELETE", f"/cache/entries/{kept}"))]:
        try:
            order(node.client(60))
            said.append("done")
        except service.Refused as refusal:
            said.append(refusal.body.decode())
    note("breaking: older nodes write nothing, and say why",
         all("a later release has changed the tables" in text for text in said), [text[:400] for text in said])
    late = nodes.is_hit(third.client(), "What comes too late?")
    fleet.store(third.client(60), "What comes in time?", "This.")
    note("breaking: the later one has nothing of theirs, and stores",
         not late and nodes.is_hit(third.client(), "What comes in time?"), late)


def again(rig, node):
    """An older node is started again."""
    node.stop()
    before = len(node.log.read_text(encoding="utf-8"))
    try:
        node.restart()
        error = "it started"
    except SystemExit:
        error = node.log.read_text(encoding="utf-8")[before:]
    version_now = rig.schema()[0]
    note("breaking: an older node that is started ends with an error that says what to do",
         f"version {version_now}" in error and "use the release that wrote it, or a later one" in error, error[-500:])


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=6, help="of load around each step")
    arguments = options.parse_args()
    if not shutil.which(balancer.HAProxy.program):
        raise SystemExit("HAProxy is missing: install Debian's package haproxy")
    program = later.build()
    releases = {"old": (machine.REFRAIN, []), "later": (program, []), "breaking": (program, [later.BREAKING])}
    with tempfile.TemporaryDirectory(prefix="refrain-check-") as folder:
        file, pairs = Path(folder) / "tokens", Path(folder) / "pairs.jsonl"
        file.write_text(node_faults.tokens(), encoding="utf-8")
        file.chmod(0o600)
        pairs.write_text(json.dumps({"a": ORIGINAL, "b": PARAPHRASE, "same": True}) + "\n", encoding="utf-8")
        with fleet.Fleet(3, floor=FLOOR, options=["--tokens-file", str(file)], stand_in=["--pairs", pairs]) as shared:
            proxy = balancer.HAProxy(folder, shared.nodes)
            try:
                rig = Rig(shared, proxy, releases)
                rig.version = version(shared.nodes[0])
                side_by_side(rig, arguments.seconds)
                beside_no_other(rig, arguments.seconds)
            finally:
                proxy.stop()
    ground.report(findings, all(finding["well"] for finding in findings.values()))


if __name__ == "__main__":
    main()
