"""Says where an error arose without saying what it is about."""

from __future__ import annotations


def place_of(error: BaseException) -> str:
    """The kind of an error and the file and line that raised it; never its text."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {where}"
