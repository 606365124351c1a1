# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercise 5: The armed-conflict clause
#
# **Question.** In 2025 five States gave notice that they leave the convention that bans anti-personnel mines, and one
# State at war notified a suspension. Why did the sixth not simply leave?
#
# *60 minutes. You edit the lines that end with `# <- yours`.*
#
# What you will practise: a clause that is tested on one day and on no other; invented cases as a way to read a text; to
# report a disputed claim without settling it.

# %%
from simulator.teaching import acts, bands, check, clauses, history, readings, steps, table, under_views
from simulator.teaching.conflict import NO_WAITING, STORIES, first_day_out, ruritania
from simulator.teaching.truths import source_of

# %% [markdown]
# ## 1. Five exits
#
# Article 20(2) and (3) of the Ottawa Convention, in other words: a withdrawal takes effect six months after the
# depositary has received the notice. If the State is engaged in an armed conflict *at the end of these six months*, it
# does not take effect before the conflict has ended.

# %%
clauses("ottawa", "ccm", "tpnw", "cfe", "open-skies", "npt")

# %% [markdown]
# **Predict.** The parliament of Lithuania voted on 8 May 2025, the notice followed on 27 June. From which day was it
# out?

# %% tags=["predict"]
lithuania_guess = ""  # <- yours: a day

# %% [markdown]
# **Run.**

# %%
acts("ottawa", party=["EST", "FIN", "LTU", "LVA", "POL"], since="2025", act=["domestic_step", "notify_withdrawal"])
print()
ottawa = history("ottawa")
steps(ottawa, treaty="ottawa", party=["EST", "FIN", "LTU", "LVA", "POL", "UKR"], since="2025-06")

# %%
bands(ottawa, "ottawa", ["EST", "FIN", "LTU", "LVA", "POL", "NOR", "UKR"], since="2024-06-01")

# %% tags=["template"]
out = {"EST": "", "FIN": "", "LTU": "", "LVA": "", "POL": ""}  # <- yours: first days out

# %% tags=["solution"]
out = {"EST": "2025-12-27", "FIN": "2026-01-10", "LTU": "2025-12-27", "LVA": "2025-12-27", "POL": "2026-02-20"}

# %% tags=["check"]
check("5.1", out, predicted={"LTU": lithuania_guess})

# %% [markdown]
# **Explain.** One news item dated the Lithuanian exit to the day of the vote (question D30). Which rule of the Vienna
# Convention keeps a vote from having this effect? The day of the Polish notice is counted back from the first day out:
# how does the record mark that?

# %% [markdown] tags=["solution"]
# > **For the instructor.** VCLT 67: an exit needs an instrument communicated to the other parties; internal steps start
# > no clock. The Polish row is `recalled`, with the derivation in its note (`treatysim record cite
# > ottawa.POL.notify_withdrawal.2025-08-20`).

# %% [markdown]
# ## 2. Four stories of Ruritania
#
# Ruritania, an invented State, joins in 2010 and gives notice on 1 July 2025; six months end on 1 January 2026. There
# are four stories of its war:

# %%
table(["story", "war"], [[name, ", ".join(f"{what} {day}" for day, what in war)] for name, war in STORIES.items()])

# %% [markdown]
# **Predict** the first day out in each. Ask on which day the clause looks at the war.

# %% tags=["predict"]
stories_guess = {
    "at war until 2027": "",  # <- yours
    "war ends before the notice runs out": "",  # <- yours
    "war begins before the notice runs out": "",  # <- yours
    "war begins a day after the exit": "",  # <- yours
}

# %% [markdown]
# **Run.**

# %%
for name, war in STORIES.items():
    print(name)
    steps(ruritania(war), treaty="ottawa", party="RUR", since="2025")
    print()

# %% tags=["template"]
stories = {
    "at war until 2027": "",  # <- yours
    "war ends before the notice runs out": "",  # <- yours
    "war begins before the notice runs out": "",  # <- yours
    "war begins a day after the exit": "",  # <- yours
}
with_such_a_clause = set()  # <- yours: ids of the treaties in the record that wait for the end of a conflict

# %% tags=["solution"]
stories = {
    "at war until 2027": "2027-03-15",
    "war ends before the notice runs out": "2026-01-01",
    "war begins before the notice runs out": "2026-06-30",
    "war begins a day after the exit": "2026-01-01",
}
with_such_a_clause = {"ottawa", "ccm", "tpnw"}

# %% tags=["check"]
check("5.3", stories, predicted=stories_guess)
check("5.4", with_such_a_clause)

# %% [markdown]
# **Explain.** A friend says: "The clause forbids a State at war to give notice." Correct the sentence. A second friend:
# "A war that begins after the notice cannot matter." Correct that as well.
#
# ## 3. A notice that claims something else
#
# Ukraine notified in July 2025 that it suspends the operation of the convention. The convention has no clause on
# suspension.
#
# **Predict.** What is its status on 1 January 2026 for the depositary, for Ukraine, for those who object, and under a
# strict reading?

# %% tags=["predict"]
ukraine_guess = {"depositary": "", "claimant": "", "objector": "", "strict": ""}  # <- yours

# %% [markdown]
# **Run.**

# %%
acts("ottawa", party=["UKR", "AUT", "BEL", "CHE", "NOR"], since="2025")
print()
under_views("ottawa", "UKR", "2026-01-01")
print()
readings("D5", "D8")

# %% tags=["template"]
ukraine = {"depositary": "", "claimant": "", "objector": "", "strict": ""}  # <- yours

# %% tags=["solution"]
ukraine = {"depositary": "suspended", "claimant": "suspended", "objector": "in force", "strict": "in force"}

# %% tags=["check"]
check("5.2", ukraine, predicted=ukraine_guess)

# %% [markdown]
# **Explain.** Ukraine relies on a fundamental change of circumstances (VCLT 62). Give the strongest reason for, and the
# strongest reason against, that this is open under a convention that speaks of war itself. Sources to begin with:

# %%
print(source_of("ottawa", "UKR", "notify_suspension"))
print("https://lieber.westpoint.edu/tentative-remarks-ukraines-suspension-ottawa-convention")
print(source_of("ottawa", "AUT", "object"))

# %% [markdown] tags=["solution"]
# > **For the instructor.** For: the clause is on withdrawal and says nothing on suspension, general law stays beside it
# > (question D11), and the attacked State did not bring the change about. Against: the drafters foresaw war and chose
# > to keep the convention in force in it (20(3)); a suspension would reach by another way what the clause bars. Leave
# > it at two readings.

# %% [markdown]
# ## 4. Change one thing
#
# Strike the sentence on armed conflict from the convention, and tell the first story again. **Predict**, then run.

# %%
print(first_day_out(ruritania(STORIES["at war until 2027"], clauses=NO_WAITING)))
frozen = history("ottawa", view={"name": "depositary", "overrides": {"D5": "frozen_withdrawal"}})
print(frozen.position("UKR", "ottawa").status)  # Ukraine, if its notice is read as one of withdrawal

# %% tags=["template"]
without_clause = ""  # <- yours: first day out of Ruritania without the sentence
frozen_status = ""  # <- yours: Ukraine at the end of the record, read as a withdrawal that waits

# %% tags=["solution"]
without_clause = "2026-01-01"
frozen_status = "in force"

# %% tags=["check"]
check("5.5", without_clause)
check("5.6", frozen_status)

# %% [markdown]
# A story of your own: change the days, and predict the first day out before you run.

# %%
my_war = (("2025-08-01", "begins"), ("2026-01-01", "ends"))  # <- yours
print(first_day_out(ruritania(my_war)))

# %% [markdown]
# ## 5. Debrief
#
# 1. **Purpose.** Why would drafters bind States to a ban on a weapon exactly while they are at war? Why would a State
#    at peace think of this clause when it decides to leave now?
# 2. **Timing.** All five left while they were at peace. What does the clause reward?
# 3. **Words.** Write one sentence on Ukraine and the Ottawa Convention in 2026 that holds in every view.
# 4. **What this did not show.** Whether an armed conflict exists is stated by us here. Who would decide it in practice?
