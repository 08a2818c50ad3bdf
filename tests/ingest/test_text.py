"""Bytes to words: the encoding decided once, markup turned into lines, nothing invisible left."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tracker.ingest import encoding, markup
from tracker.ingest.errors import SourceError

TEXT = "У Харкові немає світла, їжу готують на ґанку, а в Сумах є тепло"
HEAD = '<?xml version="1.0" encoding="{}"?><rss>'

RIGHT = ["utf-8", "windows-1251", "koi8-u", "cp1125", "mac-cyrillic", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
HIDING = ["utf-7", "hz", "iso-2022-jp", "unicode_escape", "punycode", "rot13", "base64", "no-such"]


@pytest.mark.parametrize("name", RIGHT)
def test_a_declared_encoding_gives_the_text(name):
    assert TEXT in encoding.decode((HEAD.format(name) + TEXT).encode(name))


@pytest.mark.parametrize("name", ["windows-1251", "koi8-u", "iso-8859-5", "latin-1"])
def test_utf8_is_utf8_whatever_is_declared(name):
    assert TEXT in encoding.decode((HEAD.format(name) + TEXT).encode("utf-8"), f"text/xml; charset={name}")


@pytest.mark.parametrize("name", HIDING)
def test_an_encoding_that_hides_markup_is_refused(name):
    with pytest.raises(SourceError, match="encoding that we do not read"):
        encoding.decode((HEAD.format(name) + "words").encode())


@pytest.mark.parametrize("name", ["cp1251", "cp1252", "latin-1"])
def test_text_that_was_garbled_on_its_way_is_not_used(name):
    garbled = TEXT.encode("utf-8").decode(name, "replace")
    with pytest.raises(SourceError, match="garbled"):
        encoding.decode(garbled.encode("utf-8"))


def test_undeclared_windows_1251_is_recognised_by_its_letters():
    assert encoding.decode(TEXT.encode("windows-1251")) == TEXT
    with pytest.raises(SourceError):
        encoding.decode(bytes(range(128, 256)) * 3)


def test_a_stray_byte_does_not_cost_the_text():
    assert TEXT in encoding.decode((TEXT * 20).encode("utf-8") + b"\xd0")


@pytest.mark.parametrize(
    "text", ["Café déjà vu — naïve", "日本語のテキスト", "Zażółć gęślą jaźń", "Ж" * 200, "“quoted” – text…"]
)
def test_honest_text_is_not_taken_for_garbled(text):
    assert encoding.decode(text.encode("utf-8")) == text


@pytest.mark.parametrize(
    ("given", "tidy"),
    [
        ("a\u202eb\u200bc\ufeffd\u00ade", "abcde"),
        ("12\u00a0300 а\u00a0б", "12\u00a0300 а б"),
        ("30\u202f000", "30\u00a0000"),
        ("  a \t b  \r\n\r\n c\u2028d", "a b\nc\nd"),
        ("и\u0306", "й"),
        ("за\u0301мок", "за\u0301мок"),
        ("a\x00\x08\x0bb", "ab"),
    ],
)
def test_tidy_text_has_nothing_that_cannot_be_seen(given, tidy):
    assert encoding.tidy(given) == unicodedata.normalize("NFC", tidy)


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("plain words", "plain words"),
        ("a < b &amp; c", "a < b & c"),
        ("<p>One.</p><p>Two.</p>", "One.\nTwo."),
        ("One.<br>Two.<br/>Three.", "One.\nTwo.\nThree."),
        ("<ul><li>Kharkiv<li>Sumy</ul>", "• Kharkiv\n• Sumy"),
        (
            "<table><tr><td>Kharkiv</td><td>12:00</td></tr><tr><td>Sumy<td>14:00</table>",
            "Kharkiv | 12:00\nSumy | 14:00",
        ),
        ("<h2>Power</h2><div>No <b>light</b> in <a href='x'>Izium</a></div>", "Power\nNo light in Izium"),
        ("<script>alert(1)</script><style>p{}</style>words<noscript>n</noscript>", "words"),
        ("&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;", "One.\nTwo."),
        ("<!-- hidden -->shown<?x y?>", "shown"),
        ("line one\nline two", "line one\nline two"),
        ("line <b>one</b>\nline two", "line one\nline two"),
        ("<p>line one\nstill one</p>", "line one still one"),
        ("&#1061;арків&nbsp;— 5&thinsp;000", "Харків — 5\u00a0000"),
        ("<img src=x onerror=alert(1)>seen", "seen"),
        ("", ""),
        ("<p></p><br>", ""),
    ],
)
def test_markup_becomes_lines_of_words(given, plain):
    assert markup.plain(given) == plain


@given(some.text(max_size=500))
def test_any_markup_becomes_clean_text(given):
    found = markup.plain(given)
    found.encode("utf-8")
    assert not encoding.ILLEGAL.search(found) and not encoding.INVISIBLE.search(found)
    assert all(line == line.strip() and line for line in found.split("\n")) or found == ""


@given(some.binary(max_size=500))
def test_any_bytes_are_text_or_a_sentence(given):
    try:
        assert not encoding.ILLEGAL.search(encoding.decode(given))
    except SourceError as error:
        assert error.message.endswith(".")
