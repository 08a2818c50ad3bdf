"""Bytes → text, the encoding decided once, and characters that no XML, page or database should meet removed."""

from __future__ import annotations

import codecs
import re
import unicodedata

from tracker.ingest.errors import SourceError

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# How "<" looks in the wide encodings when no mark says which.
WIDE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))

# Encodings that publishers of news use. Those that hide markup in plain ASCII (utf-7, hz, iso-2022) are refused.
NEWS = """utf-8 ascii utf-16 utf-16-le utf-16-be utf-32 cp1250 cp1251 cp1252 cp1254 cp1257 koi8-u koi8-r cp866 cp855
cp1125 mac-cyrillic iso8859-1 iso8859-2 iso8859-5 iso8859-9 iso8859-15 iso8859-16"""
KNOWN = {codecs.lookup(name).name for name in NEWS.split()}
DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
META = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.I)

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Turns of direction, invisible joints, soft hyphens, byte order marks: they change a line's look, never its sense.
INVISIBLE = re.compile("[\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]")
WIDE_SPACES = re.compile("[\xa0\u2000-\u200a\u202f\u205f\u3000]")
INSIDE_NUMBER = re.compile(r"(?<=\d).(?=\d{3})")
BREAKS = re.compile("[\x85\u2028\u2029]")
SPACES = re.compile("[ \t\f\v]+")


def decode(body: bytes, content_type: str = "") -> str:
    """The text of `body`, whatever it is declared to be; raises SourceError where that cannot be decided.

    What is valid UTF-8 is UTF-8, even where the declaration says windows-1251: Cyrillic in a one-byte encoding never
    happens to be valid UTF-8, while wrong declarations are common.
    """
    text = _decode(body, content_type)
    if _garbled(text):
        raise SourceError("The text was garbled before it reached us (an encoding taken for another); it is not used.")
    return ILLEGAL.sub("", text.removeprefix("\ufeff"))


def _decode(body: bytes, content_type: str) -> str:
    for mark, name in MARKS:
        if body.startswith(mark):
            return _strictly(body, name)
    for start, name in WIDE:
        if body.startswith(start):
            return _strictly(body, name)
    declared = _declared(body, content_type)
    for name in declared:
        if _known(name) is None:
            raise SourceError(f"The text is declared as “{name}”, an encoding that we do not read.")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for name in declared:
        if (codec := _known(name)) not in (None, "utf-8", "ascii"):
            return _strictly(body, str(codec))
    return _cyrillic(body)


def _declared(body: bytes, content_type: str) -> list[str]:
    """The encodings that the answer's header and the document's head name, in the order in which they count."""
    head = body[:2048]
    found = [match.group(1) for match in [HEADER.search(content_type)] if match]
    found += [match.group(1).decode("ascii") for match in (DECLARED.search(head), META.search(head)) if match]
    return found


def _known(name: str) -> str | None:
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return codec if codec in KNOWN else None


def _strictly(body: bytes, name: str) -> str:
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        pass
    # A few stray bytes in a long text (a cut title) are no reason to lose the source; a wrong encoding has many.
    text = body.decode(name, "replace")
    if text.count("\ufffd") * 500 > len(text):
        raise SourceError(f"The text is declared as {name}, but is not; its encoding cannot be decided.")
    return text


def _cyrillic(body: bytes) -> str:
    """Undeclared, not UTF-8: UTF-8 with a few stray bytes, or windows-1251 if that reads like Cyrillic words."""
    damaged = body.decode("utf-8", "replace")
    if damaged.count("\ufffd") * 500 <= len(damaged):
        return damaged
    text = body.decode("cp1251", "replace")
    letters = re.findall("[^\x00-\x7f]", text)
    lower = sum("а" <= letter <= "я" or letter in "іїєґё" for letter in letters)
    if lower < 0.6 * len(letters):
        raise SourceError("The text is neither UTF-8 nor declared as anything else; its encoding cannot be decided.")
    return text


def _garbled(text: str) -> bool:
    """Whether UTF-8 was read as a one-byte encoding on its way to us: reading it back so gives UTF-8 again."""
    sample = "".join(re.findall("[^\x00-\x7f]+", text[:200_000]))[:4000]
    if len(sample) < 16:
        return False
    for codec in ("cp1251", "cp1252", "latin-1"):
        back = sample.encode(codec, "ignore")
        if len(back) < 0.7 * len(sample):
            continue
        again = back.decode("utf-8", "replace")
        if again.count("\ufffd") * 10 < len(again):
            return True
    return False


def tidy(text: str) -> str:
    """`text` as lines of plain words: composed letters, no invisible characters, no empty lines, single spaces.

    A no-break space stays only inside a number (“12 300”), where it holds the number together.
    """
    text = INVISIBLE.sub("", ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    if not text.isascii():
        text = BREAKS.sub("\n", unicodedata.normalize("NFC", text))
        text = WIDE_SPACES.sub(lambda found: "\xa0" if INSIDE_NUMBER.match(text, found.start()) else " ", text)
    lines = (SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
