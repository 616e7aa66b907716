#!/usr/bin/env python3
"""Measures exact hits per second beside nginx and redis, with one load generator for the HTTP servers.

    python3 benchmarks/hits.py [--seconds 5] [--rounds 3]

An exact hit of POST /v1/chat/completions, nginx serving a static body of the same size, and redis GET of the same size, in
turns, at 1, 8 and 64 kept connections, over TCP and over Unix sockets; and hits of a thousand questions in turn over TCP, which
wrk composes before it sends them. Then hits of one connection alone and while eight others look up new questions, one after
the other.
HTTP is loaded over TCP by wrk, over Unix sockets, which wrk does not know, by h2load speaking HTTP/1.1, each with one thread;
redis by redis-benchmark. Needs Debian's packages nghttp2-client, nginx-light, redis-server, redis-tools and wrk.
"""

import argparse
import json
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import machine
import service

QUESTION = "How do I put a package on hold?"
BODY = service.chat(QUESTION).decode()
WRK_SCRIPT = """
wrk.method = "POST"
wrk.body = [[{body}]]
wrk.headers["Content-Type"] = "application/json"
"""
QUESTIONS = 1_000
TURNS_SCRIPT = """
local requests, number = {}, 0
init = function()
   wrk.headers["Content-Type"] = "application/json"
   for index = 0, %d do
      requests[index] = wrk.format("POST", nil, nil, string.gsub([[{body}]], "QUESTION", "What does option " .. index .. " do?"))
   end
end
request = function()
   number = (number + 1) %% %d
   return requests[number]
end
""" % (QUESTIONS - 1, QUESTIONS)
# Questions that nobody asked before: each is embedded and searched for.
LOOKUPS_SCRIPT = """
local number = 0
request = function()
   number = number + 1
   return wrk.format("POST", "/cache/lookup", {["Content-Type"] = "application/json"},
      '{"question":"Which of the packages reads files of kind ' .. number .. '?"}')
end
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"nothing listens on port {port}")


def wrk(url, connections, seconds, script=None):
    command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--latency", url]
    if script:
        command += ["--script", str(script)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in text or "Socket errors" in text:
        raise RuntimeError(text)
    milliseconds = {"us": 1e-3, "ms": 1, "s": 1e3}

    def latency(share):
        number, unit = re.search(rf"{share}%\s+([\d.]+)(us|ms|s)\b", text).groups()
        return round(float(number) * milliseconds[unit], 3)

    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
    requests = int(re.search(r"(\d+) requests in", text).group(1))
    return {"requests_per_second": rate, "p50_ms": latency(50), "p99_ms": latency(99), "requests": requests}


def h2load(path, url, connections, seconds, folder, body=None):
    """Loads a Unix socket; the body is a file to be posted."""
    log = folder / "h2load.log"
    log.unlink(missing_ok=True)
    command = ["h2load", "--h1", "--clients", str(connections), "--duration", str(seconds), "--log-file", str(log),
               "--base-uri", f"unix:{path}", url]
    if body:
        command += ["--data", str(body), "--header", "Content-Type: application/json"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"finished in .*?, ([\d.]+) req/s", text).group(1))
    requests, failed = map(int, re.search(r"(\d+) succeeded, (\d+) failed", text).groups())
    if failed or "2xx" not in text:
        raise RuntimeError(text)
    milliseconds = sorted(int(line.rsplit("\t", 1)[1]) / 1_000 for line in log.read_text().splitlines())
    return {"requests_per_second": rate, "p50_ms": milliseconds[len(milliseconds) // 2],
            "p99_ms": milliseconds[len(milliseconds) * 99 // 100], "requests": requests}


def redis_benchmark(where, connections, seconds, size):
    """`where` holds the options that say where the server is."""
    # It counts requests, not seconds: as many as take about that long.
    requests = 30_000 * seconds
    text = subprocess.run(
        ["redis-benchmark", *where, "-c", str(connections), "-n", str(requests), "-d", str(size), "-t",
         "get", "--csv"], capture_output=True, text=True, check=True).stdout
    names, values = (line.replace('"', "").split(",") for line in text.strip().splitlines()[-2:])
    row = dict(zip(names, values))
    return {"requests_per_second": float(row["rps"]), "p50_ms": float(row["p50_latency_ms"]),
            "p99_ms": float(row["p99_latency_ms"]), "requests": requests}


class Servers:
    """The three servers on loopback, in one folder."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.processes = []
        self.script = self.folder / "chat.lua"
        self.script.write_text(WRK_SCRIPT.format(body=BODY), encoding="utf-8")
        self.lookups = self.folder / "lookups.lua"
        self.lookups.write_text(LOOKUPS_SCRIPT, encoding="utf-8")
        self.chat = self.folder / "chat.json"
        self.chat.write_text(BODY, encoding="utf-8")
        self.turns = self.folder / "turns.lua"
        self.turns.write_text(TURNS_SCRIPT.replace("{body}", service.chat("QUESTION").decode()), encoding="utf-8")
        self.refrain = self.start_refrain()
        request = urllib.request.Request(self.refrain, BODY.encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as response:
            answer = response.read()
            if "hit" not in response.headers["Cache-Status"]:
                raise SystemExit(f"no hit: {response.headers}")
        self.size = len(answer)
        self.nginx = self.start_nginx(answer)
        self.redis = self.start_redis(answer)

    def spawn(self, command, **options):
        process = subprocess.Popen([str(word) for word in command], env=machine.environment(), **options)
        self.processes.append(process)
        return process

    def start_refrain(self):
        rows = self.folder / "faq.jsonl"
        texts = [QUESTION] + [f"What does option {index} do?" for index in range(QUESTIONS)]
        rows.write_text("".join(
            json.dumps({"question": text, "answer": "With apt-mark hold NAME. " * 20}) + "\n" for text in texts))
        daemon = service.Daemon(self.folder, listen="127.0.0.1:0")
        self.processes.append(daemon.process)
        self.refrain_socket = daemon.socket
        subprocess.run([machine.REFRAIN, "import", rows, "--data", daemon.data], env=machine.environment(), check=True,
                       capture_output=True)
        return daemon.url + "/v1/chat/completions"

    def start_nginx(self, answer):
        (self.folder / "answer.json").write_bytes(answer)
        port = free_port()
        configuration = self.folder / "nginx.conf"
        configuration.write_text(f"""
            daemon off; worker_processes 2; pid {self.folder}/nginx.pid; error_log {self.folder}/nginx.log;
            events {{ worker_connections 1024; }}
            http {{
                access_log off; sendfile on; tcp_nodelay on; keepalive_requests 1000000000;
                client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy;
                fastcgi_temp_path {self.folder}/fastcgi; uwsgi_temp_path {self.folder}/uwsgi;
                scgi_temp_path {self.folder}/scgi;
                open_file_cache max=10; default_type application/json;
                server {{ listen 127.0.0.1:{port}; listen unix:{self.folder}/nginx.sock; root {self.folder}; }}
            }}
        """)
        self.spawn(["nginx", "-p", self.folder, "-c", configuration], stderr=subprocess.DEVNULL)
        wait_for(port)
        return f"http://127.0.0.1:{port}/answer.json"

    def start_redis(self, answer):
        port = free_port()
        self.spawn(["redis-server", "--port", port, "--bind", "127.0.0.1", "--unixsocket", self.folder / "redis.sock",
                    "--save", "", "--dir", self.folder], stdout=subprocess.DEVNULL)
        wait_for(port)
        subprocess.run(["redis-cli", "-p", str(port), "-x", "set", "key:__rand_int__"], input=answer, check=True,
                       capture_output=True)
        return port

    def loads_over_tcp(self, connections, seconds):
        """What each server is loaded with, by name."""
        return {
            "refrain": lambda: wrk(self.refrain, connections, seconds, self.script),
            "refrain_questions": lambda: wrk(self.refrain, connections, seconds, self.turns),
            "nginx": lambda: wrk(self.nginx, connections, seconds),
            "redis": lambda: redis_benchmark(["-p", str(self.redis)], connections, seconds, self.size),
        }

    def loads_over_unix(self, connections, seconds):
        return {
            "refrain": lambda: h2load(
                self.refrain_socket, "http://localhost/v1/chat/completions", connections, seconds, self.folder, self.chat),
            "nginx": lambda: h2load(
                self.folder / "nginx.sock", "http://localhost/answer.json", connections, seconds, self.folder),
            "redis": lambda: redis_benchmark(["-s", str(self.folder / "redis.sock")], connections, seconds, self.size),
        }

    def process(self, name):
        return dict(zip(("refrain", "nginx", "redis"), self.processes))[name.split("_")[0]]

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()


def compare(servers, loads, rounds):
    """The median round of each load, by its rate; the loads take turns."""
    rows = {name: [] for name in loads}
    for _ in range(rounds):
        for name, load in loads.items():
            before = service.cpu_seconds(servers.process(name))
            row = load()
            seconds = service.cpu_seconds(servers.process(name)) - before
            row["cpu_us_per_request"] = round(seconds * 1e6 / row.pop("requests"), 1)
            rows[name].append(row)
    median = {name: sorted(values, key=lambda value: value["requests_per_second"])[len(values) // 2]
              for name, values in rows.items()}
    for peer in ("nginx", "redis"):
        median[f"refrain_to_{peer}"] = round(
            median["refrain"]["requests_per_second"] / median[peer]["requests_per_second"], 3)
    return median


def beside_lookups(servers, rounds, seconds):
    """Hits of one connection, alone and while new questions take all the processor time there is, in turns; and nginx's
    answers beside the same load, which say how much of the waiting is the machine's."""
    sides = {"refrain": (servers.refrain, servers.script), "nginx": (servers.nginx, None)}
    rows = {}
    for _ in range(rounds):
        for name, (url, script) in sides.items():
            alone = wrk(url, 1, seconds, script)
            load = subprocess.Popen(
                ["wrk", "--threads", "1", "--connections", "8", "--duration", f"{seconds + 2}s", "--script", servers.lookups,
                 servers.refrain], stdout=subprocess.DEVNULL, env=machine.environment())
            time.sleep(1)
            beside = wrk(url, 1, seconds, script)
            load.wait()
            rows.setdefault(name, []).append({"alone": alone, "beside": beside})
    middle = {}
    for name, values in rows.items():
        row = {state: sorted((value[state] for value in values), key=lambda value: value["p99_ms"])[rounds // 2]
               for state in ("alone", "beside")}
        middle[name] = row | {"p99_ratio": round(row["beside"]["p99_ms"] / row["alone"]["p99_ms"], 2)}
    return middle


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=int, default=5)
    options.add_argument("--rounds", type=int, default=3)
    arguments = options.parse_args()
    missing = [tool for tool in ("wrk", "h2load", "nginx", "redis-server", "redis-benchmark") if not shutil.which(tool)]
    if missing:
        raise SystemExit(
            f"missing: {', '.join(missing)}; apt-get install wrk nghttp2-client nginx-light redis-server redis-tools")
    about = machine.describe()
    figures = {}
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as folder:
        # nginx's workers may run as another user.
        Path(folder).chmod(0o755)
        servers = Servers(folder)
        try:
            for transport, loads in (("TCP", servers.loads_over_tcp), ("Unix socket", servers.loads_over_unix)):
                for connections in (1, 8, 64):
                    figures[f"{transport}, {connections} connections"] = compare(
                        servers, loads(connections, arguments.seconds), arguments.rounds)
            figures["beside 8 connections of lookups"] = beside_lookups(servers, arguments.rounds, arguments.seconds)
        finally:
            servers.stop()
        figures["body_bytes"] = servers.size
    print(json.dumps({"machine": about, "figures": figures}, indent=2))
    machine.save("hits", about, figures)


if __name__ == "__main__":
    main()
