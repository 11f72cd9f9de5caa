"""A WebSocket client as bytes (RFC 6455), for what no well-behaved client does."""
import base64
import os
import struct

from . import http

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def frame(opcode, payload=b"", fin=True):
    mask = os.urandom(4)
    size = len(payload)
    length = struct.pack(">B", 0x80 | size) if size < 126 else \
        struct.pack(">BH", 0x80 | 126, size) if size < 65536 else struct.pack(">BQ", 0x80 | 127, size)
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return bytes([(0x80 if fin else 0) | opcode]) + length + mask + masked


class Client(http.Client):
    def handshake(self, path="/ws", *fields):
        """Returns the answer's head; the frames follow when it is 101."""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: Upgrade", "Upgrade: websocket",
                 "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", *fields, "", ""]
        self.send("\r\n".join(lines))
        return self.head()

    def say(self, opcode, payload=b""):
        self.send(frame(opcode, payload))

    def hear(self):
        """The next frame: opcode and payload."""
        first, size = self.take(2)
        if size >= 126:
            form = 2 if size == 126 else 8
            size = int.from_bytes(self.take(form), "big")
        return first & 15, bytes(self.take(size))
