"""The cases of the hostile set: a class, a name, what is served, and what must become of it.

`wanted` is a piece of the sentence that the operator reads, or the number of entries read, or None for either.
"""
# ruff: noqa: E501 - the cases are data, best read a line each

import gzip
import json
import zlib
from dataclasses import dataclass, field

from ingest.hostile import GOOD, dripping, endless, reply, resetting, silent

from tracker.domain import SourceKind

XML = (("Content-Type", "application/xml"),)
UKRAINIAN = "У Харкові немає світла, їжу готують на ґанку, є тепло"


@dataclass
class Case:
    group: str
    name: str
    way: object
    wanted: object
    kind: SourceKind = SourceKind.FEED
    more: dict = field(default_factory=dict)
    settings: tuple = ()
    nightly: bool = False

    @property
    def id(self):
        return f"{self.group}: {self.name}"


def body(data, content_type="application/xml"):
    return reply(data, headers=(("Content-Type", content_type),))


def rss(*items, head="", version="2.0"):
    return f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="{version}"><channel><title>t</title>{"".join(items)}</channel></rss>'.encode()


def item(title="Lights are on", text="All quiet tonight.", guid="g1", extra="", date="Mon, 12 Sep 2022 18:00:00 GMT"):
    return f"<item><title>{title}</title><guid isPermaLink='false'>{guid}</guid><pubDate>{date}</pubDate><description>{text}</description>{extra}</item>"


def chunked(*pieces, end=b"0\r\n\r\n", head=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"):
    return head + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + end


def packed(data, level=9):
    return reply(gzip.compress(data, level), headers=(("Content-Encoding", "gzip"),))


def cases():
    for make in (bombs, redirect_bombs, codings, broken_gzip, drips, headers, chunks, lengths, statuses, waits, redirects,
                 pages, empties, cuts, doctypes, comments, many, nesting, bodies_that_are_names, encodings, characters,
                 json_feeds, dates, identities, active, attributes, namespaces, connections, telegram, lists, types, texts):  # fmt: skip
        yield from make()


def bombs():
    for megabytes in (6, 20, 100, 300):
        for fill in (b"\0", b"a", b"<a>"):
            data = fill * (megabytes * 2**20 // len(fill))
            yield Case(
                "gzip bomb", f"{megabytes} MiB of {fill!r}", packed(data, 1), "longer than", nightly=megabytes > 100
            )
    inner = gzip.compress(b"\0" * 50 * 2**20)
    yield Case("gzip bomb", "a bomb in a bomb", packed(inner), "")
    members = gzip.compress(b"a" * 2**20) * 8
    yield Case("gzip bomb", "eight members", reply(members, headers=(("Content-Encoding", "gzip"),)), "longer than")
    yield Case("gzip bomb", "inside a well-formed feed", packed(rss(item(text="a" * 6 * 2**20))), "longer than")


def redirect_bombs():
    bomb = gzip.compress(b"\0" * 100 * 2**20)
    for status in ("301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"):
        head = (("Content-Encoding", "gzip"), ("Location", "/good"))
        yield Case("bomb in a redirect", status, reply(bomb, status, head), 1, more={"/good": body(GOOD)})
    endless_body = endless(b"HTTP/1.1 302 Found\r\nLocation: /good\r\n\r\n", b"x" * 65536)
    yield Case("bomb in a redirect", "endless body", endless_body, 1, more={"/good": body(GOOD)})


def codings():
    for coding in ("br", "zstd", "deflate", "compress", "gzip, gzip", "gzip;q=1", "snappy", "GZIP, identity"):
        yield Case("coding not asked for", coding, reply(GOOD, headers=(("Content-Encoding", coding),)), "did not ask")
    yield Case("coding not asked for", "identity", reply(GOOD, headers=(("Content-Encoding", "identity"),)), 1)
    yield Case(
        "coding not asked for", "X-GZIP", reply(gzip.compress(GOOD), headers=(("Content-Encoding", "X-GZIP"),)), 1
    )


def broken_gzip():
    whole = gzip.compress(GOOD)
    for cut in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        data = whole[: int(len(whole) * cut)]
        yield Case("broken gzip", f"cut at {cut}", reply(data, headers=(("Content-Encoding", "gzip"),)), "cut off")
    for name, data in {
        "not gzip": GOOD, "zlib": zlib.compress(GOOD), "flipped": whole[:40] + bytes([whole[40] ^ 255]) + whole[41:],
        "wrong sum": whole[:-8] + b"\0" * 8, "magic only": b"\x1f\x8b",
    }.items():  # fmt: skip
        yield Case("broken gzip", name, reply(data, headers=(("Content-Encoding", "gzip"),)), "")
    yield Case("broken gzip", "dust behind it", reply(whole + b"dust", headers=(("Content-Encoding", "gzip"),)), 1)


def drips():
    answer = body(GOOD)
    split = answer.index(b"\r\n\r\n") + 4
    yield Case("drip", "whole answer, a byte at a time", dripping(answer), "within")
    yield Case("drip", "the status line", dripping(b"HTTP/1.1 200 " + b"O" * 5000), "within")
    yield Case("drip", "headers without end", endless(b"HTTP/1.1 200 OK\r\n", b"X-a: b\r\n", 0.05), "")
    yield Case("drip", "one header without end", endless(b"HTTP/1.1 200 OK\r\nX: ", b"y", 0.05), "within")
    yield Case("drip", "silence at once", silent(), "within")
    yield Case("drip", "silence after the headers", silent(answer[:split]), "within")
    yield Case("drip", "silence in the body", silent(answer[: split + 50]), "within")
    yield Case("drip", "chunks of a byte", endless(chunked(end=b""), b"1\r\na\r\n", 0.05), "within")
    yield Case(
        "drip", "gzip, a byte at a time", endless(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", b"\0", 0.05), ""
    )
    yield Case("drip", "interim answers for ever", endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.02), "within")
    yield Case("drip", "interim answers, fast", endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), "within")
    yield Case("drip", "trailers for ever", endless(chunked(GOOD, end=b"0\r\n"), b"X-t: y\r\n", 0.05), "within")


def headers():
    start = b"HTTP/1.1 200 OK\r\n"
    lines = b"".join(b"X-%d: y\r\n" % number for number in range(10_000))
    yield Case("headers", "10,000 lines", start + lines + b"\r\n" + GOOD, "headers")
    yield Case("headers", "a line of 1 MiB", start + b"X: " + b"y" * 2**20 + b"\r\n\r\n" + GOOD, "headers")
    yield Case("headers", "lines without end", endless(start, b"X-a: b\r\n" * 1000), "")
    yield Case("headers", "one line without end", endless(start + b"X: ", b"y" * 65536), "headers")
    yield Case("headers", "a status line of 1 MiB", b"HTTP/1.1 200 " + b"O" * 2**20 + b"\r\n\r\n" + GOOD, "headers")
    yield Case("headers", "no colon", start + b"nonsense\r\n\r\n" + GOOD, None)
    yield Case("headers", "folded", start + b"X: a\r\n b\r\n\tc\r\n\r\n" + GOOD, None)
    yield Case("headers", "a NUL", start + b"X: a\0b\r\n\r\n" + GOOD, None)
    yield Case("headers", "only line feeds", b"HTTP/1.1 200 OK\nX: y\n\n" + GOOD, None)
    yield Case("headers", "an overlong ETag", reply(GOOD, headers=(("ETag", f'"{"e" * 5000}"'),)), 1)
    yield Case("headers", "an ETag with odd letters", reply(GOOD, headers=(("ETag", '"\xe9\xff\x01"'),)), None)
    yield Case(
        "headers", "twice the type", reply(GOOD, headers=(("Content-Type", "text/html"), ("Content-Type", "a/b"))), None
    )
    yield Case("headers", "cookies", reply(GOOD, headers=tuple(("Set-Cookie", f"a{n}=b") for n in range(50))), 1)


def chunks():
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield Case("chunks", "decent", chunked(GOOD[:100], GOOD[100:]), 1)
    yield Case("chunks", "without end", endless(head, b"10000\r\n" + b"a" * 65536 + b"\r\n"), "longer than")
    for name, data in {
        "no size": b"\r\n" + GOOD, "a word": b"zz\r\n" + GOOD, "negative": b"-5\r\n" + GOOD, "huge": b"FFFFFFFFFFFFFFFF\r\n" + GOOD,
        "huge line": b"1" * 100_000, "cut": b"ff\r\n" + GOOD[:50], "no last": b"%x\r\n%s\r\n" % (len(GOOD), GOOD),
        "extension": b"%x;a=%s\r\n%s\r\n0\r\n\r\n" % (len(GOOD), b"b" * 70_000, GOOD), "spaces": b" 5 \r\nabcde\r\n0\r\n\r\n",
    }.items():  # fmt: skip
        yield Case("chunks", name, head + data, None if name == "no last" else "")
    both = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
    yield Case("chunks", "with a length", chunked(GOOD, head=both), None)


def lengths():
    head = "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n"
    for value, wanted in {
        len(GOOD) + 500: "broke off", 10**9: "broke off", len(GOOD) - 50: "cut off", 50: "", 0: "empty", -1: None, "many": None, "1e3": None,
        f"{len(GOOD)}, {len(GOOD)}": None, f"{len(GOOD)}, 5": "", 10**30: "",
    }.items():  # fmt: skip
        yield Case("length", str(value)[:20], head.format(value).encode() + GOOD, wanted)


def statuses():
    for code in (201, 202, 203, 204, 205, 206, 207, 226, 300, 305, 400, 401, 403, 404, 406, 410, 418, 429, 451, 500, 502, 503, 504, 599, 999):  # fmt: skip
        yield Case("status", str(code), reply(GOOD, f"{code} Some"), str(code))
    for line in (
        b"HTTP/1.1 600 Odd",
        b"HTTP/1.1 42 Odd",
        b"HTTP/1.1 0200 OK",
        b"HTTP/1.1 abc OK",
        b"HTTP/9.9 200 OK",
        b"ICY 200 OK",
        b"200 OK",
        b"HTTP/1.1",
        b"\0\0\0",
    ):
        yield Case("status", repr(line), line + b"\r\n\r\n" + GOOD, None)
    yield Case("status", "304 unasked", reply(b"", "304 Not Modified"), "not modified")


def waits():
    for value in (
        "0",
        "5",
        "3600",
        "999999999",
        "9" * 400,
        "-5",
        "soon",
        "1e9",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 1900 00:00:00 GMT",
        "",
        "٣٦٠٠",
    ):
        raw = value.encode("utf-8").decode("latin-1")
        yield Case("Retry-After", value[:30], reply(b"", "503 Busy", (("Retry-After", raw),)), "503")


def redirects():
    for place in (
        "http://169.254.169.254/latest/", "http://[::ffff:169.254.169.254]/", "http://2130706433/", "http://0177.0.0.1/", "http://0x7f.1/",
        "http://[fe80::1]/", "http://0.0.0.0/", "http://[::]/", "http://224.0.0.1/", "http://255.255.255.255/", "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:a9fe:a9fe::]/", "http://user:secret@127.0.0.1/", "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "feed:x",
        "data:text/xml,<rss/>", "javascript:alert(1)", "//169.254.169.254/", "http://100.64.0.1/", "http://[fec0::1]/", "\\\\127.0.0.1\\x", "http://",
        "http://a b/", "http://%31%32%37.0.0.1/", "http://[::1", "http://x:99999/", "http://" + "a" * 3000, "/\r\nX: y",
    ):  # fmt: skip
        yield Case("redirect", place[:40], reply(b"", "302 Found", (("Location", place),)), "")
    for status in ("301 Moved", "308 Permanent"):
        yield Case(
            "redirect",
            f"{status} to another domain",
            reply(b"", status, (("Location", "https://evil.example/"),)),
            "moved for good",
        )
    yield Case("redirect", "to itself", reply(b"", "302 Found", (("Location", "/vice"),)), "more than 5 times")
    chain = {f"/{n}": reply(b"", "302 Found", (("Location", f"/{n + 1}"),)) for n in range(1, 40)}
    yield Case(
        "redirect", "a chain of 30", reply(b"", "302 Found", (("Location", "/1"),)), "more than 5 times", more=chain
    )
    short = {f"/{n}": reply(b"", "302 Found", (("Location", f"/{n + 1}"),)) for n in range(1, 5)} | {"/5": body(GOOD)}
    yield Case("redirect", "five hops", reply(b"", "302 Found", (("Location", "/1"),)), 1, more=short)
    yield Case("redirect", "nowhere", reply(b"", "302 Found"), "without saying where")


def pages():
    for name, text in {
        "plain": "<html><body><h1>Welcome</h1></body></html>", "login": "<!DOCTYPE html><html><form><input type=password></form></html>",
        "challenge": "<!doctype html><html><title>Just a moment...</title><div class='cf-challenge'></div></html>",
        "upper case": "<HTML><BODY>News</BODY></HTML>", "fragment": "<div>news</div>", "script": "<script>location='/x'</script>",
        "xhtml": '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x.dtd"><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>',
        "svg": '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "soap": "<soap:Envelope><soap:Body/></soap:Envelope>",
        "sitemap": "<urlset><url><loc>x</loc></url></urlset>", "opml": "<opml version='2.0'><body/></opml>", "plist": "<plist></plist>",
    }.items():  # fmt: skip
        yield Case("a page for a feed", name, body(text.encode(), "text/html"), "")
    yield Case("a page for a feed", "5 MiB of tags", body(b"<html>" + b"<p>" * 1_700_000), "")


def empties():
    for name, data in {
        "nothing": b"", "spaces": b" \n\t\r\n ", "only a mark": b"\xef\xbb\xbf", "NULs": b"\0" * 1000, "only a prolog": b'<?xml version="1.0"?>',
        "only a comment": b"<!-- x -->", "one letter": b"x", "one bracket": b"<",
    }.items():  # fmt: skip
        yield Case("empty", name, body(data), "")
    yield Case("empty", "a feed without entries", body(rss()), 0)


def cuts():
    whole = rss(*(item(guid=f"g{n}") for n in range(20)))
    for share in range(5, 100, 5):
        yield Case("cut", f"at {share} %", body(whole[: len(whole) * share // 100]), "")
    yield Case("cut", "in the last tag", body(whole[:-3]), "cut off")
    yield Case(
        "cut", "atom", body(b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x</title></entry>'), "cut off"
    )
    yield Case(
        "cut",
        "json",
        body(b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1"', "application/json"),
        "JSON",
    )


def doctypes():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for name, subset in {
        "billion laughs": f'[<!ENTITY l0 "ha">{laughs}]', "quadratic": f'[<!ENTITY a "{"a" * 100_000}">]', "file": '[<!ENTITY x SYSTEM "file:///etc/passwd">]',
        "address": '[<!ENTITY x SYSTEM "http://127.0.0.1/">]', "parameter": '[<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]', "public": 'PUBLIC "x" "http://127.0.0.1/x.dtd" [<!ENTITY a "b">]',
        "empty subset": "[]", "late bracket": '\n\n\n[<!ENTITY a "b">]', "attlist": '[<!ATTLIST item x CDATA "y">]', "notation": '[<!NOTATION n SYSTEM "x">]',
    }.items():  # fmt: skip
        yield Case("doctype", name, body(rss(item(text="&x;&l9;&a;" * 20), head=f"<!DOCTYPE rss {subset}>")), "DOCTYPE")
    yield Case(
        "doctype", "behind a comment", body(rss(item(), head='<!-- x --><!DOCTYPE rss [<!ENTITY a "b">]>')), "DOCTYPE"
    )
    yield Case("doctype", "small letters", body(rss(item(), head='<!doctype rss [<!ENTITY a "b">]>')), "DOCTYPE")
    yield Case(
        "doctype", "without subset", body(rss(item(), head='<!DOCTYPE rss PUBLIC "x" "http://127.0.0.1/x.dtd">')), 1
    )
    yield Case("doctype", "in a text", body(rss(item(text="&lt;!DOCTYPE x [&lt;!ENTITY a 'b'>]&gt; tonight"))), 1)
    yield Case("doctype", "undefined entity", body(rss(item(text="a&nbsp;b &unknown; c"))), 1)


def comments():
    for name, data in {
        "unclosed, before the root": b"<!-- " * 60_000, "unclosed, inside": b"<rss><channel><item><title>" + b"<!-- " * 60_000 + b"</title></item></channel></rss>",
        "closed, inside": b"<rss version='2.0'><channel>" + b"<!-- x -->" * 60_000 + b"</channel></rss>",
        "instructions": b"<?x " * 60_000, "instructions inside": b"<rss><channel>" + b"<?x " * 60_000 + b"</channel></rss>",
        "unclosed CDATA": b"<rss><channel><item><title>" + b"<![CDATA[" * 40_000 + b"</title></item></channel></rss>",
        "declarations": b"<rss><channel>" + b"<!x " * 60_000 + b"</channel></rss>", "half tags": b"<rss><channel>" + b"<a " * 60_000 + b"</channel></rss>",
        "ampersands": b"<rss><channel><item><title>" + b"&" * 300_000 + b"</title></item></channel></rss>",
    }.items():  # fmt: skip
        yield Case("comment bomb", name, body(data), None)


def many():
    for number in (501, 5000, 20_000):
        items = [f"<item><guid>g{n}</guid><title>t {n}</title></item>" for n in range(number)]
        yield Case("many entries", f"{number}, well-formed", body(rss(*items)), 500)
        broken = rss(*items).replace(b"<title>t 1</title>", b"<title>t & 1</title>")
        yield Case("many entries", f"{number}, ill-formed", body(broken), None)
    yield Case("many entries", "100,000, tiny", body(rss("<item><title>t</title></item>" * 100_000)), None)
    yield Case("many entries", "50,000 equal", body(rss(item() * 20_000)), 1)
    lines = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [{"id": str(n), "title": f"t{n}"} for n in range(20_000)],
        }
    )
    yield Case("many entries", "JSON", body(lines.encode(), "application/json"), 500)


def nesting():
    for depth in (300, 5000, 50_000):
        yield Case("nesting", f"{depth} deep, closed", body(rss(item(extra="<a>" * depth + "</a>" * depth))), None)
        yield Case("nesting", f"{depth} deep, unclosed", body(rss(item(extra="<a>" * depth))), None)
        yield Case("nesting", f"{depth} deep, in the text", body(rss(item(text="&lt;b&gt;" * depth + "Words"))), None)
    yield Case("nesting", "items in items", body(rss("<item>" * 2000 + "</item>" * 2000)), None)


def bodies_that_are_names():
    for name in (
        "/etc/passwd",
        "file:///etc/passwd",
        "http://127.0.0.1/feed",
        "../../feed.xml",
        "feed.xml",
        "C:\\feed.xml",
        "\\\\host\\feed",
        "https://127.0.0.1/",
        "ftp://127.0.0.1/x",
        "feed://127.0.0.1/",
        "data:text/xml,x",
        "-",
    ):
        yield Case("a name for a body", name, body(name.encode()), "not a feed")


def encodings():
    head = '<?xml version="1.0" encoding="{}"?>'
    text = f'<rss version="2.0"><channel><title>t</title>{item(UKRAINIAN, UKRAINIAN)}</channel></rss>'
    for name in (
        "utf-8",
        "windows-1251",
        "koi8-u",
        "iso-8859-5",
        "cp866",
        "cp1125",
        "mac-cyrillic",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
    ):
        data = (head.format(name) + text).encode(name, "replace")
        yield Case("encoding", f"{name}, declared", body(data), 1)
    for name in ("windows-1251", "koi8-u", "utf-16"):
        yield Case("encoding", f"{name}, by the header", body(text.encode(name), f"text/xml; charset={name}"), 1)
        yield Case(
            "encoding",
            f"utf-8 declared as {name}",
            body((head.format(name) + text).encode("utf-8"), f"text/xml; charset={name}"),
            1,
        )
    yield Case(
        "encoding",
        "utf-8 with a mark, declared as koi8-u",
        body(b"\xef\xbb\xbf" + (head.format("koi8-u") + text).encode()),
        1,
    )
    for name in (
        "utf-7",
        "hz",
        "iso-2022-jp",
        "idna",
        "rot13",
        "unicode_escape",
        "base64",
        "zip",
        "no-such",
        "punycode",
        "raw_unicode_escape",
    ):
        yield Case(
            "encoding", name, body((head.format(name) + text.encode("ascii", "replace").decode()).encode()), "encoding"
        )
    yield Case("encoding", "undeclared windows-1251", body(text.encode("windows-1251")), 1)
    yield Case(
        "encoding", "declared utf-8, is windows-1251", body((head.format("utf-8") + text).encode("windows-1251")), None
    )
    yield Case(
        "encoding",
        "declared koi8-u, is random",
        body((head.format("koi8-u") + text[:60]).encode() + bytes(range(128, 256)) * 40),
        "",
    )
    yield Case(
        "encoding", "garbled twice", body(text.encode("utf-8").decode("cp1251", "replace").encode("utf-8")), "garbled"
    )
    yield Case(
        "encoding", "garbled as Latin-1", body(text.encode("utf-8").decode("latin-1").encode("utf-8")), "garbled"
    )
    yield Case("encoding", "random bytes", body(bytes((n * 7919 + 13) % 256 for n in range(5000))), "")


def characters():
    for name, text in {
        "NUL": "a\0b", "backspace": "a\x08b", "U+FFFE": "a\ufffeb", "bell": "\x07", "form feed": "a\x0cb", "reference to NUL": "a&#0;b", "reference to 8": "a&#8;b",
        "reference past Unicode": "a&#x110000;b", "reference to a surrogate": "a&#xD800;b", "direction": "a\u202eb\u2066c", "zero width": "a\u200bb\ufeff", "tags": "a\U000e0041b",
        "C1": "a\x85b\x93c", "reference to C1": "a&#150;b", "long reference": f"a&#{'9' * 5000};b",
    }.items():  # fmt: skip
        yield Case("characters", name, body(rss(item(title=f"Lights {text} on", text=f"Quiet {text} night"))), None)
    yield Case(
        "characters",
        "a lone surrogate in UTF-8",
        body(rss(item(title="Lights XX on")).replace(b"XX", b"\xed\xa0\x80")),
        None,
    )


def json_feeds():
    top = '{"version":"https://jsonfeed.org/version/1.1","title":"t","items":%s}'
    for name, text, wanted in (
        ("NaN", top % '[{"id":NaN,"title":"x"}]', "JSON"), ("infinite", top % '[{"id":-Infinity}]', "JSON"), ("1e400", top % '[{"id":1e400,"title":"x"}]', None),
        ("a number of 5,000 digits", top % ('[{"id":' + "9" * 5000 + "}]"), "JSON"), ("100,000 brackets", "[" * 100_000, "JSON"), ("closed brackets", "[" * 50_000 + "]" * 50_000, ""),
        ("100,000 braces", '{"a":' * 100_000, "JSON"), ("no items", '{"version":"x"}', "no list of items"), ("items is a text", top % '"x"', "no list of items"), ("a list", "[1,2]", "no list of items"),
        ("items of numbers", top % "[1,2,3]", 0), ("items of nothing", top % "[{},{}]", 0), ("wrong types", top % '[{"id":{"a":1},"title":[1],"content_html":5,"date_published":{}}]', None),
        ("a surrogate", top % '[{"id":"1","title":"\\ud800 x"}]', 1), ("NULs", top % '[{"id":"1","title":"\\u0000x"}]', 1), ("doubled keys", top % '[{"id":"1","id":"2","title":"x"}]', 1),
        ("markup", top % '[{"id":"1","content_html":"<script>x</script><p>words</p>"}]', 1), ("dust behind", top % "[]" + "dust", "JSON"), ("a bare word", "{items}", "JSON"),
        ("booleans", top % '[{"id":true,"title":false}]', 0),
    ):  # fmt: skip
        yield Case("JSON feed", name, body(text.encode(), "application/feed+json"), wanted)


def dates():
    for value in (
        "Thu, 01 Jan 2099 00:00:00 GMT",
        "0001-01-01",
        "9999-12-31T23:59:59Z",
        "99999999999999",
        "yesterday",
        "",
        "31.02.2025",
        "2025-02-31T00:00:00Z",
        "Mon, 00 Xyz 0000 99:99:99 QQQ",
        "1" * 5000,
        "-1",
        "2025-01-01T25:61:61+99:99",
    ):
        yield Case("date", value[:30] or "empty", body(rss(item(date=value))), 1)


def identities():
    same = "".join(item(title=f"Title {n}", text=f"Text {n}") for n in range(10))
    yield Case("identity", "one GUID for ten", body(rss(same)), 10)
    yield Case(
        "identity", "no GUID, no link", body(rss("<item><title>a</title></item><item><title>b</title></item>")), 2
    )
    yield Case("identity", "a GUID of 1 MiB", body(rss(item(guid="g" * 2**20))), 1)
    yield Case("identity", "an empty GUID", body(rss(item(guid=""))), 1)
    yield Case("identity", "an entry without a word", body(rss("<item><guid>1</guid></item>")), 0)
    yield Case("identity", "GUIDs that differ by spaces", body(rss(item(guid="a"), item(guid=" a "))), 1)
    yield Case("identity", "GUID is an object", body(rss("<item><guid><a>1</a></guid><title>x</title></item>")), None)


def active():
    for name, text in {
        "script": "&lt;script&gt;alert(1)&lt;/script&gt;", "image": "&lt;img src=x onerror=alert(1)&gt;", "CDATA": "<![CDATA[<script>alert(1)</script>words]]>", "inline": "<script>alert(1)</script>",
        "svg": "&lt;svg onload=alert(1)&gt;", "style": "&lt;style&gt;*{display:none}&lt;/style&gt;words", "iframe": "&lt;iframe src=//x&gt;words&lt;/iframe&gt;", "double": "&amp;lt;script&amp;gt;x&amp;lt;/script&amp;gt;words",
        "comment": "&lt;!--[if IE]&gt;words&lt;![endif]--&gt;", "template": "&lt;template&gt;&lt;script&gt;x&lt;/script&gt;&lt;/template&gt;words", "unclosed": "&lt;b words &lt;script", "entity": "&amp;#60;script&amp;#62;",
    }.items():  # fmt: skip
        yield Case("active markup", name, body(rss(item(title=text, text=text + " tonight"))), None)


def attributes():
    many = " ".join(f'a{n}="1"' for n in range(50_000))
    yield Case("attributes", "50,000", body(rss(item(extra=f"<x {many}/>"))), None)
    yield Case("attributes", "one of 4 MiB", body(rss(item(extra=f'<x a="{"b" * 4 * 2**20}"/>'))), None)
    yield Case("attributes", "a doubled one", body(rss(item(extra='<x a="1" a="2"/>'))), None)
    yield Case("attributes", "a name of 1 MiB", body(rss(item(extra=f"<{'x' * 2**20}/>"))), None)
    yield Case("attributes", "without quotes", body(rss(item(extra="<x a=1/>"))), 1)


def namespaces():
    declared = " ".join(f'xmlns:n{n}="urn:{n}"' for n in range(3000))
    yield Case("namespaces", "3,000 declared", body(rss(item(extra=f"<x {declared}/>"))), None)
    yield Case("namespaces", "undeclared", body(rss(item(extra="<foo:bar>x</foo:bar>"))), 1)
    yield Case("namespaces", "a foreign root", body(b'<x:rss xmlns:x="urn:x" version="2.0"><channel/></x:rss>'), None)
    yield Case(
        "namespaces",
        "media title",
        body(rss(item(extra='<m:title xmlns:m="http://search.yahoo.com/mrss/">x</m:title>'))),
        1,
    )
    yield Case("namespaces", "base", body(rss(item(extra='<link xml:base="javascript:x">alert(1)</link>'))), 1)
    yield Case(
        "namespaces",
        "RDF",
        body(
            b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item rdf:about="http://x/1"><title>Words</title></item></rdf:RDF>'
        ),
        1,
    )


def connections():
    yield Case("connection", "reset at once", resetting(), "")
    yield Case("connection", "reset in the headers", resetting(b"HTTP/1.1 200 OK\r\nContent-"), "")
    yield Case("connection", "reset in the body", resetting(body(GOOD)[:-40]), "")
    yield Case("connection", "closed at once", b"", "")
    yield Case("connection", "random bytes", bytes(range(256)) * 20, "")
    yield Case("connection", "TLS on a plain port", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200, "")
    yield Case("connection", "a feed without headers", GOOD, "")
    yield Case("connection", "another protocol", b"220 mail.example ESMTP ready\r\n", "")
    yield Case(
        "connection", "an endless stream", endless(b"HTTP/1.1 200 OK\r\n\r\n<rss>", b"<item/>" * 10_000), "longer than"
    )


def telegram():
    post = '<div class="tgme_widget_message" data-post="a/{}"><div class="tgme_widget_message_text">{}</div><a class="tgme_widget_message_date" href="https://t.me/a/{}"><time datetime="2022-09-12T18:00:00+00:00"></time></a></div>'
    posts = "".join(post.format(n, f"Line {n}<br>more", n) for n in range(20))
    for name, text, wanted in (
        ("decent", f"<html><body>{posts}</body></html>", 20), ("private", "<html><body><div class=tgme_page>Contact</div></body></html>", "no posts"), ("empty", "<html></html>", "no posts"),
        ("a feed", GOOD.decode(), "no posts"), ("scripts", f"<html>{post.format(1, '<script>x</script>words', 1)}</html>", 1), ("cut", f"<html>{posts}"[:2000], None),
        ("javascript link", f"<html>{post.format(1, 'words', 1).replace('https://t.me/a/1', 'javascript:alert(1)')}</html>", 1), ("20,000 posts", f"<html>{post.format(1, 'w', 1) * 20_000}</html>", None),
        ("deep", "<html>" + "<div>" * 20_000 + post.format(1, "words", 1), None), ("no date", '<div class="tgme_widget_message" data-post="a/1"><div class="tgme_widget_message_text">x</div></div>', 1),
    ):  # fmt: skip
        yield Case("Telegram", name, body(text.encode(), "text/html; charset=utf-8"), wanted, SourceKind.TELEGRAM)


def lists():
    rows = "".join(
        f'<li class="n"><a href="/n/{n}">Title {n}</a><time datetime="2022-09-12">x</time></li>' for n in range(30)
    )
    settings = (("item", "li.n"), ("title", "a"), ("link", "a"), ("date", "time"))
    for name, text, wanted in (
        ("decent", f"<ul>{rows}</ul>", 30), ("rebuilt", "<ul><li class=m>x</li></ul>", "rebuilt"), ("empty", "", ""), ("10,000 items", f"<ul>{rows * 300}</ul>", None),
        ("no titles", '<li class="n">words</li>', 1), ("deep", "<div>" * 30_000 + rows, None), ("a feed", GOOD.decode(), "rebuilt"), ("javascript", '<li class="n"><a href="javascript:x">T</a></li>', 1),
    ):  # fmt: skip
        yield Case("list page", name, body(text.encode(), "text/html"), wanted, SourceKind.PAGE, settings=settings)


def types():
    for value in (
        "text/html",
        "text/plain",
        "application/octet-stream",
        "image/png",
        "",
        "nonsense",
        "text/xml; charset=",
        'text/xml; charset="',
        "text/xml; charset=" + "x" * 3000,
        "application/pdf",
    ):
        yield Case("content type", value[:30] or "none", body(GOOD, value), 1 if len(value) < 100 else None)


def texts():
    for name, text in {
        "4 MiB of words": "words " * 700_000, "one word of 1 MiB": "w" * 2**20, "1,000,000 lines": "a\n" * 1_000_000, "links": "&lt;a href=x&gt;y&lt;/a&gt;" * 16_000, "tables": "&lt;table&gt;&lt;tr&gt;&lt;td&gt;" * 3000,
        "brackets": "&lt;" * 200_000, "open tags": "&lt;p " * 100_000, "ampersands": "&amp;" * 300_000, "entities": "&amp;amp" * 100_000, "accents": "e" + "\u0301" * 500_000, "spaces": " " * 2_000_000, "dots": "." * 500_000,
    }.items():  # fmt: skip
        yield Case("long text", name, body(rss(item(text=text))), None)


CASES = list(cases())
