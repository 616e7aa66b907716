#!/usr/bin/env python3
"""Measures the embedding model beside ONNX Runtime's float32 MiniLM: the same weights, texts and threads, in turns.

    python3 benchmarks/embedding.py [--rounds 200] [--batch-rounds 20] [--threads 1 2] [--bfloat16]

One text of 14 tokens, 64 of them at once, 64 texts of mixed lengths at once, and two callers with one text each. The
peer comes from PyPI into a folder of its own under the user's cache; its graph is made by minilm_onnx.py. Timed of it is
the run of the graph alone; Refrain's times have the tokenizer and the queue in them. A mixed batch is in order of length
for both, and the peer gets it in pieces of 16, each padded to its longest text. Every vector is compared with the peer's.

With two threads, ONNX Runtime computes one text on both and spins between texts; Refrain computes a text on one
thread and uses the second for the next text.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import machine

PEERS = ("numpy", "onnx", "onnxruntime", "tokenizers")
PROGRAM = machine.ROOT / ".build" / "release" / "bench-embedding"
MODEL = Path(os.environ.get("REFRAIN_MODEL") or machine.CACHE / "models" / "all-MiniLM-L6-v2")
TOKENS_MAX = 256
COSINE_MIN = {"float32": 0.99999, "bfloat16": 0.9999}
# Texts of mixed lengths that the peer pads together: fewer waste less on padding, more use the processor better.
PIECE = 16
WARM_UP = 5


class Refrain:
    name = "refrain"

    def __init__(self, threads, precision):
        self.precision = precision
        self.process = subprocess.Popen(
            [PROGRAM, str(threads), "--vectors", *(["--bfloat16"] if precision == "bfloat16" else [])], env=machine.environment(), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)

    def prepare(self, calls):
        return json.dumps(calls) + "\n"

    def run(self, line):
        """Milliseconds as measured inside the program, and the vectors."""
        self.process.stdin.write(line)
        self.process.stdin.flush()
        reply = json.loads(self.process.stdout.readline())
        return reply["ms"], reply["vectors"]

    def memory_mib(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return round(int(line.split()[1]) / 1024, 1)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class ONNXRuntime:
    name = "onnxruntime"

    def __init__(self, threads, model, tokenizer):
        import onnxruntime
        self.tokenizer = tokenizer
        self.sessions = {count: self.session(onnxruntime, model, count) for count in {1, threads}}
        self.threads = threads

    @staticmethod
    def session(onnxruntime, model, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def prepare(self, calls):
        return [self.pieces(texts) for texts in calls]

    def pieces(self, texts):
        import numpy
        ids = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        size = len(ids) if len({len(values) for values in ids}) == 1 else PIECE
        pieces = []
        for first in range(0, len(ids), size):
            part = ids[first:first + size]
            width = max(map(len, part))
            matrix, mask = numpy.zeros((len(part), width), numpy.int64), numpy.zeros((len(part), width), numpy.int32)
            for row, values in enumerate(part):
                matrix[row, :len(values)] = values
                mask[row, :len(values)] = 1
            pieces.append({"ids": matrix, "mask": mask})
        return pieces

    def run(self, calls):
        results = [None] * len(calls)
        # One call has all threads; callers at the same time have one each.
        session = self.sessions[self.threads if len(calls) == 1 else 1]

        def compute(index):
            results[index] = [session.run(None, piece)[0] for piece in calls[index]]

        start = time.perf_counter()
        if len(calls) == 1:
            compute(0)
        else:
            callers = [threading.Thread(target=compute, args=(index,)) for index in range(len(calls))]
            for caller in callers:
                caller.start()
            for caller in callers:
                caller.join()
        elapsed = (time.perf_counter() - start) * 1000
        return elapsed, [vector for pieces in results for piece in pieces for vector in piece]

    def close(self):
        pass


def make_texts(tokenizer, source):
    """Texts of exactly 14 tokens, and texts of mixed lengths, most of them short, in order of length."""
    words = ("how can i turn on the two factor code for my account where is order when does shop open what price "
             "student discount return item without receipt shipping canada card declined cancel subscription").split()

    def text(tokens):
        return " ".join(source.choice(words) for _ in range(tokens - 2))

    short = [text(14) for _ in range(64)]
    assert all(len(encoding.ids) == 14 for encoding in tokenizer.encode_batch(short))
    mixed = [text(min(TOKENS_MAX, 6 + int(source.expovariate(1 / 18)))) for _ in range(64)]
    mixed.sort(key=lambda text: len(text.split()))
    return short, mixed


def smallest_cosine(left, right):
    import numpy
    left, right = numpy.asarray(left, numpy.float64), numpy.asarray(right, numpy.float64)
    lengths = numpy.linalg.norm(left, axis=1) * numpy.linalg.norm(right, axis=1)
    return float(((left * right).sum(axis=1) / lengths).min())


def measure(sides, work, rounds):
    """Both sides in turns, each beginning every other round."""
    times = {side.name: [] for side in sides}
    cosine = 1.0
    prepared = {side.name: [side.prepare(calls) for calls in work] for side in sides}
    for number in range(-WARM_UP, rounds):
        vectors = {}
        for side in sides if number % 2 else sides[::-1]:
            elapsed, vectors[side.name] = side.run(prepared[side.name][number % len(work)])
            if number >= 0:
                times[side.name].append(elapsed)
        cosine = min(cosine, smallest_cosine(*vectors.values()))
    if cosine < COSINE_MIN[sides[0].precision]:
        raise SystemExit(f"the vectors differ: cosine {cosine}")
    figures = {name: {"min_ms": round(min(values), 3), "p50_ms": round(machine.percentile(values, 0.5), 3),
                      "p99_ms": round(machine.percentile(values, 0.99), 3)} for name, values in times.items()}
    mine, theirs = figures["refrain"], figures["onnxruntime"]
    figures["onnxruntime_to_refrain"] = {
        name: round(theirs[f"{name}_ms"] / mine[f"{name}_ms"], 2) for name in ("min", "p50", "p99")}
    figures["rounds"], figures["smallest_cosine"] = rounds, round(cosine, 8)
    return figures


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--batch-rounds", type=int, default=20)
    options.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    options.add_argument("--bfloat16", action="store_true", help="compute in it, where the processor can")
    options.add_argument("--seed", type=int, default=1)
    arguments = options.parse_args()
    machine.enter_peers("embedding-peers", PEERS)
    import onnxruntime
    from tokenizers import BertWordPieceTokenizer

    import minilm_onnx

    subprocess.run(["swift", "build", "-c", "release", "--product", "bench-embedding"], cwd=machine.ROOT, check=True,
                   stdout=sys.stderr)
    about = machine.describe() | {"onnxruntime": onnxruntime.__version__}
    tokenizer = BertWordPieceTokenizer(str(MODEL / "vocab.txt"), lowercase=True)
    tokenizer.enable_truncation(TOKENS_MAX)
    short, mixed = make_texts(tokenizer, random.Random(arguments.seed))
    precision = "bfloat16" if arguments.bfloat16 else "float32"
    figures = {"precision": precision}
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as folder:
        model = Path(folder) / "model.onnx"
        minilm_onnx.build(MODEL / "model.safetensors", model)
        for threads in arguments.threads:
            sides = [Refrain(threads, precision), ONNXRuntime(threads, model, tokenizer)]
            rows = {
                "one text of 14 tokens": ([[[text]] for text in short], arguments.rounds),
                "64 texts of 14 tokens": ([[short]], arguments.batch_rounds),
                "64 texts of mixed lengths": ([[mixed]], arguments.batch_rounds),
            }
            if threads > 1:
                rows[f"{threads} callers, one text of 14 tokens each"] = (
                    [[[text] for text in short[first:first + threads]] for first in range(0, 64 - threads, threads)],
                    arguments.rounds)
            for name, (work, rounds) in rows.items():
                result = measure(sides, work, rounds)
                figures[f"{name}, {threads} threads" if threads > 1 else f"{name}, 1 thread"] = result
                print(f"{threads} threads  {name:42}", *(
                    f"{side} {result[side]['min_ms']:.2f}/{result[side]['p50_ms']:.2f}/{result[side]['p99_ms']:.2f} ms"
                    for side in ("refrain", "onnxruntime")), f"ratio {result['onnxruntime_to_refrain']['p50']}", flush=True)
            figures[f"refrain memory_mib, {threads} threads"] = sides[0].memory_mib()
            for side in sides:
                side.close()
    machine.save("embedding-bfloat16" if arguments.bfloat16 else "embedding", about, figures)


if __name__ == "__main__":
    main()
