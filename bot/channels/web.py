"""The web channel: the HTTP interface of the chat widget and of integrators.

The server issues every conversation; its signed token is the only way in. See `docs/widget.md`.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.adapters import foreign_language
from bot.adapters.red_flag_content import load_screen
from bot.channels.limits import RateLimit
from bot.channels.outbox import Outbox
from bot.channels.safe_texts import SafeReplies
from bot.channels.screening import Screen
from bot.channels.sse import stream_events
from bot.channels.tokens import Tokens
from bot.channels.trackers import delete_tracker
from bot.channels.turns import TURN_SECONDS, ConversationEnded, Incoming, Turns

logger = logging.getLogger(__name__)

WEB_FOLDER = Path(__file__).resolve().parent.parent / "web"

_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
_PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID, X-Patient-Token",
    "Access-Control-Max-Age": "3600",
}
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_GREETING_TURN = ""
#: Far more than a message that is answered; what is larger is not even received.
_MAX_BODY_BYTES = 1_000_000


@dataclass(frozen=True)
class Settings:
    """The channel's settings, from the environment (names in `docs/widget.md`)."""

    token_secret: str
    database_url: str
    origins: frozenset[str] = frozenset()
    demo_clinic: bool = False
    backend_url: str = "http://127.0.0.1:5056"
    service_token: str = ""
    turn_seconds: float = TURN_SECONDS
    conversation_burst: int = 60
    address_burst: int = 300

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Raises RasaException where the token secret is missing or too short."""
        secret = environment.get("CHAT_TOKEN_SECRET", "")
        if len(secret) < 32:
            raise RasaException(
                "The web channel needs the environment variable CHAT_TOKEN_SECRET, at least 32 "
                "characters. Mend: set it to the output of "
                '`python -c "import secrets; print(secrets.token_urlsafe(48))"`.'
            )
        return cls(
            token_secret=secret,
            database_url=environment.get(
                "CHAT_DATABASE_URL", f"sqlite:///{environment.get('RUN_FOLDER', 'var')}/chat.sqlite"
            ),
            origins=frozenset(environment.get("CHAT_ORIGINS", "").split()),
            demo_clinic=environment.get("DEMO_CLINIC") == "1",
            backend_url=environment.get("BACKEND_URL", cls.backend_url).rstrip("/"),
            service_token=environment.get("SERVICE_TOKEN", ""),
        )


class Unauthorized(SanicException):
    """No token, or one that opens no conversation."""

    status_code = 401


class BadRequest(SanicException):
    """The request's body is not what the interface asks for."""

    status_code = 400


class TooMany(SanicException):
    """The caller's address has used up its allowance."""

    status_code = 429


class WebChannel(InputChannel):
    """Rasa's input channel for the web widget and the JSON endpoint beside it."""

    def __init__(
        self, settings: Settings, screen: Screen, status: Callable[[], dict[str, Any]] = dict
    ) -> None:
        self._settings = settings
        self._screen = screen
        self._status = status
        self._replies = SafeReplies.from_content()
        foreign_language.load()  # before the first patient waits for it
        self._tokens = Tokens(settings.token_secret)
        self._outbox = Outbox(settings.database_url)
        self._addresses = RateLimit(settings.address_burst, settings.address_burst / 60)

    @classmethod
    def name(cls) -> str:
        """The name that Rasa and the tracker know the channel by."""
        return "web"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebChannel:
        """The channel with settings from the environment; `credentials.yml` holds none."""
        from bot.runtime.status import status  # brings spaCy, which takes seconds to import

        return cls(Settings.from_environment(os.environ), load_screen(), status)

    def url_prefix(self) -> str:
        """An absolute path, so that the channel does not lie under Rasa's `/webhooks/`."""
        return "/chat"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's routes."""
        turns = Turns(
            on_new_message,
            self._outbox,
            self._tokens,
            self._replies,
            self._screen,
            RateLimit(self._settings.conversation_burst, self._settings.conversation_burst / 60),
            self._settings.turn_seconds,
        )
        routes = Blueprint("web_chat")
        self._add_pages(routes)
        self._add_conversation(routes, turns)
        self._add_cross_origin(routes)
        if self._settings.demo_clinic:
            self._add_demo_login(routes)
        routes.exception(SanicException)(_problem)
        routes.listener("before_server_start")(_limit_bodies)
        routes.listener("after_server_stop")(self._close)
        return routes

    async def _close(self, app: Sanic, _: object) -> None:
        self._outbox.close()

    def _add_pages(self, routes: Blueprint) -> None:
        files = {
            path.relative_to(WEB_FOLDER).as_posix(): path
            for path in WEB_FOLDER.rglob("*")
            if path.suffix in _CONTENT_TYPES
        }

        @routes.get("/")
        async def page(request: Request) -> HTTPResponse:
            return _file(files["index.html"])

        @routes.get("/assets/<name:path>")
        async def asset(request: Request, name: str) -> HTTPResponse:
            return _file(files[name]) if name in files else response.empty(404)

        @routes.get("/status")
        async def status(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            ready = agent is not None and agent.is_ready()
            body = {
                "ready": ready,
                "demo_login": self._settings.demo_clinic,
                **self._status(),
            }
            return response.json(body, 200 if ready else 503)

    def _add_conversation(self, routes: Blueprint, turns: Turns) -> None:
        @routes.post("/conversations")
        async def start(request: Request) -> HTTPResponse:
            self._guard_address(request)
            conversation, token = self._tokens.new_conversation()
            self._outbox.open(conversation)
            greeting = self._outbox.append(conversation, _GREETING_TURN, self._replies.greeting())
            return _json(
                {"conversation_id": conversation, "token": token, "greeting": greeting}, 201
            )

        @routes.post("/messages")
        async def receive(request: Request) -> HTTPResponse:
            conversation = self._conversation(request)
            self._guard_address(request)
            incoming = _incoming(request)
            try:
                return _json({"messages": await turns.answer(conversation, incoming)})
            except ConversationEnded as error:
                raise Unauthorized("The conversation was deleted. Start a new one.") from error

        @routes.get("/events")
        async def events(request: Request) -> None:
            conversation = self._conversation(request)
            await stream_events(request, self._outbox, conversation)

        @routes.delete("/conversations")
        async def delete(request: Request) -> HTTPResponse:
            conversation = self._conversation(request)
            store = request.app.ctx.agent.tracker_store
            await turns.end(conversation, lambda: delete_tracker(store, conversation))
            return response.empty()

    def _add_cross_origin(self, routes: Blueprint) -> None:
        """Lets the pages of the listed origins embed the widget; no other origin's."""

        @routes.middleware("response")
        async def allow(request: Request, answer: HTTPResponse) -> None:
            if request.headers.get("origin") in self._settings.origins:
                answer.headers["Access-Control-Allow-Origin"] = request.headers["origin"]
                answer.headers["Vary"] = "Origin"

        async def preflight(request: Request) -> HTTPResponse:
            return response.empty(headers=_PREFLIGHT_HEADERS)

        for path in ("conversations", "messages", "events"):
            routes.add_route(preflight, f"/{path}", ["OPTIONS"], name=f"preflight_{path}")

    def _add_demo_login(self, routes: Blueprint) -> None:
        @routes.post("/login")
        async def log_in(request: Request) -> HTTPResponse:
            patient = _body(request).get("patient")
            if not isinstance(patient, str):
                raise BadRequest("`patient` must be the id of a demo patient.")
            return await self._demo_login(patient)

    async def _demo_login(self, patient: str) -> HTTPResponse:
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                answer = await client.post(
                    f"{self._settings.backend_url}/v1/demo/login",
                    json={"patient": patient},
                    headers={"Authorization": f"Bearer {self._settings.service_token}"},
                )
            return _json(answer.json(), answer.status_code)
        except (httpx.HTTPError, ValueError):
            return _json({"type": "backend-unavailable", "title": "The log-in is down."}, 503)

    def _conversation(self, request: Request) -> str:
        """The open conversation that the request's token opens; raises Unauthorized."""
        conversation = self._tokens.conversation(request.token or "")
        if conversation is None or not self._outbox.is_open(conversation):
            raise Unauthorized("The token opens no conversation. Start a new one.")
        return conversation

    def _guard_address(self, request: Request) -> None:
        """Raises TooMany. The machine itself is exempt: a proxy that does not pass addresses on
        would make all patients one."""
        address = request.remote_addr or request.ip
        if address not in ("127.0.0.1", "::1", "") and not self._addresses.allows(address):
            raise TooMany("Too many requests from this address. Wait a minute.")


async def _limit_bodies(app: Sanic, _: object) -> None:
    app.config.REQUEST_MAX_SIZE = _MAX_BODY_BYTES


def _incoming(request: Request) -> Incoming:
    body = _body(request)
    text, message_id, payload = (body.get(key) for key in ("text", "message_id", "payload"))
    if not isinstance(text, str):
        raise BadRequest("`text` must be a string.")
    if not isinstance(message_id, str) or not _MESSAGE_ID.fullmatch(message_id):
        raise BadRequest("`message_id` must be 1 to 64 letters, digits, `-` or `_`.")
    if payload is not None and not isinstance(payload, str):
        raise BadRequest("`payload` must be the string of a button.")
    return Incoming(text, message_id, payload, request.headers.get("x-patient-token"))


def _body(request: Request) -> dict[str, Any]:
    try:
        body = request.json
    except SanicException as error:
        raise BadRequest("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise BadRequest("The body is not a JSON object.")
    return body


def _json(body: dict[str, Any], status: int = 200) -> HTTPResponse:
    return response.json(body, status, headers={"Cache-Control": "no-store"}, ensure_ascii=False)


def _problem(request: Request, error: SanicException) -> HTTPResponse:
    return _json({"type": type(error).__name__, "title": str(error)}, error.status_code)


def _file(path: Path) -> HTTPResponse:
    return response.raw(
        path.read_bytes(), headers=_PAGE_HEADERS, content_type=_CONTENT_TYPES[path.suffix]
    )
