"""The outage tracker: reads news on Ukraine's utilities and says what is out, what is back, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

ROOT = Path(__file__).parent.parent


def create_app(overrides: Mapping[str, object] | None = None, instance: Path | None = None) -> Flask:
    """The application, its parts joined; `overrides` win over every other setting (tests, demonstration).

    Raises settings.SettingsError when a setting cannot be used.
    """
    # Here and not above, so that `import tracker.language` loads no web server and no database.
    from flask import Flask

    from tracker import logs, settings, store, web

    folder = (instance or ROOT / "instance").resolve()
    app = Flask(__name__, template_folder="../templates", instance_path=str(folder), instance_relative_config=True)
    app.config.update(settings.load(folder))
    app.config.update(overrides or {})
    logs.configure(str(app.config["LOG_LEVEL"]), str(app.config["LOG_FORMAT"]))
    store.init_app(app)
    web.register(app)
    return app
