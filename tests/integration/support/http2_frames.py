"""HTTP/2 over a raw socket, frame by frame: for tests that decide when a window opens."""
import collections
import socket
import struct

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1

Frame = collections.namedtuple("Frame", "kind flags stream payload")


def literal(index, text):
    """A field with a name of the static table, its value as it is (RFC 7541 6.2.2)."""
    return bytes([index, len(text)]) + text.encode()


def frame(kind, payload=b"", flags=0, stream=0):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


class Client:
    def __init__(self, address=None, timeout=20.0, connected=None):
        """On a socket that is connected, with TLS, say; or a new one."""
        self.socket = connected or socket.create_connection(address, timeout)
        self.input = self.socket.makefile("rb")
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        self.send(SETTINGS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.input.close()
        self.socket.close()

    def send_bytes(self, data):
        self.socket.sendall(data)

    def send(self, kind, payload=b"", flags=0, stream=0):
        self.socket.sendall(frame(kind, payload, flags, stream))

    def get(self, stream, path):
        self.send(HEADERS, b"\x82\x86" + literal(4, path) + literal(1, "localhost"), END_HEADERS | END_STREAM, stream)

    def open_window(self, stream, size):
        for each in (0, stream):
            self.send(WINDOW_UPDATE, struct.pack(">I", size), stream=each)

    def frames(self):
        """Until the server closes."""
        while len(head := self.input.read(9)) == 9:
            size, (kind, flags, stream) = int.from_bytes(head[:3], "big"), struct.unpack(">BBI", head[3:])
            yield Frame(kind, flags, stream, self.input.read(size))
