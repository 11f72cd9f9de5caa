"""TLS of the host: names, versions, client certificates, resumption, replaced files."""
import os
import shutil
import socket
import ssl
import subprocess
import unittest

from support import http, processes, server
from support.certificates import Authority, fingerprint
from support.ports import free_port
from support.tls import context, peer_certificate


def s_client(port, *options, request="GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"):
    """What `openssl s_client` says of one request."""
    answer = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-ign_eof", *options],
        input=request, capture_output=True, text=True, timeout=30, check=False)
    return answer.stdout + answer.stderr


class Tls(server.BerthTest):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)
        self.port = free_port()

    def site(self, tls, name="secure", hosts="", message="Hello World"):
        return (f"site: {name}\nlisten: https://127.0.0.1:{self.port}\n{hosts}\n"
                f"tls:\n{tls}\nhello: {{ message: {message} }}\n")

    def own_certificate(self, extra=""):
        cert, key = self.authority.issue("own", "localhost")
        return f"  cert: {cert}\n  key: {key}\n{extra}"

    def start(self, *sites, workers=1):
        return self.serve(*sites, port=self.port, workers=workers)

    def fetch(self, name="localhost", host=None, **options):
        with http.Client(("127.0.0.1", self.port), tls=context(self.authority, **options), server_name=name) as client:
            return client.get(host=host or name)


class Names(Tls):
    def test_site_by_sni(self):
        sites = []
        for name in ("one.test", "two.test", "*.wild.test"):
            cert, key = self.authority.issue(name.replace("*", "any"), name)
            sites.append(self.site(f"  cert: {cert}\n  key: {key}", name.strip("*.").replace(".", "-"),
                                   f"hosts: ['{name}']", name.strip("*.")))
        self.start(*sites)
        for name, message in (("one.test", b"one.test"), ("two.test", b"two.test"), ("a.wild.test", b"wild.test")):
            with self.subTest(name):
                self.assertEqual(self.fetch(name).body.strip(), message)

    def test_curl_resolve(self):
        self.start(self.site(self.own_certificate()))
        answer = subprocess.run(
            ["curl", "-sS", "--cacert", self.authority.cert, "--resolve", f"localhost:{self.port}:127.0.0.1",
             f"https://localhost:{self.port}/"], capture_output=True, text=True, timeout=30, check=True)
        self.assertEqual(answer.stdout.strip(), "Hello World")

    def test_plain_http_on_a_tls_port_is_redirected(self):
        started = self.start(self.site(self.own_certificate()))
        with http.Client(started.address) as client:
            answer = client.get("/a?b", host=f"localhost:{self.port}")
            self.assertEqual((answer.status, answer.body), (308, b""))
            self.assertEqual(answer.field("location"), f"https://localhost:{self.port}/a?b")
        answer = subprocess.run(
            ["curl", "-sSfL", "--cacert", self.authority.cert, f"http://localhost:{self.port}/"],
            capture_output=True, text=True, timeout=30, check=True)
        self.assertEqual(answer.stdout.strip(), "Hello World")


class Versions(Tls):
    def test_1_2_and_1_3(self):
        started = self.start(self.site(self.own_certificate()))
        for maximum, expected in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
            with http.Client(started.address, tls=context(maximum=maximum)) as client:
                self.assertEqual(client.socket.version(), expected)
                self.assertEqual(client.get(host="localhost").status, 200)

    def test_1_1_is_refused(self):
        started = self.start(self.site(self.own_certificate()))
        self.assertNotIn("Hello", s_client(started.port, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"))

    def test_minimum_1_3(self):
        started = self.start(self.site(self.own_certificate('  min_version: "1.3"')))
        with self.assertRaises(ssl.SSLError):
            http.Client(started.address, tls=context(maximum=ssl.TLSVersion.TLSv1_2))
        self.assertEqual(self.fetch().status, 200)

    def test_alpn(self):
        started = self.start(self.site(self.own_certificate()))
        with http.Client(started.address, tls=context(alpn=["http/1.1"])) as client:
            self.assertEqual(client.socket.selected_alpn_protocol(), "http/1.1")
        with self.assertRaises(ssl.SSLError):
            http.Client(started.address, tls=context(alpn=["smtp"]))

    def test_renegotiation_is_refused(self):
        started = self.start(self.site(self.own_certificate()))
        said = s_client(started.port, "-tls1_2", request="R\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.assertNotIn("Hello World", said)

    def test_close_notify_before_the_end(self):
        started = self.start(self.site(self.own_certificate()))
        with http.Client(started.address, tls=context()) as client:
            client.get(host="localhost", fields=["Connection: close"])
            self.assertEqual(client.socket.recv(1), b"", "an end without close_notify would raise")


class ClientCertificates(Tls):
    def start_with(self, extra):
        return self.start(self.site(self.own_certificate(f"  client: {{ ca: {self.authority.cert}, {extra} }}")))

    def refused(self, **options):
        """With TLS 1.3 the refusal arrives after the client's handshake is done."""
        try:
            self.fetch(**options)
        except (ssl.SSLError, http.Closed, ConnectionError):
            return True
        return False

    def test_required(self):
        self.start_with("cert: required")
        self.assertTrue(self.refused())
        self.assertEqual(self.fetch(client=self.authority.issue("user", "user.test")).status, 200)
        stranger = os.path.join(self.folder, "stranger")
        os.mkdir(stranger)
        self.assertTrue(self.refused(client=Authority(stranger, "other").issue("user", "user.test")))

    def test_optional(self):
        self.start_with("cert: optional")
        self.assertEqual(self.fetch().status, 200)
        self.assertEqual(self.fetch(client=self.authority.issue("user", "user.test")).status, 200)

    def test_fingerprint(self):
        good, bad = self.authority.issue("good", "user.test"), self.authority.issue("bad", "user.test")
        self.start_with(f"cert: required, fingerprints: [{fingerprint(good[0])}]")
        self.assertEqual(self.fetch(client=good).status, 200)
        self.assertTrue(self.refused(client=bad))

    def test_host(self):
        good, bad = self.authority.issue("good", "user.test"), self.authority.issue("bad", "other.test")
        self.start_with("cert: required, hosts: [user.test]")
        self.assertEqual(self.fetch(client=good).status, 200)
        self.assertTrue(self.refused(client=bad))

    def test_host_name_of_another_site_does_not_help(self):
        open_cert, open_key = self.authority.issue("open", "open.test")
        shut_cert, shut_key = self.authority.issue("shut", "shut.test")
        self.start(self.site(f"  cert: {open_cert}\n  key: {open_key}", "open", "hosts: [open.test]"),
                   self.site(f"  cert: {shut_cert}\n  key: {shut_key}\n"
                             f"  client: {{ ca: {self.authority.cert}, cert: required }}", "shut", "hosts: [shut.test]", "secret"))
        answer = self.fetch("open.test", host="shut.test")
        self.assertEqual(answer.status, 421)
        self.assertNotIn(b"secret", answer.body)


class Resumption(Tls):
    def resumes(self, session, version="-tls1_3"):
        said = s_client(self.port, version, "-servername", "localhost", "-sess_in", session)
        self.assertIn("Hello World", said)
        return "Reused, TLSv1" in said

    def remember(self, version="-tls1_3"):
        session = os.path.join(self.folder, f"session{version}")
        said = s_client(self.port, version, "-servername", "localhost", "-sess_out", session)
        self.assertIn("Hello World", said)
        return session

    def test_on_every_worker(self):
        started = self.start(self.site(self.own_certificate()), workers=3)
        for version in ("-tls1_2", "-tls1_3"):
            session = self.remember(version)
            for _ in range(10):
                self.assertTrue(self.resumes(session, version), version)
        self.assertEqual(len(started.workers()), 3)

    def test_across_a_reload(self):
        started = self.start(self.site(self.own_certificate()))
        session = self.remember()
        answer = started.command("reload")
        self.assertEqual(answer.returncode, 0, answer)
        self.assertTrue(self.resumes(session))

    def test_after_a_worker_died(self):
        started = self.start(self.site(self.own_certificate()))
        session = self.remember()
        before = started.workers()
        os.kill(before[0], 9)
        processes.wait_until(lambda: started.workers() not in (before, []), what="a new worker")
        self.assertTrue(self.resumes(session))


class ReplacedFiles(Tls):
    def setUp(self):
        super().setUp()
        self.cert, self.key = self.authority.issue("served", "localhost")
        self.started = self.start(self.site(f"  cert: {self.cert}\n  key: {self.key}"))
        self.first = peer_certificate(self.started.address)

    def replace(self, cert, key):
        shutil.copy(cert, self.cert + ".new")
        os.rename(self.cert + ".new", self.cert)
        shutil.copy(key, self.key + ".new")
        os.chmod(self.key + ".new", 0o600)
        os.rename(self.key + ".new", self.key)

    def test_is_served_without_a_reload(self):
        self.replace(*self.authority.issue("next", "localhost"))
        processes.wait_until(lambda: peer_certificate(self.started.address) != self.first, what="the new certificate")
        self.assertEqual(self.fetch().status, 200)

    def test_half_written_pair_keeps_the_old_one(self):
        next_cert, next_key = self.authority.issue("next", "localhost")
        shutil.copy(next_cert, self.cert)
        with http.Client(self.started.address, tls=context()) as client:
            self.assertEqual(client.get(host="localhost").status, 200)
        with open(self.cert, "w", encoding="ascii") as half:
            half.write("-----BEGIN CERTIFICATE-----\nMIIB")
        self.assertEqual(peer_certificate(self.started.address), self.first)
        self.replace(next_cert, next_key)
        processes.wait_until(lambda: peer_certificate(self.started.address) != self.first, what="the new certificate")


if __name__ == "__main__":
    unittest.main()
