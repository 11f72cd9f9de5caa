"""Programs and libraries that others wrote, as clients."""
import http.client
import re
import shutil
import subprocess
import unittest

from support import server


NODE_FETCH = """
const all = Array.from({ length: 20 }, async (_, i) => {
    const answer = await fetch(URL + i, i % 2 ? { method: "POST", body: "x".repeat(100000) } : {});
    return `${answer.status} ${await answer.text()}`;
});
Promise.all(all).then((texts) => console.log(texts.join("\\n")));
"""
NODE_HTTP2 = """
const session = require("http2").connect(URL);
let left = 20;
for (let i = 0; i < 20; ++i) {
    const post = i % 2 === 1;
    const stream = session.request({ ":path": "/" + i, ":method": post ? "POST" : "GET" }, { endStream: !post });
    let text = "";
    stream.setEncoding("utf8");
    stream.on("response", (fields) => { text = fields[":status"] + " "; });
    stream.on("data", (piece) => { text += piece; });
    stream.on("close", () => { console.log(text); if (--left === 0) session.close(); });
    stream.on("error", (error) => { console.log(error); });
    if (post) stream.end("x".repeat(100000));
}
"""
PYTHON_H2 = """
import socket, h2.connection, h2.config, h2.events
engine = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
engine.initiate_connection()
wire = socket.create_connection((HOST, PORT), 10)
texts, ended = {}, 0
for stream in range(1, 40, 2):
    engine.send_headers(stream, [(":method", "GET"), (":scheme", "http"), (":authority", HOST), (":path", "/")],
                        end_stream=True)
while ended < 20:
    wire.sendall(engine.data_to_send())
    for event in engine.receive_data(wire.recv(65536)):
        if isinstance(event, h2.events.ResponseReceived):
            texts[event.stream_id] = dict(event.headers)[b":status"].decode() + " "
        elif isinstance(event, h2.events.DataReceived):
            texts[event.stream_id] += event.data.decode()
            engine.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        ended += isinstance(event, h2.events.StreamEnded)
print("\\n".join(texts.values()))
"""


class Peers(server.BerthTest):
    def setUp(self):
        super().setUp()
        self.server = self.one_shot("hello", H2C=1)
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

    def run_script(self, program, option, script):
        """It prints 20 times what hello answers."""
        host, port = self.server.address
        for name, value in (("URL", f'"{self.url}"'), ("HOST", f'"{host}"'), ("PORT", str(port))):
            script = re.sub(rf"\b{name}\b", value, script)
        said = self.run_peer(program, option, script)
        self.assertEqual(said.split("\n"), ["200 Hello World"] * 20 + [""])

    def test_node_fetch(self):
        self.run_script("node", "-e", NODE_FETCH)

    def test_node_http2(self):
        self.run_script("node", "-e", NODE_HTTP2)

    def test_python_h2(self):
        python = "/usr/bin/python3"
        if subprocess.run([python, "-c", "import h2"], capture_output=True, check=False).returncode != 0:
            self.skipTest("python3-h2 is not installed")
        self.run_script(python, "-c", PYTHON_H2)

    def test_python_http_client(self):
        client = http.client.HTTPConnection(*self.server.address, timeout=20)
        self.addCleanup(client.close)
        for body in (None, b"x" * 100_000, iter([b"chunk"] * 1000)):  # the last one in chunks
            client.request("GET" if body is None else "POST", "/", body)
            answer = client.getresponse()
            self.assertEqual((answer.status, answer.read()), (200, b"Hello World"))

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
