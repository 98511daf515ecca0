"""Who calls: the assistant's service token, and the patient tokens that a log-in issues."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

import jwt
from jwt.types import Options

from backend.problems import not_logged_in, unauthorized

PATIENT_TOKEN_TIME = timedelta(hours=1)
_AUDIENCE = "video-doctor-backend"
_CHECKS: Options = {"require": ["sub", "exp", "aud"], "verify_exp": False, "verify_iat": False}


def check_service(authorization: str | None, service_token: str) -> None:
    """Raises Problem `unauthorized` unless the header carries the service token."""
    scheme, _, token = (authorization or "").partition(" ")
    same = hmac.compare_digest(token.encode(), service_token.encode())
    if scheme.lower() != "bearer" or not same:
        raise unauthorized()


def issue_patient_token(patient_id: str, secret: str, now: datetime) -> tuple[str, datetime]:
    """A signed patient token and when it ends, an hour from now."""
    ends = now + PATIENT_TOKEN_TIME
    claims = {"sub": patient_id, "aud": _AUDIENCE, "exp": int(ends.timestamp())}
    return jwt.encode(claims, secret, algorithm="HS256"), ends


def patient_of(token: str, secret: str, now: datetime) -> str:
    """The id of the patient whose token this is; raises Problem `not-logged-in` if it is no good.

    The end is compared with the clock that is passed in, not with PyJWT's own.
    """
    try:
        claims = jwt.decode(
            token, secret, algorithms=["HS256"], audience=_AUDIENCE, options=_CHECKS
        )
        ends, patient_id = claims["exp"], claims["sub"]
    except jwt.InvalidTokenError as error:
        raise not_logged_in() from error
    if not isinstance(ends, int) or not isinstance(patient_id, str) or now.timestamp() >= ends:
        raise not_logged_in()
    return patient_id
