"""HTTP/1.1 as a peer sees it: framing, refusals, deadlines."""
import socket
import time
import unittest

from support import http, server
from support.ports import free_port


class OnOneServer(server.BerthTest):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.server = self.serve(f"""
site: hello
listen: http://127.0.0.1:{self.port}
timeouts: {{ head: 1s, body: 1s, idle: 60s }}
limits: {{ body: 1KiB, body_rate: 0B }}
routes:
  - path: /blob/*
    blob: {{ bytes: 3KiB }}
  - path: /*
    hello: {{ message: Hello }}
""", port=self.port)

    def connect(self):
        client = http.Client(self.server.address)
        self.addCleanup(client.close)
        return client


class Http(OnOneServer):
    def test_keep_alive(self):
        client = self.connect()
        for _ in range(5):
            answer = client.get()
            self.assertEqual((answer.status, answer.body.strip()), (200, b"Hello"))
            self.assertIsNotNone(answer.field("date"))
            self.assertEqual(answer.field("content-length"), str(len(answer.body)))

    def test_http_1_0_closes(self):
        client = self.connect()
        client.send("GET / HTTP/1.0\r\n\r\n")
        self.assertIn(b"Hello", client.rest())

    def test_pipelined(self):
        client = self.connect()
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 64)
        for _ in range(64):
            self.assertEqual(client.response().body.strip(), b"Hello")

    def test_byte_by_byte(self):
        client = self.connect()
        for byte in b"GET / HTTP/1.1\r\nHost: a\r\n\r\n":
            client.send(bytes([byte]))
        self.assertEqual(client.response().body.strip(), b"Hello")

    def test_head(self):
        client = self.connect()
        length = client.get().field("content-length")
        answer = client.get(method="HEAD")
        self.assertEqual((answer.status, answer.field("content-length"), answer.body), (200, length, b""))
        self.assertEqual(client.get().status, 200)

    def test_options_of_the_server(self):
        answer = self.connect().get("*", method="OPTIONS")
        self.assertIn(answer.status, (200, 204))

    def test_absolute_form(self):
        self.assertEqual(self.connect().get(f"http://localhost:{self.port}/", host=f"localhost:{self.port}").body.strip(), b"Hello")

    def test_half_close_gets_its_answer(self):
        client = self.connect()
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.end_of_sending()
        self.assertEqual(client.response().body.strip(), b"Hello")
        self.assertTrue(client.is_closed())

    def test_half_close_after_a_body(self):
        client = self.connect()
        client.send("POST /blob/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345")
        client.end_of_sending()
        self.assertEqual(client.response().body, b"5 bytes\n")

    def test_chunked_answer(self):
        answer = self.connect().get("/blob/x?chunked")
        self.assertEqual(answer.field("transfer-encoding"), "chunked")
        self.assertEqual(answer.body, bytes(n % 251 for n in range(3072)))

    def test_chunked_request_with_trailers(self):
        client = self.connect()
        client.send("POST /blob/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n"
                    "3\r\nabc\r\n4;note=1\r\ndefg\r\n0\r\nX-Sum: 7\r\n\r\n")
        self.assertEqual(client.response().body, b"7 bytes\n")
        self.assertEqual(client.get().status, 200)

    def test_expect_continue(self):
        client = self.connect()
        client.send("POST /blob/ HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        self.assertEqual(client.response().status, 100)
        client.send("1234")
        self.assertEqual(client.response().body, b"4 bytes\n")

    def test_unread_body_does_not_become_a_request(self):
        client = self.connect()
        inner = "GET /x HTTP/1.1\r\nHost: b\r\n\r\n"
        client.send(f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {len(inner)}\r\n\r\n{inner}")
        self.assertEqual(client.response().status, 200)
        self.assertEqual(client.get("/blob/").status, 200)


class Refusals(OnOneServer):
    """Each malformed request gets its status, and the connection closes."""

    CASES = [
        ("no host", "GET / HTTP/1.1\r\n\r\n", 400),
        ("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("blank before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        ("folded field", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n", 400),
        ("bare LF", "GET / HTTP/1.1\nHost: a\n\n", 400),
        ("bare CR in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r2\r\n\r\n", 400),
        ("NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\0\r\n\r\n", 400),
        ("two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        ("length and chunked", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
         400),
        ("signed length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400),
        ("huge length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", (400, 413)),
        ("bad chunk size", "POST /blob/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        ("path leaves the root", "GET /../x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("not a request", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        ("unknown coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", (400, 501)),
        ("version 2.0 in text", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ("too long a target", "GET /" + "a" * 9000 + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        ("too many bytes of fields", "GET / HTTP/1.1\r\nHost: a\r\n" + "X: " + "a" * 40000 + "\r\n\r\n", 431),
        ("too many fields", "GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n" * 200 + "\r\n", 431),
        ("body over the limit", "POST /blob/ HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n", 413),
        ("unknown expectation", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: magic\r\n\r\n", 417),
        ("unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", (200, 405, 501)),
        ("connect", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", (405, 501)),
    ]

    def test_statuses(self):
        for name, request, expected in self.CASES:
            with self.subTest(name):
                client = self.connect()
                client.send(request.encode("latin-1"))
                status = client.response().status
                self.assertIn(status, expected if isinstance(expected, tuple) else (expected,))
                if status in (400, 413, 414, 431, 505):
                    self.assertTrue(client.is_closed())
        self.assertEqual(len(self.server.workers()), 1)
        self.assertNotIn("crash", self.server.log().lower())

    def test_chunked_body_over_the_limit(self):
        client = self.connect()
        client.send("POST /blob/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "400\r\n" + "a" * 1024 + "\r\n1\r\nb\r\n0\r\n\r\n")
        self.assertEqual(client.response().status, 413)


class Deadlines(OnOneServer):
    """A client that stalls is cut. Upper bounds are generous: only a server that waits for ever fails."""

    def cut(self, client, within=8.0):
        began = time.monotonic()
        client.socket.settimeout(within)
        left = client.rest()
        self.assertLess(time.monotonic() - began, within)
        return left

    def test_head_that_never_ends(self):
        client = self.connect()
        client.send("GET / HTTP/1.1\r\nHost: a\r\n")
        left = self.cut(client)
        self.assertTrue(left == b"" or b" 408 " in left, left)

    def test_head_that_drips(self):
        """The deadline is absolute: one byte now and then does not prolong it."""
        client, began = self.connect(), time.monotonic()
        client.socket.settimeout(0.2)
        while time.monotonic() - began < 8:
            try:
                client.send("X")
                client.socket.recv(4096)
                return  # an answer or the end: either way it was cut
            except socket.timeout:
                continue
            except ConnectionError:
                return
        self.fail("not cut within 8 s")

    def test_body_that_never_comes(self):
        client = self.connect()
        client.send("POST /blob/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")
        self.cut(client)

    def test_others_are_served_meanwhile(self):
        stalled = [self.connect() for _ in range(50)]
        for client in stalled:
            client.send("GET / HTTP/1.1\r\n")
        self.assertEqual(self.connect().get().status, 200)


if __name__ == "__main__":
    unittest.main()
