"""The refusals of the API (RFC 9457), one constructor each: type, status, Norwegian words."""

from __future__ import annotations

from typing import Any

TYPE_PREFIX = "urn:problem-type:"


class Problem(Exception):
    """A call that is refused: raised anywhere below a handler, answered as problem+json."""

    def __init__(self, kind: str, status: int, title: str, detail: str) -> None:
        super().__init__(kind)
        self.kind, self.status, self.title, self.detail = kind, status, title, detail

    def body(self) -> dict[str, Any]:
        """The problem details as they are sent."""
        return {
            "type": TYPE_PREFIX + self.kind,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }


def unauthorized() -> Problem:
    """The service token is missing or wrong."""
    return Problem(
        "unauthorized", 401, "Ikke tilgang", "Tjenesten som spør, har ikke vist hvem den er."
    )


def not_logged_in() -> Problem:
    """The patient token is missing, forged or has run out."""
    return Problem("not-logged-in", 401, "Ikke logget inn", "Logg inn for å gå videre.")


def forbidden(detail: str) -> Problem:
    """Known, but not allowed."""
    return Problem("forbidden", 403, "Ikke tillatt", detail)


def own_login_required() -> Problem:
    """A guardian acts for a young person of 16 or 17."""
    return Problem(
        "own-login-required",
        403,
        "Ungdommen må logge inn selv",
        "Når man har fylt 16 år, logger man inn og bestiller selv.",
    )


def not_found() -> Problem:
    """Nothing there, or nothing that this patient may know of."""
    return Problem("not-found", 404, "Finnes ikke", "Vi fant ikke det du spurte etter.")


def method_not_allowed() -> Problem:
    """A path that exists, with a method that it does not have."""
    return Problem("method-not-allowed", 405, "Ikke tillatt", "Adressen kan ikke brukes slik.")


def invalid_request(detail: str) -> Problem:
    """The request does not keep to the contract; detail says where (and never repeats a value)."""
    return Problem("invalid-request", 400, "Ugyldig forespørsel", detail)


def payload_too_large() -> Problem:
    """A body above the size limit."""
    return Problem("payload-too-large", 413, "For stor forespørsel", "Forespørselen er for stor.")


def slot_taken() -> Problem:
    """The time is booked or held by somebody, has begun, or is not for this patient."""
    return Problem(
        "slot-taken", 409, "Timen er ikke ledig", "Denne timen er ikke ledig lenger. Velg en annen."
    )


def hold_expired() -> Problem:
    """The hold was not confirmed in time."""
    return Problem(
        "hold-expired",
        409,
        "Reservasjonen gikk ut",
        "Timen var holdt av i 5 minutter og er ikke lenger reservert. Velg en time på nytt.",
    )


def already_confirmed() -> Problem:
    """The hold has been confirmed before, under another key."""
    return Problem(
        "already-confirmed", 409, "Timen er alt bestilt", "Denne timen er alt bestilt for deg."
    )


def not_active() -> Problem:
    """The appointment is cancelled or over."""
    return Problem(
        "not-active", 409, "Timen er avsluttet", "Timen er avbestilt eller har vært allerede."
    )


def too_late() -> Problem:
    """Less than an hour is left before the appointment."""
    return Problem(
        "too-late",
        409,
        "For sent å endre",
        "Du kan endre eller avbestille timen senest 1 time før den starter. "
        "Etter det får du ikke pengene tilbake.",
    )


def renewal_pending() -> Problem:
    """Another renewal waits for the doctor."""
    return Problem(
        "renewal-pending",
        409,
        "En fornyelse er alt til behandling",
        "Du kan fornye én resept om gangen. Vil du fornye flere, kan du bestille en videotime.",
    )


def idempotency_mismatch() -> Problem:
    """The key was used for another request."""
    return Problem(
        "idempotency-mismatch",
        422,
        "Nøkkelen er brukt",
        "Denne Idempotency-Key er brukt til en annen forespørsel.",
    )


def unavailable() -> Problem:
    """The database does not answer; nothing was done."""
    return Problem(
        "unavailable", 503, "Utilgjengelig", "Bestillingen er ute av drift akkurat nå. Prøv igjen."
    )


def internal() -> Problem:
    """A fault of ours; a write may or may not have happened."""
    return Problem("internal", 500, "Feil hos oss", "Noe gikk galt hos oss.")
