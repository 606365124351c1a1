# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercise 2: Reading exit clauses
#
# **Question.** A government says "we are leaving". From which day is it free, and what is left of the treaty?
#
# *60 minutes. You edit the lines that end with `# <- yours`.* Four treaties: ABM, INF, Open Skies and the NPT.
#
# What you will practise: to read a clause for its notice, its clock and its grounds; to see what an exit does to those
# who stay; to give two readings of a disputed exit without choosing one.

# %%
from simulator.teaching import acts, bands, check, clauses, history, readings, steps, under_views

# %% [markdown]
# ## 1. Four clauses
#
# **Predict.** Which of the four treaties asks for the shortest notice?

# %% tags=["predict"]
shortest_guess = ""  # <- yours: abm, inf, open-skies or npt

# %% [markdown]
# **Run.**

# %%
clauses("abm", "inf", "open-skies", "npt")

# %% tags=["template"]
months = {"abm": None, "inf": None, "open-skies": None, "npt": None}  # <- yours: months of notice

# %% tags=["solution"]
months = {"abm": 6, "inf": 6, "open-skies": 6, "npt": 3}

# %% tags=["check"]
check("2.1", months)

# %% [markdown]
# **Explain.** Three clauses ask for "extraordinary events" that jeopardise "supreme interests". Who judges whether
# there are any? What is the use of having to state them?

# %% [markdown] tags=["solution"]
# > **For the instructor.** The leaving State judges, and nobody else is named. The statement gives reasons a public
# > form, addressees, and a record to be held against. The program follows forms and dates and does not judge grounds
# > either.

# %% [markdown]
# ## 2. From the notice to the exit
#
# **Predict**, from the notices alone:

# %%
for treaty in ("abm", "inf", "open-skies"):
    print(treaty)
    acts(treaty, act=["announce", "notify_withdrawal"], since="2001")
    print()

# %% tags=["predict"]
out_guess = {"abm USA": "", "inf USA": "", "open-skies USA": "", "open-skies RUS": ""}  # <- yours: four days

# %% [markdown]
# **Run.**

# %%
for treaty in ("abm", "inf", "open-skies"):
    print(treaty)
    steps(history(treaty), treaty=treaty, party=["USA", "RUS", ""], since="2001-12")
    print()

# %%
bands(history("open-skies"), "open-skies", ["USA", "RUS", "DEU", "CAN"], since="2018-01-01")

# %% tags=["template"]
out = {"abm USA": "", "inf USA": "", "open-skies USA": "", "open-skies RUS": ""}  # <- yours
what_is_left = {"abm": "", "inf": "", "open-skies": ""}  # <- yours: goes on, or: ended for all
clock_started = ""  # <- yours: day on which the clock of the American exit from Open Skies started

# %% tags=["solution"]
out = {
    "abm USA": "2002-06-13",
    "inf USA": "2019-08-02",
    "open-skies USA": "2020-11-22",
    "open-skies RUS": "2021-12-18",
}
what_is_left = {"abm": "ended for all", "inf": "ended for all", "open-skies": "goes on"}
clock_started = "2020-05-22"

# %% tags=["check"]
check("2.2", out, predicted=out_guess)
check("2.3", what_is_left)
check("2.4", clock_started)

# %% [markdown]
# **Explain.**
#
# - Russia gave no notice under the INF Treaty. Why is it out on the same day?
# - Between 2 February and 2 August 2019 both States had "suspended" the INF Treaty, which has no clause on suspension.
#   Were they still parties?
# - Who are the parties of INF in 2019? There are two readings:

# %%
readings("D3")

# %% [markdown] tags=["solution"]
# > **For the instructor.** A treaty of two ends with the exit of one; the leaver is `withdrawn`, the other
# > `terminated`, on one date. Until then both were parties: a suspension leaves membership as it is (VCLT 72). In the
# > multilateral reading of D3 the treaty remains between Russia, Belarus, Kazakhstan and Ukraine.

# %% [markdown]
# ## 3. One exit, three answers
#
# North Korea gave notice under Article X of the NPT on 12 March 1993, and "suspended" it on 11 June, one day before the
# three months were over. On 10 January 2003 it declared that it was out with effect from the next day.
#
# **Predict.** How many days of notice were left in January 2003? Write the first day out as it looks to each side.

# %% tags=["predict"]
claimant_guess = ""  # <- yours: for North Korea
depositary_guess = ""  # <- yours: for one who asks for a fresh notice of three months
objector_guess = ""  # <- yours: for one who holds the notice invalid

# %% [markdown]
# **Run.**

# %%
acts("npt", party="PRK")
print()
under_views("npt", "PRK", "2003-01-11", "2003-02-01", "2003-04-10", "2026-06-30")
print()
readings("D9", "D10")

# %% tags=["template"]
out_by_view = {"depositary": "", "claimant": "", "objector": "", "strict": ""}  # <- yours: days, or "never"

# %% tags=["solution"]
out_by_view = {"depositary": "2003-04-10", "claimant": "2003-01-11", "objector": "never", "strict": "2003-04-10"}

# %% tags=["check"]
check("2.5", out_by_view, predicted={"depositary": depositary_guess, "claimant": claimant_guess})

# %% [markdown]
# **Explain.** VCLT 68 knows the revocation of a notice. Make the best case for each side in two sentences: a notice
# that is *paused* and runs on, and a notice that is *revoked* and must be given anew. Lists of the United Nations still
# carry North Korea; what does that show, and what does it not show?

# %% [markdown] tags=["solution"]
# > **For the instructor.** Paused: the joint statement of 1993 spoke of suspending the effectuation of the withdrawal,
# > so 89 days had run. Revoked: the law knows no third thing between running and revoked, and three months are there to
# > allow talks. A depositary that goes on listing a State avoids a judgement (VCLT 77(2)); it does not settle one.

# %% [markdown]
# ## 4. Change one thing
#
# Give the INF Treaty a notice of twelve months. **Predict** the day on which it ends, then run.

# %%
longer = {"inf": {"withdrawal": {"notice": {"months": 12}}}}  # <- yours, later: try another number
steps(history("inf", clauses=longer), treaty="inf", party=["USA", "RUS", ""], since="2018")

# %% tags=["template"]
inf_ends = ""  # <- yours: with twelve months

# %% tags=["solution"]
inf_ends = "2020-02-02"

# %% tags=["check"]
check("2.6", inf_ends)

# %% [markdown]
# ## 5. Debrief
#
# 1. **Read a clause in four questions:** how long, from when, to whom, on which grounds? Do it for the CFE Treaty
#    (`clauses("cfe")`).
# 2. **Notice as time.** What were six months used for in 2002, 2019 and 2020? Would twelve have changed anything?
# 3. **Two readings.** Write one neutral sentence on North Korea and the NPT that both sides could sign.
# 4. **What this did not show.** Law dates an exit; it does not say why it came.
