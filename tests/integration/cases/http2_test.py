"""HTTP/2 with clients that others wrote: over TLS, with prior knowledge."""
import re
import shutil
import subprocess
import threading
import unittest

from support import http2_frames as http2, processes, server
from support.certificates import Authority
from support.ports import free_port

BLOB_BYTES = 3 * 1024 * 1024


class Site(server.BerthTest):
    def setUp(self):
        super().setUp()
        cert, key = Authority(self.folder).issue("own", "localhost")
        self.plain, self.secure = free_port(), free_port()
        self.site = f"""
site: both
listen: [http://127.0.0.1:{self.plain}, https://127.0.0.1:{self.secure}]
tls: {{ cert: {cert}, key: {key} }}
redirect_to_https: false
h2c: true
routes:
  - path: /blob
    blob: {{ bytes: 3MiB }}
  - path: /mirror
    mirror: {{}}
  - path: /*
    hello: {{ message: Hello }}
"""
        self.server = self.serve(self.site, port=self.plain)

    def run_peer(self, *command):
        if not shutil.which(command[0]):
            self.skipTest(f"{command[0]} is not installed")
        answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(answer.returncode, 0, answer)
        return answer.stdout


class Http2(Site):
    def curl(self, *options, secure=False, path="/"):
        port, scheme = (self.secure, "https") if secure else (self.plain, "http")
        return self.run_peer("curl", "-sSk", "-D", "-", *options, f"{scheme}://127.0.0.1:{port}{path}")

    def test_curl_over_tls(self):
        said = self.curl("--http2", secure=True)
        self.assertRegex(said, r"^HTTP/2 200")
        self.assertIn("Hello", said)

    def test_curl_with_prior_knowledge(self):
        self.assertRegex(self.curl("--http2-prior-knowledge"), r"^HTTP/2 200")

    def test_curl_gets_no_upgrade(self):
        self.assertRegex(self.curl("--http2"), r"^HTTP/1.1 200")

    def test_http1_on_the_same_ports(self):
        self.assertRegex(self.curl("--http1.1"), r"^HTTP/1.1 200")
        self.assertRegex(self.curl("--http1.1", secure=True), r"^HTTP/1.1 200")

    def test_a_site_without_h2c_refuses_it(self):
        port = free_port()
        self.server.stop()
        self.server = self.serve(f"site: plain\nlisten: http://127.0.0.1:{port}\nhello: {{}}\n", port=port)
        answer = subprocess.run(["curl", "-s", "--http2-prior-knowledge", f"http://127.0.0.1:{port}/"],
                                capture_output=True, timeout=20, check=False)
        self.assertNotEqual(answer.returncode, 0)

    def test_large_answers(self):
        for options in (["--http2-prior-knowledge"], ["--http2"]):
            size = self.run_peer("curl", "-sSk", *options, "-o", "/dev/null", "-w", "%{http_version} %{size_download}",
                                 (f"http://127.0.0.1:{self.plain}" if "prior" in options[0]
                                  else f"https://127.0.0.1:{self.secure}") + "/blob")
            self.assertEqual(size, f"2 {BLOB_BYTES}")

    def test_head_and_large_upload(self):
        self.assertRegex(self.curl("--http2-prior-knowledge", "--head"), r"content-length: \d+")
        body = self.write("body", "x" * 500_000)
        self.assertIn("500000 bytes", self.curl("--http2-prior-knowledge", "--data-binary", f"@{body}", path="/blob"))

    def test_uploads_that_are_answered_early(self):
        """hello looks at no body; what is longer than `limits.body` is refused by its length or as it comes."""
        body = self.write("body", "x" * (40 << 20))
        for secure, version in ((False, "--http2-prior-knowledge"), (True, "--http2")):
            for options, status in ((["-T", self.write("small", "x" * 200_000)], "200"), (["-T", body], "413"),
                                    (["-X", "POST", "-T", "-"], "413")):
                with self.subTest(version, options=options):
                    url = f"https://127.0.0.1:{self.secure}" if secure else f"http://127.0.0.1:{self.plain}"
                    with open(body, "rb") as file:
                        answer = subprocess.run(
                            ["curl", "-sSk", version, "-H", "Expect:", "-o", "/dev/null", "-w", "%{http_version} %{http_code}",
                             *options, url + "/blob" if status == "413" else url], stdin=file, capture_output=True, text=True,
                            timeout=20, check=False)
                    self.assertEqual(answer.stdout, f"2 {status}", answer)

    def test_trailers_of_a_request(self):
        body = self.write("body", "some text")
        said = self.run_peer("nghttp", "-d", body, "--trailer", "checksum: 17", f"http://127.0.0.1:{self.plain}/mirror?trailers")
        self.assertEqual(said, "POST /mirror?trailers some text checksum=17")

    def test_nghttp_with_many_streams(self):
        url = f"http://127.0.0.1:{self.plain}/"
        said = self.run_peer("nghttp", "-s", "-m50", url)
        self.assertEqual(len(re.findall(r" 200 +\d+B? /", said)), 50, said)

    def test_nghttp_with_small_windows(self):
        for scheme, port in (("http", self.plain), ("https", self.secure)):
            said = self.run_peer("nghttp", "-ns", "-w", "10", "-W", "10", f"{scheme}://127.0.0.1:{port}/blob")
            self.assertRegex(said, r" 200 ")

    def test_h2load(self):
        for scheme, port in (("http", self.plain), ("https", self.secure)):
            said = self.run_peer("h2load", "-n5000", "-c5", "-m100", f"{scheme}://127.0.0.1:{port}/")
            self.assertIn("5000 succeeded, 0 failed, 0 errored, 0 timeout", said)


class Reloads(Site):
    """Reloads while clients of HTTP/2 are there."""

    def reload(self):
        self.assertEqual(self.server.command("reload").returncode, 0)

    def test_a_stream_finishes_behind_goaway(self):
        with http2.Client(self.server.address) as client:
            client.get(1, "/blob")
            frames, received = client.frames(), 0
            while received < 65535:  # the windows of a new connection, which stay closed
                frame = next(frames)
                received += len(frame.payload) if frame.kind == http2.DATA else 0
            self.reload()
            notice = next(frame for frame in frames if frame.kind == http2.GOAWAY)
            self.assertEqual(notice.payload[:8], b"\x7f\xff\xff\xff\0\0\0\0", "the first notice refuses nothing")
            client.get(3, "/")  # crossed the notice on its way
            client.open_window(1, BLOB_BYTES)
            rest = list(frames)
        ended = [frame.stream for frame in rest if frame.kind in (http2.DATA, http2.HEADERS)
                 and frame.flags & http2.END_STREAM]
        self.assertEqual(sorted(ended), [1, 3])
        received += sum(len(frame.payload) for frame in rest if frame.kind == http2.DATA and frame.stream == 1)
        self.assertEqual(received, BLOB_BYTES)
        self.assertEqual([frame.payload[:8] for frame in rest if frame.kind == http2.GOAWAY], [b"\0\0\0\3\0\0\0\0"])

    def test_20_reloads_under_load_cut_no_request(self):
        ending, counts, failures = threading.Event(), [], []

        def ask(url):
            while not ending.is_set():
                answer = subprocess.run(["nghttp", "-nsm", "50", url], capture_output=True, text=True, timeout=120,
                                        check=False)
                good = len(re.findall(r" 200 +\d", answer.stdout))
                counts.append(good)
                # Its connection was told to go before the first request was sent: nothing is lost.
                unsent = "total=50, processed=0" in answer.stderr
                if answer.returncode != 0 or (good != 50 and not unsent):
                    failures.append((url, good, answer))

        self.run_peer("nghttp", "--version")
        urls = [f"http://127.0.0.1:{self.plain}/", f"https://127.0.0.1:{self.secure}/"] * 2
        threads = [threading.Thread(target=ask, args=[url]) for url in urls]
        for thread in threads:
            thread.start()
        try:
            for number in range(1, 21):
                self.reload()
                # Every reload meets requests.
                processes.wait_until(lambda least=4 * number: len(counts) + len(failures) >= least, 60, "answers")
        finally:
            ending.set()
            for thread in threads:
                thread.join()
        self.assertEqual(failures, [])
        self.assertGreaterEqual(len(counts), 80)


if __name__ == "__main__":
    unittest.main()
