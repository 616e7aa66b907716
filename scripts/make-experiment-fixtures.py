#!/usr/bin/env python3
"""Reference values for the tests of experiments, computed with scipy: Tests/ExperimentsTests/Reference.swift.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install scipy==1.17.1
    /tmp/reference/bin/python scripts/make-experiment-fixtures.py > Tests/ExperimentsTests/Reference.swift

The evidence against a mean is written as scipy has it: the likelihood of a beta-binomial with a uniform prior over that
of a binomial; its bounds are scipy's root finder's.
"""
import hashlib
import math

import scipy
from scipy.optimize import brentq
from scipy.special import betaln, xlog1py, xlogy
from scipy.stats import betabinom, binom


def evidence(count, total, mean):
    if total == int(total):
        return betabinom.logpmf(int(total), count, 1, 1) - binom.logpmf(int(total), count, mean)
    rest = count - total
    return betaln(1 + total, 1 + rest) - xlogy(total, mean) - xlog1py(rest, -mean)


def bounds(count, total, error):
    if count == 0:
        return 0.0, 1.0
    mean, threshold = total / count, -math.log(error)
    beyond = lambda value: evidence(count, total, value) - threshold
    lower = brentq(beyond, 1e-12, mean, xtol=1e-14) if total > 0 else 0.0
    upper = brentq(beyond, mean, 1 - 1e-12, xtol=1e-14) if total < count else 1.0
    return lower, upper


def count_to_reach(count, total, error, floor):
    mean, needed = total / count, count
    while bounds(needed, mean * needed, error)[0] < floor:
        needed += 1
    return needed


def head(text):
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def mix(value):
    """SplitMix64's finaliser."""
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB % 2**64
    return value ^ (value >> 31)


def draw(experiment, arm, subject):
    return ((mix(head(f"{experiment}\0{subject}") ^ head(arm)) >> 12) + 0.5) / 2**52


def arm(experiment, holdout, weights, subject):
    if draw(experiment, "holdout", subject) < holdout:
        return "holdout"
    return max(weights, key=lambda name: weights[name] / -math.log(draw(experiment, name, subject)))


print(f"// Made by scripts/make-experiment-fixtures.py with scipy {scipy.__version__}.")
print("""
/// What scipy says of the same numbers.
enum Reference {
    static let bounds: [(count: Int, sum: Double, error: Double, lower: Double, upper: Double)] = [""")
cases = [(0, 0), (1, 0), (1, 1), (2, 1), (10, 7), (10, 10), (50, 41), (100, 93), (1000, 800), (20000, 17500), (7, 3.75), (40, 33.5), (1000, 712.25)]
for count, total in cases:
    for error in (0.05, 0.0125):
        lower, upper = bounds(count, total, error)
        print(f"        ({count}, {float(total)}, {error}, {lower:.12f}, {upper:.12f}),")
print("""    ]

    static let evidence: [(count: Int, sum: Double, mean: Double, value: Double)] = [""")
for count, total in [(1, 1), (10, 7), (100, 93), (1000, 800), (40, 33.5)]:
    for mean in (0.5, 0.8, 0.95):
        print(f"        ({count}, {float(total)}, {mean}, {evidence(count, total, mean):.12f}),")
print("""    ]

    static let needed: [(count: Int, sum: Double, error: Double, floor: Double, count: Int)] = [""".replace("floor: Double, count", "floor: Double, needed"))
for count, total, error, floor in [(10, 9, 0.05, 0.8), (40, 36, 0.0125, 0.8), (100, 85, 0.05, 0.8), (500, 480, 0.05, 0.8), (10, 8, 0.025, 0.6)]:
    print(f"        ({count}, {float(total)}, {error}, {floor}, {count_to_reach(count, total, error, floor)}),")
print("""    ]

    /// Arms of an experiment "answers" with a holdout of 0.1 and variants a, b and c of weights 1, 2 and 0.5.
    static let arms: [(subject: String, arm: String)] = [""")
for number in range(24):
    subject = f"default\0session-{number}"
    chosen = arm("answers", 0.1, {"a": 1, "b": 2, "c": 0.5}, subject)
    print(f'        ("default\\0session-{number}", "{chosen}"),')
print("""    ]
}""")
