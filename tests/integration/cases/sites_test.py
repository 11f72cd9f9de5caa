"""Several sites on one port by host name, on several ports, with routes, filters and access lists."""
import os
import socket
import unittest

from support import http, server
from support.certificates import Authority
from support.ports import free_port
from support.tls import context


class Sites(server.BerthTest):
    def test_by_host_name(self):
        port = free_port()
        started = self.serve(
            f"site: one\nlisten: http://127.0.0.1:{port}\nhosts: [one.test]\nhello: {{ message: first }}\n",
            f"site: two\nlisten: http://127.0.0.1:{port}\nhosts: [two.test]\nhello: {{ message: second }}\n",
            f"site: wild\nlisten: http://127.0.0.1:{port}\nhosts: ['*.wild.test']\nhello: {{ message: wild }}\n",
            f"site: rest\nlisten: http://127.0.0.1:{port}\nhello: {{ message: default }}\n", port=port)
        for host, message in (("one.test", b"first"), ("ONE.test", b"first"), (f"one.test:{port}", b"first"),
                              ("two.test", b"second"), ("a.wild.test", b"wild"), ("wild.test", b"default"),
                              ("a.b.wild.test", b"default"), ("other", b"default")):
            with self.subTest(host):
                self.assertEqual(http.get(started.address, host=host).body.strip(), message)

    def test_unknown_host_without_default(self):
        port = free_port()
        started = self.serve(
            f"site: one\nlisten: http://127.0.0.1:{port}\nhosts: [one.test]\nhello: {{}}\n", port=port)
        self.assertEqual(http.get(started.address, host="other.test").status, 421)

    def test_several_ports(self):
        first, second = free_port(), free_port()
        self.serve(f"site: one\nlisten: [http://127.0.0.1:{first}, http://127.0.0.1:{second}]\nhello: {{}}\n",
                   f"site: six\nlisten: 'http://[::1]:{first}'\nhello: {{ message: six }}\n", port=first)
        for address, message in ((("127.0.0.1", first), b"Hello World"), (("127.0.0.1", second), b"Hello World"),
                                 (("::1", first), b"six")):
            self.assertEqual(http.get(address).body.strip(), message)

    def test_unix_listener(self):
        path = os.path.join(self.folder, "site.sock")
        self.serve(f"site: local\nlisten: http://unix:{path}\nhello: {{}}\n", port=0, address=path)
        self.assertEqual(http.get(path).body.strip(), b"Hello World")

    def test_dual_stack(self):
        port = free_port()
        self.serve(f"site: all\nlisten: http://:{port}\nhello: {{}}\n", port=port)
        for address in (("127.0.0.1", port), ("::1", port)):
            self.assertEqual(http.get(address).body.strip(), b"Hello World")

    def test_routes(self):
        port = free_port()
        started = self.serve(f"""
site: routed
listen: http://127.0.0.1:{port}
routes:
  - path: /exact
    hello: {{ message: exact }}
  - path: /below/*
    hello: {{ message: below }}
  - path: /read
    methods: [GET]
    hello: {{ message: read }}
""", port=port)
        for path, status, message in (("/exact", 200, b"exact"), ("/below/", 200, b"below"),
                                      ("/below/a/b", 200, b"below"), ("/%65xact", 200, b"exact"),
                                      ("/x/../exact", 200, b"exact"), ("/read", 200, b"read"), ("/other", 404, None)):
            with self.subTest(path):
                answer = http.get(started.address, path)
                self.assertEqual(answer.status, status)
                if message:
                    self.assertEqual(answer.body.strip(), message)
        refused = http.get(started.address, "/read", method="DELETE")
        self.assertEqual(refused.status, 405)
        self.assertIn("GET", refused.field("allow"))

    def test_headers_filter(self):
        port = free_port()
        started = self.serve(f"""
site: filtered
listen: http://127.0.0.1:{port}
filters:
  - headers: {{ set: {{ X-Frame-Options: DENY }} }}
hello: {{}}
""", port=port)
        self.assertEqual(http.get(started.address).field("x-frame-options"), "DENY")

    def test_check_says_what_plugins_refuse(self):
        head = "site: a\nlisten: http://127.0.0.1:1\n"
        for settings, place, said in (
                ("redirect: { to: 'https://{host' }", "3:17", "brace"),
                ("hello: {}\nfilters:\n  - rewrite: { match: x, to: 'https://other' }", "5:30", "needs a `status`"),
                ("hello: {}\nfilters:\n  - cors: { origins: ['*'], credentials: true }", "5:23", "name the origins"),
                ("hello: {}\nfilters:\n  - headers: { set: { Date: today } }", "5:29", "belongs to the server"),
                ("hello: {}\nconnection_filters:\n  - blacklist: { deny: [10.0.0.0/99] }", "5:25", "10.0.0.0/99' has a length"),
                ("", "1:1", "add `routes`")):
            with self.subTest(settings):
                answer = server.run("check", self.write("site.yaml", head + settings + "\n"))
                self.assertEqual(answer.returncode, 3, answer)
                self.assertIn(f"site.yaml:{place}: ", answer.stderr)
                self.assertIn(said, answer.stderr)

    def test_check_names_what_would_do(self):
        site = self.write("site.yaml", "site: a\nlisten: http://127.0.0.1:1\nroutes:\n  - path: /\n")
        said = server.run("check", site).stderr
        self.assertIn("redirect", said)
        self.assertNotIn("rewrite", said, "which is a filter")

    def test_a_second_server_is_told_what_to_do(self):
        port = free_port()
        self.serve(f"site: one\nlisten: http://127.0.0.1:{port}\nhello: {{}}\n", port=port)
        answer = server.run("run", os.path.join(self.folder, "berth.yaml"))
        self.assertEqual(answer.returncode, 5, answer)
        self.assertIn("another process listens there\n   = another Berth is there? berth status tells", answer.stderr)

    def test_disabled_site(self):
        port, off = free_port(), free_port()
        self.serve(f"site: shown\nlisten: http://127.0.0.1:{port}\nhello: {{}}\n",
                   f"site: hidden\nenabled: false\nlisten: http://127.0.0.1:{off}\nhello: {{}}\n", port=port)
        with self.assertRaises(ConnectionRefusedError):
            http.Client(("127.0.0.1", off))

    def test_http_and_https_with_redirect(self):
        plain, secure = free_port(), free_port()
        authority = Authority(self.folder)
        cert, key = authority.issue("own", "localhost")
        started = self.serve(f"""
site: both
listen: [https://127.0.0.1:{secure}, http://127.0.0.1:{plain}]
tls: {{ cert: {cert}, key: {key} }}
hello: {{}}
""", port=plain)
        answer = http.get(started.address, "/a?b=c")
        self.assertIn(answer.status, (301, 308))
        self.assertEqual(answer.field("location"), f"https://localhost:{secure}/a?b=c")
        with http.Client(("127.0.0.1", secure), tls=context(authority), server_name="localhost") as client:
            self.assertEqual(client.get().body.strip(), b"Hello World")


class AccessLists(server.BerthTest):
    def serve_with(self, lines):
        port = free_port()
        return self.serve(f"site: guarded\nlisten: http://127.0.0.1:{port}\n{lines}\nhello: {{}}\n", port=port)

    def refuses(self, address, source=None):
        with socket.socket() as client:
            client.settimeout(10)
            if source:
                client.bind((source, 0))
            try:
                client.connect(address)
                client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                return client.recv(1) == b""
            except ConnectionError:
                return True

    def test_deny(self):
        started = self.serve_with("limits: { deny: [127.0.0.2/32] }")
        self.assertFalse(self.refuses(started.address))
        self.assertTrue(self.refuses(started.address, "127.0.0.2"))

    def test_allow(self):
        started = self.serve_with("limits: { allow: [127.0.0.2/31] }")
        self.assertTrue(self.refuses(started.address))
        self.assertFalse(self.refuses(started.address, "127.0.0.3"))


if __name__ == "__main__":
    unittest.main()
