"""treatysim: every party-treaty relationship is a state machine that follows treaty law.

`import simulator as ts` gives `ts.load`, `ts.run`, `ts.run_many`, `ts.sweep`, `ts.tipping_point`, `ts.replay`,
`ts.status`, `ts.what_if`, `ts.what_if_over`, `ts.compare`, `ts.why` and `ts.why_not`; they are imported when first
used, so that asking for the version costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.api import StatusRow, load, replay, run, status
    from simulator.questions import compare, run_many, sweep, tipping_point, what_if, what_if_over, why, why_not

__version__ = "0.1.0"
__all__ = [
    "StatusRow",
    "__version__",
    "compare",
    "load",
    "replay",
    "run",
    "run_many",
    "status",
    "sweep",
    "tipping_point",
    "what_if",
    "what_if_over",
    "why",
    "why_not",
]
_QUESTIONS = frozenset({"compare", "run_many", "sweep", "tipping_point", "what_if", "what_if_over", "why", "why_not"})


def __getattr__(name: str) -> Any:
    if name in __all__:
        import importlib

        room = "questions" if name in _QUESTIONS else "api"
        return getattr(importlib.import_module(f"simulator.{room}"), name)
    raise AttributeError(f"module 'simulator' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
