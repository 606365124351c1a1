# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The end of the CFE Treaty
#
# **Question.** Would Russia have suspended the Treaty on Conventional Armed Forces in Europe in 2007 if seven States
# had not joined NATO in 2004?
#
# The way through this notebook is always the same: *predict* (write it down), *run*, *explain*, *change one thing*,
# *debrief*. It takes 60 to 75 minutes. Lines that end with `# <- yours` are for you to edit; nothing else has to be.
#
# What you will practise:
#
# 1. to tell an announcement, a notice, a suspension and a withdrawal apart, and to find the day on which each counts;
# 2. to see that a disputed claim has one history and several legal readings;
# 3. to compare two worlds that differ in one thing, and to say what such a comparison does not show.

# %%
from collections import Counter
from math import sqrt

import simulator as ts
from simulator.engine.reference import ReferenceEngine
from simulator.scenario.compile import compile_scenario
from simulator.scenario.sentences import rule_sentence


def table(head, rows):
    """Print rows as a plain table."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, ["-" * width for width in widths], *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


# %% [markdown]
# ## 1. What happened, in law
#
# Russia announced a moratorium in April 2007, notified a suspension on 14 July 2007, and notified its withdrawal on
# 9 June 2023. The treaty knows withdrawal after 150 days; it has no clause on suspension.
#
# **Predict** before you run anything:

# %%
suspended_from = ""  # <- yours: first day on which Russia is suspended, for example "2007-07-14"
withdrawn_from = ""  # <- yours: first day on which Russia is no longer a party
parties_left = None  # <- yours: how many of thirty parties remain on that day

# %% [markdown]
# **Run.** A *replay* takes every dated act from the record. No chance is involved, no rule fires.

# %%
history = ts.replay("cfe-endgame")
moves = [step for step in history.as_json()["trace"] if step["party"] == "RUS" and step["treaty"] == "cfe"]
table(
    ["date", "what", "from", "to", "legal basis"],
    [
        [step["date"], step["act"], step["from"] or "", step["to"] or "", step["basis"][:60]]
        for step in moves
        if step["date"] > "2007"
    ],
)

# %% tags=["check"]
changes = {step["to"]: step["date"] for step in moves if step["from"] != step["to"]}
left = sum(row.position.status in ("in_force", "suspended") for row in ts.status(treaty="cfe", date="2023-11-07"))
answers = [
    ["suspended from", suspended_from, changes["suspended"]],
    ["withdrawn from", withdrawn_from, changes["withdrawn"]],
    ["parties left", parties_left, left],
]
table(["", "you said", "the record says"], answers)

# %% [markdown]
# **Explain.** Look at the column *legal basis*, and at the steps that have no arrow from one status to another.
#
# - Which acts of 2007 and 2023 changed nothing in law? Why are they on the trace all the same?
# - Count the days from 9 June to 7 November 2023. The treaty says 150. Which day is missing, and what is it called?
# - Was Russia a party on 1 January 2010? Ask for its position, and look at the status and at what it rests on:

# %%
(row,) = ts.status(date="2010-01-01", party="RUS", treaty="cfe")
position = row.as_json()
table(
    ["what", "answer"],
    [[key, position[key]] for key in ("status", "since", "disputed", "confidence")]
    + [["act", act] for act in position["acts"][-2:]],
)

# %% [markdown]
# ## 2. One history, two readings
#
# Other parties held that the treaty leaves no room for a suspension. A *view* says who is believed. It never changes
# what was done, only what it is worth.
#
# **Predict.** In the view of those who object: what is Russia's status on 1 January 2010? And will the day of its
# withdrawal differ?

# %%
status_for_objectors = ""  # <- yours: in_force, suspended or withdrawn

# %%
rows = []
for view in ("depositary", "objector", "strict"):
    (row,) = ts.status(date="2010-01-01", party="RUS", treaty="cfe", view=view)
    position = row.as_json()
    stances = "; ".join(f"{one['what']} towards {one['party']}" for one in position["toward"])
    rows.append([view, position["status"], stances or "-"])
print(f"you said: {status_for_objectors or '(nothing)'}")
table(["view", "status on 2010-01-01", "beside the status"], rows)

# %% [markdown]
# **Explain.** What does it mean that the status is `in_force` and performance is not given? Who would say "breach", and
# who would say "suspension"? The trace holds the same acts in all three views.
#
# ## 3. A model of why
#
# From here on the record is not enough: what would have happened is nowhere recorded. The scenario states *rules*:
# dispositions of actors, with a trigger, a condition, a chance and a delay. They are assumptions, each with its source
# and the theory behind it. In English they read:

# %%
scenario = ts.load("cfe-endgame")
for rule in scenario.scenario.rules[:3]:
    print(f"{rule.id}: {rule_sentence(rule)}\n   theory: {rule.theory}\n")
table(
    ["parameter", "value", "range"],
    [
        [name, one.value, " to ".join(map(str, one.range)) if one.range else "-"]
        for name, one in scenario.scenario.parameters.items()
    ],
)

# %% [markdown]
# Several rules can bring about the suspension of 2007. In a simulation the notice of 2007 is taken out of the record,
# and the rules have to produce it, or not.
#
# **Predict.** In what share of simulated histories is Russia suspended by the end of 2008? And in what share if the
# enlargement of 2004 is struck out?

# %%
share_base = None  # <- yours: a number from 0 to 1
share_without = None  # <- yours: a number from 0 to 1

# %% [markdown]
# **Run.** One hundred histories of each world. History number 17 of one world and number 17 of the other draw the same
# number for the same decision, so that they differ only by the edit and by what follows from it.

# %%
SEEDS = range(1, 101)
OUTCOME = "cfe-lost-2007"


def histories(branch=None):
    """Simulate the scenario, or one of its branches, once for each seed."""
    engine = ReferenceEngine(compile_scenario(scenario, mode="simulate", branch=branch))
    return {seed: engine.run(seed=seed) for seed in SEEDS}


def interval(hits, n):
    """Return the 95 % interval of a share (Wilson)."""
    z, p = 1.96, hits / n
    middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return f"{(middle - half) / (1 + z * z / n):.2f} to {(middle + half) / (1 + z * z / n):.2f}"


def shares(worlds):
    """Print the share of histories with the outcome, for each world."""
    rows = []
    for name, runs in worlds.items():
        hits = sum(run.outcomes[OUTCOME].value for run in runs.values())
        rows.append([name, f"{hits} of {len(runs)}", f"{hits / len(runs):.2f}", interval(hits, len(runs))])
    table(["world", "suspended or out by 2008", "share", "95 % interval"], rows)


base, without = histories(), histories("no-2004")
shares({"base": base, "no-2004": without})
print(f"you said: {share_base} and {share_without}")

# %% [markdown]
# **Explain.** Compare the histories pair by pair. How many were saved by the edit, how many were lost all the same?

# %%
pairs = Counter((base[seed].outcomes[OUTCOME].value, without[seed].outcomes[OUTCOME].value) for seed in SEEDS)
word = {True: "suspended", False: "not"}
table(["base", "no-2004", "histories"], [[word[a], word[b], pairs[a, b]] for a in word for b in word])

# %% [markdown]
# Take the first history that the edit saved, and the first that it did not, and follow the chain of causes back from
# the suspension.


# %%
def causes(run):
    """Print the chain of causes that leads to Russia's suspension."""
    last = next(s for s in run.steps if s.party == "RUS" and s.treaty == "cfe" and s.after == "suspended")
    chain = [step.as_json() for step in run.chain(last.number)]
    rows = [[step["date"], step["kind"], step["act"], step["rule"] or "-"] for step in chain]
    table(["date", "kind", "what", "because of rule"], rows)


def first_seed(base_value, branch_value):
    """Return the first seed whose two histories end so, None if there is none."""
    for seed in SEEDS:
        if (base[seed].outcomes[OUTCOME].value, without[seed].outcomes[OUTCOME].value) == (base_value, branch_value):
            return seed
    return None


saved, lost = first_seed(True, False), first_seed(True, True)
if saved:
    print(f"history {saved}: suspended in the base world, not without the enlargement")
    causes(base[saved])
if lost:
    print(f"\nhistory {lost}: suspended in both; without the enlargement because of")
    causes(without[lost])

# %% [markdown]
# ## 4. Change one thing
#
# The file names other worlds. Read them, choose one, and predict before you run whether the share goes up or down.

# %%
table(["branch", "title"], [[one.id, one.title or ""] for one in scenario.scenario.branches])

# %%
my_branch = "neither"  # <- yours: one of the ids above

# %%
shares({"base": base, "no-2004": without, my_branch: histories(my_branch)})

# %% [markdown]
# ## 5. Debrief
#
# 1. **What was shown?** Under these rules and these probabilities, striking out the enlargement lowers the share by the
#    difference in the table. Say it with the interval, and name the rules it hangs on.
# 2. **What was not shown?** That enlargement "caused" the suspension. Another author may give the deployments more
#    weight, and the answer moves. Which number in the table of parameters would you argue about first, and with which
#    source?
# 3. **What was assumed away?** The branch keeps Russian behaviour the same in a world without enlargement. Name one
#    rule that would be different there.
# 4. **What does law add?** Suspension, non-performance and withdrawal leave the treaty in three different conditions.
#    Which of them could have been reversed by one note to the depositary?
#
# To go on: copy the scenario file, change one probability within its range, run this notebook on your file (`ts.load`
# takes a path), and write one paragraph on what your change did.
