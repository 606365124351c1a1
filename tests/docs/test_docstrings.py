"""Every example in a docstring runs and shows what it says."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import simulator

MODULES = sorted(
    found.name
    for found in pkgutil.walk_packages(simulator.__path__, "simulator.")
    if not found.name.endswith("__main__")
)


@pytest.mark.parametrize("name", ["simulator", *MODULES])
def test_examples_of_a_module_run(name: str) -> None:
    """The examples in the docstrings of a module give what they show."""
    module = importlib.import_module(name)
    # A reader who types an example has not switched annotations to text, as the module has.
    names = {key: value for key, value in vars(module).items() if key != "annotations"}
    failures, _ = doctest.testmod(module, globs=names)
    assert failures == 0
