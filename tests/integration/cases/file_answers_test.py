"""What `file` answers: conditions, ranges, paths and uploads, the same over every transport."""
import email.utils
import os
import re
import socket
import unittest
from datetime import datetime, timezone

from support import server
from support.certificates import Authority
from support.curl import TRANSPORTS, Request, ask
from support.ports import free_port

MODIFIED = 1_700_000_001
FRAMING = ("date", "connection", "keep-alive", "transfer-encoding")


def date(seconds):
    return email.utils.formatdate(seconds, usegmt=True)


LM, OLD, NEW, FUTURE = (date(MODIFIED + later) for later in (0, -10, 10, 10**8))
_MOMENT = datetime.fromtimestamp(MODIFIED, timezone.utc)
RFC850 = _MOMENT.strftime("%A, %d-%b-%y %H:%M:%S GMT")
ASCTIME = _MOMENT.strftime("%a %b %e %H:%M:%S %Y")

# RFC 9110 13: status, fields. {T}: the tag of the file; {U}: without its quotes.
CONDITIONS = [
    # 13.1.2
    (304, "If-None-Match: {T}"), (304, "If-None-Match: W/{T}"), (304, "If-None-Match: *"),
    (200, 'If-None-Match: "x"'), (304, 'If-None-Match: "x", {T}'), (304, 'If-None-Match: "x",{T}'),
    (304, 'If-None-Match: {T}, "x"'), (304, 'If-None-Match: "x" , W/"y" ,W/{T}'),
    (304, 'If-None-Match: "x"', "If-None-Match: {T}"), (200, "If-None-Match: {U}"), (200, "If-None-Match:"),
    (200, "If-None-Match: w/{T}"), (200, 'If-None-Match: "x {T}'), (304, "If-None-Match: ,, {T},"),
    (200, 'If-None-Match: "a" "b"'), (304, 'If-None-Match: "a,b", {T}'), (304, 'If-None-Match: "", {T}'),
    (200, 'If-None-Match: "*"'), (200, 'If-None-Match: "x"', f"If-Modified-Since: {NEW}"),
    (304, "If-None-Match: {T}", f"If-Modified-Since: {OLD}"),
    # 13.1.1
    (200, "If-Match: {T}"), (412, "If-Match: W/{T}"), (200, "If-Match: *"), (412, 'If-Match: "x"'),
    (200, 'If-Match: "x", {T}'), (412, "If-Match:"), (412, "If-Match: {U}"), (200, 'If-Match: "x"', "If-Match: {T}"),
    (412, 'If-Match: "x"', "If-None-Match: {T}"), (304, "If-Match: {T}", "If-None-Match: {T}"),
    (304, "If-Match: *", "If-None-Match: *"), (200, "If-Match: {T}", f"If-Unmodified-Since: {OLD}"),
    (412, 'If-Match: "x"', f"If-Unmodified-Since: {NEW}"),
    # 13.1.3
    (304, f"If-Modified-Since: {LM}"), (304, f"If-Modified-Since: {RFC850}"), (304, f"If-Modified-Since: {ASCTIME}"),
    (304, f"If-Modified-Since: {NEW}"), (200, f"If-Modified-Since: {OLD}"), (304, f"If-Modified-Since: {FUTURE}"),
    (200, "If-Modified-Since: garbage"), (200, "If-Modified-Since:"), (200, "If-Modified-Since: 0"),
    (200, f"If-Modified-Since: {LM}x"), (200, f"If-Modified-Since: {LM}, {LM}"),
    (200, f"If-Modified-Since: {LM}", f"If-Modified-Since: {LM}"),
    # 13.1.4
    (412, f"If-Unmodified-Since: {OLD}"), (200, f"If-Unmodified-Since: {LM}"), (200, f"If-Unmodified-Since: {NEW}"),
    (200, "If-Unmodified-Since: garbage"), (412, f"If-Unmodified-Since: {OLD}", "If-None-Match: {T}"),
    (304, f"If-Unmodified-Since: {LM}", "If-None-Match: {T}"),
    (412, f"If-Unmodified-Since: {OLD}", f"If-Modified-Since: {LM}"),
    (304, f"If-Unmodified-Since: {LM}", f"If-Modified-Since: {LM}"),
]

LAST = 999  # of the file's bytes
ALL = (0, LAST)

# RFC 9110 14.1.2: what must come, and the set of ranges. A pair is one part, a list several; 200 is the whole file.
RANGES = [
    ((0, 0), "bytes=0-0"), ((0, 99), "bytes=0-99"), ((990, LAST), "bytes=990-"), ((LAST, LAST), "bytes=-1"),
    (ALL, "bytes=-1000"), (ALL, "bytes=-5000"), (ALL, "bytes=0-"), (ALL, "bytes=0-5000"),
    ((LAST, LAST), "bytes=999-999"), ((0, 5), "BYTES=0-5"), ((0, 5), "bytes= 0-5"), ((0, 5), "bytes=,0-5"),
    ((0, 5), "bytes=0-5,"), ((0, 5), "bytes=,,0-5,,"),
    *((416, f"bytes={spec}") for spec in ("1000-", "1000-2000", "5000-", "-0", "5000-,6000-", "99999999999999999999-",
                                          "18446744073709551616-18446744073709551617")),
    *((200, spec) for spec in ("bytes=5-2", "bytes=", "bytes", "bytes=a-b", "bytes=1", "bytes=-", "bytes=--1",
                               "bytes=1--2", "bytes=0x1-5", "bytes=+1-5", "bytes=1-5-9", "lines=1-5", "bits=0-1",
                               "=0-5", "bytes =0-5", "bytes=0 -5", "bytes=0- 5", "bytes=,", "bytes=0-0,x",
                               "bytes=0-0,5-2")),
    *((ALL, f"bytes={spec}") for spec in ("0-99999999999999999999", "0-18446744073709551615", "0-9223372036854775807",
                                          "0-9223372036854775808", "0-18446744073709551616",
                                          "-99999999999999999999")),
    ((1, 5), "bytes=00000000000000000000000000001-5"),
    ([(0, 1), (3, 4)], "bytes=0-1,3-4"), ((0, 4), "bytes=0-1,1-4"), ((0, 4), "bytes=0-1,2-4"),
    ([(0, 1), (5, 9)], "bytes=5-9,0-1"), ([(0, 0), (LAST, LAST)], "bytes=-1,0-0"), ((0, 0), "bytes=0-0,5000-"),
    ((0, 0), "bytes=0-0,-0"), (ALL, "bytes=0-,-1"),
    # 14.2, 17.15: abuse
    ([(i * 10, i * 10 + 1) for i in range(16)], "bytes=" + ",".join(f"{i * 10}-{i * 10 + 1}" for i in range(16))),
    (200, "bytes=" + ",".join(f"{i * 10}-{i * 10 + 1}" for i in range(17))),
    (ALL, "bytes=" + ",".join(["0-"] * 1000)), ((0, 0), "bytes=" + ",".join(["0-0"] * 100)),
    (ALL, "bytes=" + ",".join(f"{i}-{i}" for i in range(1000))),
]

G, P = "Range: bytes=0-4", (0, 4)
BEYOND = "Range: bytes=5000-"

# RFC 9110 13.1.5, 13.2.2, 14.2.
RANGES_AND_CONDITIONS = [
    (P, G, "If-Range: {T}"), (200, G, "If-Range: W/{T}"), (200, G, 'If-Range: "x"'), (P, G, f"If-Range: {LM}"),
    (200, G, f"If-Range: {NEW}"), (200, G, f"If-Range: {OLD}"), (200, G, "If-Range: garbage"), (200, G, "If-Range:"),
    (200, G, "If-Range: *"), (200, G, 'If-Range: {T}, "x"'), (200, G, "If-Range: {U}"), (P, G, f"If-Range: {RFC850}"),
    (P, G, f"If-Range: {ASCTIME}"), (200, "If-Range: {T}"), (200, G, 'If-Range: "x"', "If-Match: *"),
    (200, BEYOND, 'If-Range: "x"'), (416, BEYOND, "If-Range: {T}"),
    (304, G, "If-None-Match: {T}"), (P, G, 'If-None-Match: "x"'), (P, G, "If-Match: {T}"), (412, G, 'If-Match: "x"'),
    (304, G, f"If-Modified-Since: {LM}"), (P, G, f"If-Modified-Since: {OLD}"), (412, G, f"If-Unmodified-Since: {OLD}"),
    (304, BEYOND, "If-None-Match: {T}"), (412, BEYOND, 'If-Match: "x"'), (416, BEYOND, "If-Match: {T}"),
    (P, G, "If-Match: {T}", "If-Range: {T}"), (304, G, "If-None-Match: {T}", "If-Range: {T}"),
    ((0, 1), "Range: bytes=0-1", "Range: bytes=5-6"),
]

# Of nothing there is no part; but all of it can be had.
EMPTY = [(200,), (200, "Range: bytes=0-"), (200, "Range: bytes=0-0"), (200, "Range: bytes=-1"),
         (416, "Range: bytes=1-"), (416, "Range: bytes=-0"), (304, "If-None-Match: *")]


class FileAnswers(server.BerthTest):
    def setUp(self):
        super().setUp()
        self.root = os.path.join(self.folder, "root")
        os.mkdir(self.root)
        self.content = bytes(i * 7 % 251 for i in range(LAST + 1))
        cert, key = Authority(self.folder).issue("own", "localhost")
        self.ports = {"http": free_port(), "https": free_port()}
        self.site = f"""
site: files
listen: [http://127.0.0.1:{self.ports["http"]}, https://127.0.0.1:{self.ports["https"]}]
tls: {{ cert: {cert}, key: {key} }}
redirect_to_https: false
h2c: true
"""

    def start(self, settings):
        return self.serve(self.site + settings, port=self.ports["http"])

    def put(self, name, content=b"x"):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        os.utime(path, (MODIFIED, MODIFIED))

    def ask_all(self, requests):
        """The answers, which are the same over every transport."""
        everywhere = {each: ask(self.ports, each, requests, self.folder) for each in TRANSPORTS}
        first = everywhere["http/1.1"]
        for transport, answers in everywhere.items():
            for request, answer, same in zip(requests, answers, first):
                self.assertEqual(answer.version, "2" if "h2" in transport else "1.1")
                self.assertEqual(shown(answer), shown(same), f"{transport}: {request}")
        return first


def shown(answer):
    """What does not depend on the framing."""
    return answer.status, [pair for pair in answer.fields if pair[0] not in FRAMING], answer.body


def parts_of(answer):
    """[((first, last), bytes)] of a 206, by its own account of where they begin and end."""
    spans, bodies = [answer.field("content-range")], [answer.body]
    multiple = re.fullmatch('multipart/byteranges; boundary="?([^"]+)"?', answer.field("content-type"))
    if multiple:
        pieces = answer.body.split(b"--" + multiple[1].encode())
        assert pieces[0] == b"" and pieces[-1] == b"--\r\n", pieces
        heads, bodies = zip(*(piece.split(b"\r\n\r\n", 1) for piece in pieces[1:-1]))
        spans = [re.search("Content-Range: (.*)", head.decode())[1] for head in heads]
        assert all(body.endswith(b"\r\n") for body in bodies)
        bodies = [body[:-2] for body in bodies]
    numbers = [re.fullmatch(rf"bytes (\d+)-(\d+)/{LAST + 1}", span.strip()) for span in spans]
    return [((int(found[1]), int(found[2])), body) for found, body in zip(numbers, bodies)]


class Conditions(FileAnswers):
    def setUp(self):
        super().setUp()
        self.put("f.bin", self.content)
        self.put("empty", b"")
        self.start(f"file: {{ root: {self.root} }}\n")

    def check(self, cases, path="/f.bin", method="GET"):
        tag = self.ask_all([Request(path)])[0].field("etag")
        requests = [Request(path, [field.replace("{T}", tag).replace("{U}", tag.strip('"')) for field in fields], method)
                    for _, *fields in cases]
        for (expected, *_), request, answer in zip(cases, requests, self.ask_all(requests)):
            with self.subTest(fields=[field[:99] for field in request.fields]):
                self.check_one(expected, answer, tag, method)

    def check_one(self, expected, answer, tag, method):
        status = expected if isinstance(expected, int) else 206
        self.assertEqual(answer.status, status)
        if status in (200, 206, 304):
            self.assertEqual((answer.field("etag"), answer.field("last-modified")), (tag, LM))
        if status == 416:
            self.assertRegex(answer.field("content-range"), r"bytes \*/(0|1000)")
        if status == 304 or method == "HEAD":
            self.assertEqual(answer.body, b"")
        else:
            self.assertEqual(int(answer.field("content-length")), len(answer.body))
        if status == 206:
            spans = expected if isinstance(expected, list) else [expected]
            self.assertEqual(parts_of(answer), [((first, last), self.content[first:last + 1]) for first, last in spans])

    def test_conditions(self):
        self.check(CONDITIONS)

    def test_ranges(self):
        self.check([(expected, f"Range: {spec}") for expected, spec in RANGES])

    def test_ranges_with_conditions(self):
        self.check(RANGES_AND_CONDITIONS)

    def test_an_empty_file(self):
        self.check(EMPTY, "/empty")

    def test_head(self):
        """RFC 9110 9.3.2: as GET, but a range is for GET alone."""
        cases = CONDITIONS + [(200, f"Range: {spec}") for _, spec in RANGES[:20]]
        self.check(cases, method="HEAD")


# RFC 9110 12.5.3: the file that is sent, and what the client accepts.
ENCODINGS = [
    (b"PLAIN", None), (b"GZ", "gzip"), (b"BR", "br"), (b"PLAIN", "zstd"), (b"BR", "gzip, br"), (b"BR", "br;q=1, gzip;q=1"),
    (b"GZ", "gzip;q=1, br;q=0.5"), (b"GZ", "identity;q=0, gzip"), (b"BR", "*"), (b"BR", "gzip;q=0, *"),
    (b"PLAIN", "gzip;q=0"), (b"GZ", "br;q=0, *"), (b"PLAIN", "identity;q=1, gzip;q=0.5"), (b"GZ", "GZIP"), (b"GZ", "x-gzip"),
    (b"PLAIN", "gzip;q=0.000"), (b"PLAIN", ""), (b"BR", "br;q=0.001"),
]
CODINGS = {b"PLAIN": None, b"GZ": "gzip", b"BR": "br"}


class Encodings(FileAnswers):
    def setUp(self):
        super().setUp()
        for end, content in (("", b"PLAIN"), (".gz", b"GZ"), (".br", b"BR")):
            self.put("p.txt" + end, content)
        self.start(f"file: {{ root: {self.root}, precompressed: [br, gz] }}\n")

    @staticmethod
    def asked(accepted, *fields, method="GET"):
        return Request("/p.txt", [*([] if accepted is None else [f"Accept-Encoding: {accepted}"]), *fields], method)

    def test_what_is_accepted(self):
        answers = self.ask_all([self.asked(accepted) for _, accepted in ENCODINGS])
        for (content, accepted), answer in zip(ENCODINGS, answers):
            with self.subTest(accepted):
                self.assertEqual((answer.status, answer.body), (200, content))
                self.assertEqual(answer.field("content-encoding"), CODINGS[content])
                self.assertEqual((answer.field("vary"), answer.field("content-type")),
                                 ("Accept-Encoding", "text/plain; charset=utf-8"))
        self.assertEqual(len({answer.field("etag") for answer in answers}), len(CODINGS))

    def test_each_has_conditions_and_ranges_of_its_own(self):
        tags = {accepted: answer.field("etag") for accepted, answer in
                zip(("br", "gzip"), self.ask_all([self.asked("br"), self.asked("gzip")]))}
        cases = [(304, "gzip", f"If-None-Match: {tags['gzip']}"), (200, "gzip", f"If-None-Match: {tags['br']}"),
                 (206, "gzip", "Range: bytes=0-0", f"If-Range: {tags['gzip']}"),
                 (200, "gzip", "Range: bytes=0-0", f"If-Range: {tags['br']}"), (416, "gzip", "Range: bytes=2-")]
        for (status, *_), answer in zip(cases, self.ask_all([self.asked(*rest) for _, *rest in cases])):
            self.assertEqual(answer.status, status)

    def test_other_methods(self):
        for answer in self.ask_all([Request("/p.txt", (), method) for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH")]):
            self.assertEqual((answer.status, answer.field("allow")), (405, "GET, HEAD"))


N, M = "n" * 255, "m" * 252
DEEP = "/".join(["d" * 200] * 19)

# What a path means: a status, the content of the file, or the target of a redirect.
PATHS = [
    (b"file", "/f.txt"), (b"file", "/f.txt?x=../.."), (b"file", "/./f.txt"), (b"file", "/sub/../f.txt"),
    (b"file", "/sub/./../f.txt"), (b"file", "/.//f.txt"), (b"file", "/a/b/../../f.txt"), (b"file", "/sub/%2e%2e/f.txt"),
    # dot segments and their encodings (RFC 3986 5.2.4, 6.2.2.2)
    *((400, path) for path in (
        "/../outside.txt", "/%2e%2e/outside.txt", "/%2E%2E/root-secret/s.txt", "/sub/../../outside.txt", "/..",
        "/.well-known/../../outside.txt", "/../root/f.txt", "/..?", "/%2e%2e%2foutside.txt", "/..%2foutside.txt",
        "/f.txt%00", "/%00", "/f.txt%00.html", "/%", "/%zz", "/%1", "/sub%2F..%2Ff.txt", "/sub%2f", "/a%2fb")),
    *((404, path) for path in (
        "/..%5coutside.txt", "/%5c..%5coutside.txt", "/%c0%ae%c0%ae/outside.txt", "/%e0%80%ae%e0%80%ae/outside.txt",
        "/%252e%252e/outside.txt", "/%25%32%65%25%32%65/outside.txt", "/..;/outside.txt", "/...", "/..../",
        "/etc/passwd", "/%ff", "/%80", "/%0a", "/f.txt%0d%0aX:1", "/~root", "/con", "/f.txt::$DATA", "/sub;x")),
    # names as they are
    (b"x", "/sp%20ace"), (404, "/sp+ace"), (b"x", "/back%5cslash"), (b"x", "/pct%2541"), (404, "/pct%41"),
    (b"x", "/trail./t"), (404, "/trail/t"), (404, "/f.txt."), (404, "/f.txt%20"), (404, "/f.txt/"), (404, "/F.TXT"),
    # hidden
    *((404, path) for path in ("/.env", "/%2eenv", "//.env", "/sub/.dot/x/y", "/sub/.dot", "/sub/.dot/", "/sub/%2edot/x",
                               "/.well-known/.hid", "/.well-known/../.env", "/sub/.well-known/x")),
    (b"x", "/.well-known/acme/t"), (404, "/.well-known"),
    # links
    (b"file", "/in"), ("/insub/", "/insub"), (b"sub", "/insub/f.txt"), (b"file", "/dotdot"),
    *((404, path) for path in ("/link", "/away", "/away/", "/away/s.txt", "/up/", "/up/outside.txt", "/etc/", "/loop",
                               "/magic", "/environment")),
    # what is no file, or may not be read
    *((403, path) for path in ("/pipe", "/socket", "/closed/x", "/unreadable")),
    # long
    (b"x", "/" + N), (414, "/" + N + "n"), (b"x", "/" + M), (414, "/" + "x/" * 2100), (b"x", f"/{DEEP}/x"),
    # folders
    ("/sub/", "/sub"), ("/sub/?a=b", "/sub?a=b"), (404, "/sub/"), (404, "/"), (404, "/none/"),
]


class Paths(FileAnswers):
    def setUp(self):
        super().setUp()
        for name, content in (("f.txt", b"file"), ("sub/f.txt", b"sub"), ("../outside.txt", b"SECRET"),
                              ("../root-secret/s.txt", b"SECRET")):
            self.put(name, content)
        for name in ("sub/.dot/x/y", ".env", ".well-known/acme/t", ".well-known/.hid", "sub/.well-known/x", N, M,
                     f"{DEEP}/x", "pct%41", "back\\slash", "sp ace", "trail./t", "closed/x", "unreadable"):
            self.put(name)
        for name, target in (("link", "../root-secret/s.txt"), ("away", "../root-secret"), ("etc", "/etc"),
                             ("in", "f.txt"), ("insub", "sub"), ("dotdot", "sub/../f.txt"), ("loop", "loop"),
                             ("up", ".."), ("magic", "/proc/self/fd/0"), ("environment", "/proc/self/environ")):
            os.symlink(target, os.path.join(self.root, name))
        os.mkfifo(os.path.join(self.root, "pipe"))
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(os.path.join(self.root, "socket"))
        for name in ("closed", "unreadable"):
            os.chmod(os.path.join(self.root, name), 0)
        self.started = self.start(f"file: {{ root: {self.root} }}\n")

    def tearDown(self):
        os.chmod(os.path.join(self.root, "closed"), 0o700)
        super().tearDown()

    def test_paths(self):
        for (expected, path), answer in zip(PATHS, self.ask_all([Request(path) for _, path in PATHS])):
            with self.subTest(path[:99]):
                self.assertNotRegex(answer.body, b"SECRET|root:")
                self.assertNotIn(self.folder, str(answer.fields) + str(answer.body))
                got = answer.body if answer.status == 200 else answer.field("location") or answer.status
                self.assertEqual(got, expected)


LIMIT = 65536
TOKEN = "Authorization: Bearer 0123456789abcdef"

# One after the other, in a folder of its own. {T}: the tag of /old.txt as it was at first.
UPLOADS = [
    # made, changed
    (201, "PUT", "/new.txt", b"hello"), (b"hello", "GET", "/new.txt", None), (204, "PUT", "/new.txt", b"changed"),
    (b"changed", "GET", "/new.txt", None), (201, "PUT", "/empty", b""), (b"", "GET", "/empty", None),
    (201, "PUT", "/chunked", b"x" * 5000, "Transfer-Encoding: chunked"), (411, "PUT", "/forgotten", None),
    (201, "PUT", "/full", b"x" * LIMIT), (413, "PUT", "/large", b"x" * (LIMIT + 1)),
    (413, "PUT", "/large", b"x" * (LIMIT + 1), "Transfer-Encoding: chunked"),
    # where nothing is changed
    *((409, "PUT", path, b"x") for path in ("/none/x", "/dir", "/dir/", "/made/", "/", "/away/x")),
    *((403, "PUT", path, b"x") for path in ("/.env", "/.hidden/x", "/.berth-upload-1", "/closed/x")),
    *((400, "PUT", path, b"x") for path in ("/../../x", "/%2e%2e/%2e%2e/x", "/..%2fx", "/%00")),
    (414, "PUT", "/" + "x" * 300, b"x"), (400, "PUT", "/old.txt", b"x", "Content-Range: bytes 0-0/5"),
    (415, "PUT", "/old.txt", b"x", "Content-Encoding: gzip"), (401, "PUT", "/old.txt", b"x", "Authorization:"),
    (401, "DELETE", "/old.txt", None, "Authorization:"), (405, "POST", "/old.txt", b"x"), (405, "PATCH", "/old.txt", b"x"),
    # RFC 9110 13.1
    (412, "PUT", "/old.txt", b"1", "If-None-Match: *"), (412, "PUT", "/old.txt", b"1", "If-None-Match: {T}"),
    (201, "PUT", "/once", b"1", "If-None-Match: *"), (412, "PUT", "/none", b"1", "If-Match: *"),
    (412, "PUT", "/old.txt", b"1", 'If-Match: "x"'), (412, "PUT", "/old.txt", b"1", "If-Match: W/{T}"),
    (412, "PUT", "/old.txt", b"1", f"If-Unmodified-Since: {OLD}"), (412, "DELETE", "/old.txt", None, 'If-Match: "x"'),
    (b"old", "GET", "/old.txt", None), (204, "PUT", "/old.txt", b"1", 'If-Match: "x", {T}'),
    (412, "PUT", "/old.txt", b"2", "If-Match: {T}"), (412, "DELETE", "/old.txt", None, "If-Match: {T}"),
    (204, "PUT", "/old.txt", b"3", f"If-Modified-Since: {FUTURE}"), (b"3", "GET", "/old.txt", None),
    # removed
    (404, "DELETE", "/none", None), (409, "DELETE", "/dir", None), (409, "DELETE", "/dir/", None),
    (404, "DELETE", "/old.txt/", None), (403, "DELETE", "/.hidden", None), (204, "DELETE", "/bare/", None),
    (204, "DELETE", "/once", None), (404, "GET", "/once", None), (404, "DELETE", "/once", None),
    # links are replaced and removed, not followed
    (201, "PUT", "/link", b"in place of it"), (b"in place of it", "GET", "/link", None), (404, "DELETE", "/away", None),
    (204, "PUT", "/inside", b"mine"), (b"mine", "GET", "/inside", None), (204, "DELETE", "/to-x", None),
    (b"x", "GET", "/dir/x", None),
]
LEFT = [".hidden", "away", "chunked", "closed", "dir", "empty", "full", "inside", "link", "new.txt", "old.txt"]


class Uploads(FileAnswers):
    def setUp(self):
        super().setUp()
        self.write("outside", "SECRET")
        self.started = self.start(f"""
limits: {{ body: {LIMIT}B }}
filters: [ auth: {{ bearer: {{ tokens: {{ ci: {TOKEN.rpartition(" ")[2]} }} }} }} ]
file: {{ root: {self.root}, upload: true }}
""")

    def prepare(self, name):
        """A folder in which everything is done over one transport."""
        for folder in ("", "dir", "bare", "closed", ".hidden"):
            os.makedirs(os.path.join(self.root, name, folder))
            os.chmod(os.path.join(self.root, name, folder), 0o755 if folder == "closed" else 0o777)
        self.put(f"{name}/old.txt", b"old")
        self.put(f"{name}/dir/x")
        for link, target in (("link", "../../outside"), ("away", "../.."), ("inside", "dir/x"), ("to-x", "dir/x")):
            os.symlink(target, os.path.join(self.root, name, link))

    def play(self, name, transport):
        """The answers, with what depends on the folder left out."""
        self.prepare(name)
        tag = ask(self.ports, transport, [Request(f"/{name}/old.txt", [TOKEN])], self.folder)[0].field("etag")
        requests = [Request(f"/{name}{path}", [*([] if "Authorization:" in fields else [TOKEN]),
                                               *(field.replace("{T}", tag) for field in fields)], method, body)
                    for _, method, path, body, *fields in UPLOADS]
        answers = ask(self.ports, transport, requests, self.folder)
        for answer in answers:
            answer.fields = [(field, value.replace(f"/{name}/", "/")) for field, value in answer.fields
                             if field not in ("etag", "last-modified")]
        return answers

    def test_uploads(self):
        everywhere = {transport: self.play(f"f{number}", transport) for number, transport in enumerate(TRANSPORTS)}
        for number, (transport, answers) in enumerate(everywhere.items()):
            for case, answer, same in zip(UPLOADS, answers, everywhere["http/1.1"]):
                with self.subTest(transport, case=str(case)[:99]):
                    self.assertEqual(answer.body if answer.status == 200 else answer.status, case[0])
                    self.assertEqual(shown(answer), shown(same))
                    self.assertEqual(answer.field("location"), case[2] if answer.status == 201 else None)
            self.assertEqual(sorted(os.listdir(os.path.join(self.root, f"f{number}"))), LEFT)
        with open(os.path.join(self.folder, "outside"), encoding="ascii") as file:
            self.assertEqual(file.read(), "SECRET")


if __name__ == "__main__":
    unittest.main()
