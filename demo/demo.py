#!/usr/bin/env python3
"""Asks a real FAQ about twenty questions as users type them, and prints why each answer was given.

The FAQ is Debian's own (package debian-faq). Without OPENAI_API_KEY the models are played by the stand-in provider;
with it, the configured real models confirm and answer. `--no-models` shows the cache alone. Everything it starts it
stops, and everything it writes is in a temporary folder.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".build" / "release"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--no-models", action="store_true", help="the cache alone: no model is asked")
    models = None if options.parse_args().no_models else ("openai" if os.environ.get("OPENAI_API_KEY") else "stand-in")
    with tempfile.TemporaryDirectory(prefix="refrain-demo-") as folder:
        run(Path(folder), models)


def run(folder, models):
    faq = folder / "faq.jsonl"
    with open(faq, "w", encoding="utf-8") as output:
        subprocess.run([sys.executable, ROOT / "demo" / "extract-debian-faq.py"], stdout=output, check=True)
    environment = dict(os.environ) | {"REFRAIN_AUDIT_SHARE": "0"}
    arguments = ["--data", folder / "data", "--listen", "127.0.0.1:0", "--log-level", "warning"]
    standin = None
    if models != "openai":
        for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "REFRAIN_UPSTREAM"):
            environment.pop(name, None)
    if models == "stand-in":
        standin, url = start_standin(environment)
        arguments += ["--upstream", url]
    try:
        print("$ refrain import faq.jsonl", flush=True)
        subprocess.run([BIN / "refrain", "import", faq, *arguments], env=environment, check=True)
        daemon = subprocess.Popen(
            [BIN / "refrain", "serve", *arguments], env=environment, stdout=subprocess.PIPE, text=True)
        try:
            ready = daemon.stdout.readline().strip()
            if not ready:
                sys.exit("demo: the daemon did not start")
            print("$ refrain serve\n" + ready, flush=True)
            base = next(word for word in ready.replace(";", " ").split() if word.startswith("http://"))
            show([(row, ask(base, row["question"])) for row in questions()], models)
        finally:
            daemon.terminate()
            daemon.wait(timeout=60)
    finally:
        if standin:
            standin.terminate()
            standin.wait(timeout=10)


def start_standin(environment):
    standin = subprocess.Popen(
        [BIN / "refrain-standin", "--port", "0", "--pairs", ROOT / "demo" / "questions.jsonl", "--answers",
         ROOT / "demo" / "answers.jsonl"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in standin.stdout:
        print("$ refrain-standin    (plays the model API; no model runs here)\n" + line.strip(), flush=True)
        if "http://" in line:
            return standin, line.split()[-1]
    sys.exit("demo: the stand-in provider did not start")


def questions():
    with open(ROOT / "demo" / "questions.jsonl", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def ask(base, question):
    request = urllib.request.Request(
        base + "/cache/ask", json.dumps({"question": question}).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=120) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        # Without a model a miss is an error of its own; the receipt of a lookup says how near it was.
        if error.code != 503:
            raise
        request.full_url = base + "/cache/lookup"
        with urllib.request.urlopen(request, timeout=120) as response:
            return json.load(response)


def why(receipt):
    """The reason of an answer, or of a miss, in a few words."""
    if receipt["outcome"] == "exact":
        return "same words"
    if receipt["outcome"] == "alias":
        return "confirmed before"
    reasons = []
    for conflict in receipt["conflicts"]:
        left, right = (" ".join(conflict[side]) or "–" for side in ("question", "candidate"))
        reasons.append(f"{conflict['kind']}: {left} / {right}")
    if receipt["verdict"]:
        reasons.append("mini: " + receipt["verdict"])
    if receipt["similarity"] is None:
        reasons.append("nothing near")
    elif receipt["outcome"] == "miss" and not receipt["verdict"]:
        reasons.append(f"P(same) {receipt['probability']:.2f}, not asked")
    return "; ".join(reasons)


def dollars(amount):
    return f"{'-' if amount < 0 else ''}${abs(amount):.5f}"


def show(results, models):
    rows = [("question", "outcome", "matched question", "similar", "ms", "saved", "why")]
    totals = {"served": 0, "wrong": 0, "saved": 0.0, "cost": 0.0}
    outcomes = {}
    for row, reply in results:
        receipt = reply["receipt"]
        hit = receipt["outcome"] not in ("miss", "bypass")
        outcomes[receipt["outcome"]] = outcomes.get(receipt["outcome"], 0) + 1
        totals["served"] += hit
        totals["wrong"] += hit and receipt["matched"] != row["matches"]
        totals["saved"] += receipt["saved_usd"] or 0
        totals["cost"] += receipt["cost_usd"] or 0
        similarity = receipt["similarity"]
        rows.append((
            row["question"], receipt["outcome"], receipt["matched"] or "–",
            "–" if similarity is None else f"{similarity:.3f}", f"{receipt['latency_ms']['total']:.1f}",
            dollars(receipt["saved_usd"] or 0), why(receipt)))
    print()
    for row in layout(rows):
        print(row)
    counted = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    print(f"\n{len(results)} questions: {counted}")
    print(f"answered from the cache: {totals['served']}, of which wrong by the demo's own labels: {totals['wrong']}")
    print(f"saved ${totals['saved']:.4f} (the imported answers' cost is estimated from their length), "
          f"spent ${totals['cost']:.4f} on confirmations and misses")
    if models == "stand-in":
        print("The models were played by the stand-in provider: its verdicts come from the demo's labels, its token "
              "counts are bytes / 4.\nSet OPENAI_API_KEY to ask the real ones; `python3 demo/demo.py --no-models` "
              "shows the cache alone.")


def layout(rows):
    """Columns that fit the terminal; only the texts are cut."""
    width = shutil.get_terminal_size((160, 24)).columns
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    texts = (6, 2, 0)
    while sum(widths) + 2 * (len(widths) - 1) > width:
        widest = max(texts, key=lambda column: widths[column])
        if widths[widest] <= 16:
            break
        widths[widest] -= 1

    def cell(text, column):
        text = text if len(text) <= widths[column] else text[: widths[column] - 1] + "…"
        return text.rjust(widths[column]) if column in (3, 4, 5) else text.ljust(widths[column])

    return ["  ".join(cell(text, column) for column, text in enumerate(row)).rstrip() for row in rows]


if __name__ == "__main__":
    main()
