"""Rasa's command line with its reports to outside turned off: `python -m bot.runtime.quiet_rasa`.

Rasa reports use and crashes unless the environment says no before it starts. Nothing of a health
conversation may leave the machine, so whoever starts Rasa this way can't forget to say so.
"""

from __future__ import annotations

import os

from bot.runtime.environment import QUIET

os.environ.update(QUIET)

import rasa.__main__


def main() -> None:
    """Runs Rasa's own command line."""
    rasa.__main__.main()


if __name__ == "__main__":
    main()
