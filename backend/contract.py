"""Reads `openapi.yaml` and holds every request to it: the contract is what runs.

Paths, who may call, parameters and bodies are taken from the contract, so implementation and
contract can't come apart on what is let in; the tests hold the answers to it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from backend.problems import invalid_request

CONTRACT_FILE = Path(__file__).resolve().parent / "openapi.yaml"
METHODS = ("get", "post", "patch")
IDEMPOTENCY_HEADER = "Idempotency-Key"

formats = jsonschema.FormatChecker(formats=())
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d{1,6})?\d*([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def parse_instant(text: str) -> datetime:
    """An RFC 3339 instant; raises ValueError for anything else, such as one without an offset."""
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise ValueError("not an RFC 3339 instant")
    day, clock, fraction, offset = match.groups()
    micros = (fraction or "").ljust(7, "0") if fraction else ""
    return datetime.fromisoformat(f"{day}T{clock}{micros}{'+00:00' if offset in 'Zz' else offset}")


def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(_DATE.fullmatch(value) and date.fromisoformat(value))


def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or bool(parse_instant(value))


formats.checks("date", raises=ValueError)(_is_date)
formats.checks("date-time", raises=ValueError)(_is_instant)


@dataclass(frozen=True)
class Parameter:
    """One path, query or header parameter."""

    name: str
    place: str
    required: bool
    schema: dict[str, Any]
    validator: jsonschema.Draft202012Validator


@dataclass(frozen=True)
class Operation:
    """One operation of the contract: an address, who may call it, what it takes."""

    id: str
    method: str
    path: str
    needs_service: bool
    needs_patient: bool
    takes_patient: bool
    parameters: tuple[Parameter, ...]
    body: jsonschema.Draft202012Validator | None

    @property
    def is_write(self) -> bool:
        """Whether it takes an Idempotency-Key."""
        return any(parameter.name == IDEMPOTENCY_HEADER for parameter in self.parameters)


def load_contract() -> dict[str, Any]:
    """The contract as a document."""
    with CONTRACT_FILE.open(encoding="utf-8") as file:
        document: dict[str, Any] = yaml.load(file, Loader=yaml.CSafeLoader)
    return document


def operations(document: dict[str, Any]) -> list[Operation]:
    """Every operation in the contract."""
    return [
        _operation(document, path, method, item[method])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]


def validator_for(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A validator for a schema inside the contract, which may refer to others in it."""
    resolver = jsonschema.RefResolver.from_schema(document)
    return jsonschema.Draft202012Validator(schema, resolver=resolver, format_checker=formats)


def resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """The node, or what its `$ref` points at."""
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def _operation(document: dict[str, Any], path: str, method: str, node: dict[str, Any]) -> Operation:
    ways_in = node.get("security", document["security"])
    body = node.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return Operation(
        id=node["operationId"],
        method=method.upper(),
        path=path,
        needs_service=bool(ways_in),
        needs_patient=bool(ways_in) and all("patient" in way for way in ways_in),
        takes_patient=any("patient" in way for way in ways_in),
        parameters=tuple(_parameter(document, one) for one in node.get("parameters", [])),
        body=None if body is None else validator_for(document, body),
    )


def _parameter(document: dict[str, Any], node: dict[str, Any]) -> Parameter:
    node = resolved(document, node)
    return Parameter(
        name=node["name"],
        place=node["in"],
        required=node.get("required", False),
        schema=resolved(document, node["schema"]),
        validator=validator_for(document, node["schema"]),
    )


def read_parameters(
    operation: Operation,
    *,
    path: Mapping[str, str],
    query: Mapping[str, list[str]],
    headers: Mapping[str, str],
) -> dict[str, Any]:
    """The values of an operation's parameters by name; defaults filled in, None where left out.

    Raises Problem `invalid-request` for a missing, repeated, unknown or unfit parameter.
    """
    known = {p.name for p in operation.parameters if p.place == "query"}
    for name, values in query.items():
        if name not in known:
            raise invalid_request("Ukjent parameter i adressen.")
        if len(values) > 1:
            raise invalid_request(f"Parameteren {name} står flere ganger.")
    sources: dict[str, Mapping[str, Any]] = {
        "path": path,
        "query": {name: values[0] for name, values in query.items()},
        "header": headers,
    }
    return {p.name: _parameter_value(p, sources[p.place].get(p.name)) for p in operation.parameters}


def _parameter_value(parameter: Parameter, text: str | None) -> Any:
    if text is None:
        if parameter.required:
            raise invalid_request(f"Parameteren {parameter.name} mangler.")
        return parameter.schema.get("default")
    value: Any = text
    if parameter.schema.get("type") == "integer" and re.fullmatch(r"-?[0-9]{1,9}", text):
        value = int(text)
    # `$` in a pattern also matches before a line break at the end; no parameter holds one.
    if "\n" in text or not parameter.validator.is_valid(value):
        raise invalid_request(f"Parameteren {parameter.name} har en ugyldig verdi.")
    return value


def read_body(operation: Operation, raw: bytes) -> Any:
    """The JSON body of a request, valid by the contract; None for an operation without one.

    Raises Problem `invalid-request`, which says where the fault is but never repeats a value.
    """
    if operation.body is None:
        return None
    try:
        body = json.loads(raw, parse_constant=_no_constant, parse_float=_finite)
        if not _storable(body):
            raise invalid_request("Teksten inneholder tegn som ikke kan lagres.")
        fault = next(iter(operation.body.iter_errors(body)), None)
    except (ValueError, RecursionError) as error:
        raise invalid_request("Innholdet er ikke gyldig JSON.") from error
    if fault is not None:
        where = "/".join(str(part) for part in fault.absolute_schema_path if part != "$ref")
        raise invalid_request(f"Innholdet bryter med kontrakten ved {where}.")
    return body


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("too large a number")
    return number


def _storable(value: Any) -> bool:
    """Whether no text in it, at any depth, holds U+0000 or half of a surrogate pair."""
    if isinstance(value, str):
        return not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value)
    if isinstance(value, list):
        return all(_storable(item) for item in value)
    if isinstance(value, dict):
        return all(_storable(key) and _storable(item) for key, item in value.items())
    return True
