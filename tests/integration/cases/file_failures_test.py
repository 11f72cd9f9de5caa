"""Files that fail while they are sent: nobody takes a part of one for all of it, and nobody else suffers."""
import os
import struct
import unittest

from cases.file_answers_test import FileAnswers
from support import http, http2, processes
from support.tls import context

MIB = 1 << 20
SIZE = 16 * MIB
INTERNAL_ERROR = 2  # RFC 9113 7
WINDOW = 65535  # RFC 9113 6.9.2


class FileFailures(FileAnswers):
    def setUp(self):
        super().setUp()
        for name in ("big", "good"):
            self.put(name, b"x" * SIZE)
        self.started = self.start(f"file: {{ root: {self.root} }}\n")

    def open(self, made, secure, protocol):
        address = ("127.0.0.1", self.ports["https" if secure else "http"])
        return made(address, tls=context(alpn=[protocol]) if secure else None, receive_buffer=4096)

    def shrink(self):
        os.truncate(os.path.join(self.root, "big"), 1000)

    def assert_told_once(self):
        line = "file: /big: unreadable or shorter than it was, while it was sent"
        processes.wait_until(lambda: line in self.started.log(), what="the line")
        self.assertEqual(self.started.log().count("/big"), 1)

    def check_http1(self, secure):
        with self.open(http.Client, secure, "http/1.1") as client:
            client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertEqual(client.head().field("content-length"), str(SIZE))
            client.take(MIB)
            self.shrink()
            self.assertLess(len(client.rest()), SIZE - MIB)
        self.assert_told_once()

    def test_http1(self):
        self.check_http1(False)

    def test_http1_over_tls(self):
        self.check_http1(True)

    def check_http2(self, secure):
        """RFC 9113 5.4.2: the stream ends, not the connection."""
        with self.open(http2.Client, secure, "h2") as client:
            client.send(http2.window_update(0, 1 << 30))
            for stream, path in ((1, "/big"), (3, "/good")):
                client.request(stream, [(":method", "GET"), (":scheme", "http"), (":path", path), (":authority", "a")],
                               http2.END_STREAM)
            got, allowed, ends = {1: 0, 3: 0}, {1: WINDOW, 3: WINDOW}, {}
            while len(ends) < 2:
                kind, flags, stream, payload = client.hear()
                if kind == http2.RST_STREAM:
                    ends[stream] = struct.unpack(">I", payload)
                elif kind != http2.SETTINGS and flags & http2.END_STREAM:
                    ends[stream] = "whole"
                if kind == http2.DATA:
                    got[stream] += len(payload)
                    if got[stream] == allowed[stream]:  # it rests, so that nothing is read while the file shrinks
                        if stream == 1 and got[1] >= MIB:
                            self.shrink()
                        client.send(http2.window_update(stream, WINDOW))
                        allowed[stream] += WINDOW
            self.assertEqual(ends, {1: (INTERNAL_ERROR,), 3: "whole"})
            self.assertEqual((got[1] < SIZE, got[3]), (True, SIZE))
        self.assert_told_once()

    def test_h2c(self):
        self.check_http2(False)

    def test_http2_over_tls(self):
        self.check_http2(True)


if __name__ == "__main__":
    unittest.main()
