"""The vectors of tests/conformance over real sockets: what is refused, and that nothing is taken for a request."""
import socket
import unittest

from support import http, server, vectors
from support.ports import free_port

PIECES_MAX = 400


class Smuggling(server.BerthTest):
    def setUp(self):
        super().setUp()
        port = free_port()
        self.server = self.serve(f"""
site: mirror
listen: http://127.0.0.1:{port}
limits: {{ body: 1KiB }}
mirror: {{}}
""", port=port)

    def send(self, client, data, size):
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for at in range(0, len(data), size):
                client.send(data[at:at + size])
        except ConnectionError:
            pass  # refused before all of it was sent

    def compare_answers(self, client, vector):
        pending = None
        for wanted in vector.answers:
            answer = pending or client.response("HEAD" if wanted.bodyless else "GET")
            pending = answer if wanted.optional and answer.status != wanted.status else None
            if pending:
                continue
            self.assertEqual(answer.status, wanted.status)
            if wanted.body is not None:
                self.assertEqual(answer.body, wanted.body)
            closes = vector.end == "close" and wanted is vector.answers[-1]
            self.assertEqual(answer.field("connection") == "close", closes)

    def compare_end(self, client, vector):
        if vector.end == "open":
            self.assertEqual(client.get("/probe").body, b"GET /probe")
        elif vector.end == "waits":
            client.end_of_sending()
        if vector.end != "open":
            self.assertTrue(client.is_closed())

    def try_all(self, size_of):
        for vector in vectors.read():
            with self.subTest(vector.name), http.Client(self.server.address) as client:
                self.send(client, vector.bytes, size_of(vector.bytes))
                self.compare_answers(client, vector)
                self.compare_end(client, vector)
        self.assertEqual(len(self.server.workers()), 1)

    def test_at_once(self):
        self.try_all(len)

    def test_in_small_pieces(self):
        self.try_all(lambda data: max(1, len(data) // PIECES_MAX))


if __name__ == "__main__":
    unittest.main()
