"""Deletes what Rasa keeps of a conversation; Rasa itself has no such call."""

from __future__ import annotations

from rasa.core.tracker_store import (
    FailSafeTrackerStore,
    InMemoryTrackerStore,
    SQLTrackerStore,
    TrackerStore,
)


def delete_tracker(store: TrackerStore, conversation: str) -> None:
    """Removes all events of the conversation.

    Raises NotImplementedError for a kind of store that it can't delete from.
    """
    if isinstance(store, FailSafeTrackerStore):  # Rasa wraps every configured store in one
        delete_tracker(store._tracker_store, conversation)
    elif isinstance(store, SQLTrackerStore):
        with store.session_scope() as session:
            session.query(store.SQLEvent).filter_by(sender_id=conversation).delete()
            session.commit()
    elif isinstance(store, InMemoryTrackerStore):
        store.store.pop(conversation, None)
    else:
        raise NotImplementedError(f"No deletion from {type(store).__name__}.")
