"""Chromium as the client: a page over HTTP/2, requests of its script, WebSocket on the same connection."""
import json
import os
import unittest

from support import server
from support.browser import Browser, starts
from support.certificates import Authority
from support.ports import free_port

PAGE = """<!doctype html><title>page</title><script type="module">
const found = {};
const LARGE = Array.from({ length: 120000 }, (_, i) => (i * 2654435761 % 4294967296).toString(36)).join(" ");
const echo = async (path) => {
    const socket = new WebSocket("wss://" + location.host + path);
    socket.binaryType = "arraybuffer";
    const closed = new Promise((resolve) => { socket.onclose = resolve; });
    const next = () => new Promise((resolve, reject) => {
        socket.onmessage = (event) => resolve(event.data);
        closed.then((end) => reject(new Error("closed: " + end.code + " " + end.reason)));
    });
    await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = () => reject(new Error(path)); });
    const say = (data) => { const answer = next(); socket.send(data); return answer; };
    const text = await say("h\\u00e9llo \\u{1f30a}");
    const large = await say(LARGE);
    const bytes = new Uint8Array(await say(new Uint8Array([0, 255, 128])));
    socket.close(4321, "done");
    const end = await closed;
    return { text, large: large === LARGE, bytes: [...bytes], extension: socket.extensions.split(";")[0],
             code: end.code, clean: end.wasClean };
};
try {
    const entry = performance.getEntriesByType("navigation")[0];
    found.protocol = entry.nextHopProtocol;
    found.texts = await Promise.all(Array.from({ length: 20 }, async (_, i) => {
        const answer = await fetch("/hello/" + i, i % 2 ? { method: "POST", body: "x".repeat(100000) } : {});
        return answer.status + " " + await answer.text();
    }));
    found.plain = await echo("/ws");
    found.compressed = await echo("/compressed");
} catch (error) {
    found.error = String(error);
}
fetch("COLLECTOR", { method: "POST", mode: "no-cors", body: JSON.stringify(found) });
</script>
"""


@unittest.skipUnless(starts(), "chromium is not installed, or cannot start here")
class Chromium(server.BerthTest):
    def setUp(self):
        super().setUp()
        self.browser = Browser(self.folder)
        self.port = free_port()
        cert, key = Authority(self.folder).issue("own", "localhost")
        self.write("pages/index.html", PAGE.replace("COLLECTOR", self.browser.url))
        os.chmod(os.path.join(self.folder, "pages"), 0o755)
        self.server = self.serve(f"""
site: page
listen: https://127.0.0.1:{self.port}
tls: {{ cert: {cert}, key: {key} }}
access_log: {{ format: common, to: {self.folder}/access.log }}
routes:
  - path: /ws
    echo_ws: {{}}
  - path: /compressed
    echo_ws: {{ compression: true }}
  - path: /hello/*
    hello: {{ message: Hello }}
  - path: /*
    file: {{ root: {self.folder}/pages }}
""", port=self.port)

    def tearDown(self):
        self.browser.close()
        super().tearDown()

    def assert_echoed(self, answer, extension):
        self.assertEqual(answer, {"text": "héllo 🌊", "large": True, "bytes": [0, 255, 128], "extension": extension,
                                  "code": 4321, "clean": True})

    def test_page_requests_and_websocket_share_a_connection(self):
        self.browser.open(f"https://localhost:{self.port}/")
        found = json.loads(self.browser.report())
        self.assertEqual(found.get("error"), None)
        self.assertEqual(found["protocol"], "h2")
        self.assertEqual(found["texts"], ["200 Hello"] * 20)
        self.assert_echoed(found["plain"], "")
        self.assert_echoed(found["compressed"], "permessage-deflate")
        self.browser.close()
        self.server.stop()
        with open(f"{self.folder}/access.log", encoding="utf-8") as file:
            log = file.read()
        for path in ("/ws", "/compressed"):
            self.assertIn(f'"CONNECT {path} HTTP/2.0" 200', log)


if __name__ == "__main__":
    unittest.main()
