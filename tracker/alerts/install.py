"""The receivers of this installation: the operator's, the subscribers, and the WebSub hub."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import urllib3
from flask import Flask

from tracker import store, times
from tracker.alerts import outbox, webhooks, wording
from tracker.alerts.mail import Post
from tracker.alerts.push import MARK, Push
from tracker.alerts.receivers import Receiver, SendError, read
from tracker.domain import Development
from tracker.settings import SettingsError
from tracker.store.alerts import Subscriber
from tracker.store.events import Event

FILE = "alerts.toml"
Clock = Callable[[], datetime]


class Alerts:
    """What the scheduler runs every few seconds; a fault in the operator's file stops the start."""

    def __init__(self, app: Flask, clock: Clock = times.now) -> None:
        self.app, self.clock = app, clock
        self.post, self.push = Post(app.config), Push(app.config)
        self.own = [self._operators(kind, entry) for kind, entry in read(Path(app.instance_path) / FILE)]
        if app.config["WEBSUB_HUB"]:
            send = partial(announce, str(app.config["WEBSUB_HUB"]), self.post.base)
            everything = frozenset(development.value for development in Development)
            now = timedelta()
            self.own.append(Receiver("websub", send, developments=everything, settle=now, pause=now))

    def run(self) -> int:
        """Tells everybody what is new; gives how many notices were taken."""
        with self.app.app_context():
            return outbox.run(self.app, [*self.own, *self._subscribers()], self.clock)

    def _operators(self, kind: str, entry: Mapping[str, Any]) -> Receiver:
        where, what, steps = (frozenset(entry.get(name, ())) for name in ("regions", "services", "developments"))
        name, url = str(entry["name"]), str(entry["url"])
        if kind == "webhook":
            send = partial(webhooks.send, url, str(entry["secret"]), self.post.base)
            return Receiver(f"webhook:{name}", send, where, what, steps, single=True)
        quiet = entry.get("quiet", (None, None))
        return Receiver(
            f"apprise:{name}",
            Apprise(url, str(entry.get("language", "uk")), self.clock).send,
            where,
            what,
            steps,
            daily=bool(entry.get("daily")),
            quiet_from=quiet[0],
            quiet_to=quiet[1],
        )

    def _subscribers(self) -> list[Receiver]:
        if not (self.post.on or self.push.on):
            return []
        return [self._subscriber(one) for one in store.alerts.subscribers() if self._way(one).on]

    def _way(self, subscriber: Subscriber) -> Post | Push:
        return self.push if subscriber.id.startswith(MARK) else self.post

    def _subscriber(self, subscriber: Subscriber) -> Receiver:
        def send(events: tuple[Event, ...], name: str) -> None:
            self._way(subscriber).notice(subscriber, events, name, self.clock())

        return Receiver(
            store.alerts.receiver(subscriber.id),
            send,
            frozenset(subscriber.regions),
            frozenset(subscriber.services),
            frozenset(subscriber.developments),
            daily=subscriber.digest == "daily",
            quiet_from=subscriber.quiet_from,
            quiet_to=subscriber.quiet_to,
        )


class Apprise:
    """One of the operator's targets, such as `tgram://…` or `ntfy://…`; needs the extra `notify`."""

    def __init__(self, url: str, language: str, clock: Clock) -> None:
        try:
            from apprise import Apprise as Library
        except ImportError:
            raise SettingsError(f"{FILE} names an Apprise target; install it: pip install -e '.[notify]'.") from None
        self.language, self.clock = language, clock
        self.library = Library()
        if not self.library.add(url):
            raise SettingsError(f"{FILE}: Apprise does not understand the address that begins with {url[:12]!r}.")

    def send(self, events: tuple[Event, ...], _name: str) -> None:
        """Sends one notice; Apprise says only whether it worked."""
        words = wording.compose(events, self.language, self.clock())
        if not self.library.notify(title=words.subject, body=words.text):
            raise SendError("Apprise could not deliver it; its log says why.")


def announce(hub: str, base: str, _events: tuple[Event, ...], _name: str) -> None:
    """Tells a WebSub hub that the feeds changed."""
    feeds = [f"{base}/{feed}.{form}?lang={language}" for feed in ("feed", "updates") for form in ("rss", "atom", "json")
             for language in ("uk", "en")]  # fmt: skip
    fields = [("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds), *(("hub.topic", feed) for feed in feeds)]
    try:
        answer = webhooks.pool.request("POST", hub, fields=fields, encode_multipart=False, redirect=False)
    except urllib3.exceptions.HTTPError as error:
        raise SendError(f"The hub cannot be reached: {type(error).__name__}.") from None
    if not 200 <= answer.status < 300:
        raise SendError(f"The hub answered {answer.status}.")
