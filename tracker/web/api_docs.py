"""/api/docs: the API's reference as a plain page of our own, made of the OpenAPI document; no script, no stranger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, render_template

from tracker.web.replies import keepable

blueprint = Blueprint("apidocs", __name__)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as the page shows it."""

    name: str
    required: bool
    about: str
    values: tuple[str, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An address of the API as the page shows it."""

    path: str
    about: str
    parameters: tuple[Parameter, ...]
    shape: str


@blueprint.get("/api/docs")
def reference() -> Response:
    """Every address, its parameters and what comes back."""
    document = current_app.extensions["openapi"]
    page = render_template("api_docs.html", document=document, operations=operations(document), shapes=shapes(document))
    return keepable(page.encode(), "text/html; charset=utf-8", None, 3600)


def operations(document: dict[str, Any]) -> list[Operation]:
    """The operations of an OpenAPI document: the status first, as most people come for it, its own description last."""
    found = []
    for path, methods in document["paths"].items():
        told = methods.get("get", {})
        answers = told.get("responses", {}).get("200", {}).get("content", {})
        schema: dict[str, Any] = next(iter(answers.values()), {"schema": {}}).get("schema", {})
        parameters = (*methods.get("parameters", ()), *told.get("parameters", ()))
        about = " ".join(filter(None, (told.get("summary"), told.get("description"))))
        shape = str(schema.get("$ref", "")).rpartition("/")[2]
        found.append(Operation(path, about, tuple(map(_parameter, parameters)), shape))
    return sorted(found, key=lambda one: (one.path.endswith("/openapi.json"), not one.path.endswith("/v1/status")))


def shapes(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Name, description and JSON Schema of each shape; flask-smorest's own, which say nothing, are left out."""
    return [
        (name, str(shape["description"]), json.dumps(shape, ensure_ascii=False, indent=2))
        for name, shape in document["components"]["schemas"].items()
        if "description" in shape
    ]


def _parameter(told: dict[str, Any]) -> Parameter:
    schema = told.get("schema", {})
    inner = schema.get("items", schema)
    values = tuple(str(value) for value in inner.get("enum", ()))
    example = str(schema.get("example", told.get("example", "")))
    return Parameter(told["name"], bool(told.get("required")), str(told.get("description", "")), values, example)
