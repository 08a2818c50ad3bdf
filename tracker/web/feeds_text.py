"""Text and moments for what goes out: nothing that breaks a parser, nothing that reorders a reader's screen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from babel.dates import format_datetime
from markupsafe import escape

from tracker.times import KYIV

# What XML 1.0 forbids (most control characters, lone surrogates, U+FFFE), the C1 controls, which it only discourages,
# and the marks that turn the direction of everything behind them ("Trojan source").
_UNFIT = re.compile("[^\t\n\r -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """`text` without the characters that no feed may carry: "pow\\x0ber" becomes "power"."""
    return _UNFIT.sub("", text)


def one_line(text: str, limit: int = 300) -> str:
    """`text` cleaned, on one line, cut with “…” beyond `limit` characters."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def paragraphs(lines: list[str], addresses: Iterable[str] = ()) -> str:
    """`lines` as HTML paragraphs, every character of them escaped: a quoted `<script>` is read, never run.

    Where one of `addresses` stands between spaces it becomes a link.
    """
    known = sorted((re.escape(escape(address)) for address in addresses if address), key=len, reverse=True)
    whole = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return re.sub(f"(?<= )({'|'.join(known)})(?= |</p>)", r'<a href="\1">\1</a>', whole) if known else whole


def web_address(url: str) -> str:
    """`url` if it is a plain http(s) address that may stand in a link, else nothing (`javascript:`, say)."""
    try:
        parts = urlsplit(clean(url).strip())
    except ValueError:
        return ""
    return parts.geturl() if parts.scheme in ("http", "https") and parts.netloc else ""


def kyiv_time(moment: datetime, language: str) -> str:
    """`moment` for a reader: “12 September 2022, 18:00” by the Kyiv clock."""
    return format_datetime(moment, "d MMMM y, HH:mm", tzinfo=KYIV, locale="uk" if language == "uk" else "en_GB")


def kyiv_day(moment: datetime, language: str) -> str:
    """The day of `moment` by the Kyiv calendar: “12 September”."""
    return format_datetime(moment, "d MMMM", tzinfo=KYIV, locale="uk" if language == "uk" else "en_GB")
