"""Budgets of the property tests.

`default` draws the same examples on every run, so that a failure here is a failure everywhere; `thorough` draws new
ones, more of them, and prints how to reproduce what it finds. HYPOTHESIS_PROFILE chooses.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Slow machines and coverage tools are no reason to fail: no deadline, no check of speed.
_CALM = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile(
    "default", max_examples=60, derandomize=True, deadline=None, print_blob=True, suppress_health_check=_CALM
)
settings.register_profile(
    "thorough", max_examples=500, derandomize=False, deadline=None, print_blob=True, suppress_health_check=_CALM
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
