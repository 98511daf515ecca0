"""Rate limits in memory: a bucket of allowances that fills up again over time."""

from __future__ import annotations

import time
from collections.abc import Callable

#: Full buckets are forgotten when this many are held.
_MANY = 10_000


class RateLimit:
    """Allows `burst` calls at once for each key, and `per_second` more as time passes."""

    def __init__(
        self, burst: int, per_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = float(burst)
        self._per_second = per_second
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def allows(self, key: str) -> bool:
        """Whether one more call is allowed for the key now; an allowed call is counted."""
        if len(self._buckets) > _MANY:
            self._forget_full()
        level = self._level(key)
        allowed = level >= 1
        self._buckets[key] = (level - 1 if allowed else level, self._clock())
        return allowed

    def _level(self, key: str) -> float:
        level, at = self._buckets.get(key, (self._burst, self._clock()))
        return min(self._burst, level + (self._clock() - at) * self._per_second)

    def _forget_full(self) -> None:
        self._buckets = {
            key: bucket for key, bucket in self._buckets.items() if self._level(key) < self._burst
        }
