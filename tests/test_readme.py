"""The README names every setting, every command and every dependency, so that none is a secret."""

import re
import tomllib
from pathlib import Path

import click
import pytest

from tracker.cli import main
from tracker.settings import PREFIX, SETTINGS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def commands(group, path=("tracker",)):
    """The full name of every command below `group`."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def dependencies():
    """Every package that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [entry for entries in project["optional-dependencies"].values() for entry in entries]
    for entry in [*project["dependencies"], *extras]:
        name = re.match(r"[\w.-]+", entry)[0]
        if name != project["name"]:
            yield name


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_explained_with_its_default(name):
    rows = [line for line in README.splitlines() if line.startswith(f"| `{PREFIX}{name}` |")]
    assert len(rows) == 1, f"the README's table of settings lacks {PREFIX}{name}"
    default = SETTINGS[name].default
    shown = "empty" if default == "" else f"`{str(default).lower() if isinstance(default, bool) else default}`"
    assert rows[0].split("|")[2].strip() == shown


def test_no_setting_is_explained_that_does_not_exist():
    named = set(re.findall(rf"{PREFIX}([A-Z_]+[A-Z])", README))
    assert named <= SETTINGS.keys()


@pytest.mark.parametrize("path", list(commands(main)), ids=" ".join)
def test_every_command_is_explained(path):
    *group, name = path
    rows = [line for line in README.splitlines() if line.startswith(f"| `{' '.join(group)}")]
    assert any(re.search(rf"\b{re.escape(name)}\b", row.split("|")[1]) for row in rows), " ".join(path)


@pytest.mark.parametrize("name", list(dependencies()))
def test_every_dependency_has_its_reason(name):
    section = README.split("## Dependencies")[1].split("\n## ")[0]
    assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", section)


def test_links_inside_the_repository_lead_somewhere():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
