"""One public set on every surface: what waits, was refused or taken back is nowhere, the rest is everywhere."""

import csv
import io
import json
import random
import re
from datetime import timedelta

import feedparser
import make
import pytest
from lxml import etree
from out.telling import tell

from tracker import store, times
from tracker.domain import Kind, Service
from tracker.ingest import accept, moderate

REGIONS = ("UA-63", "UA-59", "UA-46")
SERVICES = list(Service)[:3]
USUAL, ALL = 4, 200
"""How many states are tried every time, and how many with the nightly sizes."""


def fill(number):
    """A database of random reports and random decisions about them; gives words that must be seen nowhere."""
    dice = random.Random(number)
    began = times.now().replace(microsecond=0) - timedelta(days=3)
    told, secret = [], []
    for step in range(dice.randint(3, 12)):
        at = began + timedelta(minutes=dice.randint(0, 4000))
        said = [
            make.claim(
                dice.choice(list(Kind)),
                region=dice.choice(REGIONS),
                service=dice.choice(SERVICES),
                place=dice.choice((None, None, "Izium", "Sumy", "Stryi")),
                evidence=f"word{number}x{step}y{part}.",
            )
            for part in range(dice.randint(1, 2))
        ]
        told.append((tell(*said, at=at, source=dice.choice(("radio", "gazette", "oblast"))), said))
    for step in range(dice.randint(0, 2)):
        sender = make.source("form", kind="form", standing="public")
        waits = make.report(f"secret{number}x{step}. In Sumy there is no water.", "Sumy", began, "form")
        accept.accept(waits, sender, times.now())
        if dice.random() < 0.5:
            moderate.reject(waits.id, "olena", "spam", times.now())
        secret.append(f"secret{number}x{step}")
    for report, said in dice.sample(told, dice.randint(0, 2)):
        moderate.retract_report(report.id, "olena", "wrong", times.now())
        secret += [claim.evidence for claim in said]
    return secret


def surfaces(client, cap):
    """What each surface shows of incidents, by id, and all its text."""
    texts = {}

    def read(address):
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.text[:200])
        texts[address] = answer.get_data(as_text=True)
        return answer.data

    api = {item["id"] for item in json.loads(read("/api/v1/incidents?limit=200"))["items"]}
    shown = {"api": api}
    for form in ("rss", "atom"):
        parsed = feedparser.parse(io.BytesIO(read(f"/feed.{form}?lang=en")))
        shown[form] = {entry.id.rpartition("/")[2] for entry in parsed.entries}
    document = json.loads(read("/feed.json?lang=en"))
    shown["json feed"] = {item["id"].rpartition("/")[2] for item in document["items"]}
    shown["csv"] = {
        row["id"] for row in csv.DictReader(io.StringIO(read("/export/incidents.csv").decode(), newline=""))
    }
    index = etree.fromstring(cap.get("/cap.atom").data)
    shown["cap"] = set(re.findall(r"/cap/([^/]+)/", etree.tostring(index, encoding="unicode")))
    pages = {identity for identity in api if client.get(f"/en/incidents/{identity}").status_code == 200}
    shown["html"] = pages
    for region in REGIONS:
        read(f"/en/regions/{region}")
        read(f"/api/v1/claims?region={region}&limit=200")
    for address in ("/en/", "/en/history", "/api/v1/status", "/api/v1/reports?limit=200", "/export/claims.csv"):
        read(address)
    for address in ("/updates.atom", "/export/board.geojson", "/api/v2/summary.json", "/api/v1/stream?after=0"):
        read(address)
    for identity in api:
        read(f"/api/v1/incidents/{identity}")
    return shown, texts


def rows(text):
    return csv.DictReader(io.StringIO(text, newline=""))


def states(client):
    """Each cell's state as the API, the map data, and the pages give it."""
    moment = times.iso(times.now().replace(second=0))
    board = json.loads(client.get(f"/api/v1/status?at={moment}").data)
    told = {
        (region["code"], service): cell["state"]
        for region in board["regions"]
        for service, cell in region["services"].items()
    }
    plain = json.loads(client.get(f"/export/board.geojson?at={moment}").data)
    mapped = {
        (feature["id"], service.value): feature["properties"][service.value]
        for feature in plain["features"]
        for service in Service
    }
    return told, mapped


@pytest.mark.parametrize("start", [0, pytest.param(USUAL, marks=pytest.mark.nightly)])
def test_every_surface_shows_the_same_public_set(build, start):
    for number in range(start, start + (USUAL if start == 0 else ALL - USUAL)):
        app = build(f"app{number}", CAP_SENDER="a@outages.example")
        with app.app_context():
            secret = fill(number)
            client = app.test_client()
            shown, texts = surfaces(client, client)
            assert len({frozenset(found) for found in shown.values()}) == 1, (number, shown)
            claims = {spoken.claim.evidence for spoken in store.claims.page(limit=200).items}
            for address, text in texts.items():
                leaked = [word for word in secret if word in text]
                assert not leaked, (number, address, leaked)
            listed = {item["evidence"] for region in REGIONS for item in _claims(texts, region)}
            table = {row["evidence"] for row in rows(texts["/export/claims.csv"])}
            assert listed == table == claims
            told, mapped = states(client)
            assert told == mapped


def _claims(texts, region):
    return json.loads(texts[f"/api/v1/claims?region={region}&limit=200"])["items"]
