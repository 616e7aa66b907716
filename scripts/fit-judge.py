"""Fits the judge's prior to labelled pairs, and writes what it found as Swift.

    sh scripts/with-clients.sh judge scripts/fit-judge.txt scripts/fit-judge.py words PAIRS
    sh scripts/with-clients.sh judge scripts/fit-judge.txt scripts/fit-judge.py fit PAIRS --mini FEATURES... --no-mini FEATURES... \
        [--also FEATURES...]

PAIRS is JSON lines, packed with gzip or not, of {a, b, same}. Its connected components, joined by labels of either kind,
fall into two halves; only questions of the first are fitted to, so that the other half measures what was fitted.

`words` counts the words of the first half. `fit` reads what `refrain bench PAIRS --features FILE` wrote for one or several
seeds: the measures are computed there and nowhere else. What it costs to ask mini at a probability is taken from the
streams of the policy `refrain`, after --mini, what it costs to serve at one from those of `refrain-no-mini`; streams of
another density, after --also, are fitted to besides.
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
HIDDEN = 24
NETS = 3
# A pair that no label joins counts as half a different one: see docs/deciding.md.
UNKNOWN_WEIGHT = 0.5


def rows(path):
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def digests(pairs):
    """Of each text, a number that is the same for its whole connected component; even in the first half."""
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
    return {
        text: int.from_bytes(hashlib.sha256(find(text).encode()).digest()[:4], "little") for text in list(parents)
    }


def words(path):
    texts = [text for text, digest in digests(rows(path)).items() if digest % 2 == 0]
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
        '    static let table = """\n' + "".join(f"        {line}".rstrip() + "\n" for line in lines) + '        """\n}\n'
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


def read_features(path, digest):
    """Requests as (digest of the component, relations, features), and the features' names."""
    opened = gzip.open if path.endswith(".gz") else open
    requests = []
    with opened(path, "rt", encoding="utf-8") as lines:
        names = json.loads(next(lines))["features"]
        for line in lines:
            request = json.loads(line)
            found = request["candidates"]
            relations = np.array([RELATIONS[candidate["relation"]] for candidate in found], dtype=np.int64)
            features = np.array([candidate["features"] for candidate in found], dtype=np.float32)
            requests.append((digest[request["question"]], relations, features.reshape(len(found), len(names))))
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


def served(requests, probability, conflicts):
    """Rows (probability, wrong, right): the most probable candidate without conflict of each request."""
    found, row = [], 0
    for _, relations, _ in requests:
        rows = range(row, row + len(relations))
        row += len(relations)
        free = [i for i in rows if not conflicts[i]]
        if free:
            best = max(free, key=lambda i: probability[i])
            relation = relations[best - rows.start]
            wrong = {0: 1.0, 1: 0.0, 2: UNKNOWN_WEIGHT}[int(relation)]
            found.append((probability[best], wrong, relation == 1))
    return np.array(found)


def asked(requests, probability):
    """Rows (P(any of the five most probable), whether none asks the same)."""
    found, row = [], 0
    for _, relations, _ in requests:
        if len(relations):
            own = probability[row : row + len(relations)]
            best = np.argsort(-own)[:5]
            none = {True: 0.0}.get(bool((relations[best] == 1).any()))
            if none is None:
                none = 1.0 if (relations[best] == 0).any() else UNKNOWN_WEIGHT
            found.append((1 - np.prod(1 - own[best]), none))
            row += len(relations)
    return np.array(found)


def shares(rows, total):
    """At probabilities on a grid: the share of all requests with a bad outcome from that probability on."""
    grid = [0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5]
    grid += [0.55, 0.6, 0.65, 0.7, 0.725, 0.75, 0.775, 0.8, 0.825, 0.85, 0.875, 0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.99]
    return [(p, rows[rows[:, 0] >= p, 1].sum() / total) for p in grid]


def fit(path, words):
    digest = digests(rows(path))
    streams, kind = {"--mini": [], "--no-mini": [], "--also": []}, None
    files = {name: 0 for name in streams}
    for word in words:
        if word in streams:
            kind = word
        else:
            found, names = read_features(word, digest)
            streams[kind] += found
            files[kind] += 1
    halves = [
        {name: [request for request in found if request[0] % 2 == half] for name, found in streams.items()}
        for half in (0, 1)
    ]
    first = halves[0]["--mini"] + halves[0]["--no-mini"] + halves[0]["--also"]
    x, y, w = table(first)
    component = np.repeat([request[0] for request in first], [len(request[1]) for request in first])
    nets, outside = [], np.zeros(len(x))
    for fold in range(NETS):
        left_out = component // 2 % NETS == fold
        mean, scale = x.mean(0), x.std(0) + 1e-3
        net = train(((x - mean) / scale)[~left_out], y[~left_out], w[~left_out], fold)
        # The scaling becomes part of the weights, so that nobody else need know of it.
        net[1] = net[1] - (mean / scale) @ net[0]
        net[0] = net[0] / scale[:, None]
        nets.append(net)
        outside[left_out] = logits([net], x[left_out])
    slope, intercept = calibrate(outside, y, w)
    report("first half, each part by the net that did not see it", first, slope * outside + intercept, names)
    for name in ("--mini", "--no-mini"):
        second = halves[1][name]
        report(f"second half, {name[2:]}", second, slope * logits(nets, table(second)[0]) + intercept, names)
    probability = 1 / (1 + np.exp(-(slope * outside + intercept)))
    asking, serving = halves[0]["--mini"], halves[0]["--no-mini"]
    candidates = sum(len(request[1]) for request in asking)
    end = candidates + sum(len(request[1]) for request in serving)
    conflicts = x[candidates:end, names.index("conflicts")] > 0
    write(
        names, nets, slope, intercept, shares(served(serving, probability[candidates:end], conflicts), len(serving)),
        shares(asked(asking, probability[:candidates]), len(asking)), len(asking) + len(serving),
        files["--mini"] + files["--no-mini"], len(x),
    )


def report(title, requests, z, names):
    x, y, w = table(requests)
    probability = 1 / (1 + np.exp(-z))
    similarity = auc(x[:, names.index("similarity")], y)
    print(f"{title}: {len(requests)} requests, {len(y)} candidates")
    print(f"  AUC of the similarity {similarity:.4f}, of the judge {auc(z, y):.4f}")
    for low, high in [(0, 0.02), (0.02, 0.05), (0.05, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.01)]:
        rows = (probability >= low) & (probability < high)
        if rows.any():
            print(
                f"  P {low:.2f}-{min(high, 1):.2f}: {rows.sum():7d} candidates, said "
                f"{np.average(probability[rows], weights=w[rows]):.3f}, found {np.average(y[rows], weights=w[rows]):.3f}"
            )


def write(names, nets, slope, intercept, wrong, different, requests, streams, candidates):
    lines = []
    for net in nets:
        for unit in range(HIDDEN):
            part = slope * net[2][unit] / len(nets)
            lines.append(" ".join(f"{number:.3g}" for number in [*net[0][:, unit], net[1][unit], part]))
    lines.append(f"{slope * float(np.mean([net[3] for net in nets])) + intercept:.4g}")
    text = []
    for line in lines:
        text += wrapped(line.split(" "))

    def rows_of(name, comment, table):
        body = wrapped([f"{p:g} {share:.5f}" for p, share in table])
        return (
            f"    /// {comment}\n    static let {name} = \"\"\"\n" + "".join(f"        {line}\n" for line in body)
            + '        """\n'
        )

    COEFFICIENTS.write_text(
        "extension JudgePrior {\n"
        f"    // Written by scripts/fit-judge.py on {datetime.date.today()}: fitted to the first half of the connected\n"
        f"    // components of a labelled set of Quora questions, {candidates:,} candidates, all-MiniLM-L6-v2. The shares are of\n"
        f"    // the {requests:,} requests of that half in {streams} streams drawn from the whole set. A pair that no label joins\n"
        "    // counts as half a different one.\n\n"
        + rows_of("fittedWrongWhenServed", "Least probabilities, and the share of requests served wrongly from each on.", wrong)
        + "\n"
        + rows_of("fittedDifferentWhenAsked", "The same, with the share of requests about which mini is asked in vain.", different)
        + "\n    /// What it was fitted to, in the order of the weights.\n"
        '    static let fittedFeatures = """\n' + "".join(f"        {line}\n" for line in wrapped(names)) + '        """\n'
        "\n    /// A row a hidden unit; see `fitted`.\n"
        '    static let fittedNumbers = """\n' + "".join(f"        {line}\n" for line in text) + '        """\n}\n'
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["words"] and len(sys.argv) == 3:
        words(sys.argv[2])
    elif sys.argv[1:2] == ["fit"] and "--mini" in sys.argv and "--no-mini" in sys.argv:
        fit(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(__doc__)
