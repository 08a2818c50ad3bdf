"""A receiver of webhooks as its owner would write one: a process of its own, which applies each notice once.

It checks the signature, and notes a notice's id in the transaction that applies it. So that it can be caught at the
worst moments, it kills itself, when told to, as its `count`th notice comes in: before that transaction, or behind it
and before it answers.

    python taker.py DATABASE PORT SECRET [before|behind COUNT]
"""

import base64
import hashlib
import hmac
import json
import os
import signal
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

TABLES = """
CREATE TABLE IF NOT EXISTS taken (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS applied (number INTEGER PRIMARY KEY, event INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS repeated (id TEXT NOT NULL);
"""


def serve(path, port, secret, moment="", count="0"):
    """Takes notices until it is killed."""
    database = sqlite3.connect(path)
    database.executescript(TABLES)
    left = int(count)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            nonlocal left
            left -= 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            name = self.headers["webhook-id"]
            if not hmac.compare_digest(self.headers["webhook-signature"], signed(self.headers, secret, body)):
                return self.answer(401)
            if moment == "before" and left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            apply(database, name, json.loads(body)["data"]["id"])
            if moment == "behind" and left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return self.answer(204)

        def answer(self, status):
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    HTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


def signed(headers, secret, body):
    """The signature that the notice should bear."""
    said = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    return "v1," + base64.b64encode(hmac.digest(secret.encode(), said, hashlib.sha256)).decode()


def apply(database, name, event):
    """Applies a notice that was not taken before; one that was is noted and changes nothing."""
    with database:
        if database.execute("INSERT OR IGNORE INTO taken VALUES (?)", (name,)).rowcount:
            database.execute("INSERT INTO applied (event) VALUES (?)", (event,))
        else:
            database.execute("INSERT INTO repeated VALUES (?)", (name,))


if __name__ == "__main__":
    serve(*sys.argv[1:])
