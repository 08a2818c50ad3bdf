"""Notices to browsers (Web Push), off until the operator names the push services that may carry them.

The push service is that of the browser's maker, never one that we pick (RFC 8030). It cannot read what we send
(RFC 8291), but sees which device is told, and when. A device is kept like a mail address: encrypted, and forgotten
when its reader ends the notices or the push service says that it is gone. It is called at a named host only, so
that nobody can make us call another address by pretending to be a browser.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import urllib3

from tracker import store
from tracker.alerts import webhooks, wording
from tracker.alerts.mail import Post
from tracker.alerts.receivers import FRESH, SendError
from tracker.store.alerts import Subscriber
from tracker.store.events import Event

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

MARK = "push-"
"""What the id of a subscriber begins with who is a browser."""

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
RECORD = 4096
LONGEST = 1000
HERE = ("127.0.0.1", "localhost")
PASS_HOURS = timedelta(hours=12)


class Push:
    """Rings browsers through their push services, with the settings of the installation."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.hosts = str(config["PUSH_SERVICES"]).split()
        self.post = Post(config)
        self.secret = str(config["SECRET_KEY"]).encode()
        self.sender = f"mailto:{config['MAIL_FROM']}" if config["MAIL_FROM"] else self.post.base

    @property
    def on(self) -> bool:
        """Whether the operator turned it on, and the library that encrypts is there."""
        return bool(self.hosts) and find_spec("cryptography") is not None

    @property
    def public(self) -> str:
        """Our public key, by which a browser ties its subscription to us."""
        return _text(_point(self._key()))

    def device(self, told: Mapping[str, Any], wanted: Subscriber) -> Subscriber:
        """A browser's subscription as a subscriber; ValueError when it is none, or its host is not on the list."""
        from dataclasses import replace

        from cryptography.hazmat.primitives.asymmetric import ec

        try:
            endpoint, keys = str(told["endpoint"]), told["keys"]
            public, auth = _bytes(str(keys["p256dh"])), _bytes(str(keys["auth"]))
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
        except (KeyError, TypeError, ValueError):
            raise ValueError("This is no subscription of a browser.") from None
        if len(auth) != 16 or not self._known(endpoint):
            raise ValueError("This is no subscription of a push service that this site uses.")
        kept = json.dumps({"endpoint": endpoint, "public": _text(public), "auth": _text(auth)})
        return replace(
            wanted,
            id=MARK + secrets.token_urlsafe(16),
            address_hash=self.post.mark(endpoint),
            address=self.post.box().encrypt(kept.encode()),
        )

    def notice(self, subscriber: Subscriber, events: tuple[Event, ...], name: str, now: datetime) -> None:
        """Sends one notice to one device; a repeated one takes the place of the first, there and on the screen."""
        device = json.loads(self.post.address(subscriber))
        words = wording.compose(events, subscriber.language, now)
        link = f"{self.post.base}/{subscriber.language}/"
        if len({event.incident for event in events}) == 1:
            link += f"incidents/{events[0].incident}"
        topic = _text(hashlib.sha256(name.encode()).digest()[:24])
        told = {"title": words.subject, "body": words.text[:LONGEST], "url": link, "tag": topic}
        body = encrypt(json.dumps(told, ensure_ascii=False).encode(), _bytes(device["public"]), _bytes(device["auth"]))
        headers = {
            "Authorization": self._pass(device["endpoint"], now),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(FRESH.total_seconds())),
            "Topic": topic,
        }
        try:
            answer = webhooks.pool.request("POST", device["endpoint"], body=body, headers=headers, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise SendError(f"The push service cannot be reached: {type(error).__name__}.") from None
        if answer.status in (404, 410):
            store.alerts.unsubscribe(subscriber.id)
        if not 200 <= answer.status < 300:
            raise SendError(f"The push service answered {answer.status}.")

    def _known(self, endpoint: str) -> bool:
        """Whether an address belongs to one of the operator's push services; `*.example.org` names all below it."""
        try:
            parts = urlsplit(endpoint)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        own = parts.scheme == "https" and port in (None, 443) and not parts.username
        fits = any(host == one or (one.startswith("*.") and host.endswith(one[1:])) for one in self.hosts)
        return fits and (own or host in HERE) and len(endpoint) <= LONGEST

    def _pass(self, endpoint: str, now: datetime) -> str:
        """What tells the push service who sends (VAPID, RFC 8292): a token for its host, signed with our key."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, utils

        parts, key = urlsplit(endpoint), self._key()
        until = int((now + PASS_HOURS).timestamp())
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": until, "sub": self.sender}
        signed = ".".join(_text(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
        numbers = utils.decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        signature = b"".join(number.to_bytes(32, "big") for number in numbers)
        return f"vapid t={signed}.{_text(signature)}, k={_text(_point(key))}"

    def _key(self) -> EllipticCurvePrivateKey:
        """Our key, always the same for one TRACKER_SECRET_KEY, so that it need not be kept."""
        from cryptography.hazmat.primitives.asymmetric import ec

        number = int.from_bytes(hmac.digest(self.secret, b"push", hashlib.sha512), "big")
        return ec.derive_private_key(number % (ORDER - 1) + 1, ec.SECP256R1())


def encrypt(
    text: bytes, public: bytes, auth: bytes, key: EllipticCurvePrivateKey | None = None, salt: bytes | None = None
) -> bytes:
    """`text` as only the browser with the `public` key can read it (RFC 8291, one record of aes128gcm)."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key, salt = key or ec.generate_private_key(ec.SECP256R1()), salt or secrets.token_bytes(16)
    own = _point(key)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public))
    base = _derive(auth, shared, b"WebPush: info\0" + public + own, 32)
    cipher = AESGCM(_derive(salt, base, b"Content-Encoding: aes128gcm\0", 16))
    sealed = cipher.encrypt(_derive(salt, base, b"Content-Encoding: nonce\0", 12), text + b"\2", None)
    return salt + RECORD.to_bytes(4, "big") + bytes([len(own)]) + own + sealed


def _derive(salt: bytes, key: bytes, info: bytes, length: int) -> bytes:
    """One block of HKDF-SHA-256 (RFC 5869), which is all that is needed here."""
    return hmac.digest(hmac.digest(salt, key, hashlib.sha256), info + b"\1", hashlib.sha256)[:length]


def _point(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
