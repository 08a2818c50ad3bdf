"""A web server that speaks every vice: threads on loopback, raw bytes, no manners. Each test says what it serves."""

import socket
import struct
import threading
import time
from contextlib import contextmanager, suppress

GOOD = b"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Good</title>
<item><title>Lights are on in the hall</title><guid isPermaLink="false">g1</guid>
<pubDate>Mon, 12 Sep 2022 18:00:00 GMT</pubDate>
<description>All quiet in the town tonight.</description></item></channel></rss>"""


def reply(body=b"", status="200 OK", headers=(), length=True):
    """The bytes of a decent answer."""
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


class Hostile:
    """A server whose every path is a function of the connection and the request's headers."""

    def __init__(self):
        self.ways = {}
        self.seen = []
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.socket.getsockname()[1]
        self.closing = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.port}{path}"

    def at(self, path, way):
        """Serves `way` at `path`: bytes as they are, or a function of the connection, the headers and this server."""
        self.ways[path] = way
        return self.url(path)

    def _accept(self):
        while not self.closing.is_set():
            with suppress(OSError):
                connection, _ = self.socket.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with suppress(OSError, ValueError), connection:
            request = b""
            while b"\r\n\r\n" not in request:
                piece = connection.recv(65536)
                if not piece:
                    return
                request += piece
            head = request.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            self.seen.append((path, headers))
            way = self.ways.get(path) or self.ways.get(path.split("?")[0]) or reply(b"no", "404 Not Found")
            if callable(way):
                way(connection, headers, self)
            else:
                connection.sendall(way)
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_WR)
                    connection.settimeout(2)
                    connection.recv(1)

    def close(self):
        self.closing.set()
        self.socket.close()


@contextmanager
def serving():
    """The server, running."""
    server = Hostile()
    try:
        yield server
    finally:
        server.close()


# Ways to behave that need more than a fixed answer.


def dripping(data, pause=0.05, size=1):
    """Sends `data` a few bytes at a time, for ever slowly."""

    def way(connection, headers, server):
        for at in range(0, len(data), size):
            if server.closing.is_set():
                return
            connection.sendall(data[at : at + size])
            time.sleep(pause)

    return way


def silent(first=b"", seconds=30):
    """Sends `first`, then nothing."""

    def way(connection, headers, server):
        connection.sendall(first)
        server.closing.wait(seconds)

    return way


def endless(first, again, pause=0.0):
    """Sends `first`, then `again` without end."""

    def way(connection, headers, server):
        connection.sendall(first)
        while not server.closing.is_set():
            connection.sendall(again)
            if pause:
                time.sleep(pause)

    return way


def resetting(first=b""):
    """Sends `first` and tears the connection down."""

    def way(connection, headers, server):
        connection.sendall(first)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return way


class Trap:
    """A listener that nobody may reach; it counts who does."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.socket.getsockname()[1]
        self.caught = 0
        self.closing = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while not self.closing:
            with suppress(OSError):
                connection, _ = self.socket.accept()
                self.caught += 1
                connection.close()

    def close(self):
        self.closing = True
        self.socket.close()
