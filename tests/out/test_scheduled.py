"""The clock of an installation sends alerts and writes dumps without anybody asking."""

import time
from datetime import timedelta
from pathlib import Path

import make
from out.receivers import SECRET, Web
from out.telling import tell

from tracker import jobs, store
from tracker.alerts.install import FILE
from tracker.web import export_dumps


def test_the_clock_sends_alerts_and_writes_the_first_dump(app, monkeypatch):
    web = Web()
    settings = f'[[webhook]]\nname = "ops"\nurl = "{web.url}"\nsecret = "{SECRET}"\n'
    (Path(app.instance_path) / FILE).write_text(settings, "utf-8")
    monkeypatch.setattr(jobs, "ALERT_SECONDS", 0.1)
    monkeypatch.setattr(jobs, "FIRST_DUMP", timedelta(seconds=1))
    running = jobs.start(app)
    try:
        time.sleep(0.5)  # The receiver is enrolled in the first round, and told of what comes after it.
        tell(make.claim(evidence="dark"), at="10:00")
        store.sources.deactivate("radio")
        dump, end = Path(app.instance_path) / export_dumps.FOLDER / "datapackage.json", time.monotonic() + 30
        while time.monotonic() < end and not (web.taken and dump.exists()):
            time.sleep(0.05)
    finally:
        running.shutdown()
        web.close()
    assert [notice["type"] for notice in web.taken.values()] == ["outage.began"]
    with app.test_client().get("/dumps/datapackage.json") as answer:
        assert answer.status_code == 200 and answer.json["resources"]
