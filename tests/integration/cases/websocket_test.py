"""WebSocket: with clients that others wrote, in clear and over TLS, and what they would never send."""
import os
import subprocess
import threading
import unittest

from support import http, processes, server, websocket
from support.certificates import Authority
from support.ports import free_port
from support.websocket import BINARY, CLOSE, PING, PONG, TEXT

SUPPORT = os.path.join(os.path.dirname(__file__), "..", "support")
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
access_log: {{ format: common, to: {self.folder}/access.log }}
routes:
  - path: /ws
    echo_ws: {{}}
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
        self.run_peer(SYSTEM_PYTHON, peer, f"ws://localhost:{self.plain}/ws")
        self.run_peer(SYSTEM_PYTHON, peer, f"wss://localhost:{self.secure}/ws", self.authority.cert)

    def test_many_messages_of_one_write(self):
        client = self.open()
        client.send(b"".join(client.frame(TEXT, str(i).encode()) for i in range(1000)))
        self.assertEqual([client.hear() for _ in range(1000)], [(TEXT, str(i).encode()) for i in range(1000)])

    def test_a_message_between_two_pings(self):
        client = self.open()
        client.send(client.frame(PING, b"1") + client.frame(BINARY, b"x" * 70_000) + client.frame(PING, b"2"))
        self.assertEqual([client.hear() for _ in range(3)], [(PONG, b"1"), (BINARY, b"x" * 70_000), (PONG, b"2")])

    def test_unmasked(self):
        client = self.open()
        client.send(b"\x81\x02hi")
        self.assertEqual(client.hear(), (CLOSE, b"\x03\xea"))
        self.assertTrue(client.is_closed())

    def test_a_client_that_reads_late_gets_everything(self):
        client = self.open()
        message = os.urandom(256 * 1024)
        frame = client.frame(BINARY, message)
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
