"""A tiny client of the outage tracker's public API: one file, standard library only. Copy it where you need it.

from outages import Outages
site = Outages("https://outages.example")
print(site.state("UA-63", "electricity"))
for change in site.changes():
    print(change["what"], change["region"], change["service"], change["url"])
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen


class Outages:
    """One site. Answers are kept with their ETag, so that asking again costs nobody anything while nothing changed."""

    def __init__(self, base: str, agent: str = "outages-client") -> None:
        self.base, self.agent = base.rstrip("/"), agent
        self._kept: dict[str, tuple[str, Any]] = {}

    def get(self, path: str, **wanted: Any) -> Any:
        """The answer of `/api/v1/{path}`; waits once as long as the site asks if it was asked too often."""
        query = urlencode({name: value for name, value in wanted.items() if value is not None}, doseq=True)
        address = f"{self.base}/api/v1/{path}" + (f"?{query}" if query else "")
        try:
            return self._ask(address)
        except HTTPError as error:
            if error.code != 429:
                raise
            time.sleep(int(error.headers.get("Retry-After", "60")))
            return self._ask(address)

    def state(self, region: str, service: str, at: str | None = None) -> str:
        """Where a service stands: out, disrupted, recovering, restored, scheduled, unconfirmed, none or unknown."""
        return str(self.get(f"regions/{region}", at=at)["services"][service]["state"])

    def all(self, name: str, **wanted: Any) -> Iterator[dict[str, Any]]:
        """Every item of a list (`incidents`, `claims`, `reports`), page after page."""
        cursor = None
        while True:
            page = self.get(name, cursor=cursor, limit=200, **wanted)
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def changes(self, after: int | None = None) -> Iterator[dict[str, Any]]:
        """Every change from now on (or after the event `after`), for ever; a broken line is taken up again."""
        wait = 5.0
        while True:
            headers = {"User-Agent": self.agent} | ({"Last-Event-ID": str(after)} if after is not None else {})
            try:
                with urlopen(Request(f"{self.base}/api/v1/stream", headers=headers), timeout=60) as lines:  # noqa: S310
                    for line in lines:
                        name, _, value = line.decode().rstrip("\n").partition(": ")
                        if name == "retry":
                            wait = int(value) / 1000
                        elif name == "id":
                            after = int(value)
                        elif name == "data":
                            yield json.loads(value)
            except OSError:
                pass
            time.sleep(wait)

    def _ask(self, address: str) -> Any:
        etag, kept = self._kept.get(address, ("", None))
        headers = {"User-Agent": self.agent, "If-None-Match": etag}
        try:
            with urlopen(Request(address, headers=headers), timeout=30) as answer:  # noqa: S310
                document = json.load(answer)
                self._kept[address] = (answer.headers.get("ETag", ""), document)
                return document
        except HTTPError as error:
            if error.code == 304:
                return kept
            raise
