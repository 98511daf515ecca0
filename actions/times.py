"""Free times, appointments and prices as the patient reads them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_datetime

from bot.adapters.booking import Appointment, Receipt, Slot
from bot.domain.questions import Option
from bot.domain.zone import OSLO


def when(start: datetime, now: datetime) -> str:
    """A time in words, such as "i dag klokken 14.20" or "torsdag 26. november klokken 09.00"."""
    local = start.astimezone(OSLO)
    days = (local.date() - now.astimezone(OSLO).date()) // timedelta(days=1)
    day = {0: "i dag", 1: "i morgen"}.get(days) or format_datetime(
        local, "EEEE d. MMMM", tzinfo=OSLO, locale="nb"
    )
    return f"{day} klokken {local:%H.%M}"


def money(nok: int) -> str:
    """A price in words; free of charge is said in so many words."""
    return f"{nok} kroner" if nok else "0 kroner (gratis)"


def slot_json(slot: Slot) -> dict[str, Any]:
    """A free time as it is kept in the conversation and sent to the widget."""
    return {
        "id": slot.id,
        "start": slot.start.isoformat(),
        "end": slot.end.isoformat(),
        "doctor": slot.doctor,
        "price_nok": slot.price_nok,
    }


def slot_options(slots: list[Slot], now: datetime) -> tuple[Option, ...]:
    """Free times as the options of a question; the bare hour is another way to say one."""
    return tuple(
        Option(
            id=slot.id,
            label=f"{when(slot.start, now)} hos {slot.doctor}",
            words=(f"{slot.start.astimezone(OSLO):%H.%M}", f"{slot.start.astimezone(OSLO):%H:%M}"),
        )
        for slot in slots
    )


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """A receipt as the widget draws it."""
    return {
        "type": "receipt",
        "id": receipt.appointment_id,
        "start": receipt.start.isoformat(),
        "doctor": receipt.doctor,
        "amount_nok": receipt.paid_nok,
        "refund_nok": receipt.refund_nok,
        "paid_on": receipt.booked_at.isoformat(),
    }


def appointment_json(appointment: Appointment, status: str | None = None) -> dict[str, Any]:
    """The outcome `appointment` of the catalogue; `status` where it is not the appointment's."""
    return {
        "type": "appointment",
        "id": appointment.id,
        "status": status or appointment.status,
        "start": appointment.start.isoformat(),
        "doctor": appointment.doctor,
        "price_nok": appointment.price_nok,
        "refund_nok": appointment.refund_nok,
    }
