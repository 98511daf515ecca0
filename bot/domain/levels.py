"""The five triage levels and their order."""

from __future__ import annotations

from typing import Literal, get_args

Level = Literal[
    "emergency_113", "legevakt", "physical_exam", "video_consultation", "self_care"
]

#: Most urgent first. `emergency_113`: call 113 now. `legevakt`: call 116 117 or go there now.
#: `physical_exam`: needs hands, samples or imaging. `video_consultation`: suited for a video
#: visit. `self_care`: may wait, with advice on what to watch for.
LEVELS: tuple[Level, ...] = get_args(Level)

URGENT: tuple[Level, ...] = ("emergency_113", "legevakt")


def most_urgent(levels: list[Level]) -> Level:
    """The most urgent of one or more levels."""
    return min(levels, key=LEVELS.index)
