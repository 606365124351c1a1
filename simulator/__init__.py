"""treatysim: every party-treaty relationship is a state machine that follows treaty law.

`import simulator as ts` gives `ts.load`, `ts.run`, `ts.run_many`, `ts.sweep`, `ts.tipping_point`, `ts.replay`,
`ts.status`, `ts.what_if`, `ts.what_if_over`, `ts.compare`, `ts.why`, `ts.why_not`, `ts.causes` and `ts.shares`; they
are imported when first used, so that asking for the version costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.api import StatusRow, load, replay, run, status
    from simulator.questions import (
        causes,
        compare,
        run_many,
        shares,
        sweep,
        tipping_point,
        what_if,
        what_if_over,
        why,
        why_not,
    )

__version__ = "0.1.0"
__all__ = [
    "StatusRow",
    "__version__",
    "causes",
    "compare",
    "load",
    "replay",
    "run",
    "run_many",
    "shares",
    "status",
    "sweep",
    "tipping_point",
    "what_if",
    "what_if_over",
    "why",
    "why_not",
]
_QUESTIONS = frozenset(__all__) - {"StatusRow", "__version__", "load", "replay", "run", "status"}

# What the command line, the functions above and the report take where nothing else is said. They stand here because
# the command line may load no other room before it runs a command.
WHATIF_WORK, WHATIF_WORLDS = 5_500, 150  # days lived through by an exact answer; worlds drawn where that is too little
EXPLAIN_WORK, EXPLAIN_WORLDS = 6_000, 400  # the same for causes and shares


def __getattr__(name: str) -> Any:
    if name in __all__:
        import importlib

        room = "questions" if name in _QUESTIONS else "api"
        return getattr(importlib.import_module(f"simulator.{room}"), name)
    raise AttributeError(f"module 'simulator' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
