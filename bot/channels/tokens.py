"""Signed tokens: who may read and write a conversation, and which button payloads are ours."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import jwt

_ALGORITHM = "HS256"
_CONVERSATION = "conversation"
_BUTTON = "button"

#: A conversation's token and its buttons hold this long, in seconds.
LIFETIME = 12 * 3600

#: Shorter secrets can be guessed from one token.
MINIMUM_SECRET_LENGTH = 32


class Tokens:
    """Signs and reads the tokens of one installation.

    A token of one kind is never taken for another, and one that is forged, altered or expired
    reads as None.
    """

    def __init__(self, secret: str, clock: Callable[[], float] = time.time) -> None:
        if len(secret) < MINIMUM_SECRET_LENGTH:
            raise ValueError(f"The secret needs at least {MINIMUM_SECRET_LENGTH} characters.")
        self._secret = secret
        self._clock = clock

    def new_conversation(self) -> tuple[str, str]:
        """A new random 128-bit conversation id and the token that opens it."""
        conversation = secrets.token_hex(16)
        return conversation, self._sign(_CONVERSATION, conversation)

    def conversation(self, token: str) -> str | None:
        """The conversation that a token opens."""
        claims = self._claims(token, _CONVERSATION)
        return claims["sub"] if claims else None

    def sign_button(self, conversation: str, payload: str) -> str:
        """An opaque payload for a button in this conversation and no other."""
        return self._sign(_BUTTON, conversation, payload=payload)

    def button(self, token: str, conversation: str) -> str | None:
        """The payload behind a button that was signed for this conversation."""
        claims = self._claims(token, _BUTTON)
        return claims["payload"] if claims and claims["sub"] == conversation else None

    def _sign(self, kind: str, conversation: str, **claims: str) -> str:
        expires = int(self._clock()) + LIFETIME
        return jwt.encode(
            {"aud": kind, "sub": conversation, "exp": expires, **claims}, self._secret, _ALGORITHM
        )

    def _claims(self, token: str, kind: str) -> dict[str, str] | None:
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                audience=kind,
                options={"require": ["aud", "sub", "exp"], "verify_exp": False},
            )
        except jwt.InvalidTokenError:
            return None
        return claims if claims["exp"] > self._clock() else None
