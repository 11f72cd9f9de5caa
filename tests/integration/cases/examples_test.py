"""Every file of conf/ passes `berth check`, and every example serves what it listens for."""
import glob
import os
import re
import unittest

from support import http, server
from support.ports import free_port
from support.tls import context

CONF = os.path.normpath(os.path.join(os.path.dirname(__file__), "..", "..", "..", "conf"))
LISTEN = re.compile(r"(https?)://([^\s:/\]\"',]*):(\d+)")
SOCKET = re.compile(r"/tmp/[\w.-]+\.sock")


class Examples(server.BerthTest):
    def test_check(self):
        paths = [os.path.join(CONF, "berth.yaml"), *glob.glob(os.path.join(CONF, "examples", "*.yaml"))]
        self.assertGreater(len(paths), 5)
        for path in paths:
            with self.subTest(os.path.basename(path)):
                answer = server.run("check", path)
                self.assertEqual(answer.returncode, 0, answer.stderr)

    def test_serve(self):
        for path in sorted(glob.glob(os.path.join(CONF, "examples", "*.yaml"))):
            with self.subTest(os.path.basename(path)):
                self.serve_example(path)

    def moved(self, text):
        """The example with ports and sockets of its own: the text, the environment, where it listens."""
        ports = {}

        def free(found):
            return f"{found.group(1)}://{found.group(2)}:{ports.setdefault(found.group(3), free_port())}"
        variable = free_port()
        text = SOCKET.sub(os.path.join(self.folder, "example.sock"), LISTEN.sub(free, text))
        shown = "\n".join(line.split("#")[0] for line in text.split("\n"))
        where = [(scheme, ("127.0.0.1", int(port))) for scheme, _, port in LISTEN.findall(shown)]
        where += [("http", path) for path in re.findall(r"http://unix:(\S+)", shown)]
        if "${env:BERTH_EXAMPLE_PORT" in shown:
            where.append(("http", ("127.0.0.1", variable)))
        return text, {"BERTH_EXAMPLE_PORT": variable, "STATE_DIRECTORY": self.folder}, where

    def serve_example(self, path):
        with open(path, encoding="utf-8") as file:
            text, variables, where = self.moved(file.read())
        self.assertTrue(where, "it listens")
        name = self.write(os.path.basename(path), text)
        started = server.Berth(self.folder, ["run", "-c", name], where[0][1], server.environment(**variables))
        self.servers.append(started)
        started.start()
        host = (re.search(r"^hosts: *\[?'?([\w.-]+)", text, re.MULTILINE) or [None, "localhost"])[1]
        for scheme, address in where:
            with http.Client(address, tls=context() if scheme == "https" else None, server_name=host) as client:
                self.assertLess(client.get(host=host).status, 500)
        self.assertEqual(started.stop(), 0)


if __name__ == "__main__":
    unittest.main()
