"""Each property bites: a mutant of the law is caught by the property that is named for it, and only the mutant is."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings

import tests.laws.mutants_counting
import tests.laws.mutants_handlers
import tests.laws.test_forbidden_claims
import tests.laws.test_forbidden_joining
import tests.laws.test_forbidden_leaving
import tests.laws.test_invariants
import tests.laws.test_model
from simulator.errors import LimitError
from simulator.law.lifecycle import lifecycle
from tests.laws.mutants import MUTANTS, Mutant
from tests.laws.properties import LAWS, Law

BUDGET = 60


def _small(law: Law) -> Callable[[], None]:
    """The property under a small budget that draws the same examples every time."""
    return settings(
        max_examples=BUDGET,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )(law.test())


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: f"{one.law}: {one.name}")
def test_a_named_property_catches_the_mutant(mutant: Mutant) -> None:
    """With the law read wrongly, the property fails within its budget; without, it holds (see below).

    A wrong law may also send the engine round in circles, which its limit on steps reports.
    """
    with mutant.applied(), contextlib.redirect_stdout(io.StringIO()), pytest.raises((AssertionError, LimitError)):
        _small(LAWS[mutant.law])()


@pytest.mark.parametrize("identity", sorted(LAWS))
def test_each_property_holds_within_the_same_budget(identity: str) -> None:
    """What the mutants break holds of the law as it is, on the very same examples."""
    _small(LAWS[identity])()


def test_every_row_has_its_property_and_every_property_its_mutant() -> None:
    """X1-X26 and I1-I14 are all stated, and for each there is a mutant that it alone is answerable for."""
    rows = {*lifecycle().forbidden, *lifecycle().invariants}
    assert rows <= set(LAWS)
    assert set(LAWS) == {mutant.law for mutant in MUTANTS}
