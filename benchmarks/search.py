#!/usr/bin/env python3
"""Measures the vector search beside FAISS, sqlite-vec, hnswlib and usearch: the same rows, the same queries, one thread each.

    python3 benchmarks/search.py [--questions FILE] [--rows 100000 1000000] [--queries 1000]
    python3 benchmarks/search.py --vectors FILE.npy ...
    python3 benchmarks/search.py --rows 1000 10000 100000 1000000 --queries 200 --plot docs/images/search.svg

The questions (questions.py), of FILE or --distinct of those made from Debian's packages, are embedded with Refrain's
own model. `--vectors` takes embeddings made before. What is missing to a larger count is filled up with mixtures of
three questions' vectors, so that rows keep the structure of real embeddings; queries are questions that are not among
the rows. How dense the data are is printed: the rows at or above each floor, and the similarity of the tenth.

The peers come from PyPI into a folder of their own under the user's cache. Refrain and they take turns, some queries
each; every answer of Refrain is compared with FAISS's. Beyond 100,000 rows eight callers at once are measured too, on all
processors, where FAISS gets the eight queries in one call. The approximate indexes get the least effort that finds 99 % of
the ten nearest rows; they are built up to --approximate-max rows, as building takes them long.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import growth_plot
import machine
import questions

FLOORS = (0.70, 0.75, 0.85)
# Of so many rows on, searches under way at the same time share a pass over them; so many callers are measured.
TOGETHER_ROWS = 100_001
CALLERS = 8
# More take it most of a second each.
EXACT_IN_SQLITE_MAX = 100_000
NEIGHBOURS = 10
TURN = 50
PEERS = ("numpy", "faiss-cpu", "hnswlib", "usearch", "sqlite-vec", "apsw")
PROGRAM = machine.ROOT / ".build" / "release" / "bench-search"


class Refrain:
    name = "refrain"

    def __init__(self, rows, queries, folder):
        (folder / "rows").unlink(missing_ok=True)
        rows.tofile(folder / "rows")
        queries.tofile(folder / "queries")
        self.process = subprocess.Popen(
            [PROGRAM, "search", folder / "rows", str(rows.shape[1]), folder / "queries"], env=machine.environment(),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.built = json.loads(self.process.stdout.readline())

    def search(self, floor, first, count):
        self.process.stdin.write(f"{floor} {NEIGHBOURS} {first} {count}\n")
        self.process.stdin.flush()
        answers = json.loads(self.process.stdout.readline())
        return [answer["ns"] for answer in answers], [(answer["ids"], answer["scores"]) for answer in answers]

    def together(self, floor, first, count):
        """Seconds for all of them, asked by several callers at once."""
        self.process.stdin.write(f"{floor} {NEIGHBOURS} {first} {count} {CALLERS}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())["ns"] / 1e9

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Peer:
    """An index of this process; `find` is one query's search."""

    def __init__(self, name, find, queries):
        self.name = name
        self.find = find
        self.queries = queries

    def search(self, first, count):
        times, answers = [], []
        for query in range(first, first + count):
            vector = self.queries[query:query + 1]
            start = time.perf_counter_ns()
            answer = self.find(vector)
            times.append(time.perf_counter_ns() - start)
            answers.append(answer)
        return times, answers


def faiss_flat(rows, queries):
    import faiss
    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlatIP(rows.shape[1])
    index.add(rows)

    def find(vector):
        scores, ids = index.search(vector, NEIGHBOURS)
        return ids[0], scores[0]
    return Peer("FAISS IndexFlatIP", find, queries), index


def sqlite_vec(rows, queries):
    """Its table in memory, searched as its documents have it, by a SQLite that loads extensions (apsw)."""
    import apsw
    import sqlite_vec as extension
    database = apsw.Connection(":memory:")
    database.enable_load_extension(True)
    database.load_extension(extension.loadable_path())
    database.execute(f"create virtual table rows using vec0(vector float[{rows.shape[1]}] distance_metric=cosine)")
    with database:
        database.executemany("insert into rows(rowid, vector) values (?, ?)",
                             ((row, vector.tobytes()) for row, vector in enumerate(rows)))

    def find(vector):
        found = database.execute("select rowid, distance from rows where vector match ? and k = ?",
                                 (vector.tobytes(), NEIGHBOURS)).fetchall()
        return [row for row, _ in found], [1 - distance for _, distance in found]
    return Peer("sqlite-vec", find, queries)


def hnsw(rows, queries, truth):
    import hnswlib
    index = hnswlib.Index(space="ip", dim=rows.shape[1])
    index.init_index(max_elements=len(rows), M=16, ef_construction=200)
    index.set_num_threads(1)
    start = time.perf_counter()
    index.add_items(rows, num_threads=1)
    seconds = time.perf_counter() - start

    def find(vector):
        ids, distances = index.knn_query(vector, NEIGHBOURS, num_threads=1)
        return ids[0], 1 - distances[0]
    return tuned(Peer("hnswlib", find, queries), index.set_ef, truth, seconds)


def usearch(rows, queries, truth):
    import numpy
    from usearch.index import Index
    index = Index(ndim=rows.shape[1], metric="ip", dtype="f32", connectivity=16, expansion_add=128)
    start = time.perf_counter()
    index.add(numpy.arange(len(rows)), rows, threads=1)
    seconds = time.perf_counter() - start

    def find(vector):
        found = index.search(vector[0], NEIGHBOURS, threads=1)
        return found.keys, 1 - found.distances

    def set_effort(effort):
        index.expansion_search = effort
    return tuned(Peer("usearch", find, queries), set_effort, truth, seconds)


def tuned(peer, set_effort, truth, build_seconds):
    """The least effort with recall@10 of 0.99 over the first queries."""
    for effort in (16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512):
        set_effort(effort)
        _, answers = peer.search(0, len(truth))
        found = sum(len(set(ids.tolist()) & set(true.tolist())) for (ids, _), true in zip(answers, truth))
        recall = found / truth.size
        if recall >= 0.99:
            break
    return peer, {"effort": effort, "recall": round(recall, 4), "build_seconds": round(build_seconds, 1)}


def faults(answers, exact, floor):
    """Answers that are not the exact ones above the floor; rows within rounding of the floor or of each other agree."""
    wrong = 0
    for (ids, scores), (true_ids, true_scores) in zip(answers, exact):
        known = {int(id): float(score) for id, score in zip(true_ids, true_scores)}
        must = {id for id, score in known.items() if score >= floor + 2e-6}
        kth = min(known.values())
        right = (must <= set(ids) or kth > floor and len(ids) == NEIGHBOURS) and all(
            abs(score - known[id]) <= 1e-5 if id in known else abs(score - kth) <= 1e-5 or score < floor + 1e-5
            for id, score in zip(ids, scores))
        wrong += not right
    return wrong


def summary(times):
    return {"min_us": round(min(times) / 1e3, 1), "median_us": round(machine.percentile(times, 0.5) / 1e3, 1),
            "p99_us": round(machine.percentile(times, 0.99) / 1e3, 1)}


def density(rows, queries):
    """How many rows a query has at or above each floor, and how near the last of its nearest is."""
    import numpy
    sample = queries[:200]
    counts = numpy.zeros((len(FLOORS), len(sample)), int)
    nearest = numpy.full((len(sample), NEIGHBOURS), -1, numpy.float32)
    for start in range(0, len(rows), 50_000):
        scores = sample @ rows[start:start + 50_000].T
        counts += [(scores >= floor).sum(axis=1) for floor in FLOORS]
        nearest = numpy.sort(numpy.concatenate([nearest, scores], axis=1), axis=1)[:, -NEIGHBOURS:]
    return {
        "rows_above": {f"{floor:.2f}": {"median": int(numpy.median(count)), "mean": round(float(count.mean()), 1)}
                       for floor, count in zip(FLOORS, counts)},
        "last_of_nearest_median": round(float(numpy.median(nearest[:, 0])), 3),
    }


def together(index, refrain, queries):
    """Queries a second of both, in turns, each turn's in the median."""
    import faiss
    faiss.omp_set_num_threads(os.cpu_count())
    rates = {"FAISS IndexFlatIP": []} | {f"{floor:.2f}": [] for floor in FLOORS}
    for first in range(0, len(queries) - TURN + 1, TURN):
        start = time.perf_counter()
        for query in range(first, first + TURN, CALLERS):
            index.search(queries[query:min(query + CALLERS, first + TURN)], NEIGHBOURS)
        rates["FAISS IndexFlatIP"].append(TURN / (time.perf_counter() - start))
        for floor in FLOORS:
            rates[f"{floor:.2f}"].append(TURN / refrain.together(floor, first, TURN))
    faiss.omp_set_num_threads(1)
    return {"callers": CALLERS, "threads": os.cpu_count(),
            "per_second": {name: round(machine.percentile(values, 0.5), 1) for name, values in rates.items()}}


def measure(vectors, queries, count, approximate_max, folder):
    rows = filled(vectors, count)
    dense = density(rows, queries)
    flat, index = faiss_flat(rows, queries)
    peers, effort = [flat], {}
    if count <= EXACT_IN_SQLITE_MAX:
        peers.append(sqlite_vec(rows, queries))
    if count <= approximate_max:
        _, truth = index.search(queries[:200], NEIGHBOURS)
        for make in (hnsw, usearch):
            peer, effort[make.__name__] = make(rows, queries, truth)
            peers.append(peer)
            print(f"  {peer.name}: {effort[make.__name__]}", flush=True)
    refrain = Refrain(rows, queries, folder)
    print(f"  refrain: {refrain.built}", flush=True)
    dimension = rows.shape[1]
    del rows
    times = {peer.name: [] for peer in peers} | {floor: [] for floor in FLOORS}
    wrong = {floor: 0 for floor in FLOORS}
    for first in range(0, len(queries) - TURN + 1, TURN):
        exact = None
        for peer in peers:
            taken, answers = peer.search(first, TURN)
            times[peer.name] += taken
            exact = exact or answers
        for floor in FLOORS:
            taken, answers = refrain.search(floor, first, TURN)
            times[floor] += taken
            wrong[floor] += faults(answers, exact, floor)
    at_once = together(index, refrain, queries) if count >= TOGETHER_ROWS else None
    refrain.close()
    return {
        "rows": count, "dimension": dimension, "queries": len(times[flat.name]), "density": dense,
        "refrain_bytes_per_row": round(refrain.built["bytes"] / count), "refrain_built": refrain.built,
        "approximate": effort, "peers": {peer.name: summary(times[peer.name]) for peer in peers},
        "together": at_once,
        "refrain": {f"{floor:.2f}": summary(times[floor]) | {"wrong": wrong[floor]} for floor in FLOORS},
    }


def show(figures):
    print(f"\n{figures['rows']} rows of {figures['dimension']}, {figures['queries']} queries, one thread each")
    above = ", ".join(f"{line['median']} ({line['mean']}) at {floor}"
                      for floor, line in figures["density"]["rows_above"].items())
    print(f"rows at or above a floor, median (mean): {above}; the similarity of the tenth is "
          f"{figures['density']['last_of_nearest_median']} in the median")
    print(f"{'':28}{'min':>10}{'median':>10}{'p99':>10}   µs")
    for name, line in figures["peers"].items():
        print(f"{name:28}{line['min_us']:10.1f}{line['median_us']:10.1f}{line['p99_us']:10.1f}")
    for floor, line in figures["refrain"].items():
        ratios = ", ".join(
            f"{peer['min_us'] / line['min_us']:.1f}/{peer['median_us'] / line['median_us']:.1f} x {name}"
            for name, peer in figures["peers"].items())
        print(f"{'refrain, floor ' + floor:28}{line['min_us']:10.1f}{line['median_us']:10.1f}{line['p99_us']:10.1f}"
              f"   {line['wrong']} wrong; {ratios} (min/median)")
    if at_once := figures["together"]:
        peer, *ours = at_once["per_second"].items()
        print(f"{at_once['callers']} at once on {at_once['threads']} threads, queries a second: {peer[0]} {peer[1]}; refrain "
              + ", ".join(f"{rate} at floor {floor} ({rate / peer[1]:.1f} x)" for floor, rate in ours))
    print(f"refrain holds {figures['refrain_bytes_per_row']} bytes a row")


def plot(path, results):
    series = {f"Refrain, floor {floor}": [(line["rows"], line["refrain"][floor]["median_us"]) for line in results]
              for floor in ("0.70", "0.85")}
    for name in ("FAISS IndexFlatIP", "sqlite-vec", "hnswlib", "usearch"):
        points = [(line["rows"], line["peers"][name]["median_us"]) for line in results if name in line["peers"]]
        if points:
            series[name] = points
    growth_plot.write(path, "One search of rows of 384 dimensions, one thread, median", series)


def filled(vectors, count):
    import numpy
    rows = numpy.empty((count, vectors.shape[1]), numpy.float32)
    real = min(count, len(vectors))
    rows[:real] = vectors[:real]
    random = numpy.random.default_rng(7)
    for start in range(real, count, 20_000):
        size = min(20_000, count - start)
        chosen = random.integers(0, len(vectors), (size, 3))
        weights = random.dirichlet((1, 1, 1), size).astype(numpy.float32)
        mixed = numpy.einsum("rkd,rk->rd", vectors[chosen], weights)
        rows[start:start + size] = mixed / numpy.linalg.norm(mixed, axis=1, keepdims=True)
    return rows


def load(arguments, folder):
    import numpy
    if arguments.vectors:
        return numpy.load(arguments.vectors).astype(numpy.float32)
    print("embedding the questions", flush=True)
    texts = questions.distinct(arguments.questions)
    random.Random(1).shuffle(texts)
    lines = folder / "questions"
    lines.write_text("".join(text.replace("\n", " ") + "\n" for text in texts[:arguments.distinct]), "utf-8")
    subprocess.run(
        [PROGRAM, "embed", lines, folder / "embedded"], env=machine.environment(), check=True)
    return numpy.fromfile(folder / "embedded", numpy.float32).reshape(-1, 384)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--questions", type=Path, help="JSON lines, gzipped or not; see questions.py")
    source.add_argument("--vectors", help="their embeddings, float32 [questions x dimension], as a .npy file")
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000])
    parser.add_argument("--distinct", type=int, default=10_000, help="how many questions are embedded at most")
    parser.add_argument("--queries", type=int, default=1_000)
    parser.add_argument("--approximate-max", type=int, default=100_000)
    parser.add_argument("--plot", type=Path, help="an SVG file to draw the times over the row counts into")
    arguments = parser.parse_args()
    machine.enter_peers("search-peers", PEERS, OMP_NUM_THREADS="1")
    subprocess.run(["swift", "build", "-c", "release", "--product", "bench-search"], cwd=machine.ROOT, check=True,
                   stdout=sys.stderr)
    import numpy
    described = machine.describe()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        vectors = load(arguments, Path(folder))
        vectors = vectors[numpy.random.default_rng(3).permutation(len(vectors))]
        queries = numpy.ascontiguousarray(vectors[:arguments.queries])
        for count in arguments.rows:
            print(f"{count} rows", flush=True)
            results.append(
                measure(vectors[arguments.queries:], queries, count, arguments.approximate_max, Path(folder)))
            show(results[-1])
            machine.save("search", described, results)
    if arguments.plot:
        plot(arguments.plot, results)


if __name__ == "__main__":
    main()
