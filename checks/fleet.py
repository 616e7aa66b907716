"""Several nodes on one database, with all that is around them: server, replica, model API, and the network between.

Everything listens on the loopback interface and lies in a folder of its own; all of it ends with the block, with SIGTERM to
the check, and with the check's death.
"""

import json
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import ground
import machine
import postgres
import service
from link import Link


class Node(service.Daemon):
    """A daemon on the fleet's database; between it and each server lies a stretch of network of its own."""

    def __init__(self, folder, name, servers, upstream, options=(), is_direct=False, environment=()):
        self.name, self.folder = name, Path(folder) / name
        self.folder.mkdir()
        self.links = [] if is_direct else [Link(server.port) for server in servers]
        ports = [server.port for server in servers] if is_direct else [link.port for link in self.links]
        # The replica first: which of them can be written to is the node's to find out.
        hosts = ",".join(f"127.0.0.1:{port}" for port in reversed(ports))
        self.store = f"postgresql://{postgres.USER}@{hosts}/{postgres.DATABASE}?connect_timeout=2"
        self.words = [*(["--upstream", upstream] if upstream else []), "--store", self.store, *options]
        self.variables = [f"{name}={value}" for name, value in environment]
        self.program = machine.REFRAIN
        self.log = self.folder / "log"
        self.start()

    def start(self, listen="127.0.0.1:0"):
        command = ["setpriv", "--pdeathsig", "KILL", "env", *self.variables, self.program]
        with open(self.log, "a", encoding="utf-8") as log:
            try:
                super().__init__(self.folder, *self.words, listen=listen, command=command, stderr=log)
            except SystemExit:
                raise SystemExit(f"{self.name} did not start: {self.log.read_text(encoding='utf-8')[-2000:]}") from None
        self.address = self.url.split("://")[1].rstrip("/")

    def restart(self):
        """Starts it again where it was, as its unit would."""
        self.start(self.address)

    def client(self, timeout=30):
        return service.Client(self.socket, timeout)

    def network(self, *order):
        """Orders for the network between it and the servers; see link.py."""
        for link in self.links:
            link.order(*order)

    def remove(self):
        if self.process.poll() is None:
            self.stop()
        for link in self.links:
            link.stop()


class Fleet:
    """A server, nodes and the stand-in for the models' API.

    `floor` is the nodes' (1: what is only alike is not looked at), `is_synced` has the server sync its files, `has_replica` gives it
    one that each commit waits for. `options` are words for every `refrain serve`; `is_direct` leaves the networks out, for measuring, and
    `has_models` the API, so that nothing is asked of mini.
    """

    def __init__(self, nodes=3, *, floor=1, is_synced=False, has_replica=False, options=(), stand_in=(), is_direct=False,
                 has_models=True, server_settings=(), server_environment=None):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        self.folder = Path(tempfile.mkdtemp(prefix="refrain-fleet-"))
        # The server's user has to get through to its own folder.
        self.folder.chmod(0o711)
        self.nodes, self.servers, self.upstream = [], [], None
        # Nothing is decided by chance.
        self.options, self.is_direct = ["--floor", str(floor), "--exploration", "0", *options], is_direct
        try:
            self.server = postgres.Postgres(self.folder, "primary", is_synced, server_settings, server_environment)
            self.servers.append(self.server)
            self.server.make()
            if has_replica:
                self.add_replica(is_synced)
            if has_models:
                self.upstream = service.StandIn(*stand_in)
            for _ in range(nodes):
                self.add_node()
        except BaseException:
            self.remove()
            raise

    def add_replica(self, is_synced):
        self.replica = postgres.Postgres(self.folder, "replica", is_synced)
        self.servers.append(self.replica)
        self.replica.follow(self.server)
        self.server.set(synchronous_standby_names="*")

    def add_node(self, *options, environment=()):
        node = Node(self.folder, f"node{len(self.nodes) + 1}", self.servers, self.upstream and self.upstream.url, [*self.options, *options],
                    self.is_direct, environment)
        self.nodes.append(node)
        return node

    def upstream_calls(self, purpose="answer"):
        """How many calls of that kind the models' API has got."""
        seen = json.loads(service.Client(self.upstream.url).send("GET", "/standin/requests"))
        return sum(counts.get(purpose, 0) for counts in seen["counts"].values())

    def remove(self):
        for node in self.nodes:
            node.remove()
        for server in reversed(self.servers):
            server.remove()
        if self.upstream is not None:
            self.upstream.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()


def store(client, question, answer, **members):
    """Stores an answer by the cache's own route and returns the entry's number; the vector costs the node nothing."""
    body = {"question": question, "answer": answer, "embedding": ground.vector(question)} | members
    return json.loads(client.send("POST", "/cache/entries", json.dumps(body).encode()))["entry"]


def lookup(client, question, **members):
    body = json.dumps({"question": question} | members).encode()
    return json.loads(client.send("POST", "/cache/lookup", body))


def seconds_until(is_so, deadline_seconds):
    """How long it takes until something is so; None where it does not come about by the deadline."""
    begin = time.monotonic()
    while not is_so():
        if time.monotonic() - begin > deadline_seconds:
            return None
        time.sleep(0.002)
    return time.monotonic() - begin


def beside(loads, before, what, after):
    """Does something while clients are at work, so many seconds after they began, and stops them so many later."""
    try:
        time.sleep(before)
        what()
        time.sleep(after)
    finally:
        for load in loads:
            load.stop()
