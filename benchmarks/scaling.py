#!/usr/bin/env python3
"""Plans deployments of 100 million and a billion entries: a simulation fed with what one node was measured to cost.

    python3 benchmarks/scaling.py [--entries 100000000 1000000000] [--hours 2] [--seed 1]

Tenants by Zipf's law with scopes by Zipf's law; requests fall on scopes as their entries do. Tenants fall silent and others
wake up; in the middle of the time a node is lost for five minutes, and behind it every node is restarted once, as an upgrade does.
Nodes load a scope when it is asked for by likeness and drop it when nobody has for a while, the coldest first when memory ends.
Requests go to nodes by consistent hashing on the scope, or to any; and once scopes are kept twelve times as long. Printed are
memory, cold loads, how often the scope was there, the load on the server, what it costs, and how much of what there is is used, so
that one sees what breaks first. Installs numpy from PyPI at the first time.
"""

import argparse
import math
from dataclasses import asdict, dataclass, replace

import machine


@dataclass(frozen=True)
class Costs:
    """Per node and server, by `python3 benchmarks/nodes.py`, 2026-11-29, two quiet Zen 4 cores; an entry's by its measurement of a
    scope of a million, exact hits as if each were read from the server (a node remembers most)."""

    node_memory_bytes: int = 110_000_000
    entry_memory_bytes: int = 1_598
    entry_network_bytes: int = 1_600
    entry_server_bytes: int = 2_361
    entry_load_us: float = 5.2  # until it is there, node and server together
    entry_load_node_us: float = 5.1
    entry_load_server_us: float = 3.9
    exact_node_us: float = 146
    exact_server_us: float = 14
    likeness_node_us: float = 668
    embedding_node_us: float = 3_300  # of a short text, one thread: benchmarks/embedding.py
    likeness_server_us: float = 258
    store_node_us: float = 525
    store_server_us: float = 1_156


@dataclass(frozen=True)
class Assumptions:
    """What a deployment is taken to be; each may be given as an option of the same name."""

    retention_days: float = 90  # an entry is kept so long: entries ÷ this are stored a day
    miss_share: float = 0.4  # of the requests, each of which stores an entry
    exact_share: float = 0.3  # of the requests, which need no index
    peak: float = 3  # the busiest hour's rate to the mean; the hours that are simulated are like this one
    tenant_entries: int = 25_000  # in the mean
    tenant_exponent: float = 0.9  # of Zipf's law
    tenant_scopes: int = 8
    scope_exponent: float = 1.0
    entries_max: int = 2_000_000  # of one tenant: capacity.tenant_entries_max
    silent_share: float = 0.4  # of the tenants, at any time
    silent_hours: float = 4  # how long one stays so
    cold_minutes: float = 10  # after which a scope that nobody asks for is dropped
    machine_gib: int = 64
    machine_cores: int = 8
    memory_used: float = 0.7  # of a machine's memory, for indexes
    machine_usd_hour: float = 0.53  # 8 cores and 64 GiB, on demand; a round list price, to be replaced by one's own
    storage_usd_gb_month: float = 0.115
    transfer_usd_gb: float = 0.02  # between zones, both ways together
    spare: float = 1.5  # of the server's storage: rows that were deleted, the log, sorting
    server_cores: int = 16
    network_gbit: float = 10  # of the server


STEP_SECONDS = 10
RING_POINTS = 128
LOST_SECONDS = 300
# A question waits so long for its scope, and is a miss then.
LOAD_WAIT_SECONDS = 2
HOURS_A_MONTH = 730


class Population:
    """Tenants and their scopes, with how many entries each has."""

    def __init__(self, entries, assumed, numpy, random):
        tenants = max(1, int(entries / assumed.tenant_entries))
        self.tenant_entries = self.bounded(numpy.arange(1, tenants + 1) ** -assumed.tenant_exponent, entries,
                                           assumed.entries_max, numpy)
        shares = numpy.arange(1, assumed.tenant_scopes + 1) ** -assumed.scope_exponent
        self.entries = (self.tenant_entries[:, None] * (shares / shares.sum())).ravel()
        self.tenant = numpy.repeat(numpy.arange(tenants), assumed.tenant_scopes)
        self.place = random.integers(0, 2**63, len(self.entries))
        self.is_silent = random.random(tenants) < assumed.silent_share

    @staticmethod
    def bounded(weights, entries, most, numpy):
        """Parts of `entries` by weight, none beyond the bound; what is cut off goes to the others."""
        for _ in range(50):
            parts = numpy.minimum(weights / weights.sum() * entries, most)
            if parts.sum() > 0.999 * entries:
                break
            weights = numpy.where(parts < most, weights * entries / parts.sum(), weights)
        return parts

    def turn(self, assumed, seconds, random):
        """Some tenants fall silent and others wake up; their shares stay."""
        leave = seconds / 3600 / assumed.silent_hours
        enter = leave * assumed.silent_share / (1 - assumed.silent_share)
        chance = random.random(len(self.is_silent))
        self.is_silent = (self.is_silent & (chance >= leave)) | (~self.is_silent & (chance < enter))


class Ring:
    """Consistent hashing: which of the nodes that are there a place on the ring belongs to."""

    def __init__(self, nodes, numpy, random):
        self.numpy, self.nodes = numpy, nodes
        self.points = random.integers(0, 2**63, (nodes, RING_POINTS))

    def owners(self, places, is_there):
        there = self.numpy.flatnonzero(is_there)
        points = self.points[there].ravel()
        order = self.numpy.argsort(points)
        found = self.numpy.searchsorted(points[order], places) % len(points)
        return self.numpy.repeat(there, RING_POINTS)[order][found]


class Nodes:
    """What each node holds, and when each scope was last asked for there."""

    def __init__(self, count, population, costs, limit_bytes, numpy):
        self.numpy, self.costs, self.limit, self.entries = numpy, costs, limit_bytes, population.entries
        self.used = numpy.full((count, len(population.entries)), -numpy.inf, numpy.float32)
        self.bytes = numpy.zeros(count)
        self.size = population.entries * costs.entry_memory_bytes

    def ask(self, nodes, scopes, now):
        """The scopes that had to be loaded, as indexes into the requests: the first request for each."""
        flat, first = self.numpy.unique(nodes * self.used.shape[1] + scopes, return_index=True)
        cold = first[self.numpy.isinf(self.used.ravel()[flat])]
        self.used.ravel()[flat] = now
        self.numpy.add.at(self.bytes, nodes[cold], self.size[scopes[cold]])
        return cold

    def drop(self, node, scopes):
        self.used[node, scopes] = -self.numpy.inf
        self.bytes[node] -= self.size[scopes].sum()

    def tidy(self, now, cold_seconds):
        """Drops what is cold, and the coldest where memory has ended; how many of the latter."""
        pressed = 0
        for node, used in enumerate(self.used):
            held = self.numpy.flatnonzero(~self.numpy.isinf(used))
            self.drop(node, held[used[held] < now - cold_seconds])
            if self.bytes[node] > self.limit:
                held = held[self.numpy.isfinite(used[held])]
                oldest = held[self.numpy.argsort(used[held])]
                count = int(self.numpy.searchsorted(self.numpy.cumsum(self.size[oldest]), self.bytes[node] - self.limit)) + 1
                self.drop(node, oldest[:count])
                pressed += count
        return pressed

    def clear(self, node):
        self.used[node] = -self.numpy.inf
        self.bytes[node] = 0


def rates(entries, assumed):
    """Stores and requests a second in the busiest hour."""
    stores = entries / assumed.retention_days / 86_400 * assumed.peak
    return stores, stores / assumed.miss_share


def nodes_needed(population, entries, costs, assumed, numpy):
    """How many nodes hold what is warm, by Poisson's law: a scope is there when somebody asked within the time to drop it."""
    _, requests = rates(entries, assumed)
    asked = population.entries / entries * requests * (1 - assumed.exact_share) * assumed.cold_minutes * 60
    warm = (population.entries * costs.entry_memory_bytes * -numpy.expm1(-asked)).sum()
    room = assumed.machine_gib * 2**30 * assumed.memory_used
    # One more than needed, so that one may be lost; what falls to the others may be unequal by a fifth.
    return max(3, math.ceil(warm * 1.2 / room) + 1), warm


def is_down(node, nodes, now, seconds):
    """One node is lost in the middle; then all are restarted one after the other, a minute each."""
    middle = seconds / 2
    if now < middle + LOST_SECONDS:
        return node == 0 and middle <= now
    return int((now - middle - LOST_SECONDS) // 60) == node and now < middle + LOST_SECONDS + 60 * nodes


class Tally:
    """Sums over the time that is looked at, and the highest of each step."""

    def __init__(self):
        self.sums, self.most = {}, {}

    def add(self, **values):
        for name, value in values.items():
            self.sums[name] = self.sums.get(name, 0) + value
            self.most[name] = max(self.most.get(name, 0), value)


def simulate(entries, nodes_count, has_affinity, costs, assumed, hours, seed, numpy):
    """A few hours like the busiest one; the time before them fills the nodes and is not looked at."""
    random = numpy.random.default_rng(seed)
    population = Population(entries, assumed, numpy, random)
    ring = Ring(nodes_count, numpy, random)
    nodes = Nodes(nodes_count, population, costs, assumed.machine_gib * 2**30 * assumed.memory_used, numpy)
    _, requests = rates(entries, assumed)
    warm_up, seconds, tally = 3600 + assumed.cold_minutes * 60, hours * 3600, Tally()
    was_there = numpy.ones(nodes_count, bool)
    owners = ring.owners(population.place, was_there)
    for step in range(int((warm_up + seconds) / STEP_SECONDS)):
        now = step * STEP_SECONDS - warm_up
        is_there = numpy.array([not is_down(node, nodes_count, now, seconds) for node in range(nodes_count)])
        if (is_there != was_there).any():
            for node in numpy.flatnonzero(~is_there):
                nodes.clear(node)
            owners, was_there = ring.owners(population.place, is_there), is_there
        population.turn(assumed, STEP_SECONDS, random)
        weights = numpy.cumsum(population.entries * ~population.is_silent[population.tenant])
        count = random.poisson(requests * (1 - assumed.exact_share) * STEP_SECONDS)
        scopes = numpy.searchsorted(weights, random.random(count) * weights[-1])
        where = owners[scopes] if has_affinity else random.choice(numpy.flatnonzero(is_there), count)
        cold = nodes.ask(where, scopes, now)
        is_due = step % 6 == 0 or (nodes.bytes > nodes.limit).any()
        pressed = nodes.tidy(now, assumed.cold_minutes * 60) if is_due else 0
        if now >= 0:
            tally.add(requests=count, cold=len(cold), loaded_entries=population.entries[scopes[cold]].sum(), pressed=pressed,
                      node_bytes=nodes.bytes.max(), all_bytes=nodes.bytes.sum())
    return figures(tally, population, entries, nodes_count, costs, assumed, seconds)


def figures(tally, population, entries, nodes, costs, assumed, seconds):
    """What the simulated hours came to."""
    stores, requests = rates(entries, assumed)
    steps, sums, most = seconds / STEP_SECONDS, tally.sums, tally.most
    likeness = requests * (1 - assumed.exact_share)
    loaded = sums["loaded_entries"] / seconds

    def cores(side):
        embedding = costs.embedding_node_us if side == "node" else 0
        return (requests * assumed.exact_share * getattr(costs, f"exact_{side}_us")
                + likeness * (getattr(costs, f"likeness_{side}_us") + embedding) + stores * getattr(costs, f"store_{side}_us")
                + loaded * getattr(costs, f"entry_load_{side}_us")) / 1e6

    largest = population.entries.max()
    load_seconds = largest * costs.entry_load_us / 1e6
    most_mbit = most["loaded_entries"] / STEP_SECONDS * costs.entry_network_bytes * 8 / 1e6
    return {
        "nodes": nodes, "requests_per_second": round(requests), "stores_per_second": round(stores, 1),
        "scopes": len(population.entries), "largest_scope_entries": round(largest),
        "node_memory_gb_most": round((most["node_bytes"] + costs.node_memory_bytes) / 1e9, 1),
        "all_memory_gb_mean": round(sums["all_bytes"] / steps / 1e9, 1),
        "cold_loads_per_second": round(sums["cold"] / seconds, 2),
        "cold_loads_per_second_most": round(most["cold"] / STEP_SECONDS, 1),
        "scope_there": round(1 - sums["cold"] / sums["requests"], 4), "dropped_for_memory": int(sums["pressed"]),
        "server_to_nodes_mbit_per_second": round(loaded * costs.entry_network_bytes * 8 / 1e6, 1),
        "server_to_nodes_mbit_per_second_most": round(most_mbit, 1),
        "node_cores_all": round(cores("node"), 2), "server_cores": round(cores("server"), 2),
        "server_storage_gb": round(entries * costs.entry_server_bytes * assumed.spare / 1e9),
        "largest_scope_load_s": round(load_seconds, 2),
        "usd_month": dollars(entries, nodes, loaded, costs, assumed),
        "used": {
            "node memory": round(most["node_bytes"] / (assumed.machine_gib * 2**30 * assumed.memory_used), 2),
            "node processors": round(cores("node") / nodes / assumed.machine_cores, 3),
            "server processors": round(cores("server") / assumed.server_cores, 3),
            "server network, worst 10 s": round(most_mbit / 1000 / assumed.network_gbit, 2),
            "wait for the largest scope": round(load_seconds / LOAD_WAIT_SECONDS, 2),
        },
    }


def dollars(entries, nodes, loaded, costs, assumed):
    """Nodes, and a server with a replica of the same kind of machine; storage twice; what is read between zones."""
    machines = (nodes + 2) * assumed.machine_usd_hour * HOURS_A_MONTH
    storage = 2 * entries * costs.entry_server_bytes * assumed.spare / 1e9 * assumed.storage_usd_gb_month
    transfer = loaded / assumed.peak * costs.entry_network_bytes / 1e9 * 3600 * HOURS_A_MONTH * assumed.transfer_usd_gb
    return {"machines": round(machines), "storage": round(storage), "transfer": round(transfer),
            "all": round(machines + storage + transfer)}


def plan(entries, costs, assumed, hours, seed, numpy):
    population = Population(entries, assumed, numpy, numpy.random.default_rng(seed))
    nodes, warm = nodes_needed(population, entries, costs, assumed, numpy)
    print(f"\n{entries:,} entries: {warm / 1e9:.0f} GB of them warm by the formula, {nodes} nodes", flush=True)
    rows = {}
    for name, has_affinity, minutes in [("by scope", True, assumed.cold_minutes), ("to any node", False, assumed.cold_minutes),
                                        ("by scope, kept long", True, 12 * assumed.cold_minutes)]:
        rows[name] = simulate(entries, nodes, has_affinity, costs, replace(assumed, cold_minutes=minutes), hours, seed, numpy)
    show(rows)
    return {"warm_gb_by_formula": round(warm / 1e9, 1)} | rows


def show(rows):
    print(f"  {'':40}" + "".join(f"{name:>22}" for name in rows))
    first = next(iter(rows.values()))
    for name in first:
        for part in first[name] if isinstance(first[name], dict) else [None]:
            values = [row[name] if part is None else row[name][part] for row in rows.values()]
            print(f"  {name if part is None else f'{name} {part}':40}" + "".join(f"{value:>22,}" for value in values))


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, nargs="+", default=[100_000_000, 1_000_000_000])
    parser.add_argument("--hours", type=float, default=2)
    parser.add_argument("--seed", type=int, default=1)
    for name, value in asdict(Assumptions()).items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(value), default=value)
    return parser.parse_args()


def main():
    arguments = options()
    machine.enter_peers("scaling", ["numpy==2.2.6"])
    import numpy
    about, costs = machine.describe(), Costs()
    assumed = Assumptions(**{name: getattr(arguments, name) for name in asdict(Assumptions())})
    results = {f"{entries} entries": plan(entries, costs, assumed, arguments.hours, arguments.seed, numpy)
               for entries in arguments.entries}
    machine.save("scaling", about, {"costs": asdict(costs), "assumptions": asdict(assumed)} | results)


if __name__ == "__main__":
    main()
