"""The API keeps what its OpenAPI document promises, whatever is asked of it: all of schemathesis's checks."""

from collections import Counter
from contextlib import contextmanager

import coverage
import make
import pytest
import schemathesis
from out.telling import tell
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

AT_LEAST = 2_000
NIGHTLY = 20_000


@pytest.fixture
def described(build):
    """An application with a little in it."""
    app = build()
    with app.app_context():
        for hour, region, service in ((10, "UA-63", "electricity"), (11, "UA-59", "water"), (12, "UA-46", "gas")):
            for source in ("radio", "gazette"):
                tell(
                    make.claim(region=region, service=service, evidence="no supply", customers=1000),
                    at=f"{hour}:00",
                    source=source,
                )
        tell(make.claim("partly_restored", region="UA", evidence="power is coming back"), at="13:00")
        tell(make.claim("scheduled", evidence="cuts tomorrow", when="2022-09-13"), at="14:00")
    inner = app.wsgi_app
    # schemathesis asks for packed answers and then does not unpack them.
    app.wsgi_app = lambda environ, start: inner({**environ, "HTTP_ACCEPT_ENCODING": "identity"}, start)
    return app


@contextmanager
def uncounted():
    """Without coverage: other tests count what these thousands of requests touch, and counting doubles their time."""
    counting = coverage.Coverage.current()
    if counting:
        counting.stop()
    yield
    if counting:
        counting.start()


def run(app, examples):
    """Runs schemathesis' engine; gives how many cases it made, by status of the answer, and what it found wrong."""
    given = {
        "generation": {"max-examples": examples, "deterministic": True, "database": "none"},
        "phases": {"stateful": {"enabled": False}},
        "seed": 1,
    }
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=SchemathesisConfig.from_dict(given))
    statuses, wrong = Counter(), []
    with uncounted():
        told = list(from_schema(schema).execute())
    for event in told:
        if isinstance(event, events.NonFatalError | events.FatalError):
            wrong.append(str(event))
        if isinstance(event, events.ScenarioFinished):
            for interaction in event.recorder.interactions.values():
                statuses[interaction.response.status_code if interaction.response else "none"] += 1
            for checks in event.recorder.checks.values():
                wrong += [
                    f"{event.label}: {check.name}: {check.failure_info.failure} {check.failure_info.code_sample}"
                    for check in checks
                    if check.failure_info
                ]
    return statuses, wrong


def test_two_thousand_cases_find_nothing_wrong(described):
    statuses, wrong = run(described, 160)
    assert not wrong, "\n\n".join(wrong[:10])
    assert not [status for status in statuses if status == "none" or status >= 500]
    assert sum(statuses.values()) >= AT_LEAST


@pytest.mark.nightly
def test_twenty_thousand_cases_find_nothing_wrong(described):
    statuses, wrong = run(described, 2_200)
    assert not wrong, "\n\n".join(wrong[:10])
    assert sum(statuses.values()) >= NIGHTLY
