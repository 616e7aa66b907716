#!/usr/bin/env python3
"""Measures the ledger: whether a simulated week's reports are right, and what it takes of exact hits' throughput.

    python3 benchmarks/ledger.py [--requests 1000000] [--rounds 8] [--seconds 10]

The week is benchmarks/ledger/BenchLedger.swift. The throughput is that of one daemon with the ledger and one without, in
turns, under wrk (https://github.com/wg/wrk) with two threads and 16 connections; half of the requests have labels.
"""

import argparse
import json
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import machine
from service import Client, Daemon, cpu_seconds

QUESTIONS = 200

SCRIPT = """
local number = 0
request = function()
   number = number + 1
   local headers = { ["Content-Type"] = "application/json" }
   if number % 2 == 0 then headers["Refrain-Label"] = "ticket=" .. math.floor(number / 200) end
   return wrk.format("POST", "/cache/lookup", headers, '{"question":"question number ' .. number % %d .. '"}')
end
response = function(status, headers, body)
   if status ~= 200 then io.stderr:write("status " .. status .. "\\n") end
end
"""


def simulate(requests):
    subprocess.run(["swift", "build", "-c", "release", "--product", "bench-ledger"], cwd=machine.ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder:
        program = machine.ROOT / ".build" / "release" / "bench-ledger"
        run = subprocess.run([program, f"{folder}/data", str(requests)], capture_output=True, text=True, check=False)
    print(run.stdout, end="")
    if run.returncode:
        raise SystemExit("a report is not as it has to be")
    return json.loads(run.stdout)


def throughput(daemon, script, seconds):
    """Requests a second, and microseconds of processor time that one takes the daemon."""
    before = cpu_seconds(daemon.process)
    run = subprocess.run(["wrk", "-t2", "-c16", f"-d{seconds}s", "-s", script, daemon.url], capture_output=True, text=True,
                         check=True)
    if run.stderr or "Non-2xx" in run.stdout:
        raise SystemExit(run.stderr + run.stdout)
    # What the ledger writes a second later counts too.
    time.sleep(1.2)
    requests = int(re.search(r"(\d+) requests in", run.stdout)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", run.stdout)[1])
    return rate, (cpu_seconds(daemon.process) - before) / requests * 1e6


def overhead(folder, rounds, seconds):
    """Each round's figures with and without, and the medians of the rounds' ratios."""
    script = Path(folder) / "lookups.lua"
    script.write_text(SCRIPT.replace("%d", str(QUESTIONS)), encoding="utf-8")
    rates = {"with": [], "without": []}
    costs = {"with": [], "without": []}
    with Daemon(f"{folder}/with", listen="127.0.0.1:0") as first, \
            Daemon(f"{folder}/without", "--ledger-enabled", "false", listen="127.0.0.1:0") as second:
        daemons = {"with": first, "without": second}
        for daemon in daemons.values():
            client = Client(daemon.socket)
            lines = "".join(json.dumps({"question": f"question number {index}", "answer": "yes " * 100}) + "\n"
                            for index in range(QUESTIONS))
            client.send("POST", "/cache/entries", lines.encode(), "application/x-ndjson")
        for name, daemon in daemons.items():
            throughput(daemon, script, 2)
        for number in range(rounds):
            # Each is first as often as last: the machine's speed drifts.
            for name in sorted(daemons, reverse=number % 2 == 1):
                rate, cost = throughput(daemons[name], script, seconds)
                rates[name].append(round(rate))
                costs[name].append(round(cost, 1))
            print(", ".join(f"{name}: {rates[name][-1]:,}/s, {costs[name][-1]} µs of processor time" for name in rates))
        report = json.loads(Client(first.socket).send("GET", "/report"))
    return {"requests_per_second": rates, "processor_microseconds": costs,
            "requests_per_second_ratio": median_ratio(rates), "processor_time_ratio": median_ratio(costs),
            "requests_in_report": report["total"]["requests"]}


def median_ratio(figures):
    return round(statistics.median(a / b for a, b in zip(figures["with"], figures["without"])), 4)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seconds", type=int, default=10)
    arguments = parser.parse_args()
    described = machine.describe()
    figures = {"week": simulate(arguments.requests)}
    with tempfile.TemporaryDirectory() as folder:
        figures["exact_lookups"] = overhead(folder, arguments.rounds, arguments.seconds)
    print(json.dumps(figures, indent=2))
    machine.save("ledger", described, figures)


if __name__ == "__main__":
    main()
