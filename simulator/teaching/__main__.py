"""`python -m simulator.teaching build OUT`: write the notebooks for instructors, with solutions."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from simulator.errors import TreatySimError
from simulator.teaching.build import build

__all__ = ["main"]

# In a checkout the sources stand beside the package.
HOME = Path(__file__).resolve().parents[2] / "notebooks"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator.teaching", description="Write notebooks for a class.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    teacher = commands.add_parser("build", help="write the edition for instructors, with solutions")
    teacher.add_argument("out", type=Path, help="the folder to write to")
    teacher.add_argument("--run", action="store_true", help="run the notebooks, so that they show their outputs")
    pupil = commands.add_parser("students", help="write the edition for students")
    pupil.add_argument(
        "out", type=Path, nargs="?", default=None, help="the folder to write to; else that of the sources"
    )
    for command in (teacher, pupil):
        command.add_argument("--from", dest="folder", type=Path, default=HOME, help="the folder of the sources")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, or the exit code of an error after a sentence that says what to do."""
    given = _parser().parse_args(arguments)
    try:
        if given.command == "build":
            written = build(given.out, "instructor", given.folder, run=given.run)
        else:
            written = build(given.out or given.folder, "students", given.folder)
    except TreatySimError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return problem.exit_code
    print(f"{written[0].parent}: {len(written)} notebooks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
