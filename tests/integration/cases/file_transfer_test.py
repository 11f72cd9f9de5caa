"""Whole files over every protocol, to fast and slow readers. A lost wake-up would stop these for ever."""
import os
import shutil
import subprocess
import tempfile
import time
import unittest

from support import http, http2, server
from support.certificates import Authority
from support.ports import free_port
from support.tls import context

MIB = 1 << 20
SIZE = 64 * MIB if server.SLOW_BUILD else 1024 * MIB
SLOW_PART = 2 * MIB if server.SLOW_BUILD else 8 * MIB
GROWTH_MAX = 12 * MIB  # of a worker: buffers that it keeps, whatever the size of the file
SECONDS = 60


def proportional_set(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as sizes:
        return next(int(line.split()[1]) for line in sizes if line.startswith("Pss:")) * 1024


class Http1Reader:
    """A part of /big, as its bytes come."""

    def __init__(self, address, start, size, tls=None, **named):
        self.client = http.Client(address, timeout=SECONDS, tls=tls, **named)
        self.client.send(f"GET /big HTTP/1.1\r\nHost: a\r\nRange: bytes={start}-{start + size - 1}\r\n\r\n")
        self.at, self.left = start, size
        self.client.read_size = 2048 if named else 65536
        head = self.client.head()
        assert (head.status, head.field("content-length")) == (206, str(size)), head

    def read(self):
        if not self.client.buffer:
            self.client.more()
        piece, self.client.buffer = self.client.buffer, b""
        return piece

    def close(self):
        self.client.close()


class Http2Reader:
    """The same over HTTP/2, with windows of 64 KiB that open as bytes come."""

    def __init__(self, address, start, size, tls=None, **named):
        self.client = http2.Client(address, timeout=SECONDS, tls=tls, **named)
        self.client.read_size = 2048 if named else 65536
        self.client.request(1, [(":method", "GET"), (":scheme", "http"), (":path", "/big"), (":authority", "a"),
                                ("range", f"bytes={start}-{start + size - 1}")], http2.END_STREAM)
        self.at, self.left = start, size
        while self.client.hear()[0] != http2.HEADERS:
            pass

    def read(self):
        kind, _, _, piece = self.client.hear()
        assert kind == http2.DATA, kind
        self.client.send(http2.window_update(0, len(piece)) + http2.window_update(1, len(piece)))
        return piece

    def close(self):
        self.client.close()


class FileTransfer(server.BerthTest):
    @classmethod
    def setUpClass(cls):
        """Mostly holes, so that it costs little."""
        cls.root = tempfile.mkdtemp(prefix="berth-test-")
        os.chmod(cls.root, 0o755)
        cls.addClassCleanup(shutil.rmtree, cls.root)
        cls.big = os.path.join(cls.root, "big")
        with open(cls.big, "wb") as file:
            file.truncate(SIZE)
            for at in range(0, SIZE - 4 * MIB, 4 * MIB - 12345):
                file.seek(at)
                file.write(os.urandom(70_000))
            os.fsync(file.fileno())

    def setUp(self):
        super().setUp()
        cert, key = Authority(self.folder).issue("own", "localhost")
        self.plain, self.secure = free_port(), free_port()
        self.server = self.serve(f"""
site: files
listen: [http://127.0.0.1:{self.plain}, https://127.0.0.1:{self.secure}]
tls: {{ cert: {cert}, key: {key} }}
redirect_to_https: false
h2c: true
file: {{ root: {self.root} }}
""", port=self.plain)
        self.worker = self.server.workers()[0]
        self.expected = os.open(self.big, os.O_RDONLY)
        self.addCleanup(os.close, self.expected)

    def open(self, kind, start, size, **named):
        made = Http2Reader if "h2" in kind else Http1Reader
        secure = kind.startswith("tls")
        tls = context(alpn=["h2" if "h2" in kind else "http/1.1"]) if secure else None
        return made(("127.0.0.1", self.secure if secure else self.plain), start, size, tls, **named)

    def assert_flat(self, before, most=GROWTH_MAX):
        if not server.SLOW_BUILD:  # AddressSanitizer keeps what is freed
            self.assertLess(proportional_set(self.worker) - before, most)

    def forget_pages(self):
        """As if the file had not been read for a while."""
        os.posix_fadvise(self.expected, 0, 0, os.POSIX_FADV_DONTNEED)

    def fetch(self, scheme, *options):
        port = self.secure if scheme == "https" else self.plain
        before = proportional_set(self.worker)
        command = ["sh", "-c", 'file=$1; shift; curl -sSk "$@" | cmp - "$file"', "sh", self.big, *options,
                   f"{scheme}://127.0.0.1:{port}/big"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as compared:
            end = time.monotonic() + SECONDS
            while compared.poll() is None and time.monotonic() < end:
                self.assert_flat(before)
                time.sleep(0.05)
            compared.kill()
            self.assertEqual((compared.returncode, compared.stderr.read()), (0, ""))
        self.assert_flat(before)

    def test_http1(self):
        self.fetch("http")

    def test_http1_of_what_is_not_in_memory(self):
        self.forget_pages()
        self.fetch("http")

    def test_https(self):
        self.fetch("https", "--http1.1")

    def test_https_of_what_is_not_in_memory(self):
        self.forget_pages()
        self.fetch("https", "--http1.1")

    def test_http2(self):
        self.fetch("http", "--http2-prior-knowledge")

    def test_http2_over_tls(self):
        self.fetch("https", "--http2")

    def compare_in_turn(self, readers):
        """Reads a little from each, so that all the others wait meanwhile."""
        before = proportional_set(self.worker)
        turns = 0
        while readers:
            for reader in list(readers):
                piece = reader.read()
                if piece != os.pread(self.expected, len(piece), reader.at):
                    self.fail(f"wrong bytes at {reader.at}")
                reader.at += len(piece)
                reader.left -= len(piece)
                if reader.left == 0:
                    reader.close()
                    readers.remove(reader)
            turns += 1
            if turns % 100 == 0:
                self.assert_flat(before, 2 * GROWTH_MAX)
        self.assert_flat(before, 2 * GROWTH_MAX)

    def test_slow_readers(self):
        """Their sockets hold little, and they read little at a time."""
        for kind in ("http1", "tls http1", "h2", "tls h2"):
            with self.subTest(kind):
                self.compare_in_turn([self.open(kind, 5, SLOW_PART, receive_buffer=4096)])

    def test_a_hundred_at_once(self):
        self.forget_pages()
        size = SIZE // 512
        readers = [self.open(("http1", "tls http1", "h2", "tls h2")[i % 4], i * (SIZE // 101), size + i)
                   for i in range(100)]
        self.compare_in_turn(readers)


if __name__ == "__main__":
    unittest.main()
