"""Signed webhooks, in the shape of https://www.standardwebhooks.com: a receiver can check who sent what, and when.

A receiver that has seen a `webhook-id` before should answer 2xx and do nothing: a notice may come twice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import urllib3

from tracker.alerts.receivers import SendError
from tracker.store.events import Event
from tracker.web.api_stream import record

TIMEOUT = urllib3.Timeout(connect=5, read=10, total=15)
ANSWER_LIMIT = 1_000

pool = urllib3.PoolManager(num_pools=20, retries=False, timeout=TIMEOUT)


def send(url: str, secret: str, base: str, events: tuple[Event, ...], name: str) -> None:
    """Posts one event; raises SendError unless the receiver answers 2xx. Redirects are not followed."""
    (event,) = events
    body = json.dumps({"type": f"outage.{event.what}", "data": record(event, base)}).encode()
    moment = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"outage-tracker (+{base})",
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": signature(secret, name, moment, body),
    }
    try:
        answer = pool.request("POST", url, body=body, headers=headers, redirect=False, preload_content=False)
        answer.read(ANSWER_LIMIT)
        answer.release_conn()
    except urllib3.exceptions.HTTPError as error:
        raise SendError(f"The receiver cannot be reached: {type(error).__name__}.") from None
    if not 200 <= answer.status < 300:
        raise SendError(f"The receiver answered {answer.status}.")


def signature(secret: str, name: str, moment: str, body: bytes) -> str:
    """What proves that a notice is ours: HMAC-SHA256 over its name, its moment and its body."""
    signed = b".".join((name.encode(), moment.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256)).decode()
