"""The sentences that feeds, exports and alerts say for themselves; words.py translates them."""

from __future__ import annotations

from tracker.web.words import _, say

LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"

TITLE = _("Outages in Ukraine")
STEPS_TITLE = _("Outages in Ukraine, step by step")
ABOUT = _("Electricity, water, heating, gas and communications: what is out, what is back, and who says so.")
STEPS_ABOUT = _("One entry for each step of each outage: began, spread wider, partly back, back, corrected.")
LAST_WORD = _("last word")
AGAINST = _("Said otherwise")
RIGHTS = _("%(licence)s; the quoted words belong to the sources named beside them")
SITE = _("Outage tracker")


def sentence(text: str, language: str) -> str:
    """One of the texts above in `language`."""
    return say(language, text)


def rights(language: str) -> str:
    """Under which terms the data may be used."""
    return say(language, RIGHTS, licence=LICENCE)
