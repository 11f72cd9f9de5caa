"""PUT and DELETE of `file`: with clients that others wrote, over every protocol, and what dies on the way."""
import base64
import os
import resource
import shutil
import subprocess
import unittest

from cases.auth_test import hashed
from support import http, processes, server
from support.certificates import Authority
from support.ports import free_port

MIB = 1 << 20
BIG = (4 if server.SLOW_BUILD else 64) * MIB
LOGIN = "Authorization: Basic " + base64.b64encode(b"ada:secret").decode()
HTTP1, HTTP2 = "--http1.1", "--http2-prior-knowledge"


class Site(server.BerthTest):
    def setUp(self):
        super().setUp()
        self.root = os.path.join(self.folder, "root")
        os.mkdir(self.root)
        os.chmod(self.root, 0o777)
        cert, key = Authority(self.folder).issue("own", "localhost")
        self.plain, self.secure = free_port(), free_port()
        users = f"{{ basic: {{ users: {{ ada: {hashed('secret')} }} }} }}"
        self.started = self.serve(f"""
site: files
listen: [http://127.0.0.1:{self.plain}, https://127.0.0.1:{self.secure}]
tls: {{ cert: {cert}, key: {key} }}
redirect_to_https: false
h2c: true
limits: {{ body: {BIG}B }}
routes:
  - path: /open/*
    filters: [ auth: {{ address: [127.0.0.1] }} ]
    file: {{ root: {self.root}, upload: true, hidden: true, list_dirs: true }}
  - path: /*
    filters: [ auth: {users} ]
    file: {{ root: {self.root}, upload: true, list_dirs: true }}
""", port=self.plain, workers=1)

    def names(self):
        return sorted(os.listdir(self.root))

    def content(self, name):
        with open(os.path.join(self.root, name), "rb") as file:
            return file.read()

    def source(self, size):
        path = os.path.join(self.folder, "source")
        with open(path, "wb") as file:
            file.write(os.urandom(size))
        return path

    def curl(self, path, *options, secure=False):
        """The status of curl's request."""
        scheme, port = ("https", self.secure) if secure else ("http", self.plain)
        answer = subprocess.run(["curl", "-sSk", "--max-time", "60", "-u", "ada:secret", "-o", "/dev/null", "-w",
                                 "%{http_code}", *options, f"{scheme}://127.0.0.1:{port}{path}"],
                                capture_output=True, text=True, check=False)
        self.assertEqual(answer.returncode, 0, answer)
        return int(answer.stdout)

    def ask(self, method, path, *fields, body=b"", login=LOGIN):
        with http.Client(self.started.address) as client:
            lines = [f"{method} {path} HTTP/1.1", "Host: a", login, *fields, f"Content-Length: {len(body)}", "", ""]
            client.send("\r\n".join(line for line in lines[:-2] if line).encode() + b"\r\n\r\n" + body)
            return client.response()


class Curl(Site):
    def test_every_way(self):
        source = self.source(BIG)
        with open(source, "rb") as file:
            data = file.read()
        ways = [((HTTP1,), False), ((HTTP2,), False), ((HTTP1,), True), (("--http2",), True),
                ((HTTP1, "-H", "Transfer-Encoding: chunked"), False)]
        for options, secure in ways:
            with self.subTest(options=options, secure=secure):
                self.assertEqual(self.curl("/new", "-T", source, *options, secure=secure), 201)
                self.assertEqual(self.content("new"), data)
                self.assertEqual(self.curl("/new", "-T", source, *options, secure=secure), 204)
                self.assertEqual(self.curl("/new", "-X", "DELETE", *options, secure=secure), 204)
                self.assertEqual(self.names(), [])

    def test_memory_does_not_grow_with_the_file(self):
        worker = self.started.workers()[0]
        source = self.source(BIG)
        self.curl("/warm", "-T", source)
        before = resident(worker)
        self.curl("/new", "-T", source)
        self.assertLess(resident(worker) - before, 4 * MIB)

    def test_an_empty_file(self):
        source = self.source(0)
        for version in (HTTP1, HTTP2):
            self.assertEqual(self.curl("/empty", "-T", source, version), 201)
            self.assertEqual(self.content("empty"), b"")
            self.curl("/empty", "-X", "DELETE")

    def test_too_large(self):
        source = self.source(BIG + 1)
        for version in (HTTP1, HTTP2):
            self.assertEqual(self.curl("/new", "-T", source, version), 413)
            self.assertEqual(self.curl("/new", "-T", source, version, "-H", "Transfer-Encoding: chunked"), 413)
        processes.wait_until(lambda: self.names() == [], what="that nothing is left")

    def test_node(self):
        if not shutil.which("node"):
            self.skipTest("node is not installed")
        script = f"""
const url = 'http://127.0.0.1:{self.plain}/n';
const headers = {{ authorization: '{LOGIN.split(": ", 1)[1]}' }};
const put = await fetch(url, {{ method: 'PUT', body: 'from node', headers }});
const got = await (await fetch(url, {{ headers }})).text();
const gone = await fetch(url, {{ method: 'DELETE', headers }});
console.log(put.status, put.headers.get('location'), got, gone.status);
"""
        answer = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True,
                                timeout=60, check=False)
        self.assertEqual(answer.stdout, "201 /n from node 204\n", answer)


def resident(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as sizes:
        return int(sizes.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Rules(Site):
    def test_conditions(self):
        made = self.ask("PUT", "/a", "If-None-Match: *", body=b"one")
        self.assertEqual((made.status, made.field("location")), (201, "/a"))
        tag = self.ask("GET", "/a").field("etag")
        self.assertEqual(self.ask("PUT", "/a", "If-None-Match: *", body=b"two").status, 412)
        self.assertEqual(self.ask("PUT", "/a", f"If-Match: {tag}", body=b"two!").status, 204)
        self.assertEqual(self.ask("GET", "/a").body, b"two!")  # at once, although it was open
        self.assertEqual(self.ask("PUT", "/a", f"If-Match: {tag}", body=b"three").status, 412)
        self.assertEqual(self.ask("DELETE", "/a", f"If-Match: {tag}").status, 412)
        self.assertEqual(self.ask("DELETE", "/a").status, 204)
        self.assertEqual(self.ask("GET", "/a").status, 404)

    def test_places(self):
        os.makedirs(os.path.join(self.root, "full/x"))
        os.symlink("..", os.path.join(self.root, "up"))
        self.write("outside", "secret")
        os.symlink("../outside", os.path.join(self.root, "link"))
        for path in ("/none/b", "/full", "/full/", "/none/", "/up/b"):
            self.assertEqual(self.ask("PUT", path, body=b"x").status, 409, path)
        for path in ("/../b", "/%2e%2e/b", "/..%2fb", "//../b"):
            self.assertIn(self.ask("PUT", path, body=b"x").status, (400, 409), path)
        self.assertEqual(self.ask("PUT", "/.b", body=b"x").status, 403)
        self.assertEqual(self.ask("PUT", "/" + "x" * 300, body=b"x").status, 414)
        self.assertEqual(self.ask("PUT", "/b", "Content-Range: bytes 0-0/2", body=b"x").status, 400)
        self.assertEqual(self.ask("DELETE", "/full").status, 409)
        self.assertEqual(self.ask("DELETE", "/none").status, 404)
        self.assertEqual(self.ask("PUT", "/link", body=b"x").status, 201)
        self.assertEqual(sorted(os.listdir(self.folder)).count("b"), 0)
        with open(os.path.join(self.folder, "outside"), encoding="ascii") as file:
            self.assertEqual(file.read(), "secret")
        processes.wait_until(lambda: "file: /full: the folder is not empty" in self.started.log(), what="the line")

    def test_a_listing_shows_it_at_once(self):
        os.mkdir(os.path.join(self.root, "sub"), 0o755)
        os.chmod(os.path.join(self.root, "sub"), 0o777)
        for name in ("a", "b", "c"):
            before = self.ask("GET", "/sub/?format=text").body
            self.assertNotIn(name.encode(), before)
            self.assertEqual(self.ask("PUT", f"/sub/{name}", body=b"x").status, 201)
            self.assertIn(name.encode(), self.ask("GET", "/sub/?format=text").body)
            self.assertEqual(self.ask("DELETE", f"/sub/{name}").status, 204)

    def test_only_for_users(self):
        self.assertEqual(self.ask("PUT", "/b", body=b"x", login="").status, 401)
        self.assertEqual(self.ask("PUT", "/open/b", body=b"x").status, 403)  # claimed, and proved by nobody
        self.assertEqual(self.ask("DELETE", "/open/b").status, 403)
        self.assertIn("/b: changed by nobody", self.started.log())
        self.assertEqual(self.ask("POST", "/b").field("allow"), "GET, HEAD, PUT, DELETE")
        self.assertEqual(self.names(), [])

    def test_expect(self):
        with http.Client(self.started.address) as client:
            head = f"PUT /b HTTP/1.1\r\nHost: a\r\n{LOGIN}\r\nExpect: 100-continue\r\nContent-Length: 3\r\n"
            client.send(head + "\r\n")
            self.assertEqual(client.head().status, 100)
            client.send("abc")
            self.assertEqual(client.response().status, 201)
            client.send(head + "If-None-Match: *\r\n\r\n")
            self.assertEqual(client.response().status, 412)


@unittest.skipIf(server.SLOW_BUILD, "its files are smaller than what the limit leaves to the program itself")
class FullDisk(Site):
    """A file that may not grow fails a write as a disk without room does."""

    LIMIT = BIG // 2

    def setUp(self):
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.LIMIT, before[1]))
        try:
            super().setUp()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    def test_it_is_told_and_nothing_is_left(self):
        workers = self.started.workers()
        source = self.source(self.LIMIT + MIB)
        for version in (HTTP1, HTTP2):
            self.assertEqual(self.curl("/b", "-T", source, version), 507)
        self.assertEqual(self.ask("PUT", "/a", body=b"small").status, 201)
        processes.wait_until(lambda: self.names() == ["a"], what="that nothing is left of the other")
        self.assertEqual(self.started.workers(), workers)


class Interrupted(Site):
    def begin(self):
        client = http.Client(self.started.address)
        client.send(f"PUT /new HTTP/1.1\r\nHost: a\r\n{LOGIN}\r\nContent-Length: {BIG}\r\n\r\n".encode() +
                    bytes(MIB))
        processes.wait_until(lambda: len(self.names()) == 1, what="the file that is received")
        return client

    def test_a_client_that_dies_leaves_nothing(self):
        self.begin().close()
        processes.wait_until(lambda: self.names() == [], what="that nothing is left")

    def test_what_a_killed_worker_leaves_is_not_served(self):
        client = self.begin()
        os.kill(self.started.workers()[0], 9)
        client.close()
        left = self.names()
        self.assertEqual([name[:14] for name in left], [".berth-upload-"])
        processes.wait_until(lambda: self.ask("GET", "/open/").status == 200, what="a new worker")
        self.assertNotIn(b"upload", self.ask("GET", "/open/?format=text").body)
        self.assertEqual(self.ask("GET", "/open/" + left[0]).status, 404)
        self.assertEqual(self.ask("PUT", "/new", body=b"x").status, 201)

    def test_a_drain_lets_it_arrive(self):
        client = self.begin()
        self.started.command("reload")
        client.send(bytes(BIG - MIB))
        self.assertEqual(client.response().status, 201)
        self.assertEqual(self.content("new"), bytes(BIG))
        client.close()


class Check(server.BerthTest):
    def test_uploads_by_anybody_are_refused(self):
        site = "site: files\nlisten: http://127.0.0.1:8080\nroutes:\n  - path: /*\n{}    file: {{ root: {}, upload: true }}\n"
        for filters, status in (("", 3), ("    filters: [ access: { allow: [127.0.0.1] } ]\n", 3),
                                ("    filters: [ auth: { address: [127.0.0.1] } ]\n", 0)):
            with self.subTest(filters):
                path = self.write("site.yaml", site.format(filters, self.folder))
                answer = server.run("check", path)
                self.assertEqual(answer.returncode, status, answer)
                if status != 0:
                    self.assertRegex(answer.stderr, r"site.yaml:\d:\d+: error\[C215\]: clients may change .* `auth`")


class OneShot(server.BerthTest):
    def setUp(self):
        super().setUp()
        self.root = os.path.join(self.folder, "root")
        os.mkdir(self.root)
        os.chmod(self.root, 0o777)

    def test_one_user_may(self):
        started = self.one_shot("file", "--upload", self.root, "--auth", "ada", PASSWORD="secret")
        url = f"http://127.0.0.1:{started.port}/new"
        source = self.write("source", "content")
        for user, status in (("ada:secret", "201"), ("ada:other", "401")):
            answer = subprocess.run(["curl", "-sS", "-u", user, "-T", source, "-o", "/dev/null", "-w", "%{http_code}", url],
                                    capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(answer.stdout, status, answer)
        self.assertEqual(http.get(started.address, "/new").status, 401)
        for process in (started.pid, *started.workers()):
            with open(f"/proc/{process}/cmdline", "rb") as words:
                self.assertNotIn(b"secret", words.read())

    def test_not_everybody(self):
        for arguments, variables in ((["--upload"], {}), ([], {"UPLOAD": "1"}), (["--upload", "--auth", "ada"], {})):
            answer = server.run("file", self.root, *arguments, env=server.environment(PORT=free_port(), **variables))
            self.assertEqual(answer.returncode, 2, answer)
            self.assertIn("--auth", answer.stderr)


if __name__ == "__main__":
    unittest.main()
