"""Streams a conversation's outbox as server-sent events."""

from __future__ import annotations

import json
import time

from sanic.request import Request

from bot.channels.outbox import Outbox
from bot.channels.replies import Message

#: Seconds a stream lives before the client is asked to come back; proxies and Sanic's own
#: response limit would cut it anyway.
STREAM_SECONDS = 300.0
#: Seconds between looks at the outbox, for messages that another process wrote.
_LOOK_EVERY = 2.0
_HEARTBEAT_EVERY = 15.0
#: What the outbox's number column holds.
_LARGEST_NUMBER = 2**31 - 1


async def stream_events(request: Request, outbox: Outbox, conversation: str) -> None:
    """Sends each message after `Last-Event-ID` once, then waits for more."""
    last = _last_event_id(request)
    stream = await request.respond(
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
    await stream.send("retry: 1000\n\n")
    ends = time.monotonic() + STREAM_SECONDS
    heartbeat = time.monotonic()
    while time.monotonic() < ends and outbox.is_open(conversation):
        for message in outbox.after(conversation, last):
            last = message["id"]
            await stream.send(_event(message))
        if time.monotonic() - heartbeat > _HEARTBEAT_EVERY:
            heartbeat = time.monotonic()
            await stream.send(": here\n\n")
        await outbox.wait(conversation, _LOOK_EVERY)
    await stream.eof()


def _last_event_id(request: Request) -> int:
    given = request.headers.get("last-event-id", "0")
    return min(int(given), _LARGEST_NUMBER) if given.isdecimal() else 0


def _event(message: Message) -> str:
    return f"id: {message['id']}\nevent: message\ndata: {json.dumps(message)}\n\n"
