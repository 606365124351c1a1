"""The text of a new scenario: the commented starter, or another scenario under a new id."""

from __future__ import annotations

import os.path
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.scenario.load import Loaded

__all__ = ["copied", "starter"]

_SCHEMA_NAME = "scenario.schema.json"
_LONGEST = 64
_TEMPLATE = """\
# yaml-language-server: $schema={schema}
# A scenario holds assumptions; what happened stands in the record that comes with the product.
#   treatysim check {file}            every error, with its place
#   treatysim show {file}             this file in words
#   treatysim run {file} --replay     the record alone
#   treatysim run {file} --seed 7     with the rules below
schema: 1
id: {id}
title: A question about the CFE Treaty
question: Would Russia have suspended the CFE Treaty if the Adapted Treaty had been in force?

# Every assumption should say where it comes from.
sources:
  - id: example-source
    title: Author, Title (Journal, year); replace this by your own

# First and last day of the run. What happened before is applied in silence.
period: {{from: 2004-01-01, to: 2010-12-31}}

# depositary, claimant, objector or strict: who is believed where the law is disputed (treatysim list views).
view: depositary

# Dated acts of these treaties are taken from the record (treatysim list treaties).
record: {{treaties: [cfe, cfe-adapted-1999, nato]}}

parties:
  blocs:
    nato: {{parties_of: nato}} # its members are the parties of the treaty on the day of the question

# Probabilities with a name, so that branches and sensitivity analyses can vary them. Fractions stay exact.
parameters:
  p_moratorium: {{value: 3/10, range: [1/10, 1/2], source: example-source, note: an assumption to be argued for}}

# Happenings of the world: shared ones by id, own ones with a date and a kind.
events:
  - {{id: missile-defence, from_record: gbi-europe-request}}
  - {{id: own-event, date: 2007-06-12, kind: conference, title: An event of your own}}

# What an actor may do: when, if, with which chance, after how long. Rules act in runs, never in a replay.
rules:
  - id: moratorium
    actor: RUS
    trigger: {{event: missile-defence}}
    when:
      all:
        - {{status: cfe, of: RUS, is: in_force}}
        - {{not: {{treaty: cfe-adapted-1999, is: in_force}}}}
    chance: p_moratorium
    after: {{uniform_days: [90, 600]}}
    still: {{status: cfe, of: RUS, is: in_force}} # asked again on the day of the act
    do: {{act: notify_suspension, treaty: cfe, effective: {{clear_days: 150}}}}
    explains: [cfe.RUS.notify_suspension.2007-07-14] # the recorded act that this rule stands for in runs
    source: example-source
    theory: Say in a sentence why the actor would do this.

# Questions with a yes or no as answer.
outcomes:
  - id: suspended
    title: Russia has suspended the treaty by the end of 2008
    when: {{status: cfe, of: RUS, is: suspended}}
    by: 2008-12-31

# Named edits of the world: events or recorded acts dropped or moved, rules switched off, clauses changed.
branches:
  - id: no-missile-defence
    title: The United States does not ask for missile-defence sites
    drop: [{{event: missile-defence}}]
  - id: longer-notice
    title: A year's notice
    clauses: {{cfe: {{withdrawal: {{notice: {{clear_days: 365}}}}}}}}

# What a replay of the record must show; a check of this file, not of the world.
expect:
  - {{date: 2007-12-11, status: cfe, of: RUS, is: in_force}}
  - {{date: 2007-12-12, status: cfe, of: RUS, is: suspended}}
"""


def starter(name: str, path: Path) -> str:
    """A commented scenario that is valid and runs.

    Raises: ScenarioError -- the id has not the form of one.
    """
    from simulator.cli.yamltext import scalar

    _check_id(name)
    return _TEMPLATE.format(id=scalar(name), file=path.name, schema=_schema_for(path))


def copied(source: str, name: str, path: Path) -> str:
    """Another scenario under a new id; one that extends others becomes one file.

    Raises: ScenarioError -- the other scenario is not valid, or the id has not the form of one.
    """
    from simulator.cli.yamltext import scalar
    from simulator.errors import TreatySimError
    from simulator.scenario.load import load_scenario, load_text

    _check_id(name)
    loaded = load_scenario(source)
    head = f"# yaml-language-server: $schema={_schema_for(path)}\n"
    if len(loaded.documents) == 1:  # keeps the comments
        text = re.sub(r"\A(?:#.*\$schema=.*\n)?", lambda _: head, loaded.documents[0].text, count=1)
        text = re.sub(r"(?m)^id:[ \t]*\S+", lambda _: f"id: {scalar(name)}", text, count=1)
        try:
            if load_text(text, path.name).scenario.id == name:
                return text
        except TreatySimError:
            pass  # written in a way that cannot be edited line by line
    return head + _joined(loaded, name)


def _joined(loaded: Loaded, name: str) -> str:
    from simulator.cli.show import in_order
    from simulator.cli.yamltext import as_yaml

    return as_yaml(in_order({**loaded.data, "id": name}))


def _check_id(name: str) -> None:
    from simulator.errors import Diagnostic, ScenarioError

    if not re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", name) or len(name) > _LONGEST:
        hint = "write it small: letters and digits, joined by '-' or '_', as in my-question"
        raise ScenarioError(diagnostics=[Diagnostic("TS107", f"'{name[:60]}' is no id", hint=hint)])


def _schema_for(path: Path) -> str:
    """The path of the JSON Schema as the new file should name it: that of the repository, or one that lies beside."""
    folder = path.parent.resolve()
    for above in (folder, *folder.parents):
        for candidate in (above / _SCHEMA_NAME, above / "schema" / _SCHEMA_NAME):
            if candidate.is_file():
                return Path(os.path.relpath(candidate, folder)).as_posix()
    return _SCHEMA_NAME
