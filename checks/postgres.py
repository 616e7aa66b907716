"""A PostgreSQL server of a check's own: Debian's programs, a folder, a port on the loopback interface."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

BINARIES = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), default=None)
USER, DATABASE = "refrain", "refrain"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(is_so, seconds, what):
    """Waits for what is bound to come about; an error where it does not."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.02)


class Postgres:
    """A server: started, killed, halted, followed by a replica that may take its place.

    `folder` has to let other users through: PostgreSQL refuses to run as root, and then runs as the user postgres.
    """

    def __init__(self, folder, name="primary", is_synced=False, settings=(), environment=None):
        if BINARIES is None:
            raise SystemExit("PostgreSQL is missing: install Debian's package postgresql")
        self.home = Path(folder) / name
        self.home.mkdir()
        self.data, self.port = self.home / "data", free_port()
        self.environment = os.environ | {"LC_ALL": "C"} | (environment or {})
        self.settings = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.home,
            "fsync": "on" if is_synced else "off", "full_page_writes": "on" if is_synced else "off", "wal_level": "replica",
            "max_connections": 400, "shared_buffers": "128MB", "max_wal_size": "2GB", "wal_receiver_timeout": "5s",
        } | dict(settings)
        self.process = None
        # The server ends with the check, however that ends.
        self.prefix = ["setpriv", "--pdeathsig", "INT"]
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.home, user.pw_uid, user.pw_gid)
            self.prefix += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]

    def run(self, program, *words):
        """What one of PostgreSQL's programs prints, run as the server is."""
        done = subprocess.run(
            [*self.prefix, BINARIES / program, *map(str, words)], cwd=self.home, env=self.environment,
            capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.strip()}")
        return done.stdout.strip()

    def make(self):
        """A server with an empty database, started."""
        self.run("initdb", "-D", self.data, "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C", "-N")
        self.start()
        self.run("createdb", "-h", self.home, "-p", self.port, "-U", USER, "-T", "template0", DATABASE)
        return self

    def follow(self, primary):
        """A replica of another server that is running, started and up with it."""
        self.run("pg_basebackup", "-D", self.data, "-h", primary.home, "-p", primary.port, "-U", USER, "-R", "-X", "stream",
                 "-c", "fast")
        self.start()
        until(lambda: primary.query("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") != "0", 30,
              "the replica follows")
        return self

    def start(self):
        """Starts it, and returns when it takes connections. What a kill left may be in the way for a moment."""
        options = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]

        def is_up():
            if self.process is None or self.process.poll() is not None:
                with open(self.home / "log", "a", encoding="utf-8") as log:
                    self.process = subprocess.Popen(
                        [*self.prefix, BINARIES / "postgres", "-D", self.data, *options], cwd=self.home,
                        env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            return subprocess.run(
                [BINARIES / "pg_isready", "-q", "-h", self.home, "-p", str(self.port)], check=False).returncode == 0

        until(is_up, 60, f"PostgreSQL starts ({self.home / 'log'})")

    def query(self, statement):
        return self.run("psql", "-h", self.home, "-p", self.port, "-U", USER, "-d", DATABASE, "-At", "-c", statement)

    def set(self, **settings):
        """Changes settings while it runs."""
        for name, value in settings.items():
            self.query(f"ALTER SYSTEM SET {name} = '{value}'")
            # What stands on the command line would win over it.
            self.settings.pop(name, None)
        self.query("SELECT pg_reload_conf()")

    def promote(self):
        self.query("SELECT pg_promote()")

    def processes(self):
        """The server's and its children's numbers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="utf-8").split()
        return [self.process.pid, *map(int, children)]

    def cpu_seconds(self):
        """Processor time so far of it and of all children, those that have ended as well (proc(5): fields 14 to 17)."""
        seconds = 0
        for number in self.processes():
            try:
                words = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:
                continue
            ended = words[13:15] if number == self.process.pid else []
            seconds += sum(map(int, words[11:13] + ended)) / os.sysconf("SC_CLK_TCK")
        return seconds

    def kill(self):
        """As a crash would; its children notice by themselves."""
        self.process.kill()
        self.process.wait()

    def set_halted(self, is_halted):
        """It accepts and says nothing, or goes on."""
        for number in self.processes():
            # One may have ended since.
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGSTOP if is_halted else signal.SIGCONT)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.set_halted(False)
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def remove(self):
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
