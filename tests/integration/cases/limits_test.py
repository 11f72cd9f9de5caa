"""Limits at accept."""
import unittest

from support import http, server
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


if __name__ == "__main__":
    unittest.main()
