"""Prints how well the assistant understands and how safe it is: `make evaluate`.

The same report goes to `docs/evaluation.md`. The model is trained afresh.
"""

from __future__ import annotations

import time

from bot.runtime.environment import ROOT
from bot.runtime.model import ensure_trained, model_path

REPORT = ROOT / "docs" / "evaluation.md"


def main() -> None:
    """Trains, measures, prints and writes the report."""
    model_path().unlink(missing_ok=True)
    start = time.perf_counter()
    ensure_trained()
    seconds = time.perf_counter() - start

    from tests.nlu import measure as understanding
    from tests.safety import measure as safety

    report = "\n".join(
        [
            "# Measurements",
            "",
            "Made by `make evaluate`, on messages in `tests/nlu` and `tests/safety` that were "
            "written apart from the training data and the rules. No clinician has signed the "
            "labels.",
            "",
            f"Training, with the start of Rasa: {seconds:.0f} s.",
            "",
            understanding.report(),
            "",
            safety.report(),
            "",
        ]
    )
    print(report)
    REPORT.write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
