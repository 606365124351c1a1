"""`python -m tests.bench [PART ...]`: how fast the engines are, against others that run the very same workload.

Blocks of all engines alternate, so that a change of the machine's speed hits them all; ratios are taken round by round
and their medians and ranges are printed. Timings are measurements, never assertions. Without a part everything is
measured, in about a quarter of an hour; `--quick` takes a few minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.bench.engines import ENGINES, Missing
from tests.bench.parts import PARTS, Plan
from tests.bench.replay import replay
from tests.bench.report import Section, as_json, as_markdown, as_text, machine

ALL = PARTS | {"replay": replay}


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(ALL)}; default: all of them")
    parser.add_argument("--quick", action="store_true", help="short blocks, few rounds: a first look, wide ranges")
    parser.add_argument("--rounds", type=int, help="rounds of alternating blocks (default 9, quick 3)")
    parser.add_argument("--engines", help=f"of {','.join(ENGINES)}; default: all of them")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers there, too")
    parser.add_argument("--markdown", action="store_true", help="print tables in Markdown")
    found = parser.parse_args(given)
    found.engines = tuple(found.engines.split(",")) if found.engines else tuple(ENGINES)
    for asked, known in ((found.parts, ALL), (found.engines, ENGINES)):
        unknown = [name for name in asked if name not in known]
        if unknown:
            parser.error(f"there is no {unknown[0]!r}; expected some of {', '.join(known)}")
    return found


def main(given: list[str] | None = None) -> None:
    """Measure and print."""
    asked = _arguments(given)
    quick = Plan(asked.rounds or 3, 0.15, asked.engines, 20_000)
    plan = quick if asked.quick else Plan(asked.rounds or 9, 0.5, asked.engines)
    print(machine())
    sections = []
    for name in asked.parts or ALL:
        try:
            section = ALL[name](plan)
        except Missing as reason:
            section = Section(f"The part {name} was not measured", ["reason"], [[str(reason)]])
        sections.append(section)
        print((as_markdown if asked.markdown else as_text)(section), flush=True)
    if asked.json is not None:
        asked.json.write_text(json.dumps(as_json(sections), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
