"""Every file of conf/ passes `berth check`, and every example serves what it listens for."""
import glob
import os
import re
import shutil
import unittest

from support import http, server
from support.ports import free_port
from support.tls import context

CONF = os.path.join(os.path.dirname(__file__), "..", "..", "..", "conf")
LISTEN = re.compile(r"(https?)://([^\s:/\]\"',]*):(\d+)")


class Examples(server.BerthTest):
    def test_default_configuration(self):
        answer = server.run("check", os.path.join(CONF, "berth.yaml"))
        self.assertEqual(answer.returncode, 0, answer.stderr)

    def test_examples_serve(self):
        examples = sorted(glob.glob(os.path.join(CONF, "examples", "*.yaml")))
        self.assertTrue(examples)
        for path in examples:
            with self.subTest(os.path.basename(path)):
                self.serve_example(path)

    def serve_example(self, path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        ports = {}

        def with_free_port(found):
            port = ports.setdefault(found.group(3), free_port())
            return f"{found.group(1)}://{found.group(2)}:{port}"
        text = LISTEN.sub(with_free_port, text)
        listens = LISTEN.findall("\n".join(line.split("#")[0] for line in text.split("\n")))
        self.assertTrue(listens, "the example listens")
        name = self.write(os.path.basename(path), text)
        for beside in glob.glob(os.path.join(os.path.dirname(path), "*.pem")):
            shutil.copy(beside, self.folder)
        started = server.Berth(self.folder, ["run", "-c", name], ("127.0.0.1", int(listens[0][2])),
                               server.environment(STATE_DIRECTORY=self.folder))
        self.servers.append(started)
        started.start()
        host = (re.search(r"^hosts: *\[?'?([\w.-]+)", text, re.MULTILINE) or [None, "localhost"])[1]
        for scheme, _, port in listens:
            with http.Client(("127.0.0.1", int(port)), tls=context() if scheme == "https" else None,
                             server_name=host) as client:
                self.assertLess(client.get(host=host).status, 500)
        self.assertEqual(started.stop(), 0)


if __name__ == "__main__":
    unittest.main()
