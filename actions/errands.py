"""Which errand serves which wish."""

from __future__ import annotations

from actions.appointments import CancelErrand, ReceiptErrand, RescheduleErrand, ShowErrand
from actions.booking import BookingErrand
from actions.eligibility import EligibilityErrand
from actions.errand import Errand
from actions.triage import TriageErrand

ERRANDS: dict[str, Errand] = {
    "triage": TriageErrand(),
    "booking": BookingErrand(),
    "show": ShowErrand(),
    "receipt": ReceiptErrand(),
    "cancel": CancelErrand(),
    "reschedule": RescheduleErrand(),
    "eligibility": EligibilityErrand(),
}

#: Intent to the errand's kind and, where the kind serves several, its variant.
ERRAND_OF_INTENT: dict[str, tuple[str, str]] = {
    "describe_symptom": ("triage", ""),
    "book_appointment": ("booking", ""),
    "show_appointments": ("show", ""),
    "show_receipt": ("receipt", ""),
    "cancel_appointment": ("cancel", ""),
    "reschedule_appointment": ("reschedule", ""),
    "request_sick_note": ("eligibility", "sick_note"),
    "request_school_certificate": ("eligibility", "school_certificate"),
    "request_other_certificate": ("eligibility", "other_certificate"),
    "request_renewal": ("eligibility", "renewal"),
    "request_prescription": ("eligibility", "prescription"),
    "request_referral": ("eligibility", "referral"),
}
