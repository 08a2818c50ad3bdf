"""Loading what others kept: every form of file, on all cores, broken off and gone on with, and what partners push."""

import hashlib
import io
import json
from datetime import UTC, datetime

import pytest
from ingest.conftest import MONDAY, OUT, SUMY, feed, source

from tracker.domain import Service, SourceKind
from tracker.ingest import archive, archive_files, push
from tracker.ingest.accept import Accepted

PAST = datetime(2022, 9, 1, 12, tzinfo=UTC)
ARCHIVE = source("archive", "", kind=SourceKind.ARCHIVE)
ORDERS = archive.Orders(ARCHIVE, PAST, MONDAY)
TOKEN = "a-token-of-sufficient-length"


def line(key, text, **more):
    return (
        json.dumps(
            {"id": key, "published": "2022-09-10T10:00:00+03:00", "title": "T", "text": text, **more},
            ensure_ascii=False,
        )
        + "\n"
    )


def cells(memory, region="UA-63", service=Service.ELECTRICITY):
    return memory.claims.testimonies(region, service)


def taken(*paths, orders=ORDERS, cores=1):
    return archive.ingest(paths, orders, cores=cores)


@pytest.fixture
def folder(tmp_path):
    inside = tmp_path / "files"
    inside.mkdir()
    return inside


def test_each_form_of_file_is_read_for_what_it_is(memory, folder):
    (folder / "a.xml").write_bytes(feed(OUT))
    (folder / "b.txt").write_text("Headline\n\n" + SUMY[2], "utf-8")
    (folder / "c.jsonl").write_text(
        line("1", "Poltava Oblast is without electricity after the strike.", lang="en"), "utf-8"
    )
    story = "<p>Lviv Oblast is without electricity after the strike, officials said.</p>"
    page = f"<html><body><article><h1>Lviv</h1>{story}</article><time datetime='2022-09-11'></time></body></html>"
    (folder / "d.html").write_text(page, "utf-8")
    (folder / "e.png").write_bytes(b"\x89PNG")
    summary = taken(folder)
    assert (summary.files, summary.reports, summary.faults) == (4, 4, [])
    assert cells(memory)[0].published == datetime(2022, 9, 12, 18, tzinfo=UTC)
    assert cells(memory, "UA-59", Service.WATER)[0].published == PAST
    assert cells(memory, "UA-53")[0].published == datetime(2022, 9, 10, 7, tzinfo=UTC)
    assert cells(memory, "UA-46")[0].published == datetime(2022, 9, 11, 9, tzinfo=UTC)


def test_a_bad_line_is_named_and_the_rest_goes_on(memory, folder):
    path = folder / "lines.jsonl"
    path.write_text(
        line("1", OUT[2])
        + "not json\n"
        + '{"id": 1}\n[]\n'
        + '{"text": 5}\n'
        + line("2", SUMY[2])
        + line("3", "x", published="someday"),
        "utf-8",
    )
    summary = taken(path)
    assert summary.counts[Accepted.NEW] == 2
    assert [fault.split(":")[0] for fault in summary.faults] == [
        f"lines.jsonl, line {number}" for number in (2, 3, 4, 5, 7)
    ]


def test_a_run_that_was_broken_off_goes_on_where_it_stopped(memory, folder, monkeypatch):
    monkeypatch.setattr(archive_files, "BATCH_PIECES", 2)
    monkeypatch.setattr(archive, "TOGETHER", 1)
    path = folder / "lines.jsonl"
    path.write_text("".join(line(str(number), f"{OUT[2]} Note {number}.") for number in range(9)), "utf-8")
    stored = []

    def crash(read, orders, summary, progress):
        if len(stored) == 2:
            raise KeyboardInterrupt
        stored.append(read)
        keep(read, orders, summary, progress)

    keep = archive._store
    monkeypatch.setattr(archive, "_store", crash)
    with pytest.raises(KeyboardInterrupt):
        taken(path)
    monkeypatch.setattr(archive, "_store", keep)
    summary = taken(path)
    assert summary.counts == {Accepted.NEW: 5, Accepted.KNOWN: 0, Accepted.CHANGED: 0, Accepted.PENDING: 0}
    assert len(cells(memory)) == 9
    again = taken(path)
    assert (again.before, again.reports) == (1, 0)


def test_a_file_that_grew_is_read_again_and_only_its_news_is_new(memory, folder):
    path = folder / "lines.jsonl"
    path.write_text(line("1", OUT[2]), "utf-8")
    taken(path)
    path.write_text(line("1", OUT[2]) + line("2", SUMY[2]), "utf-8")
    summary = taken(path)
    assert (summary.counts[Accepted.KNOWN], summary.counts[Accepted.NEW]) == (1, 1)


def test_two_files_may_number_their_reports_alike(memory, folder):
    (folder / "a.jsonl").write_text(line("1", OUT[2]), "utf-8")
    (folder / "b.jsonl").write_text(line("1", SUMY[2]), "utf-8")
    (folder / "c.jsonl").write_text(line("7", OUT[2]), "utf-8")
    assert taken(folder).counts == {Accepted.NEW: 2, Accepted.KNOWN: 1, Accepted.CHANGED: 0, Accepted.PENDING: 0}


def test_two_cores_give_what_one_gives(memory, folder, monkeypatch):
    monkeypatch.setattr(archive_files, "BATCH_PIECES", 5)
    path = folder / "lines.jsonl"
    path.write_text("".join(line(str(number), f"{OUT[2]} Note {number}.") for number in range(40)), "utf-8")
    assert taken(path, cores=2).counts[Accepted.NEW] == 40
    assert len(cells(memory)) == 40


def test_outlets_named_in_lines_are_voices_of_their_own(memory, folder):
    path = folder / "lines.jsonl"
    path.write_text(line("1", OUT[2], source="Evening Herald") + line("1", SUMY[2], source="Ранок"), "utf-8")
    taken(path)
    assert len({one.name for one in memory.sources.all() if one.name.startswith("archive-")}) == 2


def test_a_bomb_in_a_batch_spoils_nothing_else(memory, folder, monkeypatch):
    monkeypatch.setattr(archive, "PATIENT", 5.0)
    (folder / "bad.xml").write_bytes(
        b"<rss><channel><item><title>" + b"<!-- " * 60_000 + b"</title></item></channel></rss>"
    )
    (folder / "good.xml").write_bytes(feed(OUT))
    assert taken(folder).counts[Accepted.NEW] == 1
    assert len(cells(memory)) == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # warcio's writer leaves files open
@pytest.mark.parametrize("packed", [False, True])
def test_a_web_archive_is_read_page_by_page(memory, folder, packed, monkeypatch):
    writer_of = pytest.importorskip("warcio.warcwriter", reason="warcio is not installed").WARCWriter
    headers_of = pytest.importorskip("warcio.statusandheaders").StatusAndHeaders
    monkeypatch.setattr(archive_files, "BATCH_PIECES", 2)
    path = folder / ("web.warc.gz" if packed else "web.warc")
    with path.open("wb") as file:
        writer = writer_of(file, gzip=packed)
        for number in range(7):
            status, kind = ("404 No", "text/html") if number == 5 else ("200 OK", "application/rss+xml")
            kind = "image/png" if number == 6 else kind
            head = headers_of(status, [("Content-Type", kind)], protocol="HTTP/1.1")
            body = io.BytesIO(feed((f"w{number}", "Title", f"{OUT[2]} Note {number}.")))
            writer.write_record(
                writer.create_warc_record(f"http://h.example/{number}", "response", payload=body, http_headers=head)
            )
    summary = taken(folder)
    assert summary.counts[Accepted.NEW] == 5 and not summary.faults
    assert taken(folder).before == 1


@pytest.mark.parametrize("body", [b"", b"\x1f\x8bnonsense", b"WARC/1.0\r\nbroken"])
def test_a_damaged_archive_is_named(memory, folder, body):
    pytest.importorskip("warcio", reason="warcio is not installed")
    (folder / "web.warc.gz").write_bytes(body)
    (folder / "good.xml").write_bytes(feed(OUT))
    assert taken(folder).counts[Accepted.NEW] == 1


def test_standard_input_may_be_lines_or_a_document(memory):
    assert taken(line("1", OUT[2]).encode()).counts[Accepted.NEW] == 1
    assert taken(feed(SUMY)).counts[Accepted.NEW] == 1
    assert taken(b"Poltava Oblast is without electricity.").counts[Accepted.NEW] == 1


@pytest.fixture
def partner(memory):
    settings = (("token_sha256", hashlib.sha256(TOKEN.encode()).hexdigest()),)
    memory.sources.save(source("partner", "", kind=SourceKind.PUSH, settings=settings))
    return memory


def send(message, name="partner", token=TOKEN):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return push.receive(name, f"Bearer {token}", body, MONDAY)


def test_a_partner_pushes_reports_once(partner):
    report = {"id": "1", "published": "2022-09-12T18:00:00Z", "title": "Power", "text": OUT[2], "lang": "en"}
    assert send(report) == [Accepted.NEW]
    assert send([report, {**report, "id": "2", "text": SUMY[2]}]) == [Accepted.KNOWN, Accepted.NEW]
    assert len(cells(partner)) == 1 and partner.sources.state("partner").last_ok == MONDAY


@pytest.mark.parametrize(
    ("name", "token"), [("partner", "wrong"), ("partner", ""), ("nobody", TOKEN), ("herald", TOKEN)]
)
def test_a_wrong_name_or_token_is_not_let_in(partner, name, token):
    partner.sources.save(source())
    with pytest.raises(push.PushError) as caught:
        send({"id": "1", "text": "x"}, name, token)
    assert caught.value.status == 401


SOUND = {"id": "1", "text": OUT[2]}
REFUSED = [
    (b"nonsense", 400, "not JSON"),
    (b"[" * 100_000, 400, "not JSON"),
    ([], 400, "between 1 and 100"),
    ([SOUND] * 101, 400, "between"),
    (b"x" * (2**20 + 1), 413, "1 MiB"),
    ([5], 422, "Report 1 is not"),
    ({"id": "1"}, 422, "neither title nor text"),
    ({"text": "x"}, 422, "needs an `id`"),
    (SOUND | {"colour": 1}, 422, "colour"),
    (SOUND | {"text": 5}, 422, "not text"),
    (SOUND | {"published": "someday"}, 422, "published"),
    (SOUND | {"lang": "pl"}, 422, "lang"),
    ([SOUND, {"id": "2", "text": ""}], 422, "Report 2"),
    (SOUND | {"text": "\u200b"}, 422, "neither"),
]


@pytest.mark.parametrize(("message", "status", "sentence"), REFUSED)
def test_a_wrong_message_is_refused_whole(partner, message, status, sentence):
    with pytest.raises(push.PushError, match=sentence) as caught:
        send(message)
    assert caught.value.status == status and not cells(partner)
