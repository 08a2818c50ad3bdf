"""The house rules that a program can check: who imports whom, and where each library lives."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TRACKER = ROOT / "tracker"

# Lower layers never know higher ones, and parts of one layer are strangers.
LAYERS = (
    {"times"},
    {"domain", "regions"},
    {"records", "settings", "logs"},
    {"language", "incidents", "identity", "store"},
    {"board"},
    {"ingest"},
    {"web", "alerts", "cli", "jobs", "workers", "demo"},
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
TOP = len(LAYERS) - 1

HOMES = {
    "feedparser": {"tracker/ingest"},
    "trafilatura": {"tracker/ingest"},
    "urllib3": {"tracker/ingest", "tracker/alerts"},
    "sqlalchemy": {"tracker/store"},
    "flask_sqlalchemy": {"tracker/store"},
    "apscheduler": {"tracker/jobs"},
    "procrastinate": {"tracker/workers"},
    "flask_smorest": {"tracker/web"},
}

FILES = sorted(path for path in TRACKER.rglob("*.py") if "migrations" not in path.parts)


def imports(path):
    """The dotted names that a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(path):
    """The part of the house that a file belongs to; `""` for the package's own front door."""
    inside = path.relative_to(TRACKER).parts
    return inside[0].removesuffix(".py") if inside[0] != "__init__.py" else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path):
    here = part(path)
    if not here:
        return
    assert here in LEVEL, f"{here} has no layer; add it to LAYERS with a reason"
    for name in imports(path):
        words = name.split(".")
        if words[0] != "tracker" or len(words) < 2 or words[1] == here:
            continue
        if LEVEL[here] == TOP:
            assert words[1] not in {"cli"} or here == "cli", f"{path.name} imports {name}"
            continue
        assert words[1] in LEVEL, f"{path.name} imports the application itself"
        assert LEVEL[words[1]] < LEVEL[here], f"{path.name} ({here}) imports {name}, which is not below it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_library_has_one_home(path):
    inside = str(path.relative_to(ROOT))
    for name in imports(path):
        homes = HOMES.get(name.split(".")[0])
        assert homes is None or any(inside.startswith(home) for home in homes), f"{inside} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_edges_read_the_clock(path):
    if LEVEL.get(part(path), TOP) < LEVEL["board"] and path.name != "times.py":
        text = path.read_text("utf-8")
        assert "times.now" not in text and "datetime.now" not in text and "time.time(" not in text


def test_the_top_level_is_as_the_user_drew_it():
    drawn = {"pyproject.toml", "README.md", "tracker", "templates", "instance", "tests"}
    assert drawn <= {path.name for path in ROOT.iterdir()}
