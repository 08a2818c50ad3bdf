"""The examples of docs/use do what they promise against a real server."""

import importlib.util
import re
import threading
from itertools import islice
from pathlib import Path

import make
import pytest
import yaml
from out.telling import tell
from werkzeug.serving import make_server

from tracker import times

USE = Path(__file__).parent.parent.parent / "docs" / "use"


@pytest.fixture
def served(build):
    """A running site and its address."""
    app = build()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    yield app, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def client(address):
    spec = importlib.util.spec_from_file_location("outages", USE / "outages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Outages(address)


def test_the_client_reads_states_lists_and_changes(served):
    app, address = served
    with app.app_context():
        for day in range(1, 4):
            tell(make.claim(region="UA-59", evidence=f"dark {day}"), at=f"2022-09-0{day}")
        tell(make.claim(evidence="dark"), at=times.now())
    site = client(address)
    assert site.state("UA-63", "electricity") == "disrupted"
    assert site.get("regions/UA-63") is not None
    assert len(list(site.all("claims"))) == 4
    assert [change["what"] for change in islice(site.changes(after=0), 2)] == ["began", "repeated"]


def test_the_home_assistant_example_names_fields_that_exist(served):
    _app, address = served
    settings = yaml.safe_load((USE / "home-assistant.yaml").read_text("utf-8"))
    (rest,) = settings["rest"]
    path = rest["resource"].partition("/api/v1/")[2]
    answer = client(address).get(path)
    for sensor in rest["sensor"]:
        service = re.search(r"services\.(\w+)\.state", sensor["value_template"]).group(1)
        assert "state" in answer["services"][service]
        assert set(sensor.get("json_attributes", ())) <= set(answer["services"][service])


def test_every_address_of_the_table_is_answered(served):
    app, _address = served
    web = app.test_client()
    text = (USE / "README.md").read_text("utf-8")
    for address in sorted(set(re.findall(r"`(/[a-z][a-z0-9./-]*)", text))):
        if not address.endswith("."):
            assert web.get(address).status_code in (200, 404), address
