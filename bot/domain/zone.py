"""The zone in which days and hours are meant."""

from __future__ import annotations

from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
