"""HTTP/1.1 over a raw socket: the test decides about every byte."""
import socket
import ssl


class Response:
    def __init__(self, status, reason, fields, body):
        self.status, self.reason, self.fields, self.body = status, reason, fields, body

    def field(self, name):
        """The value of a field, None when absent; it must not repeat."""
        values = [value for key, value in self.fields if key == name.lower()]
        assert len(values) < 2, f"{name} repeats: {values}"
        return values[0] if values else None

    def __repr__(self):
        return f"<{self.status} {self.reason} {self.fields} {self.body[:200]!r}>"


class Closed(Exception):
    """The server closed where an answer was awaited."""


class Client:
    """One connection."""

    read_size = 65536  # asked for at once

    def __init__(self, address, timeout=10.0, tls=None, server_name=None, receive_buffer=None):
        family = socket.AF_UNIX if isinstance(address, str) else \
            socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.socket = socket.socket(family)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        try:
            self.socket.connect(address)
            if tls:
                self.socket = tls.wrap_socket(self.socket, server_hostname=server_name)
        except BaseException:
            self.socket.close()
            raise
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def end_of_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def get(self, path="/", host="localhost", fields=(), method="GET"):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *fields, "", ""]
        self.send("\r\n".join(lines))
        return self.response(method)

    def more(self):
        try:
            data = self.socket.recv(self.read_size)
        except ConnectionResetError as problem:
            raise Closed("reset") from problem
        except ssl.SSLEOFError as problem:
            raise Closed("end without close_notify") from problem
        if not data:
            raise Closed(f"closed after {self.buffer[:200]!r}")
        self.buffer += data

    def _until(self, mark):
        while mark not in self.buffer:
            self.more()
        head, _, self.buffer = self.buffer.partition(mark)
        return head

    def take(self, count):
        """So many bytes; a long body is not copied anew for each piece that arrives."""
        pieces, missing = [], count
        while missing:
            if not self.buffer:
                self.more()
            pieces.append(self.buffer[:missing])
            self.buffer = self.buffer[len(pieces[-1]):]
            missing -= len(pieces[-1])
        return b"".join(pieces)

    def head(self):
        """Status line and fields; the body stays unread."""
        first, *lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status, reason = (first.split(" ", 2) + [""])[:3]
        assert version == "HTTP/1.1", first
        fields = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        return Response(int(status), reason, fields, b"")

    def response(self, method="GET"):
        answer = self.head()
        if method == "HEAD" or answer.status in (204, 304) or answer.status < 200:
            return answer
        if answer.field("transfer-encoding") == "chunked":
            answer.body = self._chunks()
        elif answer.field("content-length") is not None:
            answer.body = self.take(int(answer.field("content-length")))
        else:
            answer.body = self.rest()
        return answer

    def _chunks(self):
        body = b""
        while True:
            size = int(self._until(b"\r\n").split(b";")[0], 16)
            if size == 0:
                while self._until(b"\r\n"):
                    pass
                return body
            body += self.take(size)
            assert self.take(2) == b"\r\n"

    def rest(self):
        """Everything until the server closes."""
        try:
            while True:
                self.more()
        except Closed:
            data, self.buffer = self.buffer, b""
            return data

    def is_closed(self):
        """Does the server close, sending nothing more?"""
        return self.rest() == b""


def get(address, path="/", **named):
    """One request on a connection of its own."""
    with Client(address) as client:
        return client.get(path, **named)
