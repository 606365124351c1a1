# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercise 3: Suspension in five disguises
#
# **Question.** In 2007, 2011, 2015 and 2023 States were said to "suspend" the CFE Treaty. Is it five times the same?
#
# *60 to 75 minutes. You edit the lines that end with `# <- yours`.*
#
# What you will practise: to tell a suspension from a countermeasure, an end of performance and a statement; to ask
# *towards whom*; to see how much depends on the view.

# %%
from simulator.analysis.timeline import ordinal
from simulator.law.record import record
from simulator.teaching import acts, bands, check, clauses, history, readings, steps, table, under_views
from simulator.teaching.disguises import KINDS, STEPS
from simulator.teaching.lens import line_of

# %% [markdown]
# ## 1. Five steps
#
# The treaty has no clause on suspension:

# %%
clauses("cfe")

# %% [markdown]
# General law knows suspension by consent of all (VCLT 57), for material breach (60), for impossibility (61) and for a
# fundamental change of circumstances (62). It also knows something that is no suspension of the treaty: a
# *countermeasure*, by which a State withholds performance from another that it holds to be in breach, while the duty
# itself stays (articles on State responsibility, 22 and 49 to 54).
#
# The five steps, in the words of the record's notes and instruments:

# %%
rows = {one.id: one for one in record("cfe")}
table(
    ["name", "date", "instrument", "ground", "source"],
    [[name, rows[row].done, rows[row].instrument, rows[row].ground, rows[row].source] for name, row in STEPS.items()],
)
print("Kinds to choose from:", ", ".join(KINDS.values()))

# %% [markdown]
# **Predict.** Give each step its kind, before you look at what it did.

# %% tags=["predict"]
kinds_guess = {
    "Russia 2007": "",  # <- yours
    "United States 2011": "",  # <- yours
    "Russia 2015": "",  # <- yours
    "Belarus 2023": "",  # <- yours
    "NATO Council 2023": "",  # <- yours
}

# %% [markdown]
# **Run.** What each of them did in law:

# %%
cfe = history("cfe")
steps(cfe, treaty="cfe", party=["RUS", "USA", "BLR"], since="2007", until="2023")
print()
acts("cfe", since="2023-10", until="2023-12")

# %% tags=["template"]
kinds = {
    "Russia 2007": "",  # <- yours
    "United States 2011": "",  # <- yours
    "Russia 2015": "",  # <- yours
    "Belarus 2023": "",  # <- yours
    "NATO Council 2023": "",  # <- yours
}
in_2012 = {"RUS": "", "USA": ""}  # <- yours: the status of each on 2012-01-01
belarus_towards = set()  # <- yours: codes of the States towards which Belarus had suspended on 2023-11-01

# %% tags=["solution"]
kinds = {
    "Russia 2007": "suspension towards all",
    "United States 2011": "countermeasure",
    "Russia 2015": "end of performance",
    "Belarus 2023": "suspension towards some",
    "NATO Council 2023": "announcement",
}
in_2012 = {"RUS": "suspended", "USA": "in force"}
belarus_towards = {"POL", "CZE"}

# %% tags=["check"]
check("3.1", kinds, predicted=kinds_guess)
check("3.2", in_2012)
check("3.3", belarus_towards)

# %% [markdown]
# **Explain.** Fill in this table on paper for each step: is the duty itself said to be switched off? Towards whom? By
# which right? How is it undone? Then: why does the status of the United States stay `in_force` in 2011 although it
# gives Russia no data and accepts none of its inspections?

# %% [markdown] tags=["solution"]
# > **For the instructor.** A countermeasure excuses non-performance towards one State and leaves the duty standing
# > (ARSIWA 22, 49). It is undone by performing again. Coding the steps of 2011 as countermeasures is a choice of the
# > record that is itself a question of the register (D7): one may read them as suspensions under VCLT 60.

# %%
readings("D7")

# %% [markdown]
# ## 2. The seventh of November 2023
#
# On this day Russia was out, and the North Atlantic Council stated that the allied parties "intend to suspend".
#
# **Predict.** How many States are suspended at the end of that day?

# %% tags=["predict"]
how_many_guess = None  # <- yours: a count

# %% [markdown]
# **Run.**

# %%
acts("cfe", act=["notify_suspension", "announce", "withdrawal_effective"], since="2023-11", until="2024-06")

# %%
bands(cfe, "cfe", ["RUS", "USA", "DEU", "GBR", "CAN", "ITA", "BLR", "ARM"], since="2023-01-01")

# %% tags=["template"]
suspended_that_day = set()  # <- yours: codes

# %% tags=["solution"]
suspended_that_day = {"CZE", "DEU", "DNK", "GBR"}

# %% tags=["check"]
check("3.4", suspended_that_day)

# %% [markdown]
# **Explain.** Why can neither NATO nor its Council suspend this treaty? The record has notices of ten allies and knows
# of statements of others without their dates. How should one report a number of which one knows that it is too small?
#
# ## 3. Change one thing: the view
#
# **Predict.** Under the strict view a claim waits three months in which the others may object (VCLT 65(2)). From which
# day is the United States suspended then? And in which views was Russia suspended in 2010?

# %%
under_views("cfe", "RUS", "2007-12-12", "2010-01-01")
print()
under_views("cfe", "USA", "2023-12-06", "2023-12-07", "2024-02-06", "2024-02-07")
print()
day = ordinal("2023-12-31")
for view in ("depositary", "objector"):
    print(f"{view}: Belarus towards", [other for who, other in line_of("cfe", view).suspended_toward("cfe", day)])

# %% tags=["template"]
usa_from = {"depositary": "", "claimant": "", "objector": "", "strict": ""}  # <- yours: days
russia_2010 = set()  # <- yours: the views in which Russia is suspended on 2010-01-01

# %% tags=["solution"]
usa_from = {"depositary": "2023-12-07", "claimant": "2023-12-07", "objector": "2023-12-07", "strict": "2024-02-07"}
russia_2010 = {"depositary", "claimant"}

# %% tags=["check"]
check("3.5", usa_from)
check("3.6", russia_2010)

# %% [markdown]
# Now take another State of section 2, or another day, and say in advance in which views its status differs.

# %%
my_state, my_day = "CAN", "2024-01-15"  # <- yours
under_views("cfe", my_state, my_day)

# %% [markdown]
# ## 4. Debrief
#
# 1. **One word, five things.** Write the headline of each of the five steps in words that are legally right.
# 2. **Symmetry.** The grounds of 2007 and of 2023 resemble each other in part. Where do they differ in law, and who
#    says so? (Questions D1, D2 and D70 of the register.)
# 3. **Reversibility.** Which of the five could be undone by one note to the depositary?
# 4. **What this did not show.** Whether a breach was material, and whether circumstances had changed fundamentally, is
#    judged by nobody here.
