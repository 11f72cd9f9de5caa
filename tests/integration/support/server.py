"""A Berth of one's own: a folder, a configuration, a process tree; and proof that it left nothing behind."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from . import processes
from .ports import free_port

PROGRAM = os.environ.get("BERTH_PROGRAM", "build/dev/host/berth")
PLUGINS = os.environ.get("BERTH_PLUGIN_FOLDERS", "").split(":")
POLL = os.environ.get("BERTH_TEST_POLL")                  # poll, epoll
POLL_TIMEOUT = os.environ.get("BERTH_TEST_POLL_TIMEOUT")  # milliseconds; -1: for ever
SLOW_BUILD = bool(os.environ.get("BERTH_TEST_SANITIZED"))
START_SECONDS = 30.0


def environment(**extra):
    """No variable of the caller's reaches the server by accident."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "ASAN_OPTIONS", "LANG") if name in os.environ}
    if POLL:
        kept["POLL"] = POLL
    if POLL_TIMEOUT:
        kept["POLL_TIMEOUT"] = POLL_TIMEOUT
    kept.update({name: str(value) for name, value in extra.items()})
    return kept


def run(*arguments, cwd=None, env=None, **named):
    """One berth command to its end."""
    return subprocess.run([PROGRAM, *arguments], cwd=cwd, env=env or environment(), timeout=60,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, **named)


class Berth:
    """A running server. `start` and `stop` are called by BerthTest."""

    def __init__(self, folder, arguments, address, env=None):
        self.folder, self.arguments, self.address = folder, arguments, address
        self.env = env or environment()
        self.log_path = os.path.join(folder, "log.txt")
        self.process = None

    @property
    def pid(self):
        return self.process.pid

    @property
    def port(self):
        return self.address[1]

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, *self.arguments], cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True)
        processes.wait_until(self._is_listening, START_SECONDS, f"listening on {self.address}; log:\n{self.log()}")
        return self

    def _is_listening(self):
        if self.process.poll() is not None:
            raise AssertionError(f"berth ended with {self.process.returncode}:\n{self.log()}")
        family = socket.AF_UNIX if isinstance(self.address, str) else \
            socket.AF_INET6 if ":" in self.address[0] else socket.AF_INET
        with socket.socket(family) as probe:
            return probe.connect_ex(self.address) == 0

    def log(self):
        try:
            with open(self.log_path, encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def workers(self):
        return processes.leaves(self.pid)

    def send_signal(self, number):
        os.kill(self.pid, number)

    def command(self, name, *arguments):
        """A command that speaks to this server over its admin socket."""
        return run(name, "--socket", os.path.join(self.folder, "admin.sock"), *arguments, cwd=self.folder)

    def status(self):
        answer = self.command("status", "--json")
        assert answer.returncode == 0, answer
        return json.loads(answer.stdout)

    def stop(self, number=signal.SIGTERM, seconds=20.0):
        """Ends it in order. Returns the exit code; nobody of its session may be left."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still there {seconds} s after signal {number}:\n{self.log()}") from None
        end = time.monotonic() + 5
        while processes.of_session(self.pid) and time.monotonic() < end:
            time.sleep(0.01)
        left = processes.of_session(self.pid)
        self.kill()
        assert not left, f"processes left behind: {left}\n{self.log()}"
        return code

    def kill(self):
        for pid in processes.of_session(self.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()


class BerthTest(unittest.TestCase):
    """Gives each test a folder, servers that are stopped and checked at its end, and the log on failure."""

    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="berth-test-")
        os.chmod(self.folder, 0o755)
        self.servers = []

    def tearDown(self):
        problems = []
        for server in self.servers:
            if server.process is None:
                continue
            expected = server.process.poll()
            try:
                code = server.stop()
                if expected is None and code != 0:
                    problems.append(f"exit code {code}:\n{server.log()}")
            except AssertionError as problem:
                problems.append(str(problem))
            if re.search(r"stopping\n(.*\n)*.*died of SIG(SEGV|ABRT|BUS|FPE|ILL)", server.log()):
                problems.append(f"a worker crashed at its end:\n{server.log()}")
            if "Sanitizer" in server.log() or "runtime error" in server.log():
                problems.append(server.log())
        failed = problems or any(error for _, error in getattr(self._outcome, "errors", []) if error)
        if failed:
            for server in self.servers:
                print(f"--- log of berth {server.arguments}:\n{server.log()}", flush=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.assertFalse(problems, "\n".join(problems))

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def one_shot(self, *arguments, address=None, **variables):
        """`berth hello` and the like, with environment variables; PORT is a free one unless given."""
        if address is None:
            address = ("127.0.0.1", int(variables.setdefault("PORT", free_port())))
        server = Berth(self.folder, list(arguments), address, environment(**variables))
        self.servers.append(server)
        return server.start()

    def serve(self, *sites, port, workers=1, machine="", address=None):
        """`berth run -c FOLDER` with these site texts; machine: further lines of berth.yaml."""
        self.configure(*sites, workers=workers, machine=machine)
        server = Berth(self.folder, ["run", "-c", os.path.join(self.folder, "berth.yaml")],
                       address or ("127.0.0.1", port))
        self.servers.append(server)
        return server.start()

    def configure(self, *sites, workers=1, machine=""):
        """Writes the configuration anew; every site is a YAML text."""
        lines = ["version: 1", f"workers: {workers}", "sites: sites.d/*.yaml",
                 f"admin: {{ socket: {self.folder}/admin.sock }}",
                 f"plugins: {{ path: [{', '.join(PLUGINS)}] }}"]
        if POLL:
            lines.append(f"poll: {POLL}")
        if POLL_TIMEOUT:
            lines.append(f"poll_timeout: {'forever' if POLL_TIMEOUT == '-1' else POLL_TIMEOUT + 'ms'}")
        shutil.rmtree(os.path.join(self.folder, "sites.d"), ignore_errors=True)
        self.write("berth.yaml", "\n".join(lines) + "\n" + machine)
        for number, site in enumerate(sites):
            self.write(f"sites.d/{number}.yaml", site)


def main():
    unittest.main(verbosity=2)
