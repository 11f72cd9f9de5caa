"""Programs that others wrote, as clients."""
import re
import shutil
import subprocess
import unittest

from support import server


class Peers(server.BerthTest):
    def setUp(self):
        super().setUp()
        self.server = self.one_shot("hello")
        self.url = f"http://127.0.0.1:{self.server.port}/"

    def run_peer(self, *command):
        if not shutil.which(command[0]):
            self.skipTest(f"{command[0]} is not installed")
        answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(answer.returncode, 0, answer)
        return answer.stdout

    def test_curl(self):
        said = self.run_peer("curl", "-sS", "-D", "-", self.url, self.url)
        self.assertEqual(said.count("HTTP/1.1 200"), 2)
        self.assertEqual(said.count("Hello World"), 2)

    def test_ab(self):
        said = self.run_peer("ab", "-q", "-n", "2000", "-c", "5", "-k", self.url)
        self.assertRegex(said, r"Complete requests:\s+2000\n")
        self.assertRegex(said, r"Failed requests:\s+0\n")
        self.assertRegex(said, r"Keep-Alive requests:\s+2000\n")

    def test_ab_without_keep_alive(self):
        said = self.run_peer("ab", "-q", "-n", "500", "-c", "5", self.url)
        self.assertRegex(said, r"Failed requests:\s+0\n")

    def test_h2load_http_1(self):
        said = self.run_peer("h2load", "-n2000", "-c5", "-m100", "--h1", self.url)
        self.assertIn("2000 succeeded, 0 failed, 0 errored, 0 timeout", said)

    def test_wrk(self):
        said = self.run_peer("wrk", "-t1", "-c20", "-d1s", self.url)
        self.assertNotRegex(said, r"Non-2xx|Socket errors")
        self.assertGreater(int(re.search(r"(\d+) requests in", said).group(1)), 0)


if __name__ == "__main__":
    unittest.main()
