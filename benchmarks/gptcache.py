#!/usr/bin/env python3
"""Measures lookups beside GPTCache's, and what both serve of a labelled stream: same texts, same vectors, in turns.

    python3 benchmarks/gptcache.py [--entries 10000 100000] [--lookups 400] [--questions FILE]
    python3 benchmarks/gptcache.py --labels FILE [--requests 5000] [--seed 1]

GPTCache comes from PyPI into a folder of its own under the user's cache, and is used as its documents have it: SQLite for
the texts, FAISS for the vectors, its distance as the similarity, its threshold of 0.8 (a cosine of 0.6). It runs in this
process, Refrain behind its Unix socket with one kept connection.

Three ways: a text that is stored, in the very words; a new wording whose vector is at hand; a new wording that has to be
embedded first, by MiniLM on one thread, in Refrain by its own model and for GPTCache by ONNX Runtime. Stored are real
questions, and mixtures of three of them beyond their number (see search.py). GPTCache writes a row about every hit unless
it is told not to; both are measured. It has an exact mode without vectors too, a dictionary in memory: that is the last line.

Then how many lookups with their vector at hand each side answers in a second when 1, 2 and 8 are asked at a time: Refrain over
TCP by wrk with prepared requests, GPTCache by as many threads of this process; in turns, the median of Refrain's rounds beside
the best that GPTCache reached in any round with any number of threads. Some thousand new questions take their turn, so that
each is asked several times, as is printed; of the stored ones near them Refrain then remembers what it has read. Needs Debian's
package wrk.

With --labels both decide about the stream of `refrain bench`, GPTCache at several of its thresholds.
"""

import argparse
import base64
import gzip
import itertools
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import machine
import questions
import search
from hits import wrk
from service import Client, Daemon

PEERS = ("numpy", "gptcache", "sqlalchemy", "faiss-cpu", "onnx", "onnxruntime", "tokenizers", "requests", "cachetools")
MODEL = machine.CACHE / "models" / "all-MiniLM-L6-v2"
TURN = 20
THRESHOLDS = (0.8, 0.85, 0.9, 0.95, 0.975)
BATCH = 256
CONNECTIONS = (1, 2, 8)
ROUNDS = 3
LOAD_SCRIPT = """
local requests, number = {}, 0
init = function()
   for line in io.lines("BODIES") do
      requests[#requests + 1] = wrk.format("POST", "/cache/lookup", {["Content-Type"] = "application/json"}, line)
   end
end
request = function()
   number = number % #requests + 1
   return requests[number]
end
"""


class GPTCache:
    """A cache of its own in a folder."""

    def __init__(self, folder, embed, threshold=0.8, reports=True):
        from gptcache import Cache, Config
        from gptcache.adapter import api
        from gptcache.manager import CacheBase, VectorBase, get_data_manager
        from gptcache.processor.pre import get_prompt
        from gptcache.similarity_evaluation import SearchDistanceEvaluation
        folder.mkdir()
        self.api, self.cache = api, Cache()
        # Its default is to keep a thousand entries.
        self.manager = get_data_manager(
            CacheBase("sqlite", sql_url=f"sqlite:///{folder}/texts.db"),
            VectorBase("faiss", dimension=384, index_path=f"{folder}/vectors"), max_size=100_000_000)
        self.cache.init(
            pre_embedding_func=get_prompt, embedding_func=lambda text, **_: embed(text), data_manager=self.manager,
            similarity_evaluation=SearchDistanceEvaluation(),
            config=Config(similarity_threshold=threshold, disable_report=not reports))

    def add(self, texts, vectors):
        for first in range(0, len(texts), 5_000):
            part = texts[first:first + 5_000]
            self.manager.import_data(part, [answer(text) for text in part], list(vectors[first:first + 5_000]),
                                     [None] * len(part))

    def lookup(self, text):
        return self.api.get(text, cache_obj=self.cache)

    def put(self, text, value):
        self.api.put(text, value, cache_obj=self.cache)


class ExactGPTCache:
    """Its mode that compares texts: a dictionary in memory."""

    def __init__(self, folder):
        from gptcache import Cache
        from gptcache.adapter import api
        from gptcache.manager import get_data_manager
        from gptcache.processor.pre import get_prompt
        self.api, self.cache = api, Cache()
        manager = get_data_manager(data_path=f"{folder}/exact.txt", max_size=100_000_000)
        self.cache.init(pre_embedding_func=get_prompt, data_manager=manager)

    def add(self, texts):
        for text in texts:
            self.api.put(text, answer(text), cache_obj=self.cache)

    def lookup(self, text):
        return self.api.get(text, cache_obj=self.cache)


class Embedder:
    """MiniLM by ONNX Runtime on one thread."""

    def __init__(self, folder):
        import minilm_onnx
        import onnxruntime
        from tokenizers import BertWordPieceTokenizer
        minilm_onnx.build(MODEL / "model.safetensors", folder / "minilm.onnx")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            str(folder / "minilm.onnx"), options, providers=["CPUExecutionProvider"])
        self.tokenizer = BertWordPieceTokenizer(str(MODEL / "vocab.txt"), lowercase=True)
        self.tokenizer.enable_truncation(256)

    def __call__(self, text):
        import numpy
        ids = numpy.array([self.tokenizer.encode(text).ids], numpy.int64)
        return self.session.run(None, {"ids": ids, "mask": numpy.ones(ids.shape, numpy.int32)})[0][0]


def answer(text):
    return f"The answer to: {text}"


def encoded(vector):
    return base64.b64encode(vector.tobytes()).decode()


def fill(client, texts, vectors):
    for first in range(0, len(texts), BATCH):
        lines = "".join(
            json.dumps({"question": text, "answer": answer(text), "embedding": encoded(vector)}) + "\n"
            for text, vector in zip(texts[first:first + BATCH], vectors[first:first + BATCH]))
        reply = json.loads(client.send("POST", "/cache/entries", lines.encode(), "application/x-ndjson"))
        if reply["errors"]:
            raise SystemExit(f"an entry was not stored: {reply['errors'][0]}")


def timed(work, arguments):
    """Milliseconds of each call."""
    times = []
    for argument in arguments:
        start = time.perf_counter()
        work(argument)
        times.append((time.perf_counter() - start) * 1e3)
    return times


def summary(times):
    return {"per_second": round(len(times) / sum(times) * 1e3, 1), "p50_ms": round(machine.percentile(times, 0.5), 3),
            "p99_ms": round(machine.percentile(times, 0.99), 3)}


def thread_times(process):
    """Nanoseconds that each thread of a process has run: turns are shorter than the ticks of its processor time."""
    return {path.parent.name: int(path.read_text().split()[0])
            for path in Path(f"/proc/{process.pid}/task").glob("*/schedstat")}


def run_between(before, after):
    """Seconds; threads that have come or gone did no work of a request."""
    return sum(after[thread] - time for thread, time in before.items() if thread in after) / 1e9


def in_turns(sides, count, daemon):
    """`sides`: a name, a call and its arguments each; refrain's is answered by the daemon, the others' in this process."""
    times = {name: [] for name, _, _ in sides}
    seconds = dict.fromkeys(times, 0)
    for first in range(0, count, TURN):
        for name, work, arguments in sides:
            own, others = time.process_time(), thread_times(daemon.process)
            times[name] += timed(work, arguments[first:first + TURN])
            if name == "refrain":
                seconds[name] += run_between(others, thread_times(daemon.process))
            else:
                seconds[name] += time.process_time() - own
    figures = {name: summary(values) | {"cpu_us": round(seconds[name] / count * 1e6)} for name, values in times.items()}
    ours = figures["refrain"]
    for name, line in figures.items():
        if name != "refrain":
            line["refrain_times_faster"] = round(ours["per_second"] / line["per_second"], 1)
    return figures


def threads_per_second(work, arguments, count, seconds):
    """How many calls so many threads finish in a second, and how many of them fail."""
    turns, lock = itertools.cycle(arguments), threading.Lock()
    finished, failed = [0] * count, [0] * count
    end = time.perf_counter() + seconds

    def run(number):
        while time.perf_counter() < end:
            with lock:
                argument = next(turns)
            try:
                work(argument)
                finished[number] += 1
            except Exception:  # Whatever the peer's parts make of several threads: it is counted, and the others go on.
                failed[number] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(finished) / (time.perf_counter() - start), sum(failed)


def under_load(daemon, bodies, texts, peers, seconds, folder):
    """Lookups a second, several at a time; the sides take turns, round by round."""
    (folder / "bodies").write_bytes(b"".join(body + b"\n" for body in bodies))
    script = folder / "load.lua"
    script.write_text(LOAD_SCRIPT.replace("BODIES", str(folder / "bodies")))
    ours = {connections: [] for connections in CONNECTIONS}
    theirs = {name: {connections: [] for connections in CONNECTIONS} for name in peers}
    requests, failures = 0, 0
    for _ in range(ROUNDS):
        for connections in CONNECTIONS:
            line = wrk(daemon.url, connections, seconds, script)
            ours[connections].append(line)
            requests += line["requests"]
            for name, peer in peers.items():
                rate, failed = threads_per_second(peer.lookup, texts, connections, seconds)
                theirs[name][connections].append(round(rate, 1))
                failures += failed
    best = {name: max(itertools.chain(*rates.values())) for name, rates in theirs.items()}
    lines = {}
    for connections, rounds in ours.items():
        median = statistics.median(line["requests_per_second"] for line in rounds)
        lines[connections] = {
            "per_second": round(median, 1), "p99_ms": statistics.median(line["p99_ms"] for line in rounds),
            "times_as_many": {name: round(median / rate, 1) for name, rate in best.items()}}
    return {"questions": len(bodies), "each_asked": round(requests / len(bodies), 1), "refrain": lines,
            "peers": theirs, "peers_best": best, "peers_failures": failures}


def measure(texts, vectors, arguments, entries, folder):
    """`texts` and `vectors`: real ones, of which the last are not stored: those asked one at a time, and before them those
    asked several at a time."""
    lookups, fresh_count = arguments.lookups, arguments.lookups + arguments.load
    rows = search.filled(vectors[:-fresh_count], entries)
    stored = (texts[:-fresh_count] + [f"A mixture of questions, number {number}" for number in range(entries)])[:entries]
    fresh, near = texts[-lookups:], vectors[-lookups:]
    asked, near_asked = texts[-fresh_count:-lookups], vectors[-fresh_count:-lookups]
    known = dict(zip(stored, rows)) | dict(zip(fresh, near)) | dict(zip(asked, near_asked))
    embed = Embedder(folder)
    peers = {"GPTCache": GPTCache(folder / "peer", known.__getitem__),
             "GPTCache, no report": GPTCache(folder / "silent", known.__getitem__, reports=False)}
    exact = ExactGPTCache(folder)
    for peer in peers.values():
        peer.add(stored, rows)
    exact.add(stored)
    said = [random.Random(1).choice(stored) for _ in range(lookups)]
    with Daemon(folder, listen="127.0.0.1:0") as daemon:
        client = Client(daemon.socket)
        fill(client, stored, rows)

        def post(body):
            return client.send("POST", "/cache/lookup", body)

        def bodies(chosen, with_vectors):
            return [json.dumps({"question": text} | ({"embedding": encoded(vector)} if with_vectors else {})).encode()
                    for text, vector in chosen]

        figures = {"entries": entries, "lookups": lookups}
        figures["the same words"] = in_turns(
            [("refrain", post, bodies([(text, None) for text in said], False))]
            + [(name, peer.lookup, said) for name, peer in peers.items()]
            + [("GPTCache, exact mode", exact.lookup, said)], lookups, daemon)
        figures["a new wording, its vector at hand"] = in_turns(
            [("refrain", post, bodies(zip(fresh, near), True))]
            + [(name, peer.lookup, fresh) for name, peer in peers.items()], lookups, daemon)
        loaded = under_load(
            daemon, bodies(zip(asked, near_asked), True), asked, peers, arguments.seconds, folder)
        # The connection has been silent for longer than the daemon keeps one.
        client = Client(daemon.socket)
        for peer in peers.values():
            peer.cache.embedding_func = lambda text, **_: embed(text)
        again = [f"{text.rstrip('?')} today?" for text in fresh]
        figures["a new wording, embedded first"] = in_turns(
            [("refrain", post, bodies([(text, None) for text in again], False))]
            + [(name, peer.lookup, again) for name, peer in peers.items()], lookups, daemon)
        figures["several at a time"] = loaded
    return figures


def show(figures):
    print(f"\n{figures['entries']} entries, {figures['lookups']} lookups each way, one at a time")
    for way, lines in figures.items():
        if isinstance(lines, dict) and way != "several at a time":
            print(way)
            for name, line in lines.items():
                ratio = f"   refrain {line['refrain_times_faster']:.1f} times as fast" if "refrain_times_faster" in line else ""
                print(f"  {name:22}{line['per_second']:10.1f}/s   p50 {line['p50_ms']:8.3f} ms   p99 {line['p99_ms']:8.3f} ms"
                      f"   processor {line['cpu_us']:6} µs{ratio}")
    loaded = figures["several at a time"]
    print(f"several at a time, vectors at hand: {loaded['questions']} questions, each asked {loaded['each_asked']} times")
    for name, rates in loaded["peers"].items():
        print(f"  {name:22}{loaded['peers_best'][name]:10.1f}/s at best; by threads {rates}")
    if loaded["peers_failures"]:
        print(f"  {loaded['peers_failures']} calls of GPTCache failed")
    for connections, line in loaded["refrain"].items():
        ratios = ", ".join(f"{ratio:.1f} times {name}" for name, ratio in line["times_as_many"].items())
        print(f"  refrain, {connections} connections{line['per_second']:10.1f}/s   p99 {line['p99_ms']:.3f} ms   {ratios}")


# MARK: Deciding


class Labels:
    """Which texts ask the same and which do not, as `refrain bench` reads them from pairs."""

    def __init__(self, path):
        self.parents = {}
        different = []
        opened = gzip.open(path, "rt") if str(path).endswith(".gz") else open(path)
        with opened as lines:
            for row in map(json.loads, lines):
                one, other = self.root(row["a"]), self.root(row["b"])
                if row["same"]:
                    self.parents[one] = other
                else:
                    different.append((row["a"], row["b"]))
        self.different = {frozenset((self.root(a), self.root(b))) for a, b in different}

    def root(self, text):
        self.parents.setdefault(text, text)
        while self.parents[text] != text:
            self.parents[text] = self.parents[self.parents[text]]
            text = self.parents[text]
        return text

    def kind(self, asked, served):
        one, other = self.root(asked), self.root(served)
        return "right" if one == other else "wrong" if frozenset((one, other)) in self.different else "unknown"


def replay(labels, stream, peer):
    """What a peer serves of a stream of which it stores what it does not serve."""
    counts = {"right": 0, "wrong": 0, "unknown": 0}
    seen, possible = set(), 0
    for text in stream:
        possible += labels.root(text) in seen
        seen.add(labels.root(text))
        served = peer.lookup(text)
        if served is None:
            peer.put(text, text)
        else:
            counts[labels.kind(text, served)] += 1
    return {"requests": len(stream), "possible": possible, **counts, "found": round(counts["right"] / possible, 4),
            "wrong_per_request": round(counts["wrong"] / len(stream), 4),
            "unknown_per_request": round(counts["unknown"] / len(stream), 4)}


def decide(arguments, folder):
    import numpy
    command = [machine.REFRAIN, "bench", arguments.labels, "--limit", str(arguments.requests), "--seed", str(arguments.seed),
               "--stream", folder / "stream", "--policy", "refrain", "--policy", "refrain-no-mini", "--json"]
    lines = subprocess.run(command, env=machine.environment(), check=True, stdout=subprocess.PIPE, text=True).stdout
    figures = {}
    for row in map(json.loads, lines.splitlines()):
        figures[row["policy"]] = {name: row[name] for name in (
            "requests", "possible", "right", "wrong", "unknown", "found", "wrong_per_request", "unknown_per_request",
            "confirmations_per_request")}
    stream = [json.loads(line) for line in open(folder / "stream", encoding="utf-8")]
    texts = folder / "texts"
    texts.write_text("".join(text.replace("\n", " ") + "\n" for text in stream), "utf-8")
    subprocess.run([search.PROGRAM, "embed", texts, folder / "embedded"], env=machine.environment(), check=True)
    vectors = dict(zip(stream, numpy.fromfile(folder / "embedded", numpy.float32).reshape(-1, 384)))
    labels = Labels(arguments.labels)
    for threshold in THRESHOLDS:
        peer = GPTCache(folder / str(threshold), vectors.__getitem__, threshold, reports=False)
        name = f"GPTCache at {threshold} (cosine {2 * threshold - 1:.2f})"
        figures[name] = replay(labels, stream, peer)
        print(f"  {name}: {figures[name]}", flush=True)
    return {"seed": arguments.seed, "rows": figures}


def show_decisions(figures):
    print(f"\n{'':34}{'found':>8}{'wrong':>8}{'unknown':>9}   of the requests; seed {figures['seed']}")
    for name, row in figures["rows"].items():
        print(f"{name:34}{row['found']:8.1%}{row['wrong_per_request']:8.2%}{row['unknown_per_request']:9.2%}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--lookups", type=int, default=400)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--load", type=int, default=4_000, help="how many questions are asked several at a time")
    parser.add_argument("--seconds", type=int, default=3, help="how long each side is asked several at a time, per round")
    parser.add_argument("--distinct", type=int, default=14_400, help="how many questions are embedded at most")
    parser.add_argument("--labels", type=Path, help="pairs of questions, JSON lines of a, b and same")
    parser.add_argument("--requests", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    # It writes its index at the end of the process, when its folder is gone; with this it does not complain.
    machine.enter_peers("gptcache-peers", PEERS, OMP_NUM_THREADS="1", IS_CI="1")
    subprocess.run(["swift", "build", "-c", "release", "--product", "bench-search"], cwd=machine.ROOT, check=True,
                   stdout=sys.stderr)
    import minilm_onnx  # noqa: F401, before its folder is left out
    # This file has the peer's name: without its folder, `import gptcache` finds the peer.
    sys.path.remove(str(Path(__file__).resolve().parent))
    import faiss
    faiss.omp_set_num_threads(1)
    described = machine.describe()
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as folder:
        folder = Path(folder)
        if arguments.labels:
            figures = decide(arguments, folder)
            show_decisions(figures)
            machine.save("gptcache-deciding", described, figures)
            return
        texts = questions.distinct(arguments.questions)
        random.Random(1).shuffle(texts)
        texts = [text.replace("\n", " ") for text in texts[:arguments.distinct]]
        (folder / "questions").write_text("".join(text + "\n" for text in texts), "utf-8")
        print("embedding the questions", flush=True)
        subprocess.run([search.PROGRAM, "embed", folder / "questions", folder / "embedded"], env=machine.environment(),
                       check=True)
        import numpy
        vectors = numpy.fromfile(folder / "embedded", numpy.float32).reshape(-1, 384)
        results = []
        for entries in arguments.entries:
            place = folder / str(entries)
            place.mkdir()
            results.append(measure(texts, vectors, arguments, entries, place))
            show(results[-1])
            machine.save("gptcache", described, results)


if __name__ == "__main__":
    main()
