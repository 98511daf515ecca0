"""The client of the booking backend: what it tells its caller when things go wrong, and no more."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from bot.adapters.booking import (
    ATTEMPTS,
    BackendUnavailable,
    CircuitBreaker,
    HttpBooking,
    NotLoggedIn,
    OutcomeUnknown,
    Refused,
)

SLOT = {
    "id": "slot",
    "start": "2026-11-24T10:00:00+01:00",
    "end": "2026-11-24T10:20:00+01:00",
    "doctor": "Anne",
    "price_nok": 350,
}
HOLD = {
    "id": "hold",
    "slot": SLOT,
    "patient_id": "kari",
    "expires_at": "2026-11-23T10:05:00+01:00",
    "price_nok": 350,
}
RUBBISH = [
    b"",
    b"<html>Bad gateway</html>",
    b"null",
    b"[]",
    b"{}",
    b"\xff\xfe",
    b"[" * 50_000,
    b'{"slots": [{}], "id": 1}',
    json.dumps(HOLD | {"price_nok": "350", "slots": [SLOT | {"price_nok": -1}]}).encode(),
    json.dumps(HOLD | {"expires_at": "soon", "slots": [SLOT | {"start": "soon"}]}).encode(),
    json.dumps(
        HOLD | {"expires_at": "2026-11-23T10:05:00", "slots": [SLOT | {"end": "2026-11-24"}]}
    ).encode(),
]

Step = Callable[[], httpx.Response]


def answer(status: int, body: Any) -> Step:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda: httpx.Response(status, content=content)


def problem(kind: str, status: int) -> Step:
    body = {"type": f"urn:problem-type:{kind}", "title": "T", "status": status, "detail": "D"}
    return answer(status, body)


def fails(error: Exception) -> Step:
    def step() -> httpx.Response:
        raise error

    return step


class Script(httpx.AsyncBaseTransport):
    """A backend that does one step after another, and the last one for ever."""

    def __init__(self, *steps: Step) -> None:
        self._steps = list(steps)
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        return step()


class Silence(httpx.AsyncBaseTransport):
    """A backend that takes the request and never answers."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")


class Drip(httpx.AsyncByteStream):
    """An answer without end: always a little more, never a pause long enough to notice."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0)
            yield b" " * 10_000


def client(transport: httpx.AsyncBaseTransport, **options: Any) -> HttpBooking:
    return HttpBooking("http://backend", "service", transport=transport, **options)


async def read(booking: HttpBooking) -> Any:
    return await booking.free_slots()


async def write(booking: HttpBooking) -> Any:
    return await booking.hold("slot", patient_token="token", key="key-of-the-write")


async def test_a_proper_answer_becomes_values() -> None:
    (slot,) = await read(client(Script(answer(200, {"slots": [SLOT]}))))
    assert slot.start == datetime(2026, 11, 24, 9, 0, tzinfo=timezone.utc)
    assert (slot.id, slot.doctor, slot.price_nok) == ("slot", "Anne", 350)


async def test_the_request_carries_both_tokens_the_key_and_the_body() -> None:
    script = Script(answer(201, HOLD))
    await write(client(script))
    (request,) = script.requests
    assert (request.method, str(request.url)) == ("POST", "http://backend/v1/holds")
    assert request.headers["Authorization"] == "Bearer service"
    assert request.headers["X-Patient-Token"] == "token"
    assert request.headers["Idempotency-Key"] == "key-of-the-write"
    assert json.loads(request.content) == {"slot_id": "slot", "child_id": None}


async def test_the_wishes_for_a_time_become_a_question() -> None:
    script = Script(answer(200, {"slots": []}))
    after = datetime(2026, 11, 24, 16, 0, tzinfo=timezone(timedelta(hours=1)))
    await client(script).free_slots(day=date(2026, 11, 24), after=after, for_child=True, limit=3)
    assert dict(script.requests[0].url.params) == {
        "day": "2026-11-24",
        "after": "2026-11-24T16:00:00+01:00",
        "audience": "child",
        "limit": "3",
    }
    assert "X-Patient-Token" not in script.requests[0].headers


@pytest.mark.parametrize("call", [read, write])
async def test_a_backend_that_is_not_there_has_done_nothing(call: Any) -> None:
    script = Script(fails(httpx.ConnectError("refused")))
    with pytest.raises(BackendUnavailable):
        await call(client(script))
    assert len(script.requests) == ATTEMPTS


@pytest.mark.parametrize("call", [read, write])
async def test_a_backend_that_turns_away_has_done_nothing(call: Any) -> None:
    with pytest.raises(BackendUnavailable):
        await call(client(Script(problem("unavailable", 503))))


@pytest.mark.parametrize("call", [read, write])
async def test_a_wrong_service_token_is_our_fault_and_not_the_patients(call: Any) -> None:
    with pytest.raises(BackendUnavailable):
        await call(client(Script(problem("unauthorized", 401))))


@pytest.mark.parametrize(("call", "told"), [(read, BackendUnavailable), (write, OutcomeUnknown)])
@pytest.mark.parametrize(
    "fault",
    [
        fails(httpx.ReadTimeout("slow")),
        fails(httpx.ReadError("broken off")),
        fails(httpx.RemoteProtocolError("closed")),
        fails(httpx.WriteError("broken off")),
        fails(ValueError("from below the HTTP library")),
        problem("internal", 500),
        answer(502, b"<html>"),
        answer(504, b"<html>"),
    ],
)
async def test_a_call_that_breaks_off_leaves_a_write_unknown(
    call: Any, told: type[Exception], fault: Step
) -> None:
    with pytest.raises(told):
        await call(client(Script(fault)))


@pytest.mark.parametrize(("call", "told"), [(read, BackendUnavailable), (write, OutcomeUnknown)])
@pytest.mark.parametrize("content", RUBBISH, ids=lambda content: repr(content[:20]))
@pytest.mark.parametrize("status", [200, 201, 302, 400, 404])
async def test_rubbish_is_never_taken_for_an_answer(
    call: Any, told: type[Exception], content: bytes, status: int
) -> None:
    with pytest.raises(told):
        await call(client(Script(answer(status, content))))


async def test_a_problem_of_somebody_elses_is_rubbish_too() -> None:
    foreign = {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "?"}
    with pytest.raises(OutcomeUnknown):
        await write(client(Script(answer(404, foreign))))


@pytest.mark.parametrize(("call", "told"), [(read, BackendUnavailable), (write, OutcomeUnknown)])
async def test_an_answer_without_end_is_given_up(call: Any, told: type[Exception]) -> None:
    with pytest.raises(told):
        await call(client(Script(lambda: httpx.Response(200, stream=Drip()))))


@pytest.mark.parametrize(("call", "told"), [(read, BackendUnavailable), (write, OutcomeUnknown)])
async def test_silence_is_given_up_within_the_calls_time(call: Any, told: type[Exception]) -> None:
    began = asyncio.get_running_loop().time()
    with pytest.raises(told):
        await call(client(Silence(), call_seconds=0.05))
    assert asyncio.get_running_loop().time() - began < 1


async def test_the_retries_of_a_call_share_its_time() -> None:
    script = Script(fails(httpx.ConnectError("refused")))
    with pytest.raises(BackendUnavailable):
        await write(client(script, call_seconds=0.01))
    assert len(script.requests) == 1


async def test_a_retry_is_the_same_request_under_the_same_key() -> None:
    script = Script(fails(httpx.ReadError("broken off")), answer(201, HOLD))
    assert (await write(client(script))).id == "hold"
    first, second = script.requests
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.content == second.content


@pytest.mark.parametrize(
    "after", [fails(httpx.ConnectError("refused")), problem("unavailable", 503)]
)
async def test_a_write_that_broke_off_once_stays_unknown_when_the_backend_is_then_gone(
    after: Step,
) -> None:
    with pytest.raises(OutcomeUnknown):
        await write(client(Script(fails(httpx.ReadError("broken off")), after)))


@pytest.mark.parametrize("call", [read, write])
@pytest.mark.parametrize(
    ("kind", "status"),
    [("slot-taken", 409), ("too-late", 409), ("idempotency-mismatch", 422), ("not-found", 404)],
)
async def test_the_backends_own_no_is_passed_on_once(call: Any, kind: str, status: int) -> None:
    script = Script(problem(kind, status))
    with pytest.raises(Refused) as refusal:
        await call(client(script))
    assert (refusal.value.type, refusal.value.title, refusal.value.detail) == (kind, "T", "D")
    assert not isinstance(refusal.value, NotLoggedIn)
    assert len(script.requests) == 1


@pytest.mark.parametrize("call", [read, write])
async def test_whoever_is_not_logged_in_is_told_apart(call: Any) -> None:
    with pytest.raises(NotLoggedIn):
        await call(client(Script(problem("not-logged-in", 401))))


@pytest.mark.parametrize("token", ["med mellomrom", "blåbær", "a\nb"])
async def test_a_token_that_can_be_none_is_not_sent(token: str) -> None:
    script = Script(answer(200, {}))
    with pytest.raises(NotLoggedIn):
        await client(script).me(patient_token=token)
    assert script.requests == []


@pytest.mark.parametrize("odd", ["../me", "a/b", "a?b", "", "å", "a\n"])
async def test_an_odd_id_does_not_leave_its_place_in_the_address(odd: str) -> None:
    script = Script(answer(200, {}))
    with pytest.raises(Refused) as refusal:
        await client(script).receipt(odd, patient_token="token")
    assert (refusal.value.type, script.requests) == ("not-found", [])


class Seconds:
    """A monotonic clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


async def fail_often(booking: HttpBooking, times: int) -> None:
    for _ in range(times):
        with pytest.raises(BackendUnavailable):
            await read(booking)


async def test_after_five_failed_calls_the_backend_is_left_alone(seconds: Seconds) -> None:
    script = Script(answer(200, b"rubbish"))
    booking = client(script, monotonic=seconds)
    await fail_often(booking, CircuitBreaker.FAILURES)
    asked = len(script.requests)
    with pytest.raises(BackendUnavailable):  # and not OutcomeUnknown: nothing was sent
        await write(booking)
    assert len(script.requests) == asked


async def test_after_a_pause_one_call_tries_it_out_and_success_closes_the_circuit(
    seconds: Seconds,
) -> None:
    rubbish = [answer(200, b"rubbish")] * (CircuitBreaker.FAILURES + 1)
    script = Script(*rubbish, answer(200, {"slots": []}))
    booking = client(script, monotonic=seconds)
    await fail_often(booking, CircuitBreaker.FAILURES)
    seconds.now += CircuitBreaker.PAUSE_SECONDS
    await fail_often(booking, 2)  # the trial fails, and closes the door behind it
    assert len(script.requests) == CircuitBreaker.FAILURES + 1
    seconds.now += CircuitBreaker.PAUSE_SECONDS
    assert await read(booking) == []
    assert await read(booking) == []


async def test_while_one_call_tries_it_out_the_others_are_turned_away(seconds: Seconds) -> None:
    breaker = CircuitBreaker(seconds)
    for _ in range(CircuitBreaker.FAILURES):
        breaker.enter()
        breaker.failed()
    seconds.now += CircuitBreaker.PAUSE_SECONDS
    breaker.enter()
    with pytest.raises(BackendUnavailable):
        breaker.enter()


async def test_refusals_do_not_open_the_circuit() -> None:
    script = Script(problem("slot-taken", 409))
    booking = client(script)
    for _ in range(2 * CircuitBreaker.FAILURES):
        with pytest.raises(Refused):
            await write(booking)


async def test_a_success_between_failures_starts_the_count_again() -> None:
    rubbish = [answer(200, b"rubbish")] * (CircuitBreaker.FAILURES - 1)
    script = Script(*rubbish, answer(200, {"slots": []}), *rubbish, answer(200, {"slots": []}))
    booking = client(script)
    for _ in range(2):
        await fail_often(booking, CircuitBreaker.FAILURES - 1)
        assert await read(booking) == []


async def test_nothing_of_a_call_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with pytest.raises(OutcomeUnknown):
        await client(Script(answer(200, b"hemmelig"))).open_case(
            reason="r", summary="hemmelig", contact=None, patient_token="hemmelig", key="key-12345"
        )
    assert "hemmelig" not in caplog.text
