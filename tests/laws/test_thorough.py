"""The same properties with new examples on every run, and many of them."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

import tests.laws.test_forbidden_claims
import tests.laws.test_forbidden_joining
import tests.laws.test_forbidden_leaving
import tests.laws.test_invariants
import tests.laws.test_model
from tests.laws.properties import LAWS
from tests.laws.test_stateful import TreatyWorld

pytestmark = pytest.mark.slow
THOROUGH = settings.get_profile("thorough")


@pytest.mark.parametrize("identity", sorted(LAWS))
def test_property_on_many_new_examples(identity: str) -> None:
    """The property holds on examples that nobody has seen before."""
    settings(THOROUGH)(LAWS[identity].test())()


def test_treaty_world_for_long() -> None:
    """Engine and model agree over many long random lives."""
    run_state_machine_as_test(TreatyWorld, settings=settings(THOROUGH, max_examples=500, stateful_step_count=60))
