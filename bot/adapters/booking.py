"""The booking backend as the assistant sees it, and its client over HTTP.

What a call can end in: the answer; `Refused`, the backend's own no; `BackendUnavailable`, nothing
was done; `OutcomeUnknown`, a write that may or may not have happened. The last two are told apart
with care, because a patient is told the one or the other.

Contract: `backend/openapi.yaml`.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

import httpx

T = TypeVar("T")


class BackendUnavailable(Exception):
    """Nothing was done: not reached, out of order, circuit open, or a read without an answer."""


class OutcomeUnknown(Exception):
    """A write timed out or broke off: it may or may not have happened.

    The same call with the same key is safe, and tells which.
    """


class Refused(Exception):
    """The backend's own no. `type` is stable, such as `slot-taken`; nothing was changed."""

    def __init__(self, type: str, title: str, detail: str) -> None:
        super().__init__(type)
        self.type, self.title, self.detail = type, title, detail


class NotLoggedIn(Refused):
    """The patient token is missing, forged or has run out: the patient logs in, then goes on."""


@dataclass(frozen=True)
class Slot:
    """A free time. The price is the patient's own where the backend knows who asks."""

    id: str
    start: datetime
    end: datetime
    doctor: str
    price_nok: int


@dataclass(frozen=True)
class Hold:
    """A time held until `expires_at`, for the price that binds."""

    id: str
    slot: Slot
    patient_id: str
    expires_at: datetime
    price_nok: int


@dataclass(frozen=True)
class Appointment:
    """A booked visit. `status`: booked, cancelled, completed or missed.

    `refund_by` is the last day on which what is paid back arrives; `change_until` the last instant
    at which it can be moved or cancelled.
    """

    id: str
    status: str
    patient_id: str
    patient_name: str
    start: datetime
    end: datetime
    doctor: str
    price_nok: int
    refund_nok: int
    refund_by: date | None
    change_until: datetime


@dataclass(frozen=True)
class Receipt:
    """The confirmation of a visit, which counts as receipt."""

    appointment_id: str
    patient_name: str
    doctor: str
    start: datetime
    booked_at: datetime
    paid_nok: int
    refund_nok: int


@dataclass(frozen=True)
class SickNote:
    """An earlier sick note; `by_service` tells whether this service wrote it."""

    first_day: date
    last_day: date
    by_service: bool


@dataclass(frozen=True)
class Renewal:
    """A renewal asked for. `status`: received, renewed or refused."""

    id: str
    status: str
    medicine: str
    atc: str | None
    requested_at: datetime
    price_nok: int
    refund_nok: int


@dataclass(frozen=True)
class DispensedMedicine:
    """A medicine that the patient collected at a pharmacy."""

    medicine: str
    atc: str | None
    dispensed_on: date


@dataclass(frozen=True)
class Record:
    """What the clinic knows of one person, newest first."""

    sick_notes: tuple[SickNote, ...]
    renewals: tuple[Renewal, ...]
    dispensed: tuple[DispensedMedicine, ...]


@dataclass(frozen=True)
class Child:
    """A registered child under 18; at 16 and 17 `own_login` is true and there is no record."""

    id: str
    name: str
    age: int
    own_login: bool
    record: Record | None


@dataclass(frozen=True)
class Patient:
    """The patient who is logged in."""

    id: str
    name: str
    age: int
    insurance: str | None
    record: Record
    children: tuple[Child, ...]


@dataclass(frozen=True)
class Case:
    """A case that the clinic has received."""

    id: str
    opened_at: datetime


class BookingBackend(Protocol):
    """What the assistant asks of a clinic's booking system.

    Every method can raise BackendUnavailable and Refused (NotLoggedIn where a patient token is
    needed); those that take a `key` also OutcomeUnknown. The same call with the same key is done
    once. A datetime passed in has a time zone.
    """

    async def free_slots(
        self,
        *,
        patient_token: str | None = None,
        day: date | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        for_child: bool = False,
        limit: int = 5,
    ) -> list[Slot]:
        """Free times, the earliest first; `day` is a day in Oslo, `before` is not included."""

    async def hold(
        self, slot_id: str, *, patient_token: str, child_id: str | None = None, key: str
    ) -> Hold:
        """Holds a time for 5 minutes."""

    async def confirm(
        self,
        hold_id: str,
        *,
        patient_token: str,
        key: str,
        questionnaire_response: dict[str, Any] | None = None,
        summary: str | None = None,
    ) -> Appointment:
        """Books the held time; the answers and the summary go to the doctor."""

    async def appointments(self, *, patient_token: str) -> list[Appointment]:
        """The patient's and their children's visits by start, past and cancelled ones too."""

    async def reschedule(
        self, appointment_id: str, slot_id: str, *, patient_token: str, key: str
    ) -> Appointment:
        """Moves a visit to another free time."""

    async def cancel(self, appointment_id: str, *, patient_token: str, key: str) -> Appointment:
        """Cancels a visit; `refund_nok` and `refund_by` say what is paid back, and by when."""

    async def receipt(self, appointment_id: str, *, patient_token: str) -> Receipt:
        """The receipt of a visit."""

    async def me(self, *, patient_token: str) -> Patient:
        """What the clinic knows of the patient."""

    async def request_renewal(
        self,
        medicine: str,
        atc: str | None,
        *,
        patient_token: str,
        child_id: str | None = None,
        key: str,
    ) -> Renewal:
        """Asks a doctor to renew one prescription."""

    async def open_case(
        self, *, reason: str, summary: str, contact: str | None, patient_token: str | None, key: str
    ) -> Case:
        """Hands a case over to a person at the clinic."""


CALL_SECONDS = 5.0  # a patient does not wait longer for one step
CONNECT_SECONDS = 1.0
ATTEMPTS = 3
FIRST_PAUSE_SECONDS = 0.1  # doubled each time, and shortened at random by up to a half
MAX_ANSWER_BYTES = 1024 * 1024
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.LocalProtocolError,
)
PROBLEM_PREFIX = "urn:problem-type:"


class CircuitBreaker:
    """Stops asking a backend that has failed several times in a row.

    After `FAILURES` failed calls it lets none through for `PAUSE_SECONDS`, then one to try with.
    """

    FAILURES = 5
    PAUSE_SECONDS = 10.0

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._failures = 0
        self._open_until = 0.0

    def enter(self) -> None:
        """Before a call; raises BackendUnavailable while the circuit is open."""
        if self._failures < self.FAILURES:
            return
        if self._monotonic() < self._open_until:
            raise BackendUnavailable("circuit open")
        self._open_until = self._monotonic() + self.PAUSE_SECONDS  # this one call tries it out

    def succeeded(self) -> None:
        """The backend gave a proper answer, a refusal included."""
        self._failures = 0

    def failed(self) -> None:
        """The call got no proper answer."""
        self._failures += 1
        self._open_until = self._monotonic() + self.PAUSE_SECONDS


class _NothingDone(Exception):
    """An attempt that never reached the backend, or that it turned away undone (503)."""


class _Broken(Exception):
    """An attempt that ended without a proper answer; a write may have happened."""


class _Rubbish(_Broken):
    """An answer that is not what the contract promises; asking again would not mend it."""


class HttpBooking:
    """The booking backend over HTTP (`BookingBackend`). Logs nothing and stores nothing.

    `base_url` is the clinic's address without `/v1`; `call_seconds` bounds a call with all its
    retries. `transport` and `monotonic` are for tests. Use one instance in one event loop, and keep
    it: the circuit breaker lives in it.
    """

    def __init__(
        self,
        base_url: str,
        service_token: str,
        *,
        call_seconds: float = CALL_SECONDS,
        transport: httpx.AsyncBaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={"Authorization": f"Bearer {service_token}"},
            transport=transport,
            trust_env=False,  # patients' data takes no detour over a proxy from the environment
        )
        self._call_seconds = call_seconds
        self._monotonic = monotonic
        self._breaker = CircuitBreaker(monotonic)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def free_slots(
        self,
        *,
        patient_token: str | None = None,
        day: date | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        for_child: bool = False,
        limit: int = 5,
    ) -> list[Slot]:
        """See BookingBackend."""
        query = {"audience": "child" if for_child else "adult", "limit": str(limit)}
        instants = {"day": day, "after": after, "before": before}
        query |= {name: value.isoformat() for name, value in instants.items() if value}
        return await self._read(
            "/v1/slots", patient_token, lambda d: [_slot(one) for one in d["slots"]], query
        )

    async def hold(
        self, slot_id: str, *, patient_token: str, child_id: str | None = None, key: str
    ) -> Hold:
        """See BookingBackend."""
        body = {"slot_id": slot_id, "child_id": child_id}
        return await self._write("POST", "/v1/holds", patient_token, key, body, _hold)

    async def confirm(
        self,
        hold_id: str,
        *,
        patient_token: str,
        key: str,
        questionnaire_response: dict[str, Any] | None = None,
        summary: str | None = None,
    ) -> Appointment:
        """See BookingBackend."""
        body = {
            "hold_id": hold_id,
            "questionnaire_response": questionnaire_response,
            "summary": summary,
        }
        return await self._write("POST", "/v1/appointments", patient_token, key, body, _appointment)

    async def appointments(self, *, patient_token: str) -> list[Appointment]:
        """See BookingBackend."""
        return await self._read(
            "/v1/appointments",
            patient_token,
            lambda d: [_appointment(a) for a in d["appointments"]],
        )

    async def reschedule(
        self, appointment_id: str, slot_id: str, *, patient_token: str, key: str
    ) -> Appointment:
        """See BookingBackend."""
        path = f"/v1/appointments/{_segment(appointment_id)}"
        body = {"slot_id": slot_id}
        return await self._write("PATCH", path, patient_token, key, body, _appointment)

    async def cancel(self, appointment_id: str, *, patient_token: str, key: str) -> Appointment:
        """See BookingBackend."""
        path = f"/v1/appointments/{_segment(appointment_id)}/cancel"
        return await self._write("POST", path, patient_token, key, None, _appointment)

    async def receipt(self, appointment_id: str, *, patient_token: str) -> Receipt:
        """See BookingBackend."""
        path = f"/v1/appointments/{_segment(appointment_id)}/receipt"
        return await self._read(path, patient_token, _receipt)

    async def me(self, *, patient_token: str) -> Patient:
        """See BookingBackend."""
        return await self._read("/v1/me", patient_token, _patient)

    async def request_renewal(
        self,
        medicine: str,
        atc: str | None,
        *,
        patient_token: str,
        child_id: str | None = None,
        key: str,
    ) -> Renewal:
        """See BookingBackend."""
        body = {"medicine": medicine, "atc": atc, "child_id": child_id}
        return await self._write("POST", "/v1/renewals", patient_token, key, body, _renewal)

    async def open_case(
        self, *, reason: str, summary: str, contact: str | None, patient_token: str | None, key: str
    ) -> Case:
        """See BookingBackend."""
        body = {"reason": reason, "summary": summary, "contact": contact}
        return await self._write("POST", "/v1/cases", patient_token, key, body, _case)

    async def _read(
        self,
        path: str,
        patient_token: str | None,
        parse: Callable[[Any], T],
        query: dict[str, str] | None = None,
    ) -> T:
        request = self._client.build_request(
            "GET", path, params=query, headers=_patient_header(patient_token)
        )
        try:
            return await self._call(request, parse)
        except _Broken as error:
            raise BackendUnavailable(str(error)) from error

    async def _write(
        self,
        method: str,
        path: str,
        patient_token: str | None,
        key: str,
        body: dict[str, Any] | None,
        parse: Callable[[Any], T],
    ) -> T:
        headers = _patient_header(patient_token) | {"Idempotency-Key": key}
        request = self._client.build_request(method, path, json=body, headers=headers)
        try:
            return await self._call(request, parse)
        except _Broken as error:
            raise OutcomeUnknown(str(error)) from error

    async def _call(self, request: httpx.Request, parse: Callable[[Any], T]) -> T:
        """One call with its retries. Raises Refused, BackendUnavailable, or _Broken."""
        self._breaker.enter()
        try:
            status, content = await self._attempts(request)
            result = _read_answer(status, content, parse)
        except Refused:
            self._breaker.succeeded()
            raise
        except _NothingDone as error:
            self._breaker.failed()
            raise BackendUnavailable(str(error)) from error
        except _Broken:
            self._breaker.failed()
            raise
        self._breaker.succeeded()
        return result

    async def _attempts(self, request: httpx.Request) -> tuple[int, bytes]:
        """Sends until there is an answer, no more than `ATTEMPTS` times within the call's time.

        Sending again is always safe: a read changes nothing, a write carries its key. Raises
        _NothingDone if no attempt can have been acted on, otherwise _Broken.
        """
        deadline = self._monotonic() + self._call_seconds
        broken: _Broken | None = None
        for attempt in range(ATTEMPTS):
            try:
                return await self._send(request, deadline - self._monotonic())
            except _NothingDone as error:
                last: Exception = broken or error
            except _Broken as error:
                last = broken = error
            pause = FIRST_PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1)  # noqa: S311 no secret
            if attempt + 1 == ATTEMPTS or self._monotonic() + pause >= deadline:
                break
            await asyncio.sleep(pause)
        raise last

    async def _send(self, request: httpx.Request, seconds: float) -> tuple[int, bytes]:
        """One attempt: status and body of a final answer (2xx or 4xx)."""
        timeout = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        request.extensions = {**request.extensions, "timeout": timeout.as_dict()}
        try:
            status, content = await asyncio.wait_for(self._exchange(request), seconds)
        except _NOT_SENT as error:
            raise _NothingDone(type(error).__name__) from error
        except _Broken:
            raise
        except Exception as error:
            # Not only httpx's own errors: what lies under it lets others through, for one when it
            # is cancelled by the time limit. Whatever it is, the request may have been acted on.
            raise _Broken(type(error).__name__) from error
        if status == 503:
            raise _NothingDone("503")
        if status >= 500:
            raise _Broken(str(status))
        return status, content

    async def _exchange(self, request: httpx.Request) -> tuple[int, bytes]:
        response = await self._client.send(request, stream=True)
        try:
            content = b""
            async for part in response.aiter_bytes():
                content += part
                if len(content) > MAX_ANSWER_BYTES:
                    raise _Rubbish("answer without end")
            return response.status_code, content
        finally:
            await response.aclose()


def _patient_header(patient_token: str | None) -> dict[str, str]:
    if not patient_token:
        return {}
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", patient_token):  # no token at all, and no fit header
        raise NotLoggedIn("not-logged-in", "Ikke logget inn", "Logg inn for å gå videre.")
    return {"X-Patient-Token": patient_token}


def _segment(id: str) -> str:
    """An id as one piece of a path; the backend knows nothing by any other form."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", id):
        raise Refused("not-found", "Finnes ikke", "Vi fant ikke det du spurte etter.")
    return id


def _read_answer(status: int, content: bytes, parse: Callable[[Any], T]) -> T:
    """The parsed answer. Raises Refused for the backend's no, _Rubbish for anything odd."""
    try:
        document = json.loads(content)
        if 200 <= status < 300:
            return parse(document)
        kind, title, detail = (_text(document[name]) for name in ("type", "title", "detail"))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _Rubbish(f"no proper answer ({status})") from error
    if not 400 <= status < 500 or not kind.startswith(PROBLEM_PREFIX):
        raise _Rubbish(f"no proper problem ({status})")
    kind = kind[len(PROBLEM_PREFIX) :]
    if kind == "unauthorized":  # our own token is wrong: no patient can mend that by logging in
        raise _NothingDone("the backend refuses the service token")
    if kind == "not-logged-in":
        raise NotLoggedIn(kind, title, detail)
    raise Refused(kind, title, detail)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _optional_text(value: Any) -> str | None:
    return None if value is None else _text(value)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("not a whole number from 0 up")
    return value


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def _instant(value: Any) -> datetime:
    instant = datetime.fromisoformat(_text(value).replace("Z", "+00:00"))
    if instant.tzinfo is None:
        raise ValueError("an instant without an offset")
    return instant


def _day(value: Any) -> date:
    return date.fromisoformat(_text(value))


def _slot(d: Any) -> Slot:
    return Slot(
        id=_text(d["id"]),
        start=_instant(d["start"]),
        end=_instant(d["end"]),
        doctor=_text(d["doctor"]),
        price_nok=_whole(d["price_nok"]),
    )


def _hold(d: Any) -> Hold:
    return Hold(
        id=_text(d["id"]),
        slot=_slot(d["slot"]),
        patient_id=_text(d["patient_id"]),
        expires_at=_instant(d["expires_at"]),
        price_nok=_whole(d["price_nok"]),
    )


def _appointment(d: Any) -> Appointment:
    return Appointment(
        id=_text(d["id"]),
        status=_text(d["status"]),
        patient_id=_text(d["patient_id"]),
        patient_name=_text(d["patient_name"]),
        start=_instant(d["start"]),
        end=_instant(d["end"]),
        doctor=_text(d["doctor"]),
        price_nok=_whole(d["price_nok"]),
        refund_nok=_whole(d["refund_nok"]),
        refund_by=None if d["refund_by"] is None else _day(d["refund_by"]),
        change_until=_instant(d["change_until"]),
    )


def _receipt(d: Any) -> Receipt:
    return Receipt(
        appointment_id=_text(d["appointment_id"]),
        patient_name=_text(d["patient_name"]),
        doctor=_text(d["doctor"]),
        start=_instant(d["start"]),
        booked_at=_instant(d["booked_at"]),
        paid_nok=_whole(d["paid_nok"]),
        refund_nok=_whole(d["refund_nok"]),
    )


def _renewal(d: Any) -> Renewal:
    return Renewal(
        id=_text(d["id"]),
        status=_text(d["status"]),
        medicine=_text(d["medicine"]),
        atc=_optional_text(d["atc"]),
        requested_at=_instant(d["requested_at"]),
        price_nok=_whole(d["price_nok"]),
        refund_nok=_whole(d["refund_nok"]),
    )


def _record(d: Any) -> Record:
    return Record(
        sick_notes=tuple(
            SickNote(_day(n["first_day"]), _day(n["last_day"]), _yes_no(n["by_service"]))
            for n in d["sick_notes"]
        ),
        renewals=tuple(_renewal(one) for one in d["renewals"]),
        dispensed=tuple(
            DispensedMedicine(
                _text(m["medicine"]), _optional_text(m["atc"]), _day(m["dispensed_on"])
            )
            for m in d["dispensed"]
        ),
    )


def _child(d: Any) -> Child:
    return Child(
        id=_text(d["id"]),
        name=_text(d["name"]),
        age=_whole(d["age"]),
        own_login=_yes_no(d["own_login"]),
        record=None if d["record"] is None else _record(d["record"]),
    )


def _patient(d: Any) -> Patient:
    return Patient(
        id=_text(d["id"]),
        name=_text(d["name"]),
        age=_whole(d["age"]),
        insurance=_optional_text(d["insurance"]),
        record=_record(d["record"]),
        children=tuple(_child(one) for one in d["children"]),
    )


def _case(d: Any) -> Case:
    return Case(id=_text(d["id"]), opened_at=_instant(d["opened_at"]))
