"""Hypothesis strategies and invariants, for the tests of this package and of users' own models."""
