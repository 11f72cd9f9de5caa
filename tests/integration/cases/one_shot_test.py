"""`berth hello` and each environment variable that starts it differently."""
import json
import os
import socket
import unittest

from support import http, processes, server
from support.certificates import Authority
from support.ports import free_port
from support.tls import context, peer_certificate


class OneShot(server.BerthTest):
    def body(self, started, **named):
        answer = http.get(started.address, **named)
        self.assertEqual(answer.status, 200, answer)
        return answer.body.decode().strip()

    def test_prints_its_url(self):
        started = self.one_shot("hello")
        processes.wait_until(lambda: f"http://127.0.0.1:{started.port}" in started.log(), what="the URL")
        self.assertEqual(self.body(started), "Hello World")

    def test_port_and_message(self):
        started = self.one_shot("hello", MESSAGE="Hello Berth")
        self.assertEqual(self.body(started), "Hello Berth")

    def test_message_is_not_yaml(self):
        started = self.one_shot("hello", MESSAGE="a: [b, \"c\"] # é")
        self.assertEqual(self.body(started), "a: [b, \"c\"] # é")

    def test_options_say_the_same(self):
        port = free_port()
        started = self.one_shot("hello", "--port", str(port), "--message", "by option", address=("127.0.0.1", port))
        self.assertEqual(self.body(started), "by option")

    def test_children(self):
        started = self.one_shot("hello", CHILDREN=4)
        processes.wait_until(lambda: len(started.workers()) == 4, what="four workers")
        self.assertEqual(self.body(started), "Hello World")

    def test_host(self):
        port = free_port()
        started = self.one_shot("hello", HOST="127.0.0.2", PORT=port, address=("127.0.0.2", port))
        self.assertEqual(self.body(started), "Hello World")
        with self.assertRaises(ConnectionRefusedError):
            http.Client(("127.0.0.1", port))

    def test_ipv6(self):
        port = free_port()
        started = self.one_shot("hello", IPV6=1, PORT=port, address=("::1", port))
        self.assertEqual(self.body(started), "Hello World")

    def test_unix_path(self):
        path = os.path.join(self.folder, "hello.sock")
        started = self.one_shot("hello", UNIX_PATH=path, address=path)
        self.assertEqual(self.body(started), "Hello World")
        started.stop()
        self.assertFalse(os.path.exists(path), "the socket's file is removed at the end")

    def test_unix_path_of_a_dead_server_is_taken_over(self):
        path = os.path.join(self.folder, "hello.sock")
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(path)
        started = self.one_shot("hello", UNIX_PATH=path, address=path)
        self.assertEqual(self.body(started), "Hello World")

    def test_poll(self):
        for kind in ("poll", "epoll"):
            with self.subTest(kind):
                self.assertEqual(self.body(self.one_shot("hello", POLL=kind)), "Hello World")

    def test_poll_timeout(self):
        self.assertEqual(self.body(self.one_shot("hello", POLL_TIMEOUT=-1)), "Hello World")

    def test_level_debug_says_more(self):
        quiet, loud = self.one_shot("hello"), None
        self.body(quiet)
        quiet.stop()
        before = len(quiet.log())
        os.unlink(quiet.log_path)
        loud = self.one_shot("hello", LEVEL="DEBUG")
        self.body(loud)
        loud.stop()
        self.assertGreater(len(loud.log()), before)

    def test_backlog(self):
        self.assertEqual(self.body(self.one_shot("hello", BACKLOG=5)), "Hello World")

    def test_allowed(self):
        started = self.one_shot("hello", ALLOWED="10.0.0.0/8;127.0.0.1")
        self.assertEqual(self.body(started), "Hello World")
        refusing = self.one_shot("hello", ALLOWED="10.0.0.0/8")
        with self.assertRaises((http.Closed, ConnectionError)):
            http.get(refusing.address)

    def test_keep_alive_on(self):
        """A value from outside has the type that the schema asks for."""
        started = self.one_shot("hello", KEEP_ALIVE=1)
        with http.Client(started.address) as client:
            self.assertIsNone(client.get().field("connection"))
            self.assertEqual(client.get().status, 200)

    def test_keep_alive_off(self):
        started = self.one_shot("hello", KEEP_ALIVE=0)
        with http.Client(started.address) as client:
            answer = client.get()
            self.assertEqual(answer.field("connection"), "close")
            self.assertTrue(client.is_closed())

    def test_h2c(self):
        preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
        for variables, first in (({"H2C": 1}, b"\0\0"), ({}, b"HT")):
            with self.subTest(variables), http.Client(self.one_shot("hello", **variables).address) as client:
                client.send(preface)
                self.assertEqual(client.take(2), first, "a SETTINGS frame, or an error of HTTP/1.1")

    def test_wrong_value_is_named(self):
        for name, value in (("PORT", "many"), ("CHILDREN", "-1"), ("POLL", "kqueue"), ("LEVEL", "LOUD")):
            with self.subTest(name):
                answer = server.run("hello", env=server.environment(**{name: value}))
                self.assertIn(answer.returncode, (2, 3), answer)
                self.assertIn(name, answer.stderr)

    def test_port_in_use_names_the_holder(self):
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", free_port()))
            holder.listen()
            answer = server.run("hello", env=server.environment(PORT=holder.getsockname()[1]))
        self.assertEqual(answer.returncode, 5, answer)
        self.assertIn(str(os.getpid()), answer.stderr)


class OneShotTls(server.BerthTest):
    def test_self_signed(self):
        started = self.one_shot("hello", SSL=1, HOME=self.folder, STATE_DIRECTORY=self.folder)
        processes.wait_until(lambda: f"https://127.0.0.1:{started.port}" in started.log(), what="the URL")
        first = peer_certificate(started.address)
        with http.Client(started.address, tls=context()) as client:
            self.assertEqual(client.get().body.strip(), b"Hello World")
        started.stop()
        again = self.one_shot("hello", SSL=1, HOME=self.folder, STATE_DIRECTORY=self.folder)
        self.assertEqual(peer_certificate(again.address), first, "made once per installation")

    def test_key_and_certificate(self):
        authority = Authority(self.folder)
        cert, key = authority.issue("own", "localhost")
        started = self.one_shot("hello", SSL=1, KEY_FILE=key, CER_FILE=cert)
        with http.Client(started.address, tls=context(authority), server_name="localhost") as client:
            self.assertEqual(client.get().body.strip(), b"Hello World")

    def test_contexts_by_name(self):
        authority = Authority(self.folder)
        cert, key = authority.issue("own", "localhost")
        other_cert, other_key = authority.issue("other", "other.test")
        started = self.one_shot("hello", SSL=1, KEY_FILE=key, CER_FILE=cert, SSL_CONTEXTS=json.dumps(
            {"other.test": {"key_file": other_key, "cer_file": other_cert}}))
        for name in ("localhost", "other.test"):
            with http.Client(started.address, tls=context(authority), server_name=name) as client:
                self.assertEqual(client.get(host=name).body.strip(), b"Hello World")

    def test_broken_contexts_are_refused(self):
        answer = server.run("hello", env=server.environment(SSL=1, PORT=free_port(), SSL_CONTEXTS="{nonsense"))
        self.assertIn(answer.returncode, (2, 3), answer)
        self.assertIn("SSL_CONTEXTS", answer.stderr)


if __name__ == "__main__":
    unittest.main()
