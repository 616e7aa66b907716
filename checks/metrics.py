#!/usr/bin/env python3
"""The form of /metrics and of docs/alerts.yml, as Prometheus' own promtool sees it.

    python3 checks/metrics.py

A daemon with the stand-in as its upstream answers some questions; what it then shows at /metrics goes through
`promtool check metrics`, the alert rules through `promtool check rules`, and every metric that the rules and the Grafana
dashboard name has to be there. Without promtool (scripts/setup.sh fetches it) only the last is checked. Exit 1 when
something is wrong.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import ground
import service

DOCS = Path(__file__).resolve().parent.parent / "docs"


def promtool():
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return shutil.which("promtool") or next(
        (str(path) for path in [cache / "refrain/tools/promtool"] if os.access(path, os.X_OK)), None)


def scrape(folder):
    with service.StandIn() as upstream, service.Daemon(
            folder, "--upstream", upstream.url, listen="127.0.0.1:0") as daemon:
        client = service.Client(daemon.url)
        for question in ["Is it open?", "is it open", "Who is there?"]:
            body = {"model": "refrain", "messages": [{"role": "user", "content": question}]}
            client.send("POST", "/v1/chat/completions", json.dumps(body).encode())
        return client.send("GET", "/metrics").decode()


def names_missing(text):
    """Names that the dashboard and the rules use and that no metric has."""
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
    known = set(kinds)
    for name, kind in kinds.items():
        if kind == "histogram":
            known |= {f"{name}_{part}" for part in ("bucket", "sum", "count")}
    used = set()
    for file in ["alerts.yml", "grafana-dashboard.json"]:
        used |= set(re.findall(r"\brefrain_[a-z0-9_]+", (DOCS / file).read_text()))
    return sorted(used - known), len(used)


def main():
    with tempfile.TemporaryDirectory(prefix="refrain-check-") as folder:
        text = scrape(folder)
    missing, used = names_missing(text)
    for name in missing:
        print(f"no metric is named {name}")
    json.loads((DOCS / "grafana-dashboard.json").read_text())
    figures = {"metrics": len(re.findall(r"^# TYPE ", text, re.M)), "used": used, "missing": missing}
    well = not missing and used > 10
    tool = promtool()
    if tool is None:
        print("promtool is not there: the form of metrics and rules is not checked")
    else:
        checks = {"metrics": (["check", "metrics"], text), "rules": (["check", "rules", str(DOCS / "alerts.yml")], "")}
        for name, (words, given) in checks.items():
            done = subprocess.run([tool, *words], input=given, capture_output=True, text=True)
            # What promtool only remarks on is printed by it with exit 3.
            if done.returncode != 0:
                print(done.stdout + done.stderr)
            figures["promtool_" + name] = done.returncode
            well = well and done.returncode == 0
    ground.report(figures, well)


if __name__ == "__main__":
    main()
