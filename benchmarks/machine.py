"""What every benchmark records beside its figures: the machine, the date, the commands."""

import datetime
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "refrain"
REFRAIN = ROOT / ".build" / "release" / "refrain"


def environment():
    """The environment of a measured process: OpenBLAS chooses its own kernel, no setting comes from outside, and no call
    is made by chance."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("OPENBLAS_", "OPENAI_", "REFRAIN_")) or name == "REFRAIN_MODEL"}
    return kept | {"REFRAIN_AUDIT_SHARE": "0"}


def enter_peers(name, packages, **variables):
    """Goes on in a virtual environment of that name that has the peers from PyPI, made at the first time."""
    folder = CACHE / "benchmarks" / name
    python = folder / "bin" / "python"
    if Path(sys.prefix) == folder:
        return
    complete = folder / "complete"
    wanted = " ".join(packages)
    if not complete.exists() or complete.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
        complete.write_text(wanted)
    os.execve(python, [str(python), *sys.argv], environment() | variables)


def describe():
    processor = "unknown"
    flags = ""
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                processor = value.strip()
            if name.strip() == "flags":
                flags = " ".join(flag for flag in ("avx2", "fma", "avx512_vnni", "avx512_bf16") if flag in value.split())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    revision = subprocess.run(
        ["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": f"{processor} ({flags})", "cores": os.cpu_count(), "memory_gib": round(memory, 1),
        "system": platform.platform(), "load_at_start": os.getloadavg()[0], "revision": revision.stdout.strip(),
        "command": "python3 " + " ".join([os.path.relpath(sys.argv[0], ROOT)] + sys.argv[1:]),
    }


def save(name, machine, figures):
    """Writes a dated result and prints where."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}-{machine['date'][:10]}.json"
    path.write_text(json.dumps({"machine": machine, "figures": figures}, indent=2) + "\n", encoding="utf-8")
    print(f"written to {path.relative_to(ROOT)}")


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
