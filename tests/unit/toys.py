"""Terms of a toy treaty for tests of the law that need no scenario."""

from __future__ import annotations

import dataclasses
from typing import Any

from simulator.law.clauses import parse_treaty
from simulator.law.terms import Terms, terms_of


def toy_terms(**changes: Any) -> Terms:
    """Terms of an open treaty between AAA, BBB and others, with single fields changed."""
    data = {
        "id": "toy",
        "title": "Toy treaty",
        "clauses": {
            "entry_into_force": {"rule": {"count": 2}, "delay": {"days_after": 10}},
            "accession": {"open": True},
            "withdrawal": {"notice": {"months": 6}},
        },
    }
    terms = terms_of(parse_treaty(data), {"AAA": 0, "BBB": 1}, {"toy": 0})
    return dataclasses.replace(terms, **changes)
