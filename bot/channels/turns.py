"""One turn of a conversation: the patient's message in, at least one message out, always."""

from __future__ import annotations

import asyncio
import logging
import unicodedata
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from weakref import WeakValueDictionary

from rasa.core.channels.channel import UserMessage

from bot.adapters.foreign_language import is_foreign
from bot.channels.limits import RateLimit
from bot.channels.outbox import Outbox
from bot.channels.replies import Message, TurnReplies
from bot.channels.safe_texts import SafeReplies
from bot.channels.screening import Screen, urgent_reply
from bot.channels.tokens import Tokens
from bot.domain.privacy import mask

logger = logging.getLogger(__name__)

MAX_CHARACTERS = 2000
TURN_SECONDS = 8.0

#: What the screen reads of a message that is too long to be answered.
_SCREENED_CHARACTERS = 5000
#: How many of the patient's last messages the screen sees beside the newest one.
_REMEMBERED = 10
_MANY_CONVERSATIONS = 5000


@dataclass(frozen=True)
class Incoming:
    """One message from a patient. `message_id` is the client's own, the same when it retries."""

    text: str
    message_id: str
    payload: str | None = None
    patient_token: str | None = None


class ConversationEnded(Exception):
    """The conversation was deleted while its message waited."""


class Turns:
    """Answers the messages of each conversation one at a time, in the order they came."""

    def __init__(
        self,
        on_new_message: Callable[[UserMessage], Awaitable[object]],
        outbox: Outbox,
        tokens: Tokens,
        replies: SafeReplies,
        screen: Screen,
        limit: RateLimit,
        seconds: float = TURN_SECONDS,
    ) -> None:
        self._on_new_message = on_new_message
        self._outbox = outbox
        self._tokens = tokens
        self._replies = replies
        self._screen = screen
        self._limit = limit
        self._seconds = seconds
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._said: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))
        self._running: set[asyncio.Task[list[Message]]] = set()

    async def answer(self, conversation: str, incoming: Incoming) -> list[Message]:
        """The numbered reply to a message; the same reply when the message comes once more.

        The turn goes on when the caller goes away, so that a retry finds its answer.
        """
        task = asyncio.ensure_future(self._in_order(conversation, incoming))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def end(self, conversation: str, delete_tracker: Callable[[], None]) -> None:
        """Removes the conversation everywhere, after the turn at hand; later ones find it gone."""
        async with self._lock(conversation):
            delete_tracker()
            self._outbox.delete(conversation)
            self._said.pop(conversation, None)

    def _lock(self, conversation: str) -> asyncio.Lock:
        return self._locks.setdefault(conversation, asyncio.Lock())

    async def _in_order(self, conversation: str, incoming: Incoming) -> list[Message]:
        async with self._lock(conversation):
            if not self._outbox.is_open(conversation):
                raise ConversationEnded
            answered = self._outbox.of_turn(conversation, incoming.message_id)
            if answered:
                return answered
            messages = await self._reply_or_safe_text(conversation, incoming)
            return self._outbox.append(
                conversation, incoming.message_id, self._signed(conversation, messages)
            )

    async def _reply_or_safe_text(self, conversation: str, incoming: Incoming) -> list[Message]:
        """The reply; whatever breaks on the way, the urgent one or the safe text."""
        try:
            return await self._reply(conversation, incoming)
        except Exception as error:
            logger.error("A reply failed with %s.", type(error).__name__)
            text = as_plain_text(incoming.text[:_SCREENED_CHARACTERS])
            return self._urgent(text, []) or self._replies.safe_reply()

    async def _reply(self, conversation: str, incoming: Incoming) -> list[Message]:
        payload = self._tokens.button(incoming.payload or "", conversation)
        if payload is not None:
            if not self._limit.allows(conversation):
                return self._replies.rate_limited()
            reply = await self._ask_rasa(conversation, payload, [], incoming)
            return reply or self._replies.safe_reply()
        masked = mask(as_plain_text(incoming.text[:_SCREENED_CHARACTERS]))
        text = masked.text
        if not text:
            return self._replies.empty()
        earlier = self._remember(conversation, text)
        reply = await self._reply_to(conversation, text, earlier, incoming)
        if is_foreign(text) and not any(map(is_foreign, earlier)):
            reply = [self._replies.in_english(), *reply]
        return [*reply, self._replies.masked_notice(masked.kinds)] if masked.kinds else reply

    async def _reply_to(
        self, conversation: str, text: str, earlier: list[str], incoming: Incoming
    ) -> list[Message]:
        if len(incoming.text) > MAX_CHARACTERS:
            return self._urgent(text, earlier) or self._replies.too_long()
        if not self._limit.allows(conversation):
            return self._urgent(text, earlier) or self._replies.rate_limited()
        reply = await self._ask_rasa(conversation, text, earlier, incoming)
        return reply or self._urgent(text, earlier) or self._replies.safe_reply()

    async def _ask_rasa(
        self, conversation: str, text: str, earlier: list[str], incoming: Incoming
    ) -> list[Message]:
        """What the assistant answers; nothing when it fails, is silent or takes too long."""
        collector = TurnReplies()
        message = UserMessage(
            text,
            collector,
            conversation,
            input_channel="web",
            message_id=incoming.message_id,
            metadata={
                "patient_token": incoming.patient_token,
                "message_id": incoming.message_id,
                "before": earlier[-1] if earlier else None,
            },
        )
        try:
            await asyncio.wait_for(self._on_new_message(message), self._seconds)
        except asyncio.TimeoutError:
            logger.error("A turn took more than %s s and was ended.", self._seconds)
            # What was said already is true, and may be "booked".
            said: list[Message] = collector.messages
            return [*said, *self._replies.safe_reply()] if said else []
        except Exception as error:  # whatever went wrong, the patient gets an answer
            logger.error("A turn failed with %s.", type(error).__name__)
            return []
        messages: list[Message] = collector.messages
        return messages

    def _urgent(self, text: str, earlier: list[str]) -> list[Message]:
        return urgent_reply(self._screen, text, earlier)

    def _remember(self, conversation: str, text: str) -> list[str]:
        """The patient's earlier messages, oldest first; this one is added to them."""
        while len(self._said) > _MANY_CONVERSATIONS:
            del self._said[next(iter(self._said))]
        earlier = list(self._said[conversation])
        self._said[conversation].append(text)
        return earlier

    def _signed(self, conversation: str, messages: list[Message]) -> list[Message]:
        return [
            {**message, "buttons": [self._button(conversation, b) for b in message["buttons"]]}
            if message.get("buttons")
            else message
            for message in messages
        ]

    def _button(self, conversation: str, button: dict[str, str]) -> dict[str, str]:
        payload = button.get("payload") or button["title"]
        if payload.startswith("/"):
            payload = self._tokens.sign_button(conversation, payload)
        return {**button, "payload": payload}


def as_plain_text(text: str) -> str:
    """The text without control and other invisible characters, and without leading slashes.

    Rasa takes a text that begins with a slash for an intent with slots, past NLU.
    """
    visible = "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")
    while visible != (visible := visible.strip().lstrip("/")):
        pass
    return visible
