"""What the checks share: where the benchmarks' modules are, vectors that cost nothing, and the report."""

import base64
import hashlib
import json
import random
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))
sys.dont_write_bytecode = True


def vector(text, dimension=384):
    """A unit vector of a text's own, as the service takes it: a check of the store is no check of the model."""
    source = random.Random(hashlib.sha256(text.encode()).digest())
    values = [source.gauss(0, 1) for _ in range(dimension)]
    length = sum(value * value for value in values) ** 0.5
    return base64.b64encode(struct.pack(f"<{dimension}f", *(value / length for value in values))).decode()


def report(figures, is_well):
    """Prints what was seen; exit 1 when it is not well."""
    print(json.dumps(figures | {"check": Path(sys.argv[0]).stem, "well": is_well}))
    sys.exit(0 if is_well else 1)
