"""The gate: no spelling of a private address gets through, by no way in, and a trap listener is never reached."""

import ipaddress
import random
import re
import socket
import threading

import pytest
from ingest import hostile
from ingest.hostile import reply

from tracker.domain import Source, SourceKind
from tracker.ingest import discover, guard, sourcelist
from tracker.ingest.cage import Cage
from tracker.ingest.entries import Entry
from tracker.ingest.errors import RefusedError, SourceError
from tracker.ingest.fetch import Fetcher, Limits
from tracker.ingest.guard import Gate
from tracker.ingest.listen import Ears
from tracker.settings import SettingsError

INSIDE = [
    "127.0.0.1",
    "169.254.169.254",
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "0.0.0.0",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
]


def wrapped(four):
    """The six ways to carry an IPv4 address in an IPv6 one, and Teredo's and ISATAP's forms of them."""
    number = int(ipaddress.IPv4Address(four))
    return [
        str(ipaddress.IPv6Address(value))
        for value in (
            0xFFFF << 32 | number,
            number,
            0xFFFF << 48 | number,
            0x64FF9B << 96 | number,
            0x2002 << 112 | number << 80,
            0x20010000 << 96 | 0x01020304 << 64 | (number ^ 0xFFFFFFFF),
            0x2A00 << 112 | 0x00005EFE << 32 | number,
            0x2A00 << 112 | 0x02005EFE << 32 | number,
        )
        if value > 1
    ]


def numbers(four):
    """An IPv4 address as inet_aton would also take it: octal, hexadecimal, with fewer dots."""
    a, b, c, d = (int(part) for part in four.split("."))
    number = int(ipaddress.IPv4Address(four))
    octal, hexadecimal = [f"0{part:o}" for part in (a, b, c, d)], [hex(part) for part in (a, b, c, d)]
    return [
        *(str(number), hex(number), f"0{number:o}", f"{a}.{b * 65536 + c * 256 + d}", f"{a}.{b}.{c * 256 + d}"),
        *(".".join(octal), ".".join(hexadecimal), f"{octal[0]}.{b}.{c}.{d}", f"0000{octal[0]}.{b}.{c}.{d}"),
        *(f"{a}.{b}.{c}.{hexadecimal[3]}", f"{hexadecimal[0]}.{b}.{c}.{d}", f"{a}.{b}.{c}.{d}."),
    ]


HOSTS = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "１２７.0.0.1",
    "127。0。0。1",
    "①②⑦.0.0.1",
    "127.0.0.1.",
    "%31%32%37.0.0.1",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fc00::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[::ffff:7f00:1]",
    "[fe80::1%25eth0]",
    "[2001:db8::1]",
    "[64:ff9b:1::7f00:1]",
    "[3fff::1]",
]
WHOLE = [
    "http://user:secret@127.0.0.1/",
    "http://x@127.0.0.1/",
    "http://127.0.0.1#@example.ua/",
    "http://127.0.0.1\\@example.ua/",
    "http://example.ua@127.0.0.1/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1/",
    "feed:http://127.0.0.1/",
    "data:text/xml,<rss/>",
    "javascript:1",
    "HTTP://127.0.0.1/",
    "http:127.0.0.1/",
    "http:/127.0.0.1/",
    "http:///127.0.0.1/",
    "http://127.0.0.1:80/",
    "https://127.0.0.1/",
    "http://127.0.0.1:443/",
    "http://0/",
    "http://127.1/",
    "http://0x7f.1/",
    "http://",
    "//127.0.0.1/",
    "127.0.0.1",
]

SPELLINGS = sorted(
    {
        *(f"http://{four}/" for four in INSIDE),
        *(f"http://[{six}]/" for four in INSIDE for six in wrapped(four)),
        *(f"http://{spelt}/" for four in INSIDE[:4] for spelt in numbers(four)),
        *(f"http://{host}/" for host in HOSTS),
        *WHOLE,
        *("http:// 127.0.0.1/", "http://127.0.0.1\t/", ""),
    }
)


@pytest.fixture(scope="module")
def trap():
    """A listener on every loopback spelling: port 80 of no address here is ours, so a map leads all ports to it."""
    listener = hostile.Trap()
    yield listener
    listener.close()


def closed(trap, **names):
    """A closed gate whose dialler would lead anything that it lets through into the trap."""

    def dial(address, port, seconds):
        return socket.create_connection(("127.0.0.1", trap.port), timeout=seconds)

    def resolve(host, port):
        return names[host] if host in names else guard.resolve(host, port)

    return Gate(resolver=resolve, dialler=dial)


def opened_for(server, trap):
    """A closed gate that lets one public address through, and leads it to `server` after the check."""

    def dial(address, port, seconds):
        ours = address == "93.184.216.34"
        return socket.create_connection(("127.0.0.1", server.port if ours else trap.port), timeout=seconds)

    def resolve(host, port):
        return ["93.184.216.34"] if host == "public.example" else guard.resolve(host, port)

    return Gate(resolver=resolve, dialler=dial)


def test_there_are_enough_spellings():
    assert len(SPELLINGS) >= 120


@pytest.mark.parametrize("url", SPELLINGS)
def test_a_private_address_is_refused_however_it_is_written(url, trap):
    with pytest.raises(SourceError) as caught:
        Fetcher(closed(trap), "tests").get(url, Limits(seconds=2))
    assert "secret" not in str(caught.value)
    assert trap.caught == 0


@pytest.mark.parametrize("url", [url for url in SPELLINGS if "://" in url])
def test_a_redirect_to_a_private_address_is_refused_after_the_first_hop_succeeded(url, trap):
    with hostile.serving() as server:
        server.at("/start", reply(b"", "302 Found", (("Location", url.encode("utf-8").decode("latin-1")),)))
        fetcher = Fetcher(opened_for(server, trap), "tests")
        with pytest.raises(SourceError):
            fetcher.get("http://public.example/start", Limits(seconds=2))
        assert server.seen[0][0] == "/start", "the first hop never happened"
    assert trap.caught == 0


def test_an_article_or_a_robots_file_at_a_private_address_is_never_asked_for(trap, tmp_path):
    with Cage(1) as cage:
        ears = Ears(Fetcher(closed(trap), "tests"), cage, tmp_path, pause=0)
        wanted = [Entry(str(n), "t", "x", url, None, None, True, "f") for n, url in enumerate(SPELLINGS)]
        done, _ = ears.complete(wanted, 20)
    assert len(done) == len(SPELLINGS) and all(entry.truncated for entry in done.values())
    assert trap.caught == 0


def test_no_private_address_can_be_added_or_listed(trap, tmp_path):
    path = tmp_path / "sources.toml"
    with Cage(1) as cage:
        ears = Ears(Fetcher(closed(trap), "tests"), cage, tmp_path)
        for url in SPELLINGS:
            with pytest.raises(SourceError):
                discover.look(url, ears)
            if "://" in url and not re.search(r"local", url, re.I):
                path.write_text(f"[[source]]\nname = 'a'\ntitle = 'A'\nurl = '{url}'\n", "utf-8")
                with pytest.raises(SettingsError, match="`url`"):
                    sourcelist.load(path)
    assert trap.caught == 0


def test_a_name_with_one_private_record_is_refused_whole(trap):
    for addresses in (["93.184.216.34", "127.0.0.1"], ["127.0.0.1", "93.184.216.34"], ["2a00::1", "::ffff:10.0.0.1"]):
        with pytest.raises(RefusedError):
            closed(trap, **{"two.example": addresses}).check("http://two.example/")


def test_only_the_checked_address_is_called_when_a_name_changes_its_mind():
    """Rebinding: the first answer is public, all later ones are loopback; a thousand flips reach nobody."""
    answers, called = [], []

    def resolve(host, port):
        answers.append(host)
        return ["93.184.216.34"] if len(answers) % 2 else ["127.0.0.1"]

    def dial(address, port, seconds):
        called.append(address)
        raise ConnectionRefusedError

    fetcher = Fetcher(Gate(resolver=resolve, dialler=dial), "tests")
    for _ in range(1000):
        with pytest.raises(SourceError):
            fetcher.get("http://flip.example/", Limits(seconds=2))
    assert set(called) == {"93.184.216.34"} and len(called) == 500


@pytest.mark.parametrize("many", [4000, pytest.param(1_000_000, marks=pytest.mark.nightly)])
def test_a_wrapped_address_has_the_verdict_of_the_bare_one(many):
    dice = random.Random(7)
    for _ in range(many):
        four = str(ipaddress.IPv4Address(dice.getrandbits(32)))
        verdict = guard.fault(four)
        for six in wrapped(four)[:5]:
            assert (guard.fault(six) is None) == (verdict is None), (four, six)
        teredo, *isatap = wrapped(four)[5:]
        assert guard.fault(teredo) is None or verdict is not None or guard.fault("1.2.3.4")
        assert all((guard.fault(six) is None) == (verdict is None) for six in isatap)


@pytest.mark.parametrize("address", ["93.184.216.34", "2a00:1450:4001:800::1", "8.8.8.8", "::ffff:8.8.8.8"])
def test_a_public_address_is_let_through(address):
    assert guard.fault(address) is None


def test_private_networks_open_only_by_the_setting_and_metadata_never():
    assert guard.fault("127.0.0.1", allow_private=True) is None
    assert guard.fault("192.168.1.5", allow_private=True) is None
    assert guard.fault("::ffff:127.0.0.1", allow_private=True) is None
    for address in ("169.254.169.254", "224.0.0.1", "0.0.0.0", "fe80::1", "::"):
        assert guard.fault(address, allow_private=True) is not None


def test_only_the_usual_ports_are_open_to_the_public():
    gate = Gate(resolver=lambda host, port: ["93.184.216.34"])
    assert gate.check("http://a.example/").port == 80 and gate.check("https://a.example/").port == 443
    for port in (22, 25, 5432, 6379, 8080, 443):
        with pytest.raises(RefusedError, match="Port"):
            gate.check(f"http://a.example:{port}/")


def test_one_private_origin_can_be_opened_alone():
    gate = Gate(origins=frozenset({"http://127.0.0.1:43785"}))
    assert gate.check("http://127.0.0.1:43785/feed.xml").addresses == ("127.0.0.1",)
    for url in ("http://127.0.0.1:43786/", "http://127.0.0.1/", "http://localhost:43785/", "https://127.0.0.1:43785/"):
        with pytest.raises(RefusedError):
            gate.check(url)


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTP://Example.UA", "http://example.ua/"),
        ("https://example.ua:443/a b".replace(" ", "%20"), "https://example.ua/a%20b"),
        ("http://новини.укр/стрічка", "http://xn--b1amarcd.xn--j1amh/%D1%81%D1%82%D1%80%D1%96%D1%87%D0%BA%D0%B0"),
        ("http://example.ua./x#y", "http://example.ua/x"),
        ("http://example.ua/?q=світло&a=1", "http://example.ua/?q=%D1%81%D0%B2%D1%96%D1%82%D0%BB%D0%BE&a=1"),
    ],
)
def test_an_address_has_one_normal_spelling(url, normal):
    assert guard.parse(url).url == normal


def test_a_resolver_that_hangs_is_not_waited_for():
    never = threading.Event()
    gate = Gate(resolver=lambda host, port: never.wait(30) or [])
    with pytest.raises(SourceError, match="not found in time"):
        gate.check("http://slow.example/", seconds=0.2)
    never.set()


def test_a_folder_or_push_source_needs_no_web_address(tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text("[[source]]\nname='inbox'\ntitle='Inbox'\nkind='folder'\nurl='inbox'\n", "utf-8")
    assert sourcelist.load(path) == (Source("inbox", "Inbox", "inbox", SourceKind.FOLDER),)
