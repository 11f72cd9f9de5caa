"""Compressed answers, decoded by programs that others wrote: curl (gzip, br), zstd, Python's zlib."""
import re
import shutil
import subprocess
import unittest
import zlib

from support import http, server
from support.ports import free_port
from support.tls import context

BIG = 8 << 20
PATTERN = (bytes(range(251)) * (BIG // 251 + 1))[:BIG]
VERSIONS = ("--http1.1", "--http2-prior-knowledge")
WORDS = "words that repeat, " * 200


class Compress(server.BerthTest):
    def setUp(self):
        super().setUp()
        self.plain, self.secure = free_port(), free_port()
        typed = "headers: { set: { Content-Type: text/plain } }"
        self.server = self.serve(f"""
site: compressed
listen: [http://127.0.0.1:{self.plain}, https://127.0.0.1:{self.secure}]
tls: self-signed
redirect_to_https: false
h2c: true
filters: [compress: {{}}]
routes:
  - path: /big
    filters: [{typed}]
    blob: {{ bytes: 8MiB }}
  - path: /tagged
    filters: [headers: {{ set: {{ ETag: '"v1"', Accept-Ranges: bytes }} }}]
    hello: {{ message: "{WORDS}" }}
  - path: /encoded
    filters: [headers: {{ set: {{ Content-Encoding: aes128gcm }} }}]
    hello: {{ message: "{WORDS}" }}
  - path: /secret
    filters: [headers: {{ set: {{ Cache-Control: "private, no-transform" }} }}]
    hello: {{ message: "{WORDS}" }}
  - path: /short
    hello: {{ message: short }}
  - path: /*
    hello: {{ message: "{WORDS}" }}
""", port=self.plain)

    def curl(self, *options, path="/", secure=False):
        """(head, body) as curl has them."""
        url = f"https://127.0.0.1:{self.secure}{path}" if secure else f"http://127.0.0.1:{self.plain}{path}"
        answer = subprocess.run(["curl", "-sSk", "-D", "-", *options, url], capture_output=True, timeout=120, check=False)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        head, _, body = answer.stdout.partition(b"\r\n\r\n")
        return head.decode().lower(), body

    def field(self, name, coding, path="/"):
        """Of an answer over HTTP/1.1."""
        return http.get(self.server.address, path, fields=[f"Accept-Encoding: {coding}"]).field(name)

    def test_curl_decodes_it(self):
        for version in VERSIONS:
            for coding in ("gzip", "br", "zstd"):
                with self.subTest(version + coding):
                    head, body = self.curl(version, "--compressed", "-H", f"Accept-Encoding: {coding}", path="/big")
                    self.assertIn(f"content-encoding: {coding}", head)
                    self.assertEqual(body, PATTERN)

    def test_curl_over_tls(self):
        for version in ("--http1.1", "--http2"):
            head, body = self.curl(version, "--compressed", path="/big", secure=True)
            self.assertRegex(head, r"content-encoding: (zstd|br|gzip)")
            self.assertEqual(body, PATTERN)

    def test_zstd_program_decodes_it(self):
        if not shutil.which("zstd"):
            self.skipTest("zstd is not installed")
        _, body = self.curl("-H", "Accept-Encoding: zstd", path="/big")
        self.assertLess(len(body), BIG // 20)
        self.assertEqual(subprocess.run(["zstd", "-dc"], input=body, capture_output=True, check=True).stdout, PATTERN)

    def test_a_reader_with_a_small_window_gets_all_of_it(self):
        """Reads little by little from a socket that holds little, so that the server has to wait again and again."""
        for tls in (None, context()):
            address = ("127.0.0.1", self.secure if tls else self.plain)
            with http.Client(address, tls=tls, server_name="localhost", receive_buffer=2048) as client:
                client.send("GET /big HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n")
                head = client.head()
                self.assertEqual(head.field("transfer-encoding"), "chunked")
                decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
                received = b""
                while size := int(client._until(b"\r\n"), 16):
                    received += decoder.decompress(client.take(size + 2)[:-2])
                self.assertTrue(decoder.eof)
                self.assertEqual(received, PATTERN)
                self.assertEqual(client.take(2), b"\r\n")
                client.buffer = b""
                self.assertEqual(client.get("/short").status, 200)

    def test_small_windows_of_http2(self):
        said = subprocess.run(["nghttp", "-w", "12", "-W", "12", "-H", "accept-encoding: gzip",
                               f"http://127.0.0.1:{self.plain}/big"], capture_output=True, timeout=120, check=True).stdout
        self.assertEqual(said, PATTERN)  # nghttp decodes gzip itself

    def test_many_readers_that_leave(self):
        for _ in range(20):
            with http.Client(self.server.address, receive_buffer=2048) as client:
                client.send("GET /big HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n")
                client.head()
        self.assertEqual(self.field("content-encoding", "gzip"), "gzip")

    def test_weights_decide(self):
        for coding, chosen in (("gzip, br, zstd", "zstd"), ("gzip, br;q=0.9, zstd;q=0.1", "gzip"), ("*", "zstd"),
                               ("gzip;q=0", None), ("deflate", None), ("identity, gzip;q=0.5", None),
                               ("br;q=0.001", "br"), ("*;q=0, gzip", "gzip"), ("gzip;q=2", None)):
            with self.subTest(coding):
                self.assertEqual(self.field("content-encoding", coding), chosen)
                self.assertEqual(self.field("vary", coding), "Accept-Encoding")

    def test_what_is_left_alone(self):
        for path, encoding in (("/encoded", "aes128gcm"), ("/secret", None), ("/short", None)):
            with self.subTest(path):
                self.assertEqual(self.field("content-encoding", "gzip", path), encoding)
                self.assertIsNone(self.field("vary", "gzip", path))
        self.assertEqual(self.field("content-encoding", "gzip, identity;q=0", "/short"), "gzip")

    def test_an_entity_tag_is_weak_when_encoded(self):
        self.assertEqual(self.field("etag", "gzip", "/tagged"), 'W/"v1"')
        self.assertIsNone(self.field("accept-ranges", "gzip", "/tagged"))
        self.assertEqual(self.field("etag", "identity", "/tagged"), '"v1"')
        self.assertEqual(self.field("accept-ranges", "identity", "/tagged"), "bytes")

    def test_head_is_the_head_of_get(self):
        for version in VERSIONS:
            with self.subTest(version):
                heads = [self.curl(version, "-H", "Accept-Encoding: gzip", *options, path="/tagged")[0]
                         for options in ([], ["--head"])]
                of_get, of_head = (set(re.sub(r"(?m)^(date|content-length|transfer-encoding):.*\r?\n?", "", head).split("\r\n"))
                                   for head in heads)
                self.assertEqual(of_get - {""}, of_head - {""})


if __name__ == "__main__":
    unittest.main()
