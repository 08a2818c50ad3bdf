"""What a failing source raises: a sentence for the operator, noted on that source while polling goes on."""

from __future__ import annotations

from datetime import timedelta


class SourceError(Exception):
    """A source could not be read; the message is one sentence that says why and, where it helps, what to do.

    `retry_after` is how long the source itself asked us to wait, `status` the HTTP status that it answered.
    """

    def __init__(self, message: str, *, retry_after: timedelta | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after
        self.status = status

    def __reduce__(self) -> tuple[object, ...]:
        return (_restore, (type(self), self.message, self.retry_after, self.status))


class RefusedError(SourceError):
    """An address that we do not call at all, whoever asks."""


class MovedError(SourceError):
    """The source moved for good to somebody else's domain; the operator decides whether to follow."""


class BrokenOffError(SourceError):
    """The parsers stopped in the middle of it, through no fault of what they read; it is worth another try."""


def _restore(cls: type[SourceError], message: str, retry_after: timedelta | None, status: int | None) -> SourceError:
    return cls(message, retry_after=retry_after, status=status)
