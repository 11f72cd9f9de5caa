"""`berth file` and `file:` of a site: files as they are on the disk, and nothing else of it."""
import json
import os
import subprocess
import unittest

from support import http, processes, server
from support.ports import free_port


def network_addresses():
    """The IPv4 addresses by which others reach this machine, sorted, as the kernel's table of routes has them."""
    with open("/proc/net/fib_trie", encoding="ascii") as table:
        lines = [line.split() for line in table]
    own = {before[1] for before, line in zip(lines, lines[1:]) if line[:3] == ["/32", "host", "LOCAL"]}
    return sorted(address for address in own if not address.startswith(("127.", "169.254.")))


class FileTest(server.BerthTest):
    def setUp(self):
        super().setUp()
        self.root = os.path.join(self.folder, "root")
        os.mkdir(self.root)
        self.write("root/a.txt", "hello world")

    def share(self, *arguments, **variables):
        return self.one_shot("file", self.root, *arguments, **variables)

    def curl(self, *arguments):
        """What curl prints; it fails where the server does not keep to HTTP."""
        answer = subprocess.run(["curl", "-sS", "--max-time", "60", *arguments], capture_output=True, check=False)
        self.assertEqual(answer.returncode, 0, answer)
        return answer.stdout


class OneShot(FileTest):
    def test_a_file(self):
        started = self.share()
        answer = http.get(started.address, "/a.txt")
        self.assertEqual((answer.status, answer.body), (200, b"hello world"))
        self.assertEqual(answer.field("content-type"), "text/plain; charset=utf-8")
        self.assertRegex(answer.field("etag"), r'^"[^"]+"$')
        self.assertEqual(answer.field("accept-ranges"), "bytes")
        self.assertEqual(http.get(started.address, "/none").status, 404)

    def test_conditions(self):
        started = self.share()
        with http.Client(started.address) as client:
            first = client.get("/a.txt")
            tag, date = first.field("etag"), first.field("last-modified")
            for fields, status in ((f"If-None-Match: {tag}", 304), (f"If-Modified-Since: {date}", 304),
                                   ('If-None-Match: "other"', 200), ('If-Match: "other"', 412)):
                self.assertEqual(client.get("/a.txt", fields=[fields]).status, status, fields)
            self.assertEqual(client.get("/a.txt", method="HEAD").fields, first.fields)

    def test_ranges(self):
        started = self.share()
        url = f"http://127.0.0.1:{started.port}/a.txt"
        self.assertEqual(self.curl("-r", "0-4", url), b"hello")
        self.assertEqual(self.curl("-r", "-5", url), b"world")
        self.assertEqual(self.curl("-r", "6-999", url), b"world")
        parts = self.curl("-r", "0-0,10-10", url)
        self.assertIn(b"Content-Range: bytes 0-0/11\r\n\r\nh\r\n", parts)
        self.assertIn(b"Content-Range: bytes 10-10/11\r\n\r\nd\r\n", parts)
        beyond = http.get(started.address, "/a.txt", fields=["Range: bytes=900-"])
        self.assertEqual((beyond.status, beyond.field("content-range")), (416, "bytes */11"))

    def test_a_download_is_resumed(self):
        path = os.path.join(self.root, "big")
        data = os.urandom(3_000_000)
        with open(path, "wb") as file:
            file.write(data)
        part = os.path.join(self.folder, "part")
        with open(part, "wb") as file:
            file.write(data[:1_234_567])
        started = self.share()
        self.curl("-C", "-", "-o", part, f"http://127.0.0.1:{started.port}/big")
        with open(part, "rb") as file:
            self.assertEqual(file.read(), data)

    def test_variables(self):
        self.write("root/start.htm", "start")
        started = self.one_shot("file", BASE_PATH=self.root, INDEX_FILES="index.html;start.htm", CORS=1,
                                CACHE=3600, PATH_REGEX="^/old/:/a.txt;^/older/:start.htm")
        answer = http.get(started.address, "/")
        self.assertEqual(answer.body, b"start")
        self.assertEqual(answer.field("access-control-allow-origin"), "*")
        self.assertEqual(answer.field("cache-control"), "public, max-age=3600")
        self.assertEqual(http.get(started.address, "/old/x").body, b"hello world")
        self.assertEqual(http.get(started.address, "/older/x").body, b"start")

    def test_options(self):
        self.write("root/start.htm", "start")
        self.write("root/.hidden", "shown")
        started = self.one_shot("file", "--hidden", self.root, "--index", "index.html;start.htm", "--cache", "1h")
        answer = http.get(started.address, "/")
        self.assertEqual((answer.body, answer.field("cache-control")), (b"start", "public, max-age=3600"))
        self.assertEqual(http.get(started.address, "/.hidden").body, b"shown")

    def test_a_share_for_the_network(self):
        started = self.one_shot("serve", "--lan", self.root)
        processes.wait_until(lambda: "On this machine  http://127.0.0.1:" in started.log(), what="the screen")
        self.assertIn(f"Serving {self.root}  1 file\n", started.log())
        hosts = [line.split("//")[1].split(":")[0] for line in started.log().splitlines()
                 if "On your network" in line and "[" not in line]
        self.assertEqual(sorted(hosts), network_addresses())
        for host in hosts:
            self.assertEqual(http.get((host, started.port), "/a.txt").body, b"hello world")
        shared = started.log().count("On your network")
        self.assertEqual(self.share().log().count("On your network"), shared)

    def test_the_current_folder_is_the_default(self):
        started = self.one_shot("file")
        self.assertEqual(http.get(started.address, "/root/a.txt").body, b"hello world")

    def test_listing(self):
        self.write("root/<b>&.txt", "x")
        self.write("root/dir/y", "y")
        self.write("root/.hidden", "z")
        started = self.share()
        page = http.get(started.address, "/").body.decode()
        self.assertIn("&lt;b&gt;&amp;.txt</a>", page)
        self.assertNotIn(".hidden", page)
        self.assertNotIn(self.folder, page)
        listed = json.loads(http.get(started.address, "/?format=json").body)
        self.assertEqual([(entry["name"], entry["kind"]) for entry in listed["entries"]],
                         [("dir", "directory"), ("<b>&.txt", "file"), ("a.txt", "file")])
        self.assertEqual(http.get(started.address, "/", fields=["Accept: text/plain"]).body, b"dir/\n<b>&.txt\na.txt\n")
        moved = http.get(started.address, "/dir?sort=size")
        self.assertEqual((moved.status, moved.field("location")), (301, "/dir/?sort=size"))

    def test_a_listing_shows_changes_within_a_second(self):
        started = self.share()
        with http.Client(started.address) as client:
            self.assertEqual(client.get("/?format=text").body, b"a.txt\n")
            self.write("root/b.txt", "new")
            processes.wait_until(lambda: client.get("/?format=text").body == b"a.txt\nb.txt\n", what="the new file")
            self.assertIn(b'"size":3', client.get("/?format=json").body)
            self.write("root/b.txt", "longer")
            processes.wait_until(lambda: b'"size":6' in client.get("/?format=json").body, what="its size")

    def test_no_listing(self):
        self.assertEqual(http.get(self.share(LIST_DIRS=0).address, "/").status, 404)

    def test_a_folder_that_is_not_there(self):
        answer = server.run("file", os.path.join(self.folder, "none"), env=server.environment(PORT=free_port()))
        self.assertNotEqual(answer.returncode, 0)
        self.assertIn("there is no such folder", answer.stderr)
        self.assertNotIn("stopping", answer.stderr)  # nothing has been serving


@unittest.skipUnless(os.geteuid() == 0, "only root has folders that the service does not reach")
class ClosedParent(FileTest):
    """The supervisor opens document roots, and the service need not reach them."""

    def setUp(self):
        super().setUp()
        for name in ("www", "other"):
            self.write(f"closed/{name}/a.txt", name)
        self.write("closed/secret.txt", "SECRET")
        os.chmod(os.path.join(self.folder, "closed"), 0o700)
        self.www = os.path.join(self.folder, "closed", "www")

    def site(self, port, root):
        return f"site: files\nlisten: http://127.0.0.1:{port}\nfile: {{ root: {root}, list_dirs: true }}\n"

    def test_it_is_served_also_after_a_reload(self):
        port = free_port()
        started = self.serve(self.site(port, self.www), port=port)
        self.assertEqual(http.get(started.address, "/a.txt").body, b"www")
        self.assertEqual(http.get(started.address, "/?format=text").body, b"a.txt\n")
        self.assertNotEqual(http.get(started.address, "/../secret.txt").status, 200)
        os.kill(started.workers()[0], 9)
        processes.wait_until(lambda: http.get(started.address, "/a.txt").body == b"www", what="a new worker")
        self.configure(self.site(port, os.path.join(self.folder, "closed", "other")))
        self.assertEqual(started.command("reload").returncode, 0)
        self.assertEqual(http.get(started.address, "/a.txt").body, b"other")
        self.assertEqual(server.run("check", os.path.join(self.folder, "berth.yaml")).returncode, 0)

    def test_by_one_shots(self):
        self.assertEqual(http.get(self.one_shot("file", self.www + "/").address, "/a.txt").body, b"www")

    def test_the_folder_itself_must_be_open(self):
        os.chmod(self.www, 0o700)
        answer = server.run("file", self.www, env=server.environment(PORT=free_port()))
        self.assertNotEqual(answer.returncode, 0)
        self.assertIn("may not be read by the user who serves it", answer.stderr)


class Outside(FileTest):
    """Nothing outside the root, whatever the path."""

    def setUp(self):
        super().setUp()
        self.write("root-secret/s.txt", "SECRET")
        self.write("s.txt", "SECRET")
        os.symlink(os.path.join(self.folder, "s.txt"), os.path.join(self.root, "link"))
        os.symlink("..", os.path.join(self.root, "up"))
        os.symlink("a.txt", os.path.join(self.root, "inside"))
        os.mkfifo(os.path.join(self.root, "pipe"))
        self.started = self.share()

    def test_it_is_out_of_reach(self):
        for path in ("/../s.txt", "/%2e%2e/s.txt", "/..%2fs.txt", "/%2e%2e%2fs.txt", "/../root-secret/s.txt",
                     "/%2e%2e/root-secret/s.txt", "/a/../../s.txt", "/link", "/up/s.txt", "/up/root-secret/s.txt",
                     "/.%2e/s.txt", "//s.txt", "/..\\s.txt", "/a.txt%00.html", "/%252e%252e/s.txt", "/up/"):
            with self.subTest(path):
                answer = http.get(self.started.address, path)
                self.assertIn(answer.status, (400, 404))
                self.assertNotIn(b"SECRET", answer.body)
                self.assertNotIn(self.folder.encode(), answer.body)

    def test_links_that_stay_inside_are_followed(self):
        self.assertEqual(http.get(self.started.address, "/inside").body, b"hello world")

    def test_a_pipe_is_no_file(self):
        self.assertEqual(http.get(self.started.address, "/pipe").status, 403)

    def test_long_names(self):
        self.assertEqual(http.get(self.started.address, "/" + "x" * 300).status, 414)
        self.assertEqual(http.get(self.started.address, "/" + "x/" * 3000).status, 414)

    def test_it_is_logged_once_by_its_path(self):
        http.get(self.started.address, "/missing%0aline")
        processes.wait_until(lambda: "/missing%0Aline: no such file" in self.started.log(), what="the line")
        self.assertEqual(self.started.log().count("no such file"), 1)
        self.assertNotIn(self.root + "/missing", self.started.log())


class Changes(FileTest):
    def test_a_file_replaced_by_renaming_is_seen(self):
        started = self.share()
        with http.Client(started.address) as client:
            first = client.get("/a.txt")
            new = self.write("new", "another text")
            os.rename(new, os.path.join(self.root, "a.txt"))
            processes.wait_until(lambda: client.get("/a.txt").body == b"another text", what="the new file")
            self.assertNotEqual(client.get("/a.txt").field("etag"), first.field("etag"))

    def test_a_file_that_shrinks_while_it_is_sent_is_cut_off(self):
        path = os.path.join(self.root, "big")
        with open(path, "wb") as file:
            file.truncate(64 << 20)
        started = self.share()
        with http.Client(started.address, receive_buffer=4096) as client:
            client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
            head = client.head()
            self.assertEqual(head.field("content-length"), str(64 << 20))
            os.truncate(path, 1000)
            self.assertLess(len(client.rest()), 64 << 20)
        self.assertEqual(http.get(started.address, "/a.txt").body, b"hello world")
        line = "file: /big: unreadable or shorter than it was, while it was sent"
        processes.wait_until(lambda: line in started.log(), what="the line")
        self.assertEqual(started.log().count("/big"), 1)


class Site(FileTest):
    def test_routes(self):
        self.write("root/page.html", "page")
        self.write("root/lost.html", "lost")
        self.write("root/a.txt.gz", "GZIP")
        port = free_port()
        started = self.serve(f"""
site: docs
listen: http://127.0.0.1:{port}
routes:
  - path: /assets/*
    file: {{ root: {self.root}, cache: 365d, immutable: true, precompressed: [br, gz] }}
  - path: /*
    file:
      root: {self.root}
      try: ["{{path}}", "{{path}}.html"]
      error_pages: {{ "404": /lost.html }}
""", port=port)
        with http.Client(started.address) as client:
            asset = client.get("/assets/a.txt", fields=["Accept-Encoding: gzip"])
            self.assertEqual((asset.body, asset.field("content-encoding"), asset.field("vary")),
                             (b"GZIP", "gzip", "Accept-Encoding"))
            self.assertEqual(asset.field("cache-control"), "public, max-age=31536000, immutable")
            self.assertEqual(client.get("/assets/a.txt").body, b"hello world")
            self.assertEqual(client.get("/page").body, b"page")
            lost = client.get("/nowhere")
            self.assertEqual((lost.status, lost.body), (404, b"lost"))
            self.assertEqual(client.get("/").status, 404)
            refused = client.get("/a.txt", method="DELETE")
            self.assertEqual((refused.status, refused.field("allow")), (405, "GET, HEAD"))


if __name__ == "__main__":
    unittest.main()
