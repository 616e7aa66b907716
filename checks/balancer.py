#!/usr/bin/env python3
"""Three nodes behind HAProxy, and behind nginx, as packaging/examples has them.

    python3 checks/balancer.py [--tokens 60] [--seconds 2] [--upgrade-to PROGRAM]

The files themselves are run, with the addresses of this check's nodes. Requests with the same token land on the same node; when
a node is killed only its share moves, and comes back with it; a node is restarted under load; (HAProxy) all are drained and
restarted one after the other, as another version of the program where one is given; the store is lost, and all are answered by
the model. No client sees an error throughout. Needs Debian's packages haproxy and nginx-light; one
that is missing is said and left out, and without both the check fails.
"""

import argparse
import hashlib
import json
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import fleet
import ground
import machine
import postgres
import service

EXAMPLES = machine.ROOT / "packaging" / "examples"

findings = {}


def note(name, is_well, found):
    findings[name] = {"well": bool(is_well), "found": found}


class Balancer:
    """A program that listens on a port of its own before the nodes, run in the foreground."""

    def __init__(self, folder, nodes, name, command, text):
        self.folder, self.port = Path(folder) / name, postgres.free_port()
        self.folder.mkdir()
        # First the nodes: one of their ports is the example's own.
        text = text.replace("127.0.0.1:8474", f"127.0.0.1:{self.port}").replace("/run/haproxy", str(self.folder))
        for number, node in enumerate(nodes, 1):
            text = text.replace(f"10.0.0.{number}:8474", node.address)
        self.file = self.folder / "configuration"
        self.file.write_text(text, encoding="utf-8")
        with open(self.folder / "log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command, self.file], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.url = f"http://127.0.0.1:{self.port}"
        postgres.until(self.answers, 10, f"{name} answers ({self.folder / 'log'})")

    def answers(self):
        try:
            service.Client(self.url, 5).send("GET", "/readyz")
            return True
        except (OSError, service.Refused):
            return False

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


class HAProxy(Balancer):
    name, program = "haproxy", "/usr/sbin/haproxy"

    def __init__(self, folder, nodes):
        super().__init__(folder, nodes, self.name, [self.program, "-db", "-f"], (EXAMPLES / "haproxy.cfg").read_text("utf-8"))

    def order(self, order):
        """What an operator sends to its socket."""
        with service.socket.socket(service.socket.AF_UNIX) as admin:
            admin.connect(str(self.folder / "admin.sock"))
            admin.sendall(order.encode() + b"\n")
            return b"".join(iter(lambda: admin.recv(1 << 16), b""))


class Nginx(Balancer):
    name, program = "nginx", "/usr/sbin/nginx"

    def __init__(self, folder, nodes):
        text = (EXAMPLES / "nginx.conf").read_text("utf-8")
        around = (f"daemon off; pid {folder}/nginx.pid; error_log stderr; worker_processes 1; events {{ }}\n"
                  f"http {{ access_log off; client_body_temp_path {folder}/bodies; proxy_temp_path {folder}/proxied;\n{text}}}\n")
        super().__init__(folder, nodes, self.name, [self.program, "-p", folder, "-c"], around)


def header(tenant):
    return f"Authorization: Bearer token-of-{tenant}\r\n"


def tenants(count):
    return [f"tenant{number}" for number in range(count)]


def tokens(names):
    return "".join(f"{hashlib.sha256(f'token-of-{name}'.encode()).hexdigest()} {name}\n" for name in names)


def counted(node):
    """How many requests a node has answered; nothing where it does not run."""
    try:
        lines = node.client(5).send("GET", "/metrics").decode().splitlines()
    except OSError:
        return 0
    return sum(float(line.split()[1]) for line in lines if line.startswith("refrain_requests_total{"))


def place(balancer, nodes, tenant, requests=3):
    """The node that answers a tenant's requests; None where it is not one alone."""
    before = [counted(node) for node in nodes]
    for number in range(requests):
        body = json.dumps({"question": f"Where does it land, {number}?", "embedding": ground.vector("")}).encode()
        # Each over a connection of its own.
        service.Client(balancer.url, 30).send("POST", "/cache/lookup", body, headers=header(tenant))
    grown = [counted(node) - count for node, count in zip(nodes, before)]
    return grown.index(requests) if requests in grown else None


class Load:
    """Clients of all tenants that ask known and new questions over kept connections, and check every answer."""

    def __init__(self, balancer, names, threads=4):
        self.answered, self.failures, self.is_over = 0, [], threading.Event()
        self.threads = [threading.Thread(target=self.ask, args=(balancer, names, index)) for index in range(threads)]
        for thread in self.threads:
            thread.start()

    def ask(self, balancer, names, index):
        client, number = None, index
        while not self.is_over.is_set():
            number += 1
            tenant = names[number % len(names)]
            question = f"What is {tenant}'s number {number % 40 if number % 3 else number}?"
            try:
                client = client or service.Client(balancer.url, 30)
                reply = json.loads(client.send("POST", "/v1/chat/completions", service.chat(question), headers=header(tenant)))
                if not reply["choices"][0]["message"]["content"]:
                    self.failures.append(f"{question}: no answer")
                self.answered += 1
                client = None if client.is_closing else client
            except service.Refused as refusal:
                self.failures.append(str(refusal))
            except OSError as error:
                self.failures.append(repr(error))
                client = None

    def stop(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def seen(self):
        """Whether no client saw an error, and what they saw."""
        return not self.failures and self.answered > 0, {"answered": self.answered, "failures": self.failures[:3]}


def under_load(title, balancer, names, seconds, what):
    """Does something while all tenants ask, and notes whether a client saw an error."""
    load = Load(balancer, names)
    fleet.beside([load], seconds / 2, what, seconds)
    note(f"{balancer.name}: {title}: no client sees an error", *load.seen())


def shares(balancer, nodes, names):
    return {name: place(balancer, nodes, name) for name in names}


def loss(balancer, shared, names, seconds):
    """A node is killed and comes back."""
    nodes, lost = shared.nodes, shared.nodes[1]
    before = shares(balancer, nodes, names)
    note(f"{balancer.name}: a token lands on one node", None not in before.values(),
         [list(before.values()).count(index) for index in range(len(nodes))])
    under_load("a node is killed", balancer, names, seconds, lost.kill)
    during = shares(balancer, nodes, names)
    moved = [name for name in names if during[name] != before[name]]
    note(f"{balancer.name}: only the lost node's share moves",
         all(before[name] == 1 for name in moved) and all(during[name] in (0, 2) for name in names),
         {"moved": len(moved), "of": len(names)})
    lost.restart()
    # nginx tries a lost node again after five seconds.
    back = fleet.seconds_until(lambda: shares(balancer, nodes, names) == before, 60)
    note(f"{balancer.name}: the share comes back with the node", back is not None, back and round(back, 1))


def restart(node):
    node.stop()
    node.restart()


def upgrade(balancer, nodes, program):
    """As an operator brings all nodes to another version, one after the other."""
    for node in nodes:
        set_state(balancer, node, "drain")
        time.sleep(0.5)
        node.program = program
        restart(node)
        set_state(balancer, node, "ready")
        # The next one goes when this one takes requests again.
        fleet.seconds_until(lambda node=node: is_up(balancer, node), 10)


def set_state(balancer, node, state):
    for backend in ("nodes", "alive"):
        balancer.order(f"set server {backend}/{node.name} state {state}")


def is_up(balancer, node):
    """By HAProxy's statistics: backend, server, and behind them the state as the 18th field."""
    rows = [line.split(",") for line in balancer.order("show stat").decode().splitlines()]
    return any(row[:2] == ["nodes", node.name] and row[17] == "UP" for row in rows)


def check(kind, shared, names, seconds, program):
    with tempfile.TemporaryDirectory(prefix="refrain-check-") as folder:
        balancer = kind(folder, shared.nodes)
        try:
            loss(balancer, shared, names, seconds)
            under_load("a node is restarted", balancer, names, seconds, lambda: restart(shared.nodes[0]))
            if isinstance(balancer, HAProxy):
                under_load("all nodes are upgraded", balancer, names, seconds,
                           lambda: upgrade(balancer, shared.nodes, program))
            under_load("the store is lost", balancer, names, seconds + 2, shared.server.kill)
            shared.server.start()
        finally:
            balancer.stop()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tokens", type=int, default=60)
    options.add_argument("--seconds", type=float, default=2)
    options.add_argument("--upgrade-to", type=Path, default=machine.REFRAIN)
    arguments = options.parse_args()
    kinds = [kind for kind in (HAProxy, Nginx) if shutil.which(kind.program)]
    for kind in {HAProxy, Nginx} - set(kinds):
        note(f"{kind.name}: not installed", bool(kinds), "left out")
    names = tenants(arguments.tokens)
    with tempfile.TemporaryDirectory(prefix="refrain-check-") as folder:
        file = Path(folder) / "tokens"
        file.write_text(tokens(names), encoding="utf-8")
        file.chmod(0o600)
        with fleet.Fleet(3, options=["--tokens-file", str(file)]) as shared:
            for kind in kinds:
                check(kind, shared, names, arguments.seconds, arguments.upgrade_to)
    ground.report(findings, all(finding["well"] for finding in findings.values()))


if __name__ == "__main__":
    main()
