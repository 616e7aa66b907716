#!/usr/bin/env python3
"""Coverage-guided fuzzing of all that reads what others wrote: libFuzzer, from the Swift toolchain.

    python3 checks/fuzz.py [--seconds 300] [--target NAME] [--seed 1]

Builds fuzz/Fuzz.swift with instrumented rooms, and gives each target so many seconds, from its corpus in fuzz/corpus. Exit 1
when a target crashed, hung, took too much memory, or broke what it asserts; the input is kept in .build/fuzz/found.
"""

import argparse
import os
import re
import subprocess
import tempfile
from pathlib import Path

import ground
import machine

CORPUS = machine.ROOT / "fuzz" / "corpus"
BUILD = machine.ROOT / ".build" / "fuzz"
FOUND = BUILD / "found"


def build():
    subprocess.run(
        ["swift", "build", "-c", "release", "-Xswiftc", "-enable-testing", "--scratch-path", BUILD, "--product",
         "refrain-fuzz"], cwd=machine.ROOT, env=os.environ | {"REFRAIN_FUZZ": "1"}, check=True, stdout=subprocess.DEVNULL)
    return BUILD / "release" / "refrain-fuzz"


def run(program, target, seconds, seed):
    """The number of inputs tried, and whether all went well."""
    with tempfile.TemporaryDirectory(prefix="refrain-check-") as new:
        done = subprocess.run(
            [program, f"-max_total_time={seconds}", f"-seed={seed}", "-timeout=10", "-rss_limit_mb=2048", "-max_len=4096",
             "-print_final_stats=1", f"-artifact_prefix={FOUND}/{target}-", new, CORPUS / target],
            # Swift's own report of a crash would end the program before libFuzzer has kept the input.
            env=os.environ | {"REFRAIN_FUZZ_TARGET": target, "SWIFT_BACKTRACE": "enable=no"}, capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stderr[-3000:])
    tried = re.search(r"number_of_executed_units:\s*(\d+)", done.stderr)
    return int(tried[1]) if tried else 0, done.returncode == 0


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=int, default=300)
    options.add_argument("--target", choices=sorted(folder.name for folder in CORPUS.iterdir()))
    options.add_argument("--seed", type=int, default=1)
    arguments = options.parse_args()
    program = build()
    FOUND.mkdir(exist_ok=True)
    figures, is_well = {}, True
    for target in [arguments.target] if arguments.target else sorted(folder.name for folder in CORPUS.iterdir()):
        figures[target], went_well = run(program, target, arguments.seconds, arguments.seed)
        is_well = is_well and went_well and figures[target] > 0
    ground.report({"seconds": arguments.seconds, "inputs": figures}, is_well)


if __name__ == "__main__":
    main()
