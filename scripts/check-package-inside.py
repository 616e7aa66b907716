"""What scripts/check-package.sh does with the package, in a root directory of its own. Plays systemd's part."""

import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys

SOCKET, ADDRESS = "/run/refrain/refrain.sock", ("127.0.0.1", 8474)


def run(*words, expect=0, **more):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    if done.returncode != expect:
        sys.exit(f"{' '.join(words)}: status {done.returncode}\n{done.stdout}")
    return done.stdout


def check(condition, what):
    print(("ok      " if condition else "FAILED  ") + what, flush=True)
    if not condition:
        sys.exit(1)


def loopback_up():
    with socket.socket() as any_socket:
        # SIOCSIFFLAGS with IFF_UP and IFF_RUNNING
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH14x", b"lo", 0x41))


def listen(family, address):
    listener = socket.socket(family)
    if family == socket.AF_INET:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    listener.listen(64)
    return listener


class Service:
    """The service as its unit has systemd start it: sockets handed over, no root, readiness told."""

    def __init__(self):
        os.makedirs("/run/refrain", exist_ok=True)
        os.makedirs("/var/lib/refrain", mode=0o700, exist_ok=True)
        # What root has left there becomes the service's, as with StateDirectory=.
        run("chown", "-R", "65534:65534", "/var/lib/refrain")
        self.listeners = [listen(socket.AF_UNIX, SOCKET), listen(socket.AF_INET, ADDRESS)]
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind("\0refrain-check-package")
        self.manager.settimeout(120)
        self.process = os.fork()
        if self.process == 0:
            # By way of numbers far off: 3 and 4 may be the listeners' own.
            for number, listener in enumerate(self.listeners):
                os.dup2(listener.fileno(), 100 + number)
            for number in range(2):
                os.dup2(100 + number, 3 + number, inheritable=True)
            environment = dict(
                os.environ, LISTEN_FDS="2", LISTEN_PID=str(os.getpid()), NOTIFY_SOCKET="@refrain-check-package")
            program = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs",
                       "--bounding-set=-all", "/usr/bin/refrain", "serve", "--config", "/etc/refrain/refrain.json5"]
            os.execve(program[0], program, environment)

    def told(self):
        return self.manager.recv(4096).decode().split("\n")

    def stop(self):
        os.kill(self.process, signal.SIGTERM)
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


def http(family, address, path, body=None):
    with socket.socket(family) as client:
        client.connect(address)
        payload = json.dumps(body).encode() if body else b""
        client.sendall(f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                       f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n\r\n".encode() + payload)
        reply = b""
        while piece := client.recv(65536):
            reply += piece
    return reply.decode()


def files():
    return [line for line in run("dpkg", "-L", "refrain").split("\n") if os.path.isfile(line)]


def main():
    loopback_up()
    said = run("dpkg", "-i", "/tmp/refrain.deb")
    check("refrain model fetch" in said, "dpkg installs it, and it says what to do next")
    installed = files()
    for suffix in ("bin/refrain", "man1/refrain.1.gz", "man5/refrain.json5.5.gz", "completions/refrain", "_refrain",
                   "refrain.fish", "refrain.service", "refrain.socket"):
        check(any(name.endswith(suffix) for name in installed), f"has {suffix}")
    libraries = run("ldd", "/usr/bin/refrain")
    check("not found" not in libraries and "swift" not in libraries, "needs no library of Swift's")
    check(run("refrain", "--version").startswith("refrain "), "runs")
    check("/etc/xdg/refrain/refrain.json5" in run("refrain", "config", "check"), "commands find its configuration")
    check("refrain" in run("getent", "group", "refrain"), "made its group")
    if os.path.exists("/usr/bin/systemd-analyze"):
        found = run("systemd-analyze", "verify", "/lib/systemd/system/refrain.service",
                    "/lib/systemd/system/refrain.socket")
        check("refrain" not in found, "systemd-analyze verify finds nothing" + (f": {found}" if found else ""))
        rating = run("systemd-analyze", "security", "--offline=yes", "--threshold=15", "refrain.service")
        check("OK" in rating.strip().split("\n")[-1], "systemd-analyze security: " + rating.strip().split("\n")[-1])

    missing = run("refrain", "doctor", expect=1)
    check("refrain model fetch" in missing, "doctor says that the model is missing, and what to type")
    os.makedirs("/var/lib/refrain-model/all-MiniLM-L6-v2")
    for name in ("model.safetensors", "vocab.txt"):
        run("cp", f"/tmp/model/{name}", "/var/lib/refrain-model/all-MiniLM-L6-v2/")
    check("verified" in run("refrain", "model", "fetch"), "model fetch accepts the model's hashes")

    service = Service()
    told = service.told()
    check(told[0] == "READY=1" and "ready on unix:" in told[1], "tells systemd that it is ready: " + told[1])
    with open("/tmp/faq.jsonl", "w") as faq:
        faq.write('{"question": "How do I report a bug in Debian?", "answer": "With reportbug."}\n')
    check("1 inserted" in run("refrain", "import", "/tmp/faq.jsonl"), "import over the handed socket")
    check("With reportbug." in run("refrain", "lookup", "How can I report bugs in Debian?"), "a paraphrase is answered")
    reply = http(socket.AF_INET, ADDRESS, "/cache/lookup", {"question": "how do I report a bug in Debian"})
    check('"outcome":"exact"' in reply, "HTTP over the handed TCP socket")
    check(" 200 " in http(socket.AF_UNIX, SOCKET, "/readyz"), "HTTP over the handed Unix socket")
    check(service.stop() == 0 and service.told() == ["STOPPING=1"], "stops when told to, and says so")
    check(os.path.exists(SOCKET), "leaves the manager's socket alone")

    run("dpkg", "-r", "refrain")
    check(not os.path.exists("/usr/bin/refrain") and os.path.exists("/etc/refrain/refrain.json5"), "dpkg -r removes it")
    run("dpkg", "-P", "refrain")
    left = [name for name in installed if os.path.exists(name)]
    left += [path for path in ("/etc/refrain", "/var/lib/refrain", "/var/lib/refrain-model") if os.path.exists(path)]
    check(not left, "dpkg -P leaves nothing" + (f": {left}" if left else ""))


main()
