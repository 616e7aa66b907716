#!/usr/bin/env python3
"""Counts what plans take against full alone: tokens and dollars over the same 200 real inputs.

    python3 benchmarks/plans.py [--build release] [--inputs 200]

Half of the inputs are questions of Debian's FAQ (package debian-faq), half are changelogs and logs of this machine with
a question about each. The stand-in plays the models: it counts a token for four bytes, writes 300 to 900 bytes whatever
it is asked, and its verdicts are by chance. The figures are therefore of what plans send and where to; of how well the
answers do they say nothing.
"""

import argparse
import gzip
import http.client
import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import machine

ABOUT = "What changed last, and does anything of it matter for security?"
# Longer documents are cut: 64 KB are about 16,000 tokens.
DOCUMENT_BYTES_MAX = 64_000
DOCUMENT_BYTES_MIN = 8_000


def faq_questions():
    """The FAQ's questions."""
    lines = subprocess.run([sys.executable, machine.ROOT / "demo" / "extract-debian-faq.py"], capture_output=True,
                           text=True, check=True).stdout.splitlines()
    return [json.loads(line)["question"] for line in lines]


def documents():
    """Changelogs of installed packages and pieces of logs, each at least 8 KB, in the order of their names."""
    found = []
    for path in sorted(Path("/var/log").glob("*.log")) + sorted(Path("/var/log/apt").glob("*.log")):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        pieces = [text[start:start + DOCUMENT_BYTES_MAX] for start in range(0, len(text), DOCUMENT_BYTES_MAX)]
        found += [piece for piece in pieces if len(piece) >= DOCUMENT_BYTES_MIN]
    seen = set()
    for path in sorted(Path("/usr/share/doc").glob("*/changelog*.gz")):
        with gzip.open(path, "rt", encoding="utf-8", errors="replace") as lines:
            text = lines.read(DOCUMENT_BYTES_MAX)
        # Packages of one source have the same changelog.
        if len(text) >= DOCUMENT_BYTES_MIN and text[:500] not in seen:
            seen.add(text[:500])
            found.append(text)
    return found


def inputs(count):
    """`(question, document)` pairs; the document is empty for half of them."""
    questions, texts = faq_questions(), documents()
    half = count // 2
    if len(questions) < half or len(texts) < count - half:
        sys.exit(f"{len(questions)} questions of the FAQ and {len(texts)} documents are too few for {count} inputs")
    # The documents at even distances, so that not all are of packages whose names begin alike.
    step = len(texts) / (count - half)
    return ([(question, "") for question in questions[:half]]
            + [(ABOUT, texts[int(index * step)]) for index in range(count - half)])


def plan_inputs(question, document):
    """What each plan is given; a text that a plan takes whole is the question and the document."""
    whole = f"{question}\n\n{document}" if document else question
    return {
        "direct": {"conversation": whole}, "route": {"conversation": whole}, "confidence": {"conversation": whole},
        "draft-refine": {"brief": whole}, "compress": {"question": question, "document": document or question},
        "support": {"message": whole}, "content": {"brief": whole},
        "analysis": {"question": question, "data": document or question},
    }


class Programs:
    def __init__(self, folder, build):
        programs = machine.ROOT / ".build" / build
        self.standin = subprocess.Popen(
            [programs / "refrain-standin", "--port", "0", "--until-stdin-closes"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.provider = next(line.split()[-1] for line in self.standin.stdout if "ready" in line)
        self.daemon = subprocess.Popen(
            [programs / "refrain", "serve", "--data", Path(folder) / "data", "--listen", "127.0.0.1:0",
             "--upstream", self.provider, "--mini-timeout-seconds", "60"],
            env=machine.environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        ready = self.daemon.stdout.readline()
        address = re.search(r"http://(127\.0\.0\.1:\d+)", ready)
        if not address:
            sys.exit("the daemon did not start")
        self.connection = http.client.HTTPConnection(address.group(1), timeout=600)

    def script(self, text, reply):
        """Has the stand-in say `reply` once to a request with this text in its last message."""
        rule = {"match": {"purpose": "answer", "text_contains": text}, "fault": {"text": reply}, "times": 1}
        url = self.provider.removesuffix("/v1") + "/standin/faults"
        urllib.request.urlopen(urllib.request.Request(url, json.dumps(rule).encode(), method="POST")).read()

    def run(self, plan, values):
        self.connection.request("POST", f"/plans/{plan}/runs", json.dumps({"inputs": values}),
                                {"Content-Type": "application/json"})
        return json.loads(self.connection.getresponse().read())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.daemon.terminate()
        self.daemon.wait()
        self.standin.terminate()
        self.standin.wait()


def tally(runs):
    figures = {"runs": len(runs), "failed": sum(run["status"] != "completed" for run in runs)}
    for role in ("mini", "full"):
        calls = [call for run in runs for step in run["steps"] for call in step["calls"]
                 if call["role"] == role and call["usage"]]
        figures[role] = {"calls": len(calls), "prompt_tokens": sum(call["usage"]["prompt_tokens"] for call in calls),
                         "completion_tokens": sum(call["usage"]["completion_tokens"] for call in calls)}
    figures["cached_calls"] = sum(call["cached"] for run in runs for step in run["steps"] for call in step["calls"])
    figures["cost_usd"] = round(sum(run["cost_usd"] or 0 for run in runs), 4)
    return figures


def measure(folder, build, pairs):
    figures = {}
    with Programs(folder, build) as programs:
        for kind, some in (("questions", [pair for pair in pairs if not pair[1]]),
                           ("documents", [pair for pair in pairs if pair[1]])):
            for plan in plan_inputs("", ""):
                runs = []
                for index, pair in enumerate(some):
                    values = plan_inputs(*pair)[plan]
                    if plan == "route" and index % 2 == 0:
                        # The start of the data as the request has it, which names the input well enough.
                        programs.script(json.dumps(values, ensure_ascii=False, separators=(",", ":"))[:60], "MINI")
                    runs.append(programs.run(plan, values))
                figures[f"{plan}/{kind}"] = tally(runs)
                print(plan, kind, figures[f"{plan}/{kind}"], file=sys.stderr)
    return figures


def table(figures):
    print("| plan | inputs | mini: in / out | full: in / out | cost | against full alone |")
    print("|---|---|---|---|---|---|")
    for name, row in figures.items():
        plan, kind = name.split("/")
        alone = figures[f"direct/{kind}"]["cost_usd"]
        tokens = [f"{row[role]['prompt_tokens']:,} / {row[role]['completion_tokens']:,}" for role in ("mini", "full")]
        print(f"| `{plan}` | {row['runs']} {kind} | {tokens[0]} | {tokens[1]} | ${row['cost_usd']:.3f} "
              f"| {100 * row['cost_usd'] / alone:.0f} % |")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--build", default="release", help="the build whose programs are run")
    options.add_argument("--inputs", type=int, default=200)
    chosen = options.parse_args()
    described = machine.describe()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(folder, chosen.build, inputs(chosen.inputs))
    table(figures)
    machine.save("plans", described, figures)


if __name__ == "__main__":
    main()
