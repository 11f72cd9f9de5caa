"""Filters of connections and the rate filter, in the real program."""
import os
import shutil
import socket
import struct
import subprocess
import time
import unittest

from support import http, processes, server
from support.ports import free_port

V2 = b"\r\n\r\n\0\r\nQUIT\n"
REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def tcp4(source, port):
    return socket.inet_aton(source) + socket.inet_aton("127.0.0.1") + struct.pack(">HH", port, 80)


class Filters(server.BerthTest):
    def start(self, filters, more="", **named):
        port = free_port()
        text = (f"site: hello\nlisten: http://127.0.0.1:{port}\nconnection_filters: {filters}\n"
                f"access_log: {{ format: common, to: {self.folder}/access.log }}\nhello: {{}}\n{more}")
        return self.serve(text, port=port, **named)

    def ask(self, started, *pieces, pause=0):
        """All that comes back; empty when the connection is closed without an answer."""
        with socket.create_connection(started.address, timeout=20) as connection:
            try:
                for piece in pieces:
                    connection.sendall(piece)
                    time.sleep(pause)
                answer = b""
                while block := connection.recv(65536):
                    answer += block
                return answer
            except ConnectionError:
                return b""

    def clients(self, started, count):
        path = os.path.join(self.folder, "access.log")

        def lines():
            with open(path, encoding="utf-8") as file:
                return file.read().splitlines()
        processes.wait_until(lambda: len(lines()) >= count, 20, f"{count} lines of the access log")
        return [line.split(" ")[0] for line in lines()]


class ProxyProtocol(Filters):
    def test_both_versions_name_the_client(self):
        started = self.start("[proxy_protocol]")
        v1 = b"PROXY TCP4 192.0.2.1 127.0.0.1 4711 80\r\n"
        v2 = V2 + b"\x21\x11" + struct.pack(">H", 17) + tcp4("192.0.2.2", 4711) + b"\x04\0\2xx"
        self.assertIn(b"200 OK", self.ask(started, v1 + REQUEST))
        self.assertIn(b"200 OK", self.ask(started, v2 + REQUEST))
        self.assertIn(b"200 OK", self.ask(started, V2 + b"\x20\0\0\0" + REQUEST))
        self.assertEqual(self.clients(started, 3), ["192.0.2.1", "192.0.2.2", "127.0.0.1"])

    def test_a_header_in_pieces(self):
        started = self.start("[proxy_protocol]")
        header = b"PROXY TCP6 2001:db8::1 ::1 4711 80\r\n"
        self.assertIn(b"200 OK", self.ask(started, *[header[i:i + 1] for i in range(len(header))], REQUEST, pause=0.002))
        self.assertEqual(self.clients(started, 1), ["2001:db8::1"])

    def test_the_header_is_required(self):
        started = self.start("[proxy_protocol]")
        for bad in (REQUEST, b"PROXY TCP4 192.0.2.1 127.0.0.1 4711\r\n" + REQUEST, b"PROXY UNKNOWN " + b"x" * 200):
            self.assertEqual(self.ask(started, bad), b"")
        self.assertIn(b"200 OK", self.ask(started, b"PROXY UNKNOWN\r\n" + REQUEST))
        metrics = started.command("status", "--metrics").stdout
        self.assertIn('berth_connections_refused_total{filter="proxy_protocol"} 3', metrics)

    def test_the_header_must_come_in_time(self):
        started = self.start("[proxy_protocol]")
        with socket.create_connection(started.address, timeout=30) as connection:
            connection.sendall(b"PROXY TC")
            self.assertEqual(connection.recv(1), b"")

    def test_others_than_the_proxies_are_closed(self):
        started = self.start("[{ proxy_protocol: { trusted: [10.0.0.0/8] } }]")
        self.assertEqual(self.ask(started, b"PROXY UNKNOWN\r\n" + REQUEST), b"")

    def test_later_filters_see_the_client(self):
        started = self.start("[proxy_protocol, { blacklist: { deny: [192.0.2.0/24] } }]")
        self.assertEqual(self.ask(started, b"PROXY TCP4 192.0.2.1 127.0.0.1 1 80\r\n" + REQUEST), b"")
        self.assertIn(b"200 OK", self.ask(started, b"PROXY TCP4 192.0.3.1 127.0.0.1 1 80\r\n" + REQUEST))

    def test_limits_per_address_count_the_client(self):
        started = self.start("[proxy_protocol]", "limits: { connections_per_address: 1 }\n")
        first = b"PROXY TCP4 192.0.2.1 127.0.0.1 1 80\r\n"
        with socket.create_connection(started.address, timeout=20) as held:
            held.sendall(first + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertIn(b"200 OK", held.recv(65536))
            self.assertEqual(self.ask(started, first + REQUEST), b"")
            self.assertIn(b"200 OK", self.ask(started, b"PROXY TCP4 192.0.2.2 127.0.0.1 1 80\r\n" + REQUEST))

    @unittest.skipUnless(shutil.which("haproxy"), "needs haproxy")
    def test_haproxy_in_front(self):
        started = self.start("[proxy_protocol]")
        for option in ("send-proxy", "send-proxy-v2"):
            front = free_port()
            path = self.write("haproxy.cfg", f"""
defaults
    mode tcp
    timeout connect 10s
    timeout client 10s
    timeout server 10s
listen front
    bind 127.0.0.1:{front}
    server berth 127.0.0.1:{started.port} {option}
""")
            proxy = subprocess.Popen(["haproxy", "-f", path, "-db"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.addCleanup(proxy.wait)
            self.addCleanup(proxy.terminate)
            processes.wait_until(lambda: self.answers(("127.0.0.1", front)), 20, f"an answer through {option}")

    @staticmethod
    def answers(address):
        try:
            return http.get(address, "/").status == 200
        except (ConnectionError, http.Closed):
            return False


class Others(Filters):
    def test_a_flood_is_refused_by_all_workers(self):
        started = self.start("[{ flood: { connections_per_minute: 5, count_local: true } }]", workers=2)
        answers = [b"200 OK" in self.ask(started, REQUEST) for _ in range(12)]
        # The probe that waits for the server has connected, too.
        self.assertLessEqual(sum(answers), 5)
        self.assertGreaterEqual(sum(answers), 1)
        self.assertFalse(any(answers[6:]))
        self.assertIn("is refused for 600 s", started.log())

    def test_a_ban_outlives_a_reload(self):
        started = self.start("[{ flood: { connections_per_minute: 2, count_local: true } }]")
        for _ in range(4):
            self.ask(started, REQUEST)
        self.assertEqual(started.command("reload").returncode, 0)
        self.assertEqual(self.ask(started, REQUEST), b"")

    def test_one_shots_take_the_old_names(self):
        port = free_port()
        started = self.one_shot("hello", PORT=port, MIDDLEWARE="annoyer;blacklist", BLACKLIST="192.0.2.1;127.0.0.0/8",
                                ANNOYER_PERIOD="0.1")
        self.assertEqual(self.ask(started, REQUEST), b"")
        processes.wait_until(lambda: "Uptime =>" in started.log(), 20, "a line of the annoyer")


class Rate(Filters):
    def test_requests_are_limited_by_all_workers(self):
        started = self.start("[]", "filters: [{ rate: { allow: 5/h, count_local: true } }]\n", workers=2)
        answers = [http.get(started.address, "/") for _ in range(12)]
        self.assertEqual([answer.status for answer in answers], [200] * 5 + [429] * 7)
        self.assertGreater(int(answers[-1].field("retry-after")), 600)


if __name__ == "__main__":
    unittest.main()
