# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A tour: one State, one treaty, from the record to a model
#
# **Question.** When was Russia no longer bound by the Treaty on Conventional Armed Forces in Europe (CFE), who says so,
# and what can a model add to that?
#
# *45 to 60 minutes. No programming: you edit the lines that end with `# <- yours` and run the cells from the top
# (Shift and Enter).* Every notebook goes the same way: **predict** (write it down before you run anything), **run**,
# **explain**, **change one thing**, **debrief**. A cell with `check(...)` says whether an answer is right and gives a
# hint if it is not; `hint("0.1")` gives the next one.
#
# What you will practise:
#
# 1. to tell an announcement, a notice, a suspension and a withdrawal apart, and to find the day on which each counts;
# 2. to see that a disputed claim has one history and several legal readings;
# 3. to tell what is recorded from what a model assumes.

# %%
import simulator as ts
from simulator.scenario.sentences import rule_sentence
from simulator.teaching import acts, bands, check, history, steps, table, under_views
from simulator.teaching.tour import SEEDS, histories, suspended_by_2008

# %% [markdown]
# ## 1. What happened, in law
#
# Russia announced a moratorium in April 2007, notified a suspension on 14 July 2007, and notified its withdrawal on
# 9 June 2023. The treaty knows withdrawal with at least 150 days of notice (Article XIX); it has no clause on
# suspension.
#
# **Predict.** Write days as text, year first.

# %% tags=["predict"]
suspended_guess = ""  # <- yours: first day on which Russia is suspended, for example "2007-07-14"
out_guess = ""  # <- yours: first day on which Russia is no longer a party
parties_guess = None  # <- yours: how many of thirty parties are left on that day

# %% [markdown]
# **Run.** First the record: who did what, and where that can be read. Then a *replay*: every recorded act is done on
# its day, and the law says what it brings about. No chance is involved.

# %%
acts("cfe", party="RUS", since="2007")

# %%
replay = history("cfe")
steps(replay, treaty="cfe", party="RUS", since="2007")

# %%
bands(replay, "cfe", ["RUS", "USA", "DEU"], since="2005-01-01")

# %% [markdown]
# Answer from the tables, not from memory. Then compare with what you predicted.

# %% tags=["template"]
suspended_from = ""  # <- yours
out_from = ""  # <- yours
parties_left = None  # <- yours

# %% tags=["solution"]
suspended_from = "2007-12-12"
out_from = "2023-11-07"
parties_left = 29

# %% tags=["check"]
check("0.1", suspended_from, predicted=suspended_guess)
check("0.2", out_from, predicted=out_guess)
check("0.3", parties_left, predicted=parties_guess)

# %% [markdown]
# **Explain.** Look at the column *legal basis*, and at the steps that have no arrow from one status to another.
#
# - Which acts of 2007, 2015 and 2023 changed nothing in law? Why does the record keep them all the same?
# - Count the days from 9 June to 7 November 2023. The treaty says 150. Which day is one more, and what is it called?

# %% [markdown] tags=["solution"]
# > **For the instructor.** The announcement of April 2007, the law of November 2007, the step of March 2015 and the
# > statements of 2023 move no status: domestic law and announcements start no clock (VCLT 16, 67), and an end of
# > performance is a breach or a justified answer, not an exit. From 9 June to 7 November are 151 days: 150 *clear* days
# > lie between the day of the notice and the first day out.

# %% [markdown]
# ## 2. One history, two readings
#
# Other parties held that the treaty leaves no room for a suspension. A *view* says who is believed. It never changes
# what was done, only what it is worth: `depositary` counts notices as they stand, `claimant` believes the one who
# claims, `objector` those who object, `strict` asks for a clause or a ground in the Vienna Convention.
#
# **Predict.** In the view of those who object: what is Russia's status on 1 January 2010? Will the day of its
# withdrawal differ?

# %% tags=["predict"]
objectors_guess = ""  # <- yours: in force, suspended or withdrawn

# %% [markdown]
# **Run.**

# %%
under_views("cfe", "RUS", "2010-01-01", "2023-11-06", "2023-11-07")

# %% tags=["template"]
for_objectors = ""  # <- yours

# %% tags=["solution"]
for_objectors = "in force"

# %% tags=["check"]
check("0.4", for_objectors, predicted=objectors_guess)

# %% [markdown]
# **Explain.** What does it mean that the status is `in_force` and performance is not given? Who would say "breach", and
# who would say "suspension"? The register of disputed questions (D1) names who holds which reading, with a source each.
#
# ## 3. A model of why
#
# What would have happened otherwise is nowhere recorded. A *scenario* states rules: dispositions of actors, with a
# trigger, a condition, a chance and a delay. They are assumptions, each with the theory behind it. Two of them:

# %%
scenario = ts.load("cfe-endgame")
for rule in scenario.scenario.rules[:2]:
    print(f"{rule.id}: {rule_sentence(rule)}\n   theory: {rule.theory}\n")

# %% [markdown]
# In a *simulation* the notice of 2007 is taken out of the record, and the rules have to produce it, or not.
#
# **Predict.** Of twenty simulated histories without the enlargement of NATO in 2004: in how many is Russia
# suspended, or out, by the end of 2008?

# %% tags=["predict"]
twenty_guess = None  # <- yours: a count from 0 to 20

# %% [markdown]
# **Run.** History number 7 of one world and number 7 of the other draw the same chance for the same decision, so that
# they differ by the edit alone.

# %%
for name, branch in (("as it was", None), ("without the enlargement of 2004", "no-2004")):
    print(f"{name}: {suspended_by_2008(histories(branch))} of {len(SEEDS)}")

# %% tags=["template"]
of_twenty = None  # <- yours

# %% tags=["solution"]
of_twenty = suspended_by_2008(histories("no-2004"))

# %% tags=["check"]
check("0.5", of_twenty, predicted=twenty_guess)

# %% [markdown]
# **Explain.** Which of the two rules above is left in the world without the enlargement? Was the enlargement, in this
# model, needed for the suspension? Was it enough?

# %% [markdown] tags=["solution"]
# > **For the instructor.** The rule on bases and missile defence is left. The enlargement is neither needed (there are
# > suspensions without it) nor enough (there are histories with it and without a suspension). Both statements are about
# > the model. Exercise 4 asks the better question: given that the notice *did* come.

# %% [markdown]
# ## 4. Change one thing
#
# Choose another world by its id, **predict** whether the number goes up or down against the world as it was, and run.

# %%
table(["branch", "title"], [[one.id, one.title or ""] for one in scenario.scenario.branches])

# %%
my_branch = "no-missile-defence"  # <- yours: one of the ids above
print(f"{my_branch}: {suspended_by_2008(histories(my_branch))} of {len(SEEDS)}")

# %% [markdown]
# ## 5. Debrief
#
# 1. **What is recorded, what is law, what is assumed?** Give one example of each from this notebook.
# 2. **What moved a status?** Finish the sentence: a status changes when ..., and never because of ...
# 3. **Where do lawyers disagree?** About a date, a fact, or what a fact is worth?
# 4. **What would you need to believe the number of section 3?** Name one probability and one source.
#
# Go on with any exercise: [when does it bind](01_when_does_it_bind.ipynb), [exit clauses](02_exit_clauses.ipynb),
# [suspension in five disguises](03_suspension_in_five_disguises.ipynb), [enlargement and
# CFE](04_enlargement_and_cfe.ipynb), [the armed-conflict clause](05_armed_conflict_clause.ipynb), [the
# news](06_news_against_the_record.ipynb), [the law as a test](07_law_as_a_test.ipynb).
