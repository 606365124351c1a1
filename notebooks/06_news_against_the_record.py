# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercise 6: Read the news against the record
#
# **Question.** Eleven sentences of the kind that news of 2023 printed about the CFE Treaty and the test ban. Which are
# true?
#
# *60 minutes. You edit the lines that end with `# <- yours`.*
#
# What you will practise: to take a sentence apart into *who*, *what* and *from when*; to find the rows of a record that
# decide it; to correct it in the fewest words.

# %%
from simulator.teaching import acts, check, history, readings, steps, table, under_views
from simulator.teaching.lens import line_of
from simulator.teaching.news import CLAIMS, allies_in_cfe, claims, explained
from simulator.teaching.truths import first_day, with_status

# %% [markdown]
# ## 1. The sentences
#
# Most are shortened from the page that is named. Where no page was kept, the sentence is of a kind that the register of
# disputed questions keeps as a reading of its own.

# %%
claims()

# %% [markdown]
# Three verdicts:
#
# - **true**: it holds literally, by the record;
# - **imprecise**: it does not hold literally, but the record has the thing that it garbles: another actor, another kind
#   of act, another day;
# - **false**: there is no such thing in the record.
#
# **Predict.** Mark each sentence before you look anything up.

# %% tags=["predict"]
first_guess = {
    "a": "",  # <- yours: true, imprecise or false; and so on
    "b": "",
    "c": "",
    "d": "",
    "e": "",
    "f": "",
    "g": "",
    "h": "",
    "i": "",
    "j": "",
    "k": "",
}

# %% [markdown]
# ## 2. The record
#
# **Run.** For sentences a to c: what there is that says it changes the CFE Treaty. (The machine has one word for all
# that changes how a treaty applies, and calls the step of 15 May 1997 `amendment in force`. What entered into force
# that day is the flank document of 31 May 1996: an agreed understanding, and no amendment under Article XX. See
# question D15.)

# %%
cfe = history("cfe")
for name in ("cfe", "cfe-flank-1996", "cfe-adapted-1999"):
    print(name)
    steps(cfe, treaty=name, party="", until="2004")
    print()
readings("D15")

# %% [markdown]
# For sentences d to h: notices, statements, stances.

# %%
acts(
    "cfe",
    act=["announce", "notify_suspension", "notify_withdrawal", "suspend_toward", "cease_performance"],
    since="2015",
)
allies = allies_in_cfe("2023-11-07")
print(f"\nAllies that are parties to the CFE Treaty on 2023-11-07: {len(allies)}")
for day in ("2023-11-07", "2023-12-07", "2024-12-31"):
    print(f"suspended on {day}: {', '.join(sorted(allies & with_status('cfe', day, 'suspended')))}")
print(f"Russia is out from {first_day('cfe', 'RUS', 'withdrawn')}")

# %% [markdown]
# For sentences i to k: Russia and the test ban.

# %%
acts("ctbt", party="RUS")
under_views("ctbt", "RUS", "2023-11-01", "2023-11-02", "2023-11-03")
print("the treaty itself:", line_of("ctbt").treaty_status("ctbt", line_of("ctbt").trace.last))
print()
readings("D48")

# %% tags=["template"]
verdicts = {
    "a": "",  # <- yours
    "b": "",
    "c": "",
    "d": "",
    "e": "",
    "f": "",
    "g": "",
    "h": "",
    "i": "",
    "j": "",
    "k": "",
}
in_force = {"flank document": "", "Adaptation Agreement": "", "CTBT": ""}  # <- yours: days, or "never"
on_that_day = {"allies": None, "suspended": None}  # <- yours: counts for 2023-11-07

# %% tags=["solution"]
verdicts = {
    "a": "imprecise",
    "b": "imprecise",
    "c": "false",
    "d": "imprecise",
    "e": "false",
    "f": "imprecise",
    "g": "true",
    "h": "imprecise",
    "i": "true",
    "j": "false",
    "k": "imprecise",
}
in_force = {"flank document": "1997-05-15", "Adaptation Agreement": "never", "CTBT": "never"}
on_that_day = {"allies": 22, "suspended": 4}

# %% tags=["check"]
check("6.1", verdicts, predicted=first_guess)
check("6.2", in_force)
check("6.3", on_that_day)

# %% [markdown]
# **Explain.** Take three sentences that you marked wrongly at first and print what record and law say. Put each right
# with as few changed words as you can.

# %%
my_three = ("a", "d", "k")  # <- yours
explained(*my_three)

# %% [markdown] tags=["solution"]
# > **For the instructor.** All eleven, with the reason for each verdict. Where students argue for another verdict, let
# > them say which row of the record would decide it; the border between imprecise and false is a definition, and the
# > one used here stands above.

# %% tags=["solution"]
table(["", "verdict", "claim", "the record and the law"], [[one.id, one.verdict, one.says, one.law] for one in CLAIMS])

# %% [markdown]
# ## 3. Change one thing
#
# A sentence can be right in one view and wrong in another. **Predict** for which views the sentence "In 2010 Russia was
# not bound to give data under the CFE Treaty" has support, then run. After that take a sentence, a State and a day of
# your own.

# %%
my_state, my_day = "RUS", "2010-01-01"  # <- yours
under_views("cfe", my_state, my_day)

# %% [markdown]
# ## 4. Debrief
#
# 1. **Who, what, from when.** Which of the three went wrong most often?
# 2. **Copies.** Sentence b stands in one report and in copies of it. How would you find out that ten pages are one
#    source?
# 3. **Fairness.** Errors of this kind are found in media of every country. Find one in a report that you trust.
# 4. **The record errs, too.** Pick one row that you relied on, open its source, and check it (`treatysim record cite
#    cfe.USA.notify_suspension.2023-11-07`). What does its note admit?
