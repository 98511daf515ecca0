"""The HTTP side: the contract's operations on Sanic, each refusal as problem+json."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sanic.exceptions
from sanic import Request, Sanic
from sanic.response import HTTPResponse, json
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from backend import appointments, cases, contract, demo, idempotency, migrate, patients, problems
from backend import renewals as renewals_module
from backend.call import Call
from backend.contract import Operation
from backend.database import Database
from backend.problems import Problem
from backend.settings import Settings
from backend.tokens import check_service, patient_of

Clock = Callable[[], datetime]
Handler = Callable[[Call], "tuple[int, Any]"]

MAX_BODY_BYTES = 256 * 1024
_log = logging.getLogger("backend")


def prepare(database: Database, settings: Settings, clock: Clock) -> None:
    """Brings the tables up to date and, where it is the demo clinic, puts it in."""
    migrate.upgrade(database.engine)
    if settings.demo_clinic:
        with database.engine.begin() as connection:
            demo.seed(connection, clock())


def create_app(settings: Settings, database: Database, clock: Clock) -> Sanic:
    """The application; the database must have been prepared."""
    app = Sanic("booking-backend", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY_BYTES
    app.config.KEEP_ALIVE_TIMEOUT = 60
    handlers = _handlers(settings)
    for operation in contract.operations(contract.load_contract()):
        endpoint = _endpoint(operation, handlers[operation.id], settings, database, clock)
        address = operation.path.replace("{", "<").replace("}", ":str>")
        app.add_route(endpoint, address, methods=[operation.method], name=operation.id)
    app.error_handler.add(Exception, _answer_exception)
    return app


def _handlers(settings: Settings) -> dict[str, Handler]:
    """The handler of each operation of the contract."""

    def demo_login(call: Call) -> tuple[int, Any]:
        if not settings.demo_clinic:
            raise problems.not_found()
        return demo.log_in(call, settings.patient_token_secret)

    return {
        "health": _health,
        "listSlots": appointments.list_slots,
        "createHold": appointments.create_hold,
        "listAppointments": appointments.list_appointments,
        "createAppointment": appointments.create_appointment,
        "moveAppointment": appointments.move_appointment,
        "cancelAppointment": appointments.cancel_appointment,
        "getReceipt": appointments.get_receipt,
        "createRenewal": renewals_module.create_renewal,
        "getMe": patients.get_me,
        "createCase": cases.create_case,
        "demoLogin": demo_login,
    }


def _health(call: Call) -> tuple[int, Any]:
    call.connection.execute(text("SELECT 1"))
    return 200, {"status": "ok"}


def _endpoint(
    operation: Operation, handler: Handler, settings: Settings, database: Database, clock: Clock
) -> Callable[..., Any]:
    async def endpoint(request: Request, **path: str) -> HTTPResponse:
        now = clock()
        if operation.needs_service:
            check_service(request.headers.get("Authorization"), settings.service_token)
        patient_id = _patient(operation, request, settings, now)
        parameters = contract.read_parameters(
            operation,
            path=path,
            query=request.get_args(keep_blank_values=True),
            headers=request.headers,
        )
        body = contract.read_body(operation, request.body)

        def work(connection: Connection) -> tuple[int, Any]:
            call = Call(connection, now, patient_id, parameters, body)
            if not operation.is_write:
                return handler(call)
            key = parameters[contract.IDEMPOTENCY_HEADER]
            fingerprint = idempotency.fingerprint(operation.method, request.path, body)
            return idempotency.once(call, key, fingerprint, handler)

        run = database.write if operation.is_write else database.read
        status, answer = await run(work)
        return _answer(status, answer)

    return endpoint


def _patient(
    operation: Operation, request: Request, settings: Settings, now: datetime
) -> str | None:
    token = request.headers.get("X-Patient-Token")
    if not operation.takes_patient or (token is None and not operation.needs_patient):
        return None
    return patient_of(token or "", settings.patient_token_secret, now)


def _answer(status: int, body: Any) -> HTTPResponse:
    kind = "application/json" if status < 400 else "application/problem+json"
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return json(body, status=status, headers=headers, content_type=kind)


async def _answer_exception(request: Request, error: Exception) -> HTTPResponse:
    problem = _problem_of(error)
    if problem.status >= 500:
        # Where it happened and what kind it was; never its text, which may carry a patient's.
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        _log.error("%s: %s\n%s", problem.kind, type(error).__name__, where)
    return _answer(problem.status, problem.body())


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, (OperationalError, InterfaceError, PoolTimeout)):
        return problems.unavailable()
    if isinstance(error, sanic.exceptions.MethodNotSupported):
        return problems.method_not_allowed()
    if isinstance(error, sanic.exceptions.PayloadTooLarge):
        return problems.payload_too_large()
    if isinstance(error, sanic.exceptions.NotFound):
        return problems.not_found()
    if isinstance(error, sanic.exceptions.SanicException) and error.status_code < 500:
        return problems.invalid_request("Forespørselen kunne ikke leses.")
    return problems.internal()
