"""The store: the files that one run leaves in a folder, and the manifest that says how to get them again.

Everything is written to a folder beside the final one and moved into place, so that a run that fails leaves nothing.
A folder that holds something else is refused; one that holds earlier results has exactly those files replaced.

| file | holds |
| --- | --- |
| `trace.jsonl`, `trace.csv` | every step, one a line |
| `final.csv` | the legal position of every pair at the end |
| `outcomes.csv` | the answers to the scenario's questions |
| `run.json` | the object that `--json` prints: all of the above with refusals, ties and expectations |
| `manifest.json` | tool, command line, seed, digests of what went in and of what came out, versions, times |
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
import platform
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from simulator.errors import Diagnostic, StoreError
from simulator.results.trace import Position, Step, Trace

__all__ = [
    "MANIFEST",
    "Origin",
    "as_text",
    "cell",
    "check_folder",
    "publish",
    "read_manifest",
    "run_files",
    "save",
]

MANIFEST: Final = "manifest.json"
TOOL: Final = "treatysim"
_FORMAT: Final = 1
_PACKAGES: Final = ("transitions", "networkx", "numpy", "pydantic", "PyYAML", "typer", "rich")
_MAX_MANIFEST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Origin:
    """What must be given again to get the same run; the same values give the same text, on every machine."""

    version: str
    scenario: str
    mode: str
    seed: int | None
    branch: str
    view: str
    until: str | None
    program: str
    digest: str
    files: tuple[tuple[str, str], ...]
    replication: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the part of a manifest that no clock and no machine has a say in."""
        return {
            "tool": TOOL,
            "version": self.version,
            "scenario": self.scenario,
            "mode": self.mode,
            "seed": self.seed,
            "replication": self.replication,
            "branch": self.branch or None,
            "view": self.view,
            "until": self.until,
            "program_digest": self.program,
            "scenario_digest": self.digest,
            "files": [{"path": path, "sha256": digest} for path, digest in self.files],
        }


def check_folder(folder: Path) -> bool:
    """Whether results can go there: True if earlier results stand there, False if there is nothing.

    Raises: StoreError -- it is a file, or a folder that holds something that no earlier run has left.
    """
    try:
        if not folder.exists() and not folder.is_symlink():
            above = next(one for one in folder.absolute().parents if one.exists())
            if not above.is_dir():
                raise _refused(above, "this is not a folder", "name a folder that can be made")
            return False
        if not folder.is_dir():
            raise _refused(folder, "this is not a folder", "name a folder that does not exist yet, or an empty one")
        if read_manifest(folder) is not None:
            return True
        if any(folder.iterdir()):
            hint = f"name another folder, or empty it; only results of earlier runs ({MANIFEST}) are replaced"
            raise _refused(folder, "the folder is not empty and holds no results of an earlier run", hint)
    except OSError as error:
        raise _failed(folder, error) from None
    return False


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of earlier results, None if the folder holds none of ours."""
    path = folder / MANIFEST
    try:
        if not path.is_file() or path.stat().st_size > _MAX_MANIFEST:
            return None
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found.get("tool") == TOOL else None


def save(
    trace: Trace,
    folder: Path,
    *,
    origin: Origin,
    payload: Mapping[str, Any],
    command: Sequence[str],
    started: dt.datetime,
) -> dict[str, Any]:
    """Write the results of one run into a folder and return the manifest.

    `payload` is the object of `--json`, `command` the command line, `started` the time the command began.
    Raises: StoreError -- the folder is refused, or the operating system does.
    """
    return publish(folder, run_files(trace, payload), origin.as_json(), command=command, started=started)


def publish(
    folder: Path,
    contents: Mapping[str, str | bytes],
    about: Mapping[str, Any],
    *,
    command: Sequence[str],
    started: dt.datetime,
    complete: bool = True,
) -> dict[str, Any]:
    """Write files into a folder, all or none of them, with a manifest that begins with `about`; return the manifest.

    Raises: StoreError -- the folder is refused, or the operating system does.
    """
    earlier = check_folder(folder)
    manifest = {
        **about,
        "format": _FORMAT,
        "command": list(command),
        "outputs": [{"path": name, "sha256": _digest(content)} for name, content in contents.items()],
        "packages": _packages(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": platform.platform(),
        "started": started.isoformat(timespec="seconds"),
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "complete": complete,
    }
    try:
        _publish(folder, {**contents, MANIFEST: as_text(manifest)}, earlier)
    except OSError as error:
        raise _failed(folder, error) from None
    return manifest


def as_text(value: Mapping[str, Any]) -> str:
    """Return a JSON object as it is printed and stored: two spaces, keys in the order given, a newline at the end."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _digest(content: str | bytes) -> str:
    return hashlib.sha256(_bytes(content)).hexdigest()


def _bytes(content: str | bytes) -> bytes:
    if isinstance(content, bytes):
        return content
    # A file name of the command line may hold bytes that are no text; JSON and CSV show them as escapes.
    return content.encode("utf-8", "backslashreplace")


# --- what is written --------------------------------------------------------------------------------------------------


def run_files(trace: Trace, payload: Mapping[str, Any]) -> dict[str, str]:
    """Return the files of one run, by name."""
    steps = [step.as_json() for step in trace.steps]
    positions = [one.as_json() for one in trace.final]
    outcomes = [{"id": one.id, "title": one.title, **one.as_json()} for one in trace.outcomes.values()]
    return {
        "trace.jsonl": "".join(json.dumps(step, ensure_ascii=False) + "\n" for step in steps),
        "trace.csv": _csv(tuple(Step(0, 1, 1, "act", "").as_json()), steps),
        "final.csv": _csv(tuple(Position("", "", "", "", 0).as_json()), positions),
        "outcomes.csv": _csv(("id", "title", "value", "date"), outcomes),
        "run.json": as_text(payload),
    }


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(row[name]) for name in columns] for row in rows)
    return out.getvalue()


def cell(value: Any) -> str:
    """A value as one cell: lists with semicolons, pairs with an equals sign, nothing as nothing.

    >>> cell([{"kind": "withdrawal", "effective": "2023-11-07"}]), cell(True), cell(None)
    ('withdrawal=2023-11-07', 'true', '')
    """
    if isinstance(value, list | tuple):
        return ";".join(cell(one) for one in value)
    if isinstance(value, Mapping):
        return "=".join(cell(one) for one in value.values())
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _packages() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version  # 90 ms that only --out pays

    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


# --- how it gets there ------------------------------------------------------------------------------------------------


def _publish(folder: Path, contents: Mapping[str, str | bytes], earlier: bool) -> None:
    """Write all files beside the folder, then move them to their place, the manifest last."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        stage = folder.parent / f".{folder.name}.{os.getpid()}.part"
    else:
        stage = folder / f".{os.getpid()}.part"
    try:
        stage.mkdir()
        for name, content in contents.items():
            stage.joinpath(name).write_bytes(_bytes(content))
        if folder.exists():
            _replace(folder, stage, contents, earlier)
        else:
            stage.rename(folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _replace(folder: Path, stage: Path, contents: Mapping[str, str | bytes], earlier: bool) -> None:
    """Take the place of earlier results, file by file: whatever else lies in the folder is not ours to touch."""
    if earlier:
        old = read_manifest(folder) or {}
        # Until the last file is in place, the folder says that it is not complete.
        (folder / MANIFEST).write_text(as_text({**old, "complete": False}), encoding="utf-8")
        for name in _outputs(old):
            if name not in contents:
                (folder / name).unlink(missing_ok=True)
    for name in contents:
        os.replace(stage / name, folder / name)


def _outputs(manifest: Mapping[str, Any]) -> list[str]:
    """The files that a manifest lists; a manifest that was tampered with cannot name anything outside its folder."""
    listed = manifest.get("outputs")
    names = [one.get("path") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [name for name in names if isinstance(name, str) and name == Path(name).name and name not in ("", "..")]


def _refused(folder: Path, message: str, hint: str) -> StoreError:
    return StoreError(diagnostics=[Diagnostic("TS601", message, str(folder), hint=hint)])


def _failed(folder: Path, error: OSError) -> StoreError:
    named = Path(error.filename or folder)
    place = str(folder if ".part" in named.suffixes or ".part" in named.parent.suffixes else named)
    return StoreError(diagnostics=[Diagnostic("TS602", f"cannot be written: {error.strerror or error}", place)])
