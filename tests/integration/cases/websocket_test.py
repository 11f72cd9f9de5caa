"""WebSocket: with clients that others wrote, in clear and over TLS, and what they would never send."""
import os
import shutil
import subprocess
import threading
import unittest

from support import http, http2, processes, server, tls, websocket
from support.certificates import Authority
from support.ports import free_port
from support.websocket import BINARY, CLOSE, PING, PONG, TEXT

SUPPORT = os.path.join(os.path.dirname(__file__), "..", "support")
NODE_MODULES = os.path.join(os.path.dirname(__file__), "..", "node", "node_modules")
STATUS_200 = b"\x88"  # RFC 7541 A, entry 8
SYSTEM_PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's libraries


class WebSocket(server.BerthTest):
    def setUp(self):
        super().setUp()
        self.clients = []
        self.authority = Authority(self.folder)
        cert, key = self.authority.issue("own", "localhost")
        self.plain, self.secure = free_port(), free_port()
        self.server = self.serve(f"""
site: both
listen: [http://127.0.0.1:{self.plain}, https://127.0.0.1:{self.secure}]
tls: {{ cert: {cert}, key: {key} }}
redirect_to_https: false
h2c: true
access_log: {{ format: common, to: {self.folder}/access.log }}
routes:
  - path: /ws
    echo_ws: {{}}
  - path: /compressed
    echo_ws: {{ compression: true }}
  - path: /*
    hello: {{ message: Hello }}
""", port=self.plain, workers=2, machine="reload: { drain: 4s }\n")

    def tearDown(self):
        for client in self.clients:  # before the server ends, which waits for them
            client.close()
        super().tearDown()

    def open(self):
        client = websocket.Client(("127.0.0.1", self.plain))
        self.clients.append(client)
        self.assertEqual(client.handshake().status, 101)
        return client

    def run_peer(self, *command):
        answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(answer.returncode, 0, answer.stderr)

    def test_websockets_of_python(self):
        if subprocess.run([SYSTEM_PYTHON, "-c", "import websockets"], check=False, capture_output=True).returncode:
            self.skipTest("python3-websockets is not installed")
        peer = os.path.join(SUPPORT, "websockets_peer.py")
        for path in ("ws", "compressed"):
            self.run_peer(SYSTEM_PYTHON, peer, f"ws://localhost:{self.plain}/{path}")
            self.run_peer(SYSTEM_PYTHON, peer, f"wss://localhost:{self.secure}/{path}", self.authority.cert)

    def test_ws_of_node(self):
        modules = os.environ.get("BERTH_TEST_NODE_MODULES", NODE_MODULES)
        if not shutil.which("node") or not os.path.isdir(os.path.join(modules, "ws")):
            self.skipTest("node or its package ws is not installed: npm ci in tests/integration/node")
        peer = os.path.join(SUPPORT, "ws_peer.js")
        for path in ("ws", "compressed"):
            self.run_peer("node", peer, modules, f"ws://localhost:{self.plain}/{path}")
            self.run_peer("node", peer, modules, f"wss://localhost:{self.secure}/{path}", self.authority.cert)

    def open_http2(self, secure=False):
        address = ("127.0.0.1", self.secure if secure else self.plain)
        named = {"tls": tls.context(self.authority, alpn=["h2"]), "server_name": "localhost"} if secure else {}
        client = http2.Client(address, **named)
        self.clients.append(client)
        self.assertEqual(client.settings.get(http2.ENABLE_CONNECT_PROTOCOL), 1)
        return client

    def hear_data(self, client, size, opens_window=False):
        """So many bytes of DATA of stream 1, whatever their frames are."""
        pieces, heard = [], 0
        while heard < size:
            kind, _, stream, payload = client.hear()
            if kind == http2.DATA:
                self.assertEqual(stream, 1)
                pieces.append(payload)
                heard += len(payload)
                if opens_window and payload:
                    client.send(http2.window_update(0, len(payload)) + http2.window_update(1, len(payload)))
            elif kind != http2.SETTINGS:
                self.fail((kind, stream, payload))
        return b"".join(pieces)

    def tunnel(self, secure=False):
        """A WebSocket on stream 1."""
        client = self.open_http2(secure)
        client.connect(1, "websocket", "/ws")
        kind, flags, stream, block = client.hear()
        while kind == http2.SETTINGS:
            kind, flags, stream, block = client.hear()
        self.assertEqual((kind, flags & http2.END_STREAM, stream, block[:1]), (http2.HEADERS, 0, 1, STATUS_200))
        return client

    def test_over_http2(self):
        for secure in (False, True):
            with self.subTest(secure=secure):
                client = self.tunnel(secure)
                text = websocket.frame(TEXT, b"hello")
                client.send(http2.frame(http2.DATA, 0, 1, text[:3]) + http2.frame(http2.DATA, 0, 1, text[3:]))
                self.assertEqual(self.hear_data(client, 7), b"\x81\x05hello")
                client.send(http2.frame(http2.DATA, 0, 1, websocket.frame(CLOSE, b"\x03\xe8")))
                self.assertEqual(self.hear_data(client, 4), b"\x88\x02\x03\xe8")

    def test_the_window_of_http2(self):
        """1 MiB through windows of 64 KiB, both ways."""
        client = self.tunnel()
        message = os.urandom(1024 * 1024)
        bytes_ = websocket.frame(BINARY, message)
        sender = threading.Thread(target=self.send_in_windows, args=(client, bytes_))
        sender.start()
        self.assertEqual(self.hear_data(client, len(message) + 10, opens_window=True)[10:], message)
        sender.join()

    def send_in_windows(self, client, data):
        for at in range(0, len(data), 16384):
            client.spend(min(16384, len(data) - at))
            client.send(http2.frame(http2.DATA, 0, 1, data[at:at + 16384]))

    def test_many_messages_of_one_write(self):
        client = self.open()
        client.send(b"".join(websocket.frame(TEXT, str(i).encode()) for i in range(1000)))
        self.assertEqual([client.hear() for _ in range(1000)], [(TEXT, str(i).encode()) for i in range(1000)])

    def test_a_message_between_two_pings(self):
        client = self.open()
        client.send(websocket.frame(PING, b"1") + websocket.frame(BINARY, b"x" * 70_000) + websocket.frame(PING, b"2"))
        self.assertEqual([client.hear() for _ in range(3)], [(PONG, b"1"), (BINARY, b"x" * 70_000), (PONG, b"2")])

    def test_unmasked(self):
        client = self.open()
        client.send(b"\x81\x02hi")
        self.assertEqual(client.hear(), (CLOSE, b"\x03\xea"))
        self.assertTrue(client.is_closed())

    def test_a_client_that_reads_late_gets_everything(self):
        client = self.open()
        message = os.urandom(256 * 1024)
        frame = websocket.frame(BINARY, message)
        sender = threading.Thread(target=lambda: [client.send(frame) for _ in range(40)])
        sender.start()
        for _ in range(40):
            self.assertEqual(client.hear(), (BINARY, message))
        sender.join()

    def test_other_requests_on_the_same_site(self):
        self.assertEqual(http.get(self.server.address).status, 200)
        answer = http.get(self.server.address, "/ws")
        self.assertEqual((answer.status, answer.field("Sec-WebSocket-Version")), (426, "13"))

    def test_lives_through_a_reload_until_its_drain_ends(self):
        client = self.open()
        self.assertEqual(self.server.command("reload").returncode, 0)
        client.say(TEXT, b"still here")
        self.assertEqual(client.hear(), (TEXT, b"still here"))
        self.assertEqual(client.hear(), (CLOSE, b"\x03\xe9"))
        client.say(CLOSE, b"\x03\xe9")
        self.assertTrue(client.is_closed())

    def test_is_logged_when_it_ends(self):
        client = self.open()
        client.say(TEXT, b"hello")
        self.assertEqual(client.hear(), (TEXT, b"hello"))
        client.say(CLOSE, b"\x03\xe8")
        self.assertEqual(client.hear(), (CLOSE, b"\x03\xe8"))
        path = os.path.join(self.folder, "access.log")

        def line():
            with open(path, encoding="utf-8") as log:
                return '"GET /ws HTTP/1.1" 101 11' in log.read()
        processes.wait_until(line, what="the line of the log")


if __name__ == "__main__":
    unittest.main()
