"""The cases of tests/conformance/http2_cases.cpp over real sockets: TLS 1.3 and cleartext, at once and in pieces."""
import collections
import os
import socket
import ssl
import subprocess
import unittest

from support import http2_frames as http2, server
from support.certificates import Authority
from support.ports import free_port

PIECES_MAX = 400

Case = collections.namedtuple("Case", "group what outcome errors bytes")
Told = collections.namedtuple("Told", "goaway resets answers pings")


def cases():
    said = subprocess.run([os.environ["BERTH_HTTP2_VECTORS"]], capture_output=True, text=True, check=True).stdout
    for line in said.splitlines():
        group, what, outcome, errors, data = line.split("\t")
        yield Case(group, what, outcome, [int(error) for error in errors.split()], bytes.fromhex(data))


def error_of(frame, at):
    return int.from_bytes(frame.payload[at:at + 4], "big")


class Http2Conformance(server.BerthTest):
    def setUp(self):
        super().setUp()
        cert, key = Authority(self.folder).issue("own", "localhost")
        self.plain, self.secure = free_port(), free_port()
        self.server = self.serve(f"""
site: both
listen: [http://127.0.0.1:{self.plain}, https://127.0.0.1:{self.secure}]
tls: {{ cert: {cert}, key: {key} }}
redirect_to_https: false
h2c: true
routes:
  - path: /hold
    faulty: {{}}
  - path: /*
    hello: {{ message: hello }}
""", port=self.plain)

    def connect(self, secure):
        plain = socket.create_connection(("127.0.0.1", self.secure if secure else self.plain), 20)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not secure:
            return plain
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols(["h2"])
        return context.wrap_socket(plain)

    def play(self, secure, data, piece):
        """What the server says until it closes, or answers a last PING."""
        with http2.Client(connected=self.connect(secure)) as client:
            try:
                for at in range(0, len(data), piece):
                    client.send_bytes(data[at:at + piece])
                client.send(http2.PING, b"are you?")
            except (ConnectionError, ssl.SSLError):
                pass  # it ended before all of it was sent
            told = Told([], {}, collections.defaultdict(bytes), [])
            for frame in client.frames():
                if frame.kind == http2.GOAWAY:
                    told.goaway.append(error_of(frame, 4))
                elif frame.kind == http2.RST_STREAM:
                    told.resets[frame.stream] = error_of(frame, 0)
                elif frame.kind == http2.DATA:
                    told.answers[frame.stream] += frame.payload
                elif frame.kind == http2.PING and frame.flags & http2.ACK:
                    told.pings.append(frame.payload)
                    if frame.payload == b"are you?":
                        break
            return told

    def judge(self, case, told):
        alive = told.pings[-1:] == [b"are you?"]
        if case.outcome == "connection" or (case.outcome == "stream" and not alive):
            self.assertFalse(alive, "goes on")
            self.assertIn(told.goaway[-1], case.errors)
            return
        self.assertTrue(alive, told)
        if case.outcome == "stream":
            self.assertIn(told.resets.get(1), case.errors)
        if case.outcome == "answered":
            self.assertEqual(told.answers[1], b"hello")

    def try_all(self, secure, piece_of):
        tried = 0
        for case in cases():
            with self.subTest(case.group, what=case.what):
                self.judge(case, self.play(secure, case.bytes, piece_of(case.bytes)))
                tried += 1
        self.assertGreater(tried, 100)
        self.assertEqual(len(self.server.workers()), 1)

    def test_without_tls_at_once(self):
        self.try_all(False, lambda data: len(data) or 1)

    def test_without_tls_in_pieces(self):
        self.try_all(False, lambda data: max(1, len(data) // PIECES_MAX))

    def test_over_tls_at_once(self):
        self.try_all(True, lambda data: len(data) or 1)

    def test_over_tls_in_pieces(self):
        self.try_all(True, lambda data: max(1, len(data) // PIECES_MAX))


if __name__ == "__main__":
    unittest.main()
