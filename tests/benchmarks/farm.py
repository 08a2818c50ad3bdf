"""A farm of feeds on loopback: of every twenty one is slow (2 s), one fails, one is huge; all know what changed.

One entry in twenty-five speaks of an outage, as in a general newspaper.

`python farm.py NUMBER` prints its port and serves until its standard input ends. Texts are made up of our own words.
"""

import asyncio
import gzip
import sys
from datetime import UTC, datetime
from email.utils import formatdate
from html import escape

SLOW, FAILING, HUGE = 7, 11, 13
T0 = 1_762_500_000
PLACES = ["Kharkiv", "Sumy", "Poltava", "Odesa", "Lviv", "Rivne", "Kherson", "Dnipro", "Chernihiv", "Vinnytsia"]
SAYINGS = [
    "A school orchestra from {} gave a concert for {} guests who came in from the cold.",
    "The museum of {} opens its doors on Sunday; {} pupils have asked for places.",
    "Officials in {} thanked {} volunteers for their work at the warming points.",
    "The market square of {} is paved anew, and {} trees are planted along its sides.",
    "Librarians of {} counted {} books that readers brought back after many years.",
    "The bakery near the station in {} now bakes {} loaves a day, twice as many as in spring.",
    "A chess tournament in {} brought together {} players from all over the country.",
]
LOSS = "There is no electricity in {} Oblast after the strike, and {} customers are cut off, the grid company said."


def kind(number):
    return {SLOW: "slow", FAILING: "failing", HUGE: "huge"}.get(number % 20, "plain")


def body(number):
    """The feed of that number: RSS, or Atom three times in ten."""
    rows = []
    for one in range(400 if kind(number) == "huge" else 30):
        place = PLACES[(number * 3 + one) % len(PLACES)]
        sayings = [SAYINGS[(number + one * 5 + step) % len(SAYINGS)] for step in range(4)]
        if (number * 31 + one) % 25 == 0:
            sayings.insert(1, LOSS)
        text = " ".join(saying.format(place, (number * 7919 + one * 104729) % 9973) for saying in sayings)
        title, html = f"News of {place}, {number}-{one}", escape(f"<p>{text}</p><p>Number {number}-{one}.</p>")
        rows.append((one, title, html, T0 - number % 60 * 60 - one * 1800))
    return _atom(number, rows) if number % 10 < 3 else _rss(number, rows)


def _rss(number, rows):
    items = "".join(
        f"<item><title>{title}</title><guid isPermaLink='false'>f{number}e{one}</guid>"
        f"<pubDate>{formatdate(at)}</pubDate><category>news</category><description>{html}</description></item>\n"
        for one, title, html, at in rows
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {number}</title>{items}</channel></rss>'.encode()
    )


def _atom(number, rows):
    entries = "".join(
        f"<entry><title>{title}</title><id>urn:f{number}:e{one}</id><link href='http://127.0.0.1/{number}/{one}'/>"
        f"<updated>{_iso(at)}</updated><published>{_iso(at)}</published><content type='html'>{html}</content></entry>\n"
        for one, title, html, at in rows
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed {number}</title>{entries}</feed>'.encode()


def _iso(at):
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Farm:
    def __init__(self, number):
        self.bodies = [body(one) for one in range(number)]
        self.packed = [gzip.compress(data, 5) if one % 5 < 2 else None for one, data in enumerate(self.bodies)]

    def answer(self, number, asked):
        """The delay and the bytes of an answer."""
        if kind(number) == "failing":
            return 0, b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        delay, tag = 2.0 if kind(number) == "slow" else 0, f'ETag: "v{number}"\r\n'.encode()
        if f'"v{number}"'.encode() in asked:
            return delay, b"HTTP/1.1 304 Not Modified\r\n" + tag + b"Connection: close\r\n\r\n"
        data, coding = self.bodies[number], b""
        if self.packed[number] and b"gzip" in asked:
            data, coding = self.packed[number], b"Content-Encoding: gzip\r\n"
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nConnection: close\r\n" + tag + coding
        return delay, head + b"Content-Length: %d\r\n\r\n" % len(data) + data

    async def serve(self, reader, writer):
        try:
            asked = await reader.readuntil(b"\r\n\r\n")
            delay, data = self.answer(int(asked.split(b" ", 2)[1].strip(b"/")), asked)
            if delay:
                await asyncio.sleep(delay)
            writer.write(data)
            await writer.drain()
        except (OSError, ValueError, IndexError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def main(number):
    farm = Farm(number)
    server = await asyncio.start_server(farm.serve, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
