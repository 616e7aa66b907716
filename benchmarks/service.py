"""The service, the stand-in for the models' API, and a client of both, for benchmarks and checks."""

import json
import os
import socket
import subprocess
from pathlib import Path

import machine

STAND_IN = machine.ROOT / ".build" / "release" / "refrain-standin"


class Refused(Exception):
    """A response that is no success."""

    def __init__(self, status, body):
        super().__init__(f"{status}: {body[:500]!r}")
        self.status, self.body = status, body


class Client:
    """One kept HTTP connection; only what a measurement needs, so that it costs little itself.

    `address` is a Unix socket's path or the URL of a server. `is_closing` tells whether the last answer ended it.
    """

    is_closing = False

    def __init__(self, address, timeout=None):
        if str(address).startswith("http://"):
            host, _, port = str(address).split("://")[1].split("/")[0].partition(":")
            self.socket = socket.create_connection((host, int(port)), timeout)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(str(address))

    def receive(self):
        piece = self.socket.recv(1 << 20)
        if not piece:
            raise ConnectionError("the connection was closed")
        return piece

    def post(self, path, body, headers=""):
        """Sends a request and leaves its answer to be read."""
        head = (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n{headers}\r\n")
        self.socket.sendall(head.encode() + body)

    def send(self, method, path, body=b"", kind="application/json", headers=""):
        """The body of a successful answer; Refused for another one."""
        head = (f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
                f"Content-Length: {len(body)}\r\n{headers}\r\n")
        self.socket.sendall(head.encode() + body)
        data = self.receive()
        while b"\r\n\r\n" not in data:
            data += self.receive()
        head, _, rest = data.partition(b"\r\n\r\n")
        self.is_closing = b"\r\nconnection: close" in head.lower()
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        while len(rest) < length:
            rest += self.receive()
        if not head.startswith(b"HTTP/1.1 2"):
            raise Refused(int(head.split()[1]), rest)
        return rest

    def lookup(self, question):
        return self.send("POST", "/cache/lookup", json.dumps({"question": question}).encode())

    def close(self):
        self.socket.close()


def chat(question, **members):
    """The body of a chat request that leaves the model to the service."""
    return json.dumps({"model": "refrain", "messages": [{"role": "user", "content": question}]} | members).encode()


def cpu_seconds(process):
    """Processor time so far of a process and its children."""
    seconds = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # Behind the name, which may hold spaces: the parent is the 4th field, utime and stime the 14th and 15th (proc(5)).
            words = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if process.pid in (int(status.parent.name), int(words[1])):
            seconds += (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


class Program:
    """A program that says in its first line that it is ready, and ends with the block."""

    def __init__(self, command, **options):
        self.process = subprocess.Popen(
            [str(word) for word in command], env=machine.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, **options)
        self.line = self.process.stdout.readline()
        if not self.line:
            raise SystemExit(f"{Path(command[0]).name} did not start")

    def word(self, start):
        return next(word.strip(";,") for word in self.line.split() if word.startswith(start))

    def memory_mib(self):
        """Resident memory by kind: anonymous is the process's own, file is the mapped model."""
        sizes = {}
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(("VmRSS", "RssAnon", "RssFile")):
                sizes[line.split(":")[0]] = round(int(line.split()[1]) / 1024, 1)
        return sizes

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Daemon(Program):
    """`refrain serve` on a folder's own data and Unix socket, and on a TCP port where there is one."""

    def __init__(self, folder, *arguments, listen="none", command=(machine.REFRAIN,), **options):
        self.data = Path(folder) / "data"
        self.socket = self.data / "refrain.sock"
        super().__init__(
            [*command, "serve", "--data", self.data, "--listen", listen, "--log-level", "error", *arguments], **options)

    @property
    def url(self):
        return self.word("http://")


class StandIn(Program):
    """The models' API, played."""

    def __init__(self, *arguments):
        super().__init__(
            [STAND_IN, "--port", "0", "--until-stdin-closes", *arguments], stderr=subprocess.DEVNULL)
        self.url = self.line.split()[2]
