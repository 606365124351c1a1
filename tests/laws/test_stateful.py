"""The product's state machine, asking engine and model each evening whether they agree.

The engine runs from the beginning each evening: that a run of more acts tells the same about the earlier days is part
of what is asserted.
"""

from __future__ import annotations

import datetime as dt

from hypothesis import settings

from simulator.testing.cases import Case
from simulator.testing.machine import TreatyMachine
from tests.laws.properties import Ran
from tests.laws.test_model import assert_agrees, model_of


class TreatyWorld(TreatyMachine):
    """One or two random treaties, four States of which one succeeds another, and whatever they do."""

    lacking = ("provisional",)  # the model leaves it out

    def check(self, case: Case, until: dt.date) -> None:
        """Assert that engine and model agree on every day up to today."""
        book = model_of(case.treaties)
        book.advance(until, case.acts, case.conflicts)
        assert_agrees(Ran(case, until=until), book)


TestTreatyWorld = TreatyWorld.TestCase
TestTreatyWorld.settings = settings(max_examples=60, stateful_step_count=30)
