"""Workers that die, reloads under load, configurations that must not be served, orderly ends."""
import errno
import os
import signal
import socket
import statistics
import subprocess
import threading
import time
import unittest

from support import http, processes, server
from support.load import Load
from support.ports import free_port


def site(port, message="Hello World", name="hello"):
    return f"site: {name}\nlisten: http://127.0.0.1:{port}\nhello: {{ message: {message} }}\n"


class Workers(server.BerthTest):
    def setUp(self):
        super().setUp()
        self.port = free_port()

    def start(self, *sites, workers=2, machine=""):
        started = self.serve(*(sites or [site(self.port)]), port=self.port, workers=workers, machine=machine)
        processes.wait_until(lambda: len(started.workers()) == workers, what=f"{workers} workers")
        return started


class Death(Workers):
    def test_killed_worker_is_replaced(self):
        started = self.start()
        took = []
        for _ in range(5):
            before = started.workers()
            began = time.monotonic()
            os.kill(before[0], signal.SIGKILL)
            processes.wait_until(
                lambda: len(started.workers()) == 2 and before[0] not in started.workers(), what="a new worker")
            took.append(time.monotonic() - began)
            self.assertEqual(http.get(started.address).status, 200)
            time.sleep(1.1)  # dying often is another matter, with back-off
        print(f"replaced after {statistics.median(took) * 1000:.0f} ms (median of {len(took)})")

    def test_nobody_is_refused_meanwhile(self):
        started = self.start()
        with Load(started.address) as load:
            load.wait_for(100)
            for _ in range(3):
                os.kill(started.workers()[0], signal.SIGKILL)
                load.wait_for(200)
        refused = [problem for problem in load.hard if "Refused" in problem]
        self.assertFalse(refused)
        print(f"{load.done} answered, {load.retryable} retryable, {len(load.hard)} hard: {load.hard[:3]}")

    def test_all_workers_at_once(self):
        started = self.start()
        for pid in started.workers():
            os.kill(pid, signal.SIGKILL)
        self.assertEqual(http.get(started.address).status, 200)

    def test_zygote_is_replaced(self):
        started = self.start()
        zygotes = processes.children(started.pid)
        os.kill(zygotes[0], signal.SIGKILL)
        processes.wait_until(lambda: len(started.workers()) >= 2, what="workers")
        self.assertEqual(http.get(started.address).status, 200)

    def test_crash_is_attributed_and_quarantined(self):
        started = self.start(f"""
site: shaky
listen: http://127.0.0.1:{self.port}
routes:
  - path: /hello
    hello: {{ message: well }}
  - path: /*
    faulty: {{}}
""")
        for _ in range(6):
            try:
                if http.get(started.address, "/crash").status == 503:
                    break
            except http.Closed:
                time.sleep(0.05)
        processes.wait_until(lambda: "faulty" in started.log(), what="the culprit's name in the log")
        self.assertEqual(http.get(started.address, "/hello").body.strip(), b"well")

    def test_plugins_end_before_their_loop(self):
        started = self.start(f"""
site: shaky
listen: http://127.0.0.1:{self.port}
faulty: {{}}
""")
        started.stop()
        self.assertIn("faulty ends while the loop is there", started.log())


class Reload(Workers):
    def test_new_configuration(self):
        started = self.start()
        self.configure(site(self.port, "changed"), workers=2)
        answer = started.command("reload")
        self.assertEqual(answer.returncode, 0, answer)
        self.assertIn("generation 2", answer.stdout + answer.stderr)
        self.assertEqual(http.get(started.address).body.strip(), b"changed")

    def test_by_signal(self):
        started = self.start()
        self.configure(site(self.port, "changed"), workers=2)
        started.send_signal(signal.SIGHUP)
        processes.wait_until(lambda: http.get(started.address).body.strip() == b"changed", what="the new message")

    def test_20_reloads_cut_nothing(self):
        started = self.start()
        with Load(started.address, clients=8) as load:
            load.wait_for(200)
            for number in range(20):
                self.configure(site(self.port, f"generation {number}"), workers=2)
                answer = started.command("reload")
                self.assertEqual(answer.returncode, 0, answer)
                load.wait_for(50)
        self.assertEqual((load.hard, load.retryable), ([], 0), f"of {load.done}")
        self.assertEqual(http.get(started.address).body.strip(), b"generation 19")

    def test_sites_come_and_go(self):
        other = free_port()
        started = self.start()
        self.configure(site(self.port), site(other, "other", "other"), workers=2)
        self.assertEqual(started.command("reload").returncode, 0)
        self.assertEqual(http.get(("127.0.0.1", other)).body.strip(), b"other")
        self.configure(site(self.port), workers=2)
        self.assertEqual(started.command("reload").returncode, 0)
        processes.wait_until(lambda: self.is_refused(other), what="the old port closed")

    def is_refused(self, port):
        try:
            http.Client(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            return True
        return False

    def test_broken_configuration_keeps_the_old_one(self):
        started = self.start()
        for text, part in ((site(self.port) + "mesage: x\n", "mesage"), ("site: [", "0.yaml"),
                           (site(self.port).replace("hello:", "helo:"), "helo")):
            self.configure(text, workers=2)
            answer = started.command("reload")
            self.assertEqual(answer.returncode, 7, answer)
            self.assertIn(part, answer.stderr)
            self.assertIn("0.yaml:", answer.stderr)
            self.assertEqual(http.get(started.address).body.strip(), b"Hello World")

    def test_port_in_use_keeps_the_old_one(self):
        started = self.start()
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", free_port()))
            holder.listen()
            taken = holder.getsockname()[1]
            self.configure(site(self.port, "new"), site(taken, "x", "taken"), workers=2)
            answer = started.command("reload")
        self.assertEqual(answer.returncode, 7, answer)
        self.assertIn(str(os.getpid()), answer.stderr)
        self.assertEqual(http.get(started.address).body.strip(), b"Hello World")

    def test_number_of_workers(self):
        started = self.start()
        self.configure(site(self.port), workers=3)
        self.assertEqual(started.command("reload").returncode, 0)
        self.assertEqual(http.get(started.address).status, 200)
        processes.wait_until(lambda: len(started.workers()) == 3, 20, "three workers")

    def test_open_download_goes_on(self):
        text = f"site: blob\nlisten: http://127.0.0.1:{self.port}\nblob: {{ bytes: 32MiB }}\n"
        started = self.start(text)
        with http.Client(started.address, receive_buffer=65536) as client:
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            head = client.head()
            self.assertEqual(started.command("reload").returncode, 0)
            size = int(head.field("content-length"))
            self.assertEqual(len(client.take(size)), size)


class End(Workers):
    def test_signals(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            with self.subTest(number):
                self.assertEqual(self.start().stop(number), 0)

    def test_command(self):
        started = self.start()
        answer = started.command("stop")
        self.assertEqual(answer.returncode, 0, answer)
        self.assertEqual(started.process.wait(10), 0)

    def test_download_completes_and_nobody_new_is_served(self):
        text = f"site: blob\nlisten: http://127.0.0.1:{self.port}\nblob: {{ bytes: 32MiB }}\n"
        started = self.start(text)
        with http.Client(started.address, receive_buffer=65536) as client:
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            size = int(client.head().field("content-length"))
            ended = threading.Thread(target=started.stop)
            ended.start()
            processes.wait_until(self.is_refused, what="the listener closed")
            self.assertEqual(len(client.take(size)), size)
            ended.join(20)
        self.assertFalse(ended.is_alive())

    def is_refused(self):
        try:
            http.Client(("127.0.0.1", self.port)).close()
        except ConnectionError:
            return True
        return False

    def test_workers_do_not_outlive_a_killed_supervisor(self):
        started = self.start()
        os.kill(started.pid, signal.SIGKILL)
        started.process.wait()
        processes.wait_until(lambda: not processes.of_session(started.pid), what="everybody gone")


class Refused(Workers):
    """What must not be started, and how it says so."""

    def run_with(self, text, **named):
        self.configure(text, **named)
        return server.run("run", "-c", os.path.join(self.folder, "berth.yaml"))

    def test_unknown_key(self):
        answer = self.run_with(site(self.port) + "hosst: [a]\n")
        self.assertEqual(answer.returncode, 3, answer)
        self.assertRegex(answer.stderr, r"0\.yaml:4:1: error\[C\d+\]")
        self.assertIn("did you mean 'hosts'?", answer.stderr)

    def test_unknown_plugin(self):
        answer = self.run_with(f"site: a\nlisten: http://127.0.0.1:{self.port}\nhelo: {{}}\n")
        self.assertEqual(answer.returncode, 3, answer)
        self.assertIn("hello", answer.stderr)

    def test_nobody_connects_to_what_is_then_refused(self):
        path = os.path.join(self.folder, "list")
        os.mkfifo(path)
        self.configure(site(self.port) + f"connection_filters: [{{ blacklist: {{ deny_file: {path} }} }}]\n")
        started = subprocess.Popen([server.PROGRAM, "run", "-c", os.path.join(self.folder, "berth.yaml")],
                                   env=server.environment(), stderr=subprocess.PIPE, text=True)
        self.addCleanup(started.kill)
        pipe = processes.wait_until(lambda: self.writer(path), what="a filter that reads its list")
        with socket.socket() as client:
            self.assertEqual(client.connect_ex(("127.0.0.1", self.port)), errno.ECONNREFUSED)
        os.close(pipe)
        _, said = started.communicate(timeout=20)
        self.assertNotEqual(started.returncode, 0)
        self.assertIn(path, said, "a pipe is no list")

    @staticmethod
    def writer(path):
        """None as long as nobody reads there."""
        try:
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return None

    def test_check_agrees(self):
        self.configure(site(self.port))
        path = os.path.join(self.folder, "berth.yaml")
        self.assertEqual(server.run("check", path).returncode, 0)
        self.configure(site(self.port) + "hosst: [a]\n")
        for command in (["check"], ["-t"], ["--check"]):
            with self.subTest(command):
                self.assertEqual(server.run(*command, path).returncode, 3)


class Status(Workers):
    def test_status(self):
        started = self.start()
        answer = started.command("status")
        self.assertEqual(answer.returncode, 0, answer)
        self.assertIn("hello", answer.stdout)
        self.assertEqual(started.status()["generation"], 1)

    def test_nobody_there(self):
        answer = server.run("status", "--socket", os.path.join(self.folder, "none.sock"))
        self.assertEqual(answer.returncode, 6, answer)


if __name__ == "__main__":
    unittest.main()
