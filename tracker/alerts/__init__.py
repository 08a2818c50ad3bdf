"""Telling people and machines of changes: webhooks, e-mail, and whatever Apprise reaches.

The store's event log is the outbox: it is written in the transaction that changes an incident, and each receiver
has a cursor in it that moves only when the receiver has taken a notice.
"""

from tracker.alerts.install import Alerts

__all__ = ["Alerts"]
