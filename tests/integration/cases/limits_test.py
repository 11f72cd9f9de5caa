"""Limits at accept, and the counter of each limit."""
import unittest

from support import http, http2_frames as http2, processes, server
from support.certificates import Authority
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


class Counted(server.BerthTest):
    """Each limit that a client can reach, reached once: its counter rises."""

    def start(self, limits="", timeouts="", more="", scheme="http"):
        port = free_port()
        return self.serve(f"""
site: limited
listen: {scheme}://127.0.0.1:{port}
limits: {{ {limits} }}
timeouts: {{ {timeouts} }}
routes:
  - path: /blob
    blob: {{ bytes: 64MiB }}
  - path: /mirror
    mirror: {{}}
  - path: /*
    hello: {{}}
{more}""", port=port)

    def assert_counted(self, started, limit, meanwhile=lambda: None):
        line = f'berth_limit_hits_total{{limit="{limit}"}} '

        def count():
            meanwhile()
            metrics = started.command("status", "--metrics").stdout
            return [text for text in metrics.splitlines() if text.startswith(line) and not text.endswith(" 0")]
        processes.wait_until(count, 30, line)

    def assert_answer(self, started, status, limit, sent):
        with http.Client(started.address, timeout=30) as client:
            client.send(sent)
            self.assertEqual(client.response().status, status)
        self.assert_counted(started, limit)

    def secure(self, limits="", timeouts=""):
        cert, key = Authority(self.folder).issue("own", "localhost")
        return self.start(limits, timeouts, f"tls: {{ cert: {cert}, key: {key} }}\n", scheme="https")


class OfTheHost(Counted):
    def test_acl(self):
        started = self.start("deny: [127.0.0.0/8]")
        with http.Client(started.address) as client:
            self.assertTrue(client.is_closed())
        self.assert_counted(started, "acl")

    def test_connections_per_address(self):
        started = self.start("connections_per_address: 1, count_local: true")
        with http.Client(started.address), http.Client(started.address):
            self.assert_counted(started, "connections_per_address")

    def test_handshakes(self):
        started = self.secure("handshakes: 1")
        with http.Client(started.address), http.Client(started.address):
            self.assert_counted(started, "handshakes")

    def test_handshake_timeout(self):
        started = self.secure(timeouts="handshake: 1s")
        with http.Client(started.address) as client:
            self.assertTrue(client.is_closed())
        self.assert_counted(started, "handshake_timeout")

    def test_send_timeout(self):
        started = self.start(timeouts="send: 1s")
        with http.Client(started.address, receive_buffer=4096) as client:
            client.send("GET /blob HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assert_counted(started, "send_timeout")

    def test_send_rate(self):
        started = self.start("send_rate: 1GB")
        with http.Client(started.address, receive_buffer=4096) as client:
            client.send("GET /blob HTTP/1.1\r\nHost: a\r\n\r\n")
            # Never still, and so slow that output always waits.
            self.assert_counted(started, "send_rate", meanwhile=lambda: client.take(200))

    def test_time_of_a_connection_filter(self):
        started = self.start(more="connection_filters: [proxy_protocol]\n")
        with http.Client(started.address, timeout=30) as client:
            self.assertTrue(client.is_closed())
        self.assert_counted(started, "connection_filter_time")


class OfHttp(Counted):
    def test_request_line(self):
        self.assert_answer(self.start("request_line: 1KiB"), 414, "request_line", f"GET /{'x' * 1024} HTTP/1.1\r\n")

    def test_no_more_than_a_connection_keeps(self):
        site = self.write("site.yaml", "site: a\nlisten: http://127.0.0.1:1\nlimits:\n  head: 65KiB\nhello: {}\n")
        answer = server.run("check", site)
        self.assertEqual(answer.returncode, 3, answer)
        self.assertIn(":4:9: ", answer.stderr)
        self.assertIn("at most 64KiB", answer.stderr)

    def test_head(self):
        self.assert_answer(self.start("head: 1KiB"), 431, "head", f"GET / HTTP/1.1\r\na: {'x' * 1024}\r\n")

    def test_fields(self):
        self.assert_answer(self.start("fields: 2"), 431, "head", "GET / HTTP/1.1\r\nHost: a\r\nb: c\r\nd: e\r\n\r\n")

    def test_body(self):
        self.assert_answer(self.start("body: 1KiB"), 413, "body",
                           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1025\r\n\r\n")

    def test_body_rate(self):
        self.assert_answer(self.start("body_rate: 0B", "body: 1s"), 408, "body_rate",
                           "POST /mirror HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n")

    def test_head_timeout(self):
        self.assert_answer(self.start(timeouts="head: 1s"), 408, "head_timeout", "GET / HTTP/1.1\r\nHo")

    def test_idle_timeout(self):
        started = self.start(timeouts="idle: 1s")
        with http.Client(started.address) as client:
            self.assertEqual(client.get().status, 200)
            self.assertTrue(client.is_closed())
        self.assert_counted(started, "idle_timeout")


class OfHttp2(Counted):
    def provoke(self, limit, act, timeouts=""):
        """act: what a client does."""
        started = self.start(timeouts=timeouts, more="h2c: true\n")
        with http2.Client(started.address) as client:
            try:
                act(client)
            except ConnectionError:
                pass  # it was over before the last byte
            self.assert_counted(started, limit)

    def test_resets(self):
        def act(client):
            for stream in range(1, 1001, 2):
                client.get(stream, "/")
                client.send(http2.RST_STREAM, b"\0\0\0\x08", stream=stream)
        self.provoke("h2_resets", act)

    def test_glitches(self):
        def act(client):
            for _ in range(2000):
                client.send(0x20, b"unknown")
        self.provoke("h2_glitches", act)

    def test_header_block(self):
        def act(client):
            client.send(http2.HEADERS, b"\x82", http2.END_STREAM, 1)
            for _ in range(9):
                client.send(http2.CONTINUATION, b"", 0, 1)
        self.provoke("h2_header_block", act)

    def test_header_list(self):
        field = b"\x40\x01x" + b"\x7f\xa1\x1e" + b"y" * 4000  # the first of the dynamic table from now on

        def act(client):
            client.send(http2.HEADERS, b"\x82\x86\x84" + field + b"\xbe" * 20, http2.END_STREAM | http2.END_HEADERS, 1)
        self.provoke("h2_header_list", act)

    def test_head_time(self):
        self.provoke("h2_head_time", lambda client: client.send(http2.HEADERS, b"\x82", 0, 1), "head: 1s")

    def test_window(self):
        self.provoke("h2_window", lambda client: client.open_window(0, 0))

    def test_control_frames(self):
        def act(client):
            client.get(1, "/blob")
            client.open_window(1, 1 << 30)  # so that the socket is full, and nobody reads
            for _ in range(1_000_000):  # the first may find room in the socket; it is over long before the last
                client.send(http2.PING, b"12345678")
        self.provoke("h2_control_frames", act)

    def test_send_timeout(self):
        self.provoke("h2_send_timeout", lambda client: client.get(1, "/blob"), "send: 1s")

    def test_idle_timeout(self):
        self.provoke("idle_timeout", lambda client: client.get(1, "/"), "idle: 1s")


if __name__ == "__main__":
    unittest.main()
