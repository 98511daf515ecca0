"""A decision as a value: everything that the reply, the log and the doctor need to know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Decision:
    """What was decided and why.

    `outcome` is a triage level, or for an errand `eligible`, `not_eligible`, `needs_doctor`.
    `reasons` are rule ids, `path` the questions that were answered, in the order of the
    questionnaire; `inputs` the answers that were used, `sources` the bases of the rules.
    """

    outcome: str
    reasons: tuple[str, ...]
    path: tuple[str, ...]
    inputs: Mapping[str, Any]
    sources: tuple[str, ...]
    rule_version: str
