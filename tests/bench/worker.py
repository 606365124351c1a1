"""One engine in one process: `python -m tests.bench.worker ENGINE VARIANT` answers lines of JSON on its input.

A process for each engine keeps its memory and its compiled code apart from the others. Commands are `folds N`,
`run FIRST N`, `threads FIRST N`, `bare FIRST N` (without counting) and `memory`; the answer to each says how much CPU
and wall time it took.
"""

from __future__ import annotations

import json
import platform
import resource
import sys
import time
from typing import Any

from tests.bench.engines import Engine, Missing, engine
from tests.bench.variants import program

__all__ = ["main"]


def _peak() -> float:
    """Return the peak memory of this process in MB."""
    unit = 1024**2 if platform.system() == "Darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _answer(made: Engine, command: str, numbers: list[int]) -> dict[str, Any]:
    made.native = None
    cpu, wall = time.process_time(), time.perf_counter()
    if command == "folds":
        found: dict[str, Any] = {"folds": made.folds(0, *numbers)}
    elif command == "memory":
        found = {"peak": _peak()}
    else:
        found = {"changes": {"run": made.run, "threads": made.threads, "bare": made.bare}[command](*numbers)}
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return found | {"cpu": cpu if made.native is None else made.native, "wall": wall}


def main() -> None:
    """Serve until the input ends."""
    name, variant = sys.argv[1:3]
    try:
        made = engine(name, program(variant))
    except Missing as missing:
        print(json.dumps({"missing": str(missing)}), flush=True)
        return
    except Exception as error:
        print(json.dumps({"missing": f"cannot be made: {type(error).__name__}: {error}"}), flush=True)
        return
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        command, *numbers = line.split()
        try:
            answer = _answer(made, command, [int(one) for one in numbers])
        except Missing as missing:
            answer = {"missing": str(missing)}
        except Exception as error:  # what fails is a row without numbers and the reason, and not the end of the others
            answer = {"missing": f"failed: {type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
