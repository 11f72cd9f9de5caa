"""Large bodies both ways. With a poll timeout of -1 a lost wake-up would stop these for ever."""
import time
import unittest

from support import http, server
from support.ports import free_port

GIB = 1 << 30
PERIOD = bytes(range(251))
WINDOW = PERIOD * 8192  # 2 MiB of the pattern


class Transfer(server.BerthTest):
    def setUp(self):
        super().setUp()
        port = free_port()
        self.server = self.serve(f"""
site: blob
listen: http://127.0.0.1:{port}
limits: {{ body: 2GiB }}
routes:
  - path: /big
    blob: {{ bytes: {64 << 20 if server.SLOW_BUILD else GIB}B }}
  - path: /*
    blob: {{ bytes: 64MiB }}
""", port=port)
        self.big = 64 << 20 if server.SLOW_BUILD else GIB

    def download(self, path, size, pause=lambda received: None, receive_buffer=None):
        """Reads and compares every byte; pause(received) runs between reads."""
        with http.Client(self.server.address, timeout=20, receive_buffer=receive_buffer) as client:
            client.send(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")
            head = client.head()
            self.assertEqual((head.status, head.field("content-length")), (200, str(size)))
            received, rest = 0, client.buffer
            view = memoryview(bytearray(1 << 20))
            while received < size:
                if rest:
                    piece, rest = memoryview(rest), b""
                else:
                    piece = view[:client.socket.recv_into(view)]
                    self.assertTrue(piece, f"closed after {received} bytes")
                start = received % 251
                if piece != WINDOW[start:start + len(piece)]:
                    self.fail(f"wrong bytes after {received}")
                received += len(piece)
                pause(received)
            self.assertEqual(received, size)
            client.buffer = b""
            self.assertEqual(client.get("/", method="HEAD").status, 200)

    def test_1_gib_fast(self):
        self.download("/big", self.big)

    def test_1_gib_reader_that_stalls(self):
        """Every stall fills the socket's buffers, so that the server must be woken to go on."""
        stalls = iter(range(0, self.big, self.big // 40))
        due = [next(stalls)]

        def pause(received):
            if due[0] is not None and received >= due[0]:
                due[0] = next(stalls, None)
                time.sleep(0.05)
        self.download("/big", self.big, pause)

    def test_small_receive_window(self):
        self.download("/", 64 << 20, receive_buffer=4096)

    def test_unannounced_length(self):
        with http.Client(self.server.address, timeout=20) as client:
            client.send("GET /?chunked HTTP/1.1\r\nHost: a\r\n\r\n")
            head = client.head()
            self.assertEqual(head.field("transfer-encoding"), "chunked")
            received = 0
            while True:
                size = int(client._until(b"\r\n"), 16)
                if size == 0:
                    break
                piece = client.take(size + 2)
                start = received % 251
                self.assertEqual(piece[:-2], (PERIOD * (size // 251 + 2))[start:start + size])
                received += size
            self.assertEqual(received, 64 << 20)

    def test_upload(self):
        size = 256 << 20
        if server.SLOW_BUILD:
            size = 32 << 20
        with http.Client(self.server.address, timeout=20) as client:
            client.send(f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {size}\r\n\r\n")
            block = bytes(1 << 20)
            for _ in range(size >> 20):
                client.send(block)
            self.assertEqual(client.response().body, f"{size} bytes\n".encode())

    def test_many_at_once(self):
        clients = [http.Client(self.server.address, timeout=20) for _ in range(8)]
        try:
            for client in clients:
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            for client in clients:
                head = client.head()
                left = int(head.field("content-length")) - len(client.buffer)
                while left:
                    piece = client.socket.recv(min(left, 1 << 20))
                    self.assertTrue(piece)
                    left -= len(piece)
        finally:
            for client in clients:
                client.close()

    def test_reader_that_leaves(self):
        for _ in range(20):
            with http.Client(self.server.address) as client:
                client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
                client.head()
        self.assertEqual(http.get(self.server.address, method="HEAD").status, 200)


if __name__ == "__main__":
    unittest.main()
