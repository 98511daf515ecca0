"""The conversation store: SQL as Rasa ships it, with nothing kept that should not be."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, Iterator, Optional

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.domain.privacy import mask

#: What a channel sends along for one turn only.
SECRETS = ("patient_token",)


class PrivateTrackerStore(SQLTrackerStore):
    """Rasa's SQL store; identity numbers, contacts and log-in tokens never reach the database."""

    def __init__(
        self,
        domain: Optional[Domain] = None,
        event_broker: Optional[EventBroker] = None,
        db: str = "var/conversations.sqlite",
        **kwargs: Any,
    ) -> None:
        if kwargs.get("dialect", "sqlite") == "sqlite":
            Path(db).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(domain, event_broker=event_broker, db=db, **kwargs)

    def _additional_events(
        self, session: sa.orm.Session, tracker: DialogueStateTracker
    ) -> Iterator[Event]:
        for event in super()._additional_events(session, tracker):
            yield without_secrets(event)


def without_secrets(event: Event) -> Event:
    """The event as it may be stored."""
    if isinstance(event, SlotSet) and isinstance(event.value, dict):
        # Rasa copies the first message's metadata into `session_started_metadata`.
        return SlotSet(event.key, _kept(event.value), event.timestamp, event.metadata)
    if not isinstance(event, UserUttered):
        return event
    clean = copy.copy(event)
    clean.text = mask(event.text).text if event.text else event.text
    clean.metadata = _kept(event.metadata)
    clean.parse_data = copy.copy(event.parse_data)
    clean.parse_data["text"] = clean.text
    if "metadata" in clean.parse_data:
        clean.parse_data["metadata"] = _kept(clean.parse_data["metadata"])
    return clean


def _kept(metadata: Optional[dict[str, Any]]) -> dict[str, Any]:
    return {key: value for key, value in (metadata or {}).items() if key not in SECRETS}
