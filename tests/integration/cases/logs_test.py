"""Access logs: their formats, and that rotation loses no line."""
import json
import os
import re
import signal
import subprocess
import unittest

from support import http, processes, server
from support.load import Load
from support.ports import free_port

COMMON = r'127\.0\.0\.1 - - \[\d{2}/\w{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}\] "GET /a\?b=c HTTP/1\.1" 200 \d+'


class AccessLog(server.BerthTest):
    LARGE = 64 << 20  # bytes: no socket takes so much at once

    def start(self, log_format):
        port = free_port()
        self.path = os.path.join(self.folder, "access.log")
        return self.serve(f"site: hello\nlisten: http://127.0.0.1:{port}\nhello: {{}}\n"
                          f"access_log: {{ format: {log_format}, to: {self.path} }}\n", port=port)

    def lines(self, path=None):
        try:
            with open(path or self.path, encoding="utf-8") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []

    def first_line(self, log_format, fields=()):
        started = self.start(log_format)
        http.get(started.address, "/a?b=c", fields=fields)
        return processes.wait_until(self.lines, what="a line")[0]

    def test_common(self):
        self.assertRegex(self.first_line("common"), f"^{COMMON}$")

    def test_combined(self):
        line = self.first_line("combined", ["Referer: http://from.test/", 'User-Agent: me "quoted"'])
        self.assertRegex(line, f'^{COMMON} "http://from.test/" "me ')
        self.assertNotIn('"quoted"', line, "quotes of the client are escaped")

    def test_json(self):
        line = json.loads(self.first_line("json"))
        self.assertIn(200, line.values())

    def test_line_of_ones_own(self):
        line = self.first_line("'{client} \"{user_agent}\" {status} {header.x-id} {{{bytes}}}'", ["User-Agent: a\"b", "X-Id: 17"])
        self.assertRegex(line, r'^127\.0\.0\.1 "a\\x22b" 200 17 \{\d+\}$')

    def complaint(self, access_log):
        """What `berth check` says of a site with that access_log, in its line 4."""
        site = self.write("site.yaml", "site: hello\nlisten: http://127.0.0.1:8080\nhello: {}\n"
                          f"access_log: {access_log}\n")
        answer = server.run("check", site)
        self.assertNotEqual(answer.returncode, 0, answer)
        return answer.stderr

    def test_a_mistake_in_a_line_is_shown_at_its_place(self):
        said = self.complaint("{ format: '{clinet}' }")
        self.assertIn("site.yaml:4:23", said)
        self.assertIn("no '{clinet}' can be logged", said)
        self.assertIn("^^^", said)

    def test_a_file_that_depends_on_the_folder_is_refused(self):
        said = self.complaint("{ to: access.log }")
        self.assertIn("site.yaml:4:19", said)
        self.assertIn("from the root", said)

    def test_trace(self):
        port = free_port()
        self.path = os.path.join(self.folder, "access.log")
        started = self.serve(f"site: hello\nlisten: http://127.0.0.1:{port}\ntrace: true\nhello: {{}}\n"
                             f"access_log: {{ format: json, to: {self.path} }}\n", port=port)
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        for fields in ([f"traceparent: 00-{trace}-00f067aa0ba902b7-01"], [], []):
            http.get(started.address, fields=fields)
        lines = processes.wait_until(lambda: len(self.lines()) == 3 and self.lines(), what="three lines")
        traces = [json.loads(line)["trace_id"] for line in lines]
        self.assertEqual(traces[0], trace)
        self.assertRegex(traces[1], "^[0-9a-f]{32}$")
        self.assertEqual(len(set(traces)), 3)

    def start_with_a_large_file(self):
        port, root = free_port(), os.path.join(self.folder, "root")
        self.path = os.path.join(self.folder, "access.log")
        os.mkdir(root)
        with open(os.path.join(root, "large"), "wb") as file:
            file.truncate(self.LARGE)
        return self.serve(f"site: files\nlisten: http://127.0.0.1:{port}\nh2c: true\nfile: {{ root: {root} }}\n"
                          f"access_log: {{ format: '{{status}} {{bytes}}', to: {self.path} }}\n", port=port)

    def test_of_a_transfer_that_is_cut_tells_what_was_sent(self):
        started = self.start_with_a_large_file()
        with http.Client(started.address, receive_buffer=65536) as client:
            client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
            client.socket.recv(1000)
            self.assertEqual(self.lines(), [], "not before it is sent")
        line = processes.wait_until(self.lines, what="a line")[0]
        self.assertRegex(line, r"^200 \d+$")
        self.assertLess(int(line.split()[1]), self.LARGE)

    def test_of_a_whole_transfer_comes_at_its_end(self):
        started = self.start_with_a_large_file()
        for arguments in ([], ["--http2-prior-knowledge"]):
            url = f"http://127.0.0.1:{started.address[1]}/large"
            subprocess.run(["curl", "-sSf", *arguments, "-o", "/dev/null", url], check=True, timeout=60)
        lines = processes.wait_until(lambda: len(self.lines()) == 2 and self.lines(), what="two lines")
        self.assertEqual(lines, [f"200 {self.LARGE}"] * 2)

    def test_client_cannot_forge_a_line(self):
        started = self.start("combined")
        with http.Client(started.address) as client:
            client.send(b"GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: \x1b[2J\xff\t\r\nConnection: close\r\n\r\n")
            client.rest()
        for line in self.lines():
            self.assertIsNone(re.search(r"[\x00-\x1f\x7f]", line))

    def test_rotation_loses_nothing(self):
        started = self.start("common")
        old = []
        with Load(started.address, clients=4) as load:
            for number in range(10):
                load.wait_for(100)
                old.append(f"{self.path}.{number}")
                os.rename(self.path, old[-1])
                started.send_signal(signal.SIGUSR1)
                processes.wait_until(lambda: os.path.exists(self.path), what="the log opened again")
        started.stop()
        self.assertEqual(load.hard, [])
        self.assertEqual(sum(len(self.lines(path)) for path in [*old, self.path]), load.done)


if __name__ == "__main__":
    unittest.main()
