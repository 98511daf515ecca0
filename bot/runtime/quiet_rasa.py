"""Rasa's command line with its reports to outside turned off: `python -m bot.runtime.quiet_rasa`.

`RASA_TELEMETRY_ENABLED=false` stops Rasa's telemetry but not its error reports, which go to
another service and are set up on every start. Nothing of a health conversation may leave the
machine, so both are off here.
"""

from __future__ import annotations

import os

from bot.runtime.environment import QUIET

os.environ.update(QUIET)

import rasa.__main__
import rasa.telemetry


def main() -> None:
    """Runs Rasa's own command line."""
    rasa.telemetry.initialize_error_reporting = lambda: None
    rasa.__main__.main()


if __name__ == "__main__":
    main()
