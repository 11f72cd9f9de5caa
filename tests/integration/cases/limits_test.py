"""Limits at accept, and that everything that load took is given back."""
import time
import unittest

from support import http, processes, server
from support.load import Load
from support.ports import free_port


class Connections(server.BerthTest):
    def start(self, limits):
        port = free_port()
        return self.serve(f"site: hello\nlisten: http://127.0.0.1:{port}\nlimits: {{ {limits} }}\nhello: {{}}\n",
                          port=port)

    def served(self, address, count):
        """How many of so many connections held open at the same time get an answer."""
        held, answered = [], 0
        try:
            for _ in range(count):
                try:
                    client = http.Client(address)
                    held.append(client)
                    answered += client.get().status == 200
                except (http.Closed, ConnectionError):
                    pass
        finally:
            for client in held:
                client.close()
        return answered

    def test_of_the_listener(self):
        started = self.start("connections: 10")
        clients = [http.Client(started.address) for _ in range(11)]
        for client in clients:
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        self.assertEqual([client.response().status for client in clients[:10]], [200] * 10)
        metrics = started.command("status", "--metrics").stdout
        self.assertRegex(metrics, r'berth_limit_hits_total\{limit="connections"\} [1-9]')
        clients[0].close()
        self.assertEqual(clients[10].response().status, 200, "the one that waited in the kernel's queue")
        for client in clients:
            client.close()

    def test_per_address(self):
        started = self.start("connections_per_address: 5, count_local: true")
        self.assertEqual(self.served(started.address, 10), 5)

    def test_per_address_does_not_count_loopback(self):
        started = self.start("connections_per_address: 5")
        self.assertEqual(self.served(started.address, 10), 10)


class Leaks(server.BerthTest):
    def gauges(self, started):
        """What must be back at its start value when nobody is connected."""
        status = started.status()
        return [{name: worker[name] for name in ("connections", "objects", "object_bytes", "descriptors")}
                for worker in status["workers"]]

    def test_counts_return_to_their_start_values(self):
        port = free_port()
        started = self.serve(f"""
site: mixed
listen: http://127.0.0.1:{port}
limits: {{ body: 2MiB }}
routes:
  - path: /blob/*
    blob: {{ bytes: 300KiB }}
  - path: /*
    hello: {{}}
""", port=port)
        for warm in range(4):
            http.get(started.address, "/blob/x?chunked" if warm else "/")
        time.sleep(0.5)
        before = self.gauges(started)
        with Load(started.address, clients=16) as load:
            load.wait_for(2000)
        for number in range(50):
            with http.Client(started.address) as client:
                client.send("GET /blob/ HTTP/1.1\r\nHost: a\r\n\r\n" if number % 2 else "GET / HTTP/1.1\r\nHo")
            with http.Client(started.address) as client:
                client.send("POST /blob/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + "x" * 1000)
        self.assertEqual(load.hard, [])
        processes.wait_until(lambda: self.gauges(started) == before, 15,
                             f"{before} again, now {self.gauges(started)}")


if __name__ == "__main__":
    unittest.main()
