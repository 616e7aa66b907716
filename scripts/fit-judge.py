"""Fits the judge's prior to labelled pairs, and writes what it found as Swift.

    sh scripts/with-clients.sh judge scripts/fit-judge.txt scripts/fit-judge.py words PAIRS
    sh scripts/with-clients.sh judge scripts/fit-judge.txt scripts/fit-judge.py fit PAIRS FEATURES...

PAIRS is JSON lines, packed with gzip or not, of {a, b, same}. Its connected components, joined by labels of either kind,
fall into two halves; only questions of the first are fitted to, so that the other half measures what was fitted.

`words` counts the words of the first half. `fit` reads what `refrain bench PAIRS --features FILE` wrote for one or several
seeds: the measures are computed there and nowhere else.
"""

import datetime
import gzip
import hashlib
import json
import math
import pathlib
import re
import sys

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORDS = ROOT / "Sources/Questions/WordRarity+Table.swift"
COEFFICIENTS = ROOT / "Sources/Cache/JudgePrior+Coefficients.swift"
LEVELS = 16
HIDDEN = 32
NETS = 3
# A pair that no label joins counts as half a different one: see docs/deciding.md.
UNKNOWN_WEIGHT = 0.5


def rows(path):
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def first_half(pairs):
    """The texts of the components whose least text has an even digest."""
    parents = {}

    def find(text):
        while parents.setdefault(text, text) != text:
            parents[text] = parents[parents[text]]
            text = parents[text]
        return text

    for pair in pairs:
        left, right = find(pair["a"]), find(pair["b"])
        if left != right:
            parents[max(left, right)] = min(left, right)
    return {text for text in list(parents) if hashlib.sha256(find(text).encode()).digest()[0] % 2 == 0}


def words(path):
    texts = first_half(rows(path))
    counts = {}
    for text in texts:
        for word in set(re.findall(r"[a-z0-9'+#]+", text.lower())):
            counts[word] = counts.get(word, 0) + 1
    rarest = 0.0004
    levels = [[] for _ in range(LEVELS)]
    for word, count in counts.items():
        rarity = math.log(len(texts) / count) / math.log(1 / rarest)
        if rarity < 1 and word.strip("'") == word:
            levels[int(rarity * LEVELS)].append(word)
    lines = []
    for level in levels:
        lines += wrapped(sorted(level))
    WORDS.write_text(
        "extension WordRarity {\n"
        f"    /// Counted by scripts/fit-judge.py in {len(texts):,} Quora questions, {datetime.date.today()}.\n"
        '    static let table = """\n' + "".join(f"        {line}\n" for line in lines) + '        """\n}\n'
    )


def wrapped(level):
    """A level's words, in source lines of 110 characters that make one line of text."""
    lines, line = [], ""
    for word in level:
        if len(line) + len(word) > 108:
            lines.append(line + " \\")
            line = ""
        line += (" " if line else "") + word
    return lines + [line]


def read_features(path, half):
    """Requests as (is in the first half, relations, features), and the features' names."""
    opened = gzip.open if path.endswith(".gz") else open
    requests = []
    with opened(path, "rt", encoding="utf-8") as lines:
        names = json.loads(next(lines))["features"]
        for line in lines:
            request = json.loads(line)
            found = request["candidates"]
            if found:
                relations = np.array([RELATIONS[candidate["relation"]] for candidate in found])
                features = np.array([candidate["features"] for candidate in found], dtype=np.float32)
                requests.append((request["question"] in half, relations, features))
    return requests, names


RELATIONS = {"different": 0, "same": 1, "unknown": 2}


def table(requests):
    """All candidates as rows: features, whether they ask the same, weights."""
    features = np.concatenate([request[2] for request in requests])
    relations = np.concatenate([request[1] for request in requests])
    weights = np.where(relations == RELATIONS["unknown"], UNKNOWN_WEIGHT, 1.0).astype(np.float32)
    return features, (relations == RELATIONS["same"]).astype(np.float32), weights


def train(x, y, w, seed, epochs=12, batch=512, decay=1e-4):
    """A net of one hidden layer of HIDDEN rectified units, by Adam on the weighted cross-entropy."""
    rng = np.random.default_rng(seed)
    size = x.shape[1]
    net = [
        rng.normal(0, math.sqrt(2 / size), (size, HIDDEN)).astype(np.float32), np.zeros(HIDDEN, np.float32),
        rng.normal(0, math.sqrt(1 / HIDDEN), HIDDEN).astype(np.float32), np.float32(0),
    ]
    first = [np.zeros_like(part) for part in net]
    second = [np.zeros_like(part) for part in net]
    step, total = 0, epochs * (len(x) // batch)
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x) - batch + 1, batch):
            rows = order[start : start + batch]
            xb, yb, wb = x[rows], y[rows], w[rows]
            hidden = np.maximum(xb @ net[0] + net[1], 0)
            error = (1 / (1 + np.exp(-(hidden @ net[2] + net[3]))) - yb) * wb / batch
            back = np.outer(error, net[2]) * (hidden > 0)
            gradients = [xb.T @ back + decay * net[0], back.sum(0), hidden.T @ error + decay * net[2], error.sum()]
            step += 1
            rate = 0.003 * (1 - step / (total + 1)) + 1e-5
            for i, gradient in enumerate(gradients):
                first[i] = 0.9 * first[i] + 0.1 * gradient
                second[i] = 0.999 * second[i] + 0.001 * gradient * gradient
                net[i] = net[i] - rate * (first[i] / (1 - 0.9**step)) / (
                    np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8
                )
    return net


def logits(nets, x):
    return np.mean([np.maximum(x @ net[0] + net[1], 0) @ net[2] + net[3] for net in nets], axis=0)


def calibrate(z, y, w):
    """Slope and intercept of the logistic that turns logits into probabilities (Platt), by Newton's method."""
    beta = np.array([1.0, 0.0])
    design = np.stack([z, np.ones_like(z)], axis=1).astype(np.float64)
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ beta))
        hessian = (design * (w * p * (1 - p))[:, None]).T @ design + 1e-6 * np.eye(2)
        beta = beta + np.linalg.solve(hessian, design.T @ (w * (y - p)))
    return beta


def auc(z, y):
    ranks = np.empty(len(z))
    ranks[np.argsort(z)] = np.arange(1, len(z) + 1)
    positive = y > 0.5
    return (ranks[positive].sum() - positive.sum() * (positive.sum() + 1) / 2) / positive.sum() / (~positive).sum()


if __name__ == "__main__":
    if sys.argv[1:2] == ["words"] and len(sys.argv) == 3:
        words(sys.argv[2])
    elif sys.argv[1:2] == ["fit"] and len(sys.argv) > 3:
        fit(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(__doc__)
