"""Who is told in tests: a web server that takes webhooks, and a clock that a test sets."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import make

from tracker.alerts.webhooks import signature

SECRET = "a-secret-of-more-than-24-characters"


class Clock:
    """A clock that a test sets."""

    def __init__(self, text="10:00"):
        self.moment = make.moment(text)

    def __call__(self):
        return self.moment

    def to(self, text):
        self.moment = make.moment(text)


class Web:
    """A receiver of webhooks that answers what it is told to, and keeps what it took."""

    def __init__(self):
        self.status, self.taken, self.asked, self.checked, self.bodies = 204, {}, 0, True, []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                web.asked += 1
                web.bodies.append(body)
                name, moment = self.headers["webhook-id"], self.headers["webhook-timestamp"]
                if web.checked:
                    assert self.headers["webhook-signature"] == signature(SECRET, name, moment, body)
                if web.status < 300 and body.startswith(b"{"):
                    web.taken.setdefault(name, json.loads(body))
                self.send_response(web.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
