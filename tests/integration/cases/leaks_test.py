"""Everything that load took is given back: objects, bytes and descriptors of each kind, and processes' memory of a
reload."""
import contextlib
import re
import unittest

from support import http, processes, server
from support.certificates import Authority
from support.load import Load
from support.ports import free_port
from support.tls import context


class Leaks(server.BerthTest):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)
        self.tls_address = ("127.0.0.1", free_port())
        cert, key = self.authority.issue("own", "localhost")
        self.started = self.serve(f"""
site: mixed
listen: http://127.0.0.1:{free_port()}
limits: {{ body: 2MiB }}
routes:
  - path: /blob/*
    blob: {{ bytes: 300KiB }}
  - path: /*
    hello: {{}}
""", f"""
site: secure
listen: https://127.0.0.1:{self.tls_address[1]}
tls: {{ cert: {cert}, key: {key} }}
hello: {{}}
""", port=self.tls_address[1], workers=2)
        processes.wait_until(lambda: self.started.status()["sites"], what="a generation that serves")
        url = self.started.status()["sites"][0]["urls"][0]
        self.started.address = ("127.0.0.1", int(re.search(r":(\d+)/", url).group(1)))

    def live(self):
        """{kind: [objects, bytes]}, summed over the workers."""
        sums = {}
        for worker in self.started.status()["workers"]:
            for kind, live in worker["live"].items():
                sums.setdefault(kind, [0, 0])
                sums[kind][0] += live["objects"]
                sums[kind][1] += live["bytes"]
        return sums

    def settled(self):
        """What lives when nobody is connected. Workers tell every now and then: only what both of them have told
        after they had these clients, and lost them, is new."""
        clients = [http.Client(self.started.address) for _ in range(20)]
        self.wait_for_connections(20)
        for client in clients:
            client.close()
        self.wait_for_connections(0)
        return self.live()

    def wait_for_connections(self, count):
        processes.wait_until(lambda: self.live()["connection"][0] == count, 30, f"{count} connections in the count")

    def assert_comes_back(self, before):
        def differences():
            now = self.live()
            return {kind: (before[kind], now[kind]) for kind in before if before[kind] != now[kind]}
        with contextlib.suppress(AssertionError):
            processes.wait_until(lambda: not differences(), 20)
        self.assertEqual(differences(), {}, "kind: before, now")

    def warm(self):
        """What is made once stays: pools, the access log, the TLS session cache."""
        for path in ("/", "/blob/x", "/blob/x?chunked"):
            for _ in range(4):
                http.get(self.started.address, path)
        for _ in range(8):
            self.tls_client().close()

    def tls_client(self):
        return http.Client(self.tls_address, tls=context(self.authority), server_name="localhost")

    def test_after_requests(self):
        self.warm()
        before = self.settled()
        with Load(self.started.address, clients=16) as load:
            load.wait_for(1000)
        with Load(self.tls_address, clients=4, tls=context(self.authority), server_name="localhost") as secure:
            secure.wait_for(200)
        self.assertEqual(load.hard + secure.hard, [])
        self.assert_comes_back(before)

    def test_after_clients_that_go_away(self):
        self.warm()
        before = self.settled()
        for _ in range(30):
            with http.Client(self.started.address, receive_buffer=4096) as client:
                client.send("GET /blob/ HTTP/1.1\r\nHost: a\r\n\r\n")
            with http.Client(self.started.address) as client:
                client.send("GET / HTTP/1.1\r\nHo")
            with http.Client(self.started.address) as client:
                client.send("POST /blob/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + "x" * 1000)
            with http.Client(self.tls_address) as client:
                client.send(b"\x16\x03\x01\x02\x00\x01\x00")
            with self.tls_client() as client:
                client.send("GET / HTTP/1.1\r\nHo")
        self.assert_comes_back(before)

    def test_while_clients_are_there(self):
        self.warm()
        before = self.settled()
        clients = [http.Client(self.started.address) for _ in range(20)]
        for client in clients:
            client.get()
        self.wait_for_connections(20)
        metrics = self.started.command("status", "--metrics").stdout
        self.assertIn('berth_objects_live{type="connection"} 20\n', metrics)
        self.assertIn('berth_fds{kind="connection"} 20\n', metrics)
        self.assertRegex(metrics, r'berth_bytes_live\{pool="heap_block"\} \d+')
        for client in clients:
            client.close()
        self.assert_comes_back(before)

    def test_reloads_and_deaths_leave_no_descriptor(self):
        for _ in range(2):
            self.assertEqual(self.started.command("reload").returncode, 0)
        self.generations(1)
        before = processes.descriptors(self.started.pid)
        for _ in range(5):
            self.assertEqual(self.started.command("reload").returncode, 0)
        self.generations(1)
        # The admin connection of the last command may still be open, now or before.
        processes.wait_until(lambda: processes.descriptors(self.started.pid) <= before, 20, f"{before} descriptors")

    def generations(self, count):
        processes.wait_until(lambda: len(self.started.status()["generations"]) == count, 20, f"{count} generation")


if __name__ == "__main__":
    unittest.main()
