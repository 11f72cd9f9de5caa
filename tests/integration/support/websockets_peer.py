"""What the library `websockets` makes of a server that echoes. Run by the system's Python:
websockets_peer.py URL [CA_FILE]. Ends with 0 when everything came back."""
import asyncio
import ssl
import sys

import websockets

NUMBERS = " ".join(map(str, range(200_000)))
MESSAGES = ["hi", "", "ä" * 1000, b"\0\xff", b"z" * 70_000, NUMBERS[:300_000], NUMBERS[:1024 * 1024].encode()]


async def talk(url, tls, compression):
    async with websockets.connect(url, ssl=tls, compression=compression, max_size=None) as peer:
        for message in MESSAGES:
            await peer.send(message)
            assert await peer.recv() == message
        await peer.send(["a", "b", "", "c"])
        assert await peer.recv() == "abc"
        await asyncio.gather(*(peer.send(str(i)) for i in range(500)))
        assert [await peer.recv() for _ in range(500)] == [str(i) for i in range(500)]
        await (await peer.ping(b"are you there"))
        await peer.close(4001, "bye")
        assert peer.close_code == 4001, peer.close_code


async def main(url, authority=None):
    tls = ssl.create_default_context(cafile=authority) if url.startswith("wss") else None
    await talk(url, tls, None)
    await talk(url, tls, "deflate")

asyncio.run(main(*sys.argv[1:]))
