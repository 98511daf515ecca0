"""Implementation and contract agree, on written and on generated requests.

The requests are made from `openapi.yaml`; the answers are held to it by a validator that the
backend does not use itself.
"""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate_spec
from served import NOW, SERVICE_TOKEN, Backend, kind

from backend.app import MAX_BODY_BYTES
from backend.contract import load_contract, operations

CONTRACT = load_contract()
OPERATIONS = {operation.id: operation for operation in operations(CONTRACT)}
WITH_BODY = [name for name, operation in OPERATIONS.items() if operation.body is not None]

generated = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    # One backend for all examples is meant: what one has booked, the next one meets.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def inlined(node: Any) -> Any:
    """The schema with every reference replaced by what it points at."""
    if isinstance(node, list):
        return [inlined(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target: Any = CONTRACT
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return inlined(target)
    return {key: inlined(value) for key, value in node.items()}


def node_of(operation_id: str) -> dict[str, Any]:
    """The operation as it stands in the contract, references replaced."""
    operation = OPERATIONS[operation_id]
    return dict(inlined(CONTRACT["paths"][operation.path][operation.method.lower()]))


def body_schema(operation_id: str) -> dict[str, Any]:
    return dict(node_of(operation_id)["requestBody"]["content"]["application/json"]["schema"])


def check_answer(operation_id: str, answer: httpx.Response) -> None:
    """The answer is one that the contract describes."""
    responses = node_of(operation_id)["responses"]
    described = responses.get(str(answer.status_code), responses["default"])
    assert answer.status_code < 500, answer.text
    assert str(answer.status_code) in responses or answer.status_code >= 400
    ((content_type, content),) = described["content"].items()
    assert answer.headers["content-type"] == content_type
    OAS31Validator(content["schema"], format_checker=None).validate(answer.json())


def can_be_stored(value: Any) -> bool:
    return "\\u0000" not in json.dumps(value)


YEARS = st.datetimes(NOW.replace(year=2020, tzinfo=None), NOW.replace(year=2031, tzinfo=None))
INSTANTS = YEARS.map(lambda instant: instant.isoformat() + "+01:00")


def values(
    schema: dict[str, Any], name: str, known: dict[str, list[str]]
) -> st.SearchStrategy[Any]:
    """Values that fit; where the name says what an id is of, often one that exists."""
    fitting = INSTANTS if schema.get("format") == "date-time" else from_schema(schema)
    if schema.get("type") == "string":  # `$` in a pattern lets a last line break through
        fitting = fitting.filter(lambda text: "\n" not in str(text))
    return st.sampled_from(known[name]) | fitting if name in known else fitting


@st.composite
def requests(draw: st.DrawFn, operation_id: str, known: dict[str, list[str]]) -> dict[str, Any]:
    """A request that keeps to the contract: path, query, headers, body."""
    operation, node = OPERATIONS[operation_id], node_of(operation_id)
    request: dict[str, Any] = {"path": operation.path, "query": {}, "headers": {}, "body": None}
    for parameter in node.get("parameters", []):
        if not parameter.get("required") and draw(st.booleans()):
            continue
        value = str(draw(values(parameter["schema"], parameter["name"], known)))
        if parameter["in"] == "path":
            request["path"] = request["path"].replace("{" + parameter["name"] + "}", value)
        else:
            request["query" if parameter["in"] == "query" else "headers"][parameter["name"]] = value
    if operation.body is not None:
        request["body"] = draw(bodies(body_schema(operation_id), known))
    return request


def bodies(schema: dict[str, Any], known: dict[str, list[str]]) -> st.SearchStrategy[Any]:
    """Bodies that fit."""
    needed = {n: values(schema["properties"][n], n, known) for n in schema["required"]}
    optional = {
        n: values(part, n, known) for n, part in schema["properties"].items() if n not in needed
    }
    return st.fixed_dictionaries(needed, optional=optional).filter(can_be_stored)


def send(backend: Backend, operation_id: str, request: dict[str, Any]) -> httpx.Response:
    """Sends a generated request as the assistant, for `adult` where a patient can be."""
    operation = OPERATIONS[operation_id]
    headers = {"Authorization": f"Bearer {SERVICE_TOKEN}"} | request["headers"]
    if operation.takes_patient:
        headers["X-Patient-Token"] = backend.token("adult")
    return backend.http.request(
        operation.method,
        request["path"],
        params=request["query"],
        headers=headers,
        json=request["body"],
    )


def known_ids(backend: Backend) -> dict[str, list[str]]:
    """Things that exist, by the name of the parameter or property that takes them."""
    slots = [backend.add_slot(f"slot-{n}", NOW + timedelta(minutes=20 * n)) for n in range(1, 40)]
    booked = [backend.book(slot)["id"] for slot in slots[:8]]
    holds = [
        backend.call("POST", "/v1/holds", patient="adult", body={"slot_id": slot}).json()["id"]
        for slot in slots[8:16]
    ]
    return {
        "slot_id": slots,
        "hold_id": holds,
        "appointment_id": booked,
        "child_id": ["child", "teen", "stranger"],
        "patient": ["adult", "child"],
    }


def test_the_contract_is_valid_openapi() -> None:
    validate_spec(dict[Any, Any](CONTRACT))


def test_every_refusal_in_the_code_is_in_the_contract_and_the_other_way_round() -> None:
    from backend import problems

    makers = [getattr(problems, name) for name in vars(problems) if name.islower()]
    own = [m for m in makers if getattr(m, "__module__", "") == problems.__name__]
    raised = {(m("") if m.__code__.co_argcount else m()).body()["type"] for m in own}
    assert raised == set(CONTRACT["components"]["schemas"]["Problem"]["properties"]["type"]["enum"])


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_whatever_keeps_to_the_contract_is_answered_by_it(
    backend: Backend, operation_id: str
) -> None:
    known = known_ids(backend)
    seen = set()

    @generated
    @given(request=requests(operation_id, known))
    def check(request: dict[str, Any]) -> None:
        answer = send(backend, operation_id, request)
        check_answer(operation_id, answer)
        assert answer.status_code != 400, answer.text
        seen.add(answer.status_code)

    check()
    # The generated requests do reach what they are made for; the demo log-in is off here.
    assert seen & {200, 201} or operation_id == "demoLogin"


def odd_json() -> st.SearchStrategy[Any]:
    leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
    return st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5
    )


@st.composite
def spoiled(draw: st.DrawFn, operation_id: str) -> Any:
    """A body with something left out, put in or exchanged; mostly it no longer fits."""
    schema = body_schema(operation_id)
    body = draw(bodies(schema, {}))
    name = draw(st.sampled_from([*schema["properties"], "unknown"]))
    change = draw(st.sampled_from(["drop", "exchange", "all"]))
    if change == "all":
        return draw(odd_json())
    body.pop(name, None)
    return body if change == "drop" else body | {name: draw(odd_json())}


@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_a_body_is_refused_exactly_when_it_breaks_with_the_contract(
    sqlite_backend: Backend, operation_id: str
) -> None:
    validator = OAS31Validator(body_schema(operation_id))
    refused = set()

    @generated
    @given(body=spoiled(operation_id))
    def check(body: Any) -> None:
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        request = {
            "path": OPERATIONS[operation_id].path.replace("{appointment_id}", "none"),
            "query": {},
            "headers": headers,
            "body": None,
        }
        request["body"] = body if body is not None else {}
        answer = send(sqlite_backend, operation_id, request)
        check_answer(operation_id, answer)
        fits = validator.is_valid(request["body"]) and can_be_stored(request["body"])
        assert (answer.status_code == 400) is not fits, (request["body"], answer.text)
        refused.add(answer.status_code == 400)

    check()
    assert True in refused


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"slot_id": NaN}',
        b'{"reason": "x", "summary": "\\u0000"}',
        b'{"reason": "x", "summary": "\\ud800"}',
        b'{"reason": "x", "summary": "y", "\\ud800": 1}',
        b'{"reason": "x", "summary": 1e999}',
        b"[" * 100_000,
        b'{"a":' * 20_000,
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_a_body_that_is_no_proper_json_is_refused(sqlite_backend: Backend, raw: bytes) -> None:
    headers = {"Authorization": f"Bearer {SERVICE_TOKEN}", "Idempotency-Key": "rubbish-1"}
    answer = sqlite_backend.http.post("/v1/cases", content=raw, headers=headers)
    assert (answer.status_code, kind(answer)) == (400, "invalid-request")


def test_a_body_without_bounds_is_refused(sqlite_backend: Backend) -> None:
    body = {"reason": "x", "summary": "y" * (MAX_BODY_BYTES + 1)}
    answer = sqlite_backend.call("POST", "/v1/cases", body=body)
    assert (answer.status_code, kind(answer)) == (413, "payload-too-large")


@pytest.mark.parametrize(
    "query",
    [
        {"dya": "2026-11-24"},
        {"day": "24.11.2026"},
        {"day": "2026-02-30"},
        {"day": ""},
        {"day": "0000-01-01"},
        {"day": "9999-12-31"},
        {"after": "2026-11-24T10:00:00"},
        {"after": "2026-11-24 10:00:00Z"},
        {"after": "0001-01-01T00:00:00+14:00"},
        {"before": "2026-11-24"},
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "many"},
        {"limit": "1e1"},
        {"limit": "٣"},
        {"audience": "dog"},
    ],
    ids=str,
)
def test_a_question_for_times_that_can_not_be_read_is_refused(
    sqlite_backend: Backend, query: dict[str, str]
) -> None:
    answer = sqlite_backend.call("GET", "/v1/slots", **query)
    assert (answer.status_code, kind(answer)) == (400, "invalid-request")


def test_the_same_parameter_twice_is_refused(sqlite_backend: Backend) -> None:
    headers = {"Authorization": f"Bearer {SERVICE_TOKEN}"}
    answer = sqlite_backend.http.get("/v1/slots?limit=1&limit=2", headers=headers)
    assert kind(answer) == "invalid-request"


@pytest.mark.parametrize("key", [None, "", "short", "x" * 129, "with space in it"])
def test_a_write_without_a_proper_key_is_refused(sqlite_backend: Backend, key: str | None) -> None:
    headers = {"Authorization": f"Bearer {SERVICE_TOKEN}"}
    headers |= {} if key is None else {"Idempotency-Key": key}
    answer = sqlite_backend.http.post(
        "/v1/cases", json={"reason": "x", "summary": ""}, headers=headers
    )
    assert (answer.status_code, kind(answer)) == (400, "invalid-request")


@pytest.mark.parametrize(
    ("method", "path", "refusal"),
    [
        ("GET", "/nowhere", "not-found"),
        ("GET", "/docs", "not-found"),
        ("GET", "/v1/appointments/a/b/c", "not-found"),
        ("DELETE", "/v1/me", "method-not-allowed"),
        ("PUT", "/v1/holds", "method-not-allowed"),
    ],
)
def test_an_address_outside_the_contract_is_a_problem_too(
    sqlite_backend: Backend, method: str, path: str, refusal: str
) -> None:
    assert kind(sqlite_backend.http.request(method, path)) == refusal


def test_instants_are_answered_with_an_offset_and_ids_are_opaque(backend: Backend) -> None:
    backend.add_slot("slot", NOW + timedelta(hours=5))
    booked = backend.book("slot")
    for name in ("start", "end", "change_until"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00", booked[name])
    assert re.fullmatch("[0-9a-f]{32}", booked["id"])
