"""The OpenAPI 3.1 document of the API, made from its operations and the models of its answers."""

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from services.web.answers import Problem
from services.web.operations import OPERATIONS, Operation, Parameter

VERSION = "1.0.0"
PREFIX = "/api/v1"
_EVERYWHERE = (400, 429, 503)
_WHEN = {
    400: "What is asked for cannot be meant.",
    401: "The operator's token is missing or wrong.",
    404: "There is none.",
    410: "It was taken down, or withdrawn by its publisher.",
    429: "Too many requests from this client; `Retry-After` says how many seconds to wait.",
    503: "The index cannot be reached just now; `Retry-After` says when to try again.",
}


def document(title: str, root: str) -> dict[str, Any]:
    """The document of the site named `title` at `root`."""
    models: list[type[BaseModel]] = [*(operation.answer for operation in OPERATIONS), Problem]
    _, schemas = models_json_schema(
        [(model, "serialization") for model in models], ref_template="#/components/schemas/{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title} API",
            "version": VERSION,
            "description": "The world's news in English, each article with its original. Answers carry an ETag; whoever "
            "sends it back in If-None-Match gets 304 while nothing has changed. Errors are problem+json (RFC 9457).",
        },
        "servers": [{"url": root + PREFIX}],
        "paths": {operation.path: {"get": _operation(operation)} for operation in OPERATIONS},
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"operator": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    answer = {"schema": {"$ref": f"#/components/schemas/{operation.answer.__name__}"}}
    responses: dict[str, Any] = {
        "200": {
            "description": operation.says,
            "headers": {"ETag": {"schema": {"type": "string"}}},
            "content": {"application/json": answer},
        },
        "304": {"description": "Nothing has changed since the answer with this ETag."},
    }
    for status in sorted({*_EVERYWHERE, *operation.problems}):
        headers = {"Retry-After": {"schema": {"type": "integer"}}} if status in (429, 503) else {}
        responses[str(status)] = {
            "description": _WHEN[status],
            "headers": headers,
            "content": {
                "application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": Problem(title=HTTPStatus(status).phrase, status=status, detail=_WHEN[status]).model_dump(),
                }
            },
        }
    return {
        "operationId": operation.name,
        "summary": operation.says,
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": responses,
        **({"security": [{"operator": []}]} if operation.operator else {}),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.required,
        "description": parameter.says,
        "schema": dict(parameter.schema),
        "example": parameter.example,
    }
