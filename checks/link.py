#!/usr/bin/env python3
"""A stretch of network between a program and a server, which can be slow, narrow, silent or cut.

    python3 checks/link.py PORT

Listens on a port of its own on 127.0.0.1, prints it, and carries each connection to PORT. Orders come on the standard input,
one a line: `pass`; `delay MILLISECONDS`, each way; `narrow BYTES_A_SECOND`, each way and connection; `silence`, nothing is
carried and nobody is told, as when packets are dropped; `cut`, connections are reset and new ones as well. To each it says how
many bytes it has carried so far, and it ends with its input. `Link` is such a program, to be steered from a check.
"""

import asyncio
import contextlib
import os
import socket
import struct
import subprocess
import sys

PIECE_BYTES = 1 << 16
# SO_LINGER with no time to linger: closing resets the connection (socket(7)).
RESET = struct.pack("ii", 1, 0)


class Stretch:
    """What the connections have in common: the state of the network, and who is on it."""

    def __init__(self, port):
        self.port = port
        self.delay_seconds, self.bytes_a_second, self.is_cut = 0.0, None, False
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.writers = set()
        self.carried_bytes = 0

    def obey(self, order, *words):
        self.delay_seconds, self.bytes_a_second, self.is_cut = 0.0, None, order == "cut"
        if order == "delay":
            self.delay_seconds = float(words[0]) / 1000
        elif order == "narrow":
            self.bytes_a_second = float(words[0])
        if order == "silence":
            self.is_open.clear()
        else:
            self.is_open.set()
        if self.is_cut:
            for writer in list(self.writers):
                self.reset(writer)

    @staticmethod
    def reset(writer):
        with contextlib.suppress(OSError):
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        writer.transport.abort()

    async def carry(self, reader, writer):
        """One direction. Pieces keep their distances: a delay is no narrowness."""
        clock = asyncio.get_running_loop()
        pieces = asyncio.Queue(maxsize=64)

        async def deliver():
            while True:
                piece, due = await pieces.get()
                await asyncio.sleep(max(0, due - clock.time()))
                await self.is_open.wait()
                if not piece:
                    writer.write_eof()
                    return
                writer.write(piece)
                await writer.drain()
                if self.bytes_a_second:
                    await asyncio.sleep(len(piece) / self.bytes_a_second)

        delivery = asyncio.ensure_future(deliver())
        try:
            while piece := await reader.read(PIECE_BYTES):
                self.carried_bytes += len(piece)
                await pieces.put((piece, clock.time() + self.delay_seconds))
            await pieces.put((b"", clock.time() + self.delay_seconds))
            await delivery
        except OSError:
            # One end is gone; whoever waits for this direction ends the other.
            pass
        finally:
            delivery.cancel()

    async def connect(self, reader, writer):
        """Carries a connection until one of its ends closes it."""
        self.writers.add(writer)
        far = None
        try:
            if self.is_cut:
                return
            await self.is_open.wait()
            far_reader, far = await asyncio.open_connection("127.0.0.1", self.port)
            self.writers.add(far)
            ways = [asyncio.ensure_future(self.carry(reader, far)), asyncio.ensure_future(self.carry(far_reader, writer))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            # What was said before the end still arrives.
            await asyncio.wait(ways, timeout=0.2)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        except OSError:
            pass
        finally:
            for end in [writer, far]:
                if end is not None:
                    self.writers.discard(end)
                    self.reset(end) if self.is_cut or far is None else end.close()


async def run(port):
    stretch = Stretch(port)
    server = await asyncio.start_server(stretch.connect, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        stretch.obey(*line.decode().split())
        print(stretch.carried_bytes, flush=True)
    # Connections under way are of no interest any more, and would complain.
    os._exit(0)


class Link:
    """A stretch of network before a port, in a process of its own, so that it takes no time from who measures."""

    def __init__(self, port):
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def order(self, *words):
        """Has the network be in another state, and returns when it is: the bytes carried so far, both ways."""
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(int(sys.argv[1])))
