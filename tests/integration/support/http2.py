"""A client of HTTP/2 as bytes (RFC 9113), which knows as much of it as a tunnel needs."""
import struct
import threading

from . import http

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM, ACK, END_HEADERS = 1, 1, 4
ENABLE_CONNECT_PROTOCOL = 8


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def window_update(stream, size):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", size))


def literal(name, value):
    """RFC 7541 6.2.2, a new name, no Huffman; both shorter than 127."""
    return b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


class Client(http.Client):
    """Settings are read when they come; answers are told apart by their stream."""

    def __init__(self, *where, **named):
        super().__init__(*where, **named)
        self.settings = {}
        self.windows = {0: 65535, 1: 65535}  # what we may send
        self.opened = threading.Condition()
        self.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0))
        while not self.settings:
            self.hear()

    def request(self, stream, fields, flags=0):
        block = b"".join(literal(name, value) for name, value in fields)
        self.send(frame(HEADERS, END_HEADERS | flags, stream, block))

    def connect(self, stream, protocol, path):
        """An extended CONNECT (RFC 8441)."""
        self.request(stream, [(":method", "CONNECT"), (":protocol", protocol), (":scheme", "http"), (":path", path),
                              (":authority", "localhost"), ("sec-websocket-version", "13")])

    def spend(self, size):
        """Waits until so many bytes may be sent on stream 1; another thread has to listen."""
        with self.opened:
            self.opened.wait_for(lambda: min(self.windows.values()) >= size, timeout=20)
            self.windows = {stream: left - size for stream, left in self.windows.items()}

    def hear(self):
        """The next frame of a stream: kind, flags, stream, payload. Those of the connection are dealt with."""
        while True:
            head = self.take(9)
            size = int.from_bytes(head[:3], "big")
            kind, flags, stream = head[3], head[4], int.from_bytes(head[5:9], "big")
            payload = bytes(self.take(size))
            if kind == SETTINGS and not flags & ACK:
                self.settings = dict(struct.unpack_from(">HI", payload, at) for at in range(0, size, 6))
                self.send(frame(SETTINGS, ACK, 0))
            if kind == WINDOW_UPDATE:
                with self.opened:
                    self.windows[stream] += int.from_bytes(payload, "big")
                    self.opened.notify()
            if kind in (DATA, HEADERS, RST_STREAM) or kind == SETTINGS:
                return kind, flags, stream, payload
