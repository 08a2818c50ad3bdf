"""Alerts by e-mail: addresses confirmed by their owners, kept encrypted, forgotten with one click.

An address must be readable to be written to, so it cannot be a hash; it is encrypted with a key derived from the
installation's secret, which is not in the database: a lost backup tells nobody's address. Beside it stands a keyed
hash, to find an address that subscribes twice. Before it is confirmed, an address lies in the confirmation link
alone, encrypted; unsubscribing deletes it. No time or count of what was sent to whom is kept.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from tracker import store
from tracker.alerts import wording
from tracker.alerts.receivers import SendError
from tracker.store.alerts import Subscriber
from tracker.store.events import Event
from tracker.web.words import _, say

CONFIRM_SECONDS = 48 * 3600
SUBJECT = _("Please confirm: notices of outages")
ASKED = _(
    "Somebody, probably you, asked for notices of outages at this address. If it was you, open this page and confirm:"
)
NOT_ASKED = _("If it was not you, do nothing: nothing is kept.")
UNSUBSCRIBE = wording.WHY_MAIL


class Post:
    """Sends mail with the settings of the installation."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config
        self.base = str(config["BASE_URL"]).rstrip("/")

    @property
    def on(self) -> bool:
        """Whether the operator turned mail on."""
        return bool(self.config["MAIL_FROM"] and self.config["SMTP_HOST"])

    def box(self) -> Any:
        """What encrypts and decrypts addresses."""
        from cryptography.fernet import Fernet

        return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"mail:" + self._secret()).digest()))

    def mark(self, address: str) -> str:
        """The keyed hash by which an address is found again."""
        return hmac.digest(self._secret(), b"address:" + address.strip().casefold().encode(), hashlib.sha256).hex()

    def _secret(self) -> bytes:
        return str(self.config["SECRET_KEY"]).encode()

    def ask(self, address: str, wanted: Subscriber, now: datetime) -> None:
        """Sends the confirmation link, in which everything that was asked for lies encrypted."""
        fields = ("language", "regions", "services", "developments", "digest", "quiet_from", "quiet_to")
        asked = {"address": address} | {name: getattr(wanted, name) for name in fields}
        token = self.box().encrypt(json.dumps(asked).encode()).decode()
        language = wanted.language
        link = f"{self.base}/{language}/notices/confirm/{token}"
        text = "\n\n".join([say(language, ASKED), link, say(language, NOT_ASKED)])
        letter = self._letter(address, say(language, SUBJECT), text, now)
        letter["Message-ID"] = f"<confirm-{secrets.token_hex(8)}@{self._host()}>"
        self._post(letter)

    def confirmed(self, token: str) -> tuple[str, Subscriber] | None:
        """Address and wishes of a confirmation link, None when it is not ours or too old."""
        from cryptography.fernet import InvalidToken

        try:
            asked = json.loads(self.box().decrypt(token.encode(), ttl=CONFIRM_SECONDS))
        except (InvalidToken, ValueError):
            return None
        address = asked.pop("address")
        lists = {name: tuple(asked[name]) for name in ("regions", "services", "developments")}
        blank = Subscriber(secrets.token_urlsafe(16), self.mark(address), self.box().encrypt(address.encode()), "uk")
        return address, replace(blank, **{**asked, **lists})

    def address(self, subscriber: Subscriber) -> str:
        """A subscriber's address in plain text; one that no secret of ours opens any more is forgotten."""
        from cryptography.fernet import InvalidToken

        try:
            return str(self.box().decrypt(subscriber.address).decode())
        except InvalidToken:
            store.alerts.unsubscribe(subscriber.id)
            raise SendError("The address was encrypted with another secret; the subscriber is forgotten.") from None

    def notice(self, subscriber: Subscriber, events: tuple[Event, ...], name: str, now: datetime) -> None:
        """Sends one notice to one subscriber; whose address is refused for good is forgotten."""
        address = self.address(subscriber)
        words = wording.compose(events, subscriber.language, now)
        link = f"{self.base}/{subscriber.language}/notices/end/{subscriber.id}"
        text = f"{words.text}\n\n-- \n{say(subscriber.language, UNSUBSCRIBE)}\n{link}"
        letter = self._letter(address, words.subject, text, now)
        letter["Message-ID"] = f"<{name}@{self._host()}>"
        letter["List-Unsubscribe"] = f"<{link}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        try:
            self._post(letter)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            if code >= 500:
                store.alerts.unsubscribe(subscriber.id)
            raise SendError(f"The address was refused ({code}).") from None

    def _letter(self, address: str, subject: str, text: str, now: datetime) -> EmailMessage:
        letter = EmailMessage()
        letter["From"] = str(self.config["MAIL_FROM"])
        letter["To"] = address
        letter["Subject"] = subject
        letter["Date"] = format_datetime(now)
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(text, cte="quoted-printable")
        return letter

    def _host(self) -> str:
        return urlsplit(self.base).hostname or "localhost"

    def _post(self, letter: EmailMessage) -> None:
        """Hands a letter to the mail server; raises SendError when that cannot be done now."""
        host, port = str(self.config["SMTP_HOST"]), int(self.config["SMTP_PORT"])
        security = str(self.config["SMTP_SECURITY"])
        context = ssl.create_default_context()
        try:
            server = (
                smtplib.SMTP_SSL(host, port, timeout=15, context=context)
                if security == "tls"
                else smtplib.SMTP(host, port, timeout=15)
            )
            with server:
                if security == "starttls":
                    server.starttls(context=context)
                if self.config["SMTP_USER"]:
                    server.login(str(self.config["SMTP_USER"]), str(self.config["SMTP_PASSWORD"]))
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused:
            raise
        except (OSError, smtplib.SMTPException) as error:
            raise SendError(f"The mail server did not take it: {type(error).__name__}.") from None
