"""Shell completion of ids, from the names of files alone: it must answer before anybody notices."""

from __future__ import annotations

import csv
from pathlib import Path

__all__ = ["party_ids", "scenario_refs", "treaty_ids"]

_PACKAGE = Path(__file__).resolve().parent.parent


def _stems(*folders: Path) -> list[str]:
    folder = next((one for one in folders if one.is_dir()), None)
    return sorted(path.stem for path in folder.glob("*.yaml")) if folder else []


def scenario_refs(incomplete: str) -> list[str]:
    """The shipped scenarios, and the YAML files of the folder that is being typed."""
    shipped = _stems(_PACKAGE / "scenarios", _PACKAGE.parent / "scenarios")
    head, slash, _ = incomplete.rpartition("/")
    try:
        paths = sorted(Path(head or slash or ".").iterdir())
    except OSError:
        paths = []
    files = [f"{head}{slash}{one.name}{'/' if one.is_dir() else ''}" for one in paths if _offered(one)]
    return [one for one in (*shipped, *files) if one.startswith(incomplete)]


def _offered(path: Path) -> bool:
    return not path.name.startswith(".") and (path.suffix in (".yaml", ".yml") or path.is_dir())


def treaty_ids(incomplete: str) -> list[str]:
    """The shipped treaties."""
    return [one for one in _stems(_PACKAGE / "law" / "data" / "treaties") if one.startswith(incomplete)]


def party_ids(incomplete: str) -> list[tuple[str, str]]:
    """The known parties, each with its name."""
    path = _PACKAGE / "law" / "data" / "parties.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["id"], row["name"]) for row in csv.DictReader(file)]
    return [row for row in rows if row[0].startswith(incomplete.upper())]
