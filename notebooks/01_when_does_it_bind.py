# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercise 1: When does it bind?
#
# **Question.** Fifty ratifications were enough for the Treaty on the Prohibition of Nuclear Weapons (TPNW). Why are 178
# not enough for the Comprehensive Nuclear-Test-Ban Treaty (CTBT)?
#
# *45 to 60 minutes. You edit the lines that end with `# <- yours`.*
#
# What you will practise: signature, ratification and entry into force are three things; a threshold can be a number or
# a list of names; consent can be taken back before a treaty binds.

# %%
from simulator.teaching import acts, bands, check, clauses, history, steps, table
from simulator.teaching.binding import ANY_44, annex_2, annex_2_missing
from simulator.teaching.lens import LAST_DAY

# %% [markdown]
# ## 1. A number
#
# The TPNW enters into force ninety days after the fiftieth instrument of ratification or accession is deposited; a
# State that deposits later waits ninety days of its own (Article 15).
#
# **Predict.** Honduras deposited on 24 October 2020, as the fiftieth. From which day was it bound? Benin deposited on
# 11 December 2020: was it bound on 22 January 2021?

# %% tags=["predict"]
in_force_guess = ""  # <- yours: a day, year first
benin_guess = ""  # <- yours: yes or no

# %% [markdown]
# **Run.** The steps of the treaty as a whole, and the last deposits before and after it.

# %%
tpnw = history("tpnw")
steps(tpnw, treaty="tpnw", party="")

# %%
acts("tpnw", act=["deposit", "accede"], since="2020-10-12", until="2021-03")

# %%
bands(tpnw, "tpnw", ["HND", "IRL", "BEN", "KHM"], since="2020-01-01")

# %% tags=["template"]
fiftieth = ""  # <- yours: day of the fiftieth deposit
in_force = ""  # <- yours: first day of the treaty
still_waiting = set()  # <- yours: codes of the States that had consented and were not bound on 2021-01-22

# %% tags=["solution"]
fiftieth = "2020-10-24"
in_force = "2021-01-22"
still_waiting = {"BEN", "KHM"}

# %% tags=["check"]
check("1.1", fiftieth)
check("1.2", in_force, predicted=in_force_guess)
check("1.3", still_waiting)

# %% [markdown]
# **Explain.** In one sentence each: what did Ireland owe the treaty on 21 January 2021, what on the day after, and
# under which article of the Vienna Convention?

# %% [markdown] tags=["solution"]
# > **For the instructor.** Before: not to defeat object and purpose pending entry into force (VCLT 18(b)). From
# > 22 January: the treaty itself, in good faith (VCLT 26).

# %% [markdown]
# ## 2. A list of names
#
# The CTBT enters into force 180 days after **all 44 States of its Annex 2** have ratified (Article XIV). Russia
# ratified in 2000 and took that back in 2023.
#
# **Predict.** How many of the 44 are missing before, and how many after? Did Russia *leave* the CTBT?

# %% tags=["predict"]
missing_guess = {"2023-11-02": None, "2023-11-03": None}  # <- yours: two counts
left_guess = ""  # <- yours: yes or no

# %% [markdown]
# **Run.**

# %%
acts("ctbt", party="RUS")
print()
ctbt = history("ctbt")
steps(ctbt, treaty="ctbt", party=["RUS", ""])

# %% [markdown]
# The 44 States of Annex 2, and what each had done by the end of the record:

# %%
standing = {one.party: one.status.replace("_", " ") for one in ctbt.final}
rows = [[party, standing.get(party, "non party")] for party in sorted(annex_2())]
table(["State", "status"], [row for row in rows if row[1] != "ratified"])
print(f"... and {sum(status == 'ratified' for _, status in rows)} that have ratified")
for day in ("2023-11-01", "2023-11-02", "2023-11-03"):
    print(f"{day}: {len(annex_2_missing(day))} of {len(annex_2())} missing")

# %% tags=["template"]
missing = {"2023-11-02": None, "2023-11-03": None}  # <- yours
missing_now = set()  # <- yours: codes of all that are missing at the end of the record
russia = ""  # <- yours: its status since 2023-11-03

# %% tags=["solution"]
missing = {"2023-11-02": 8, "2023-11-03": 9}
missing_now = {"CHN", "EGY", "IND", "IRN", "ISR", "PAK", "PRK", "RUS", "USA"}
russia = "signed"

# %% tags=["check"]
check("1.4", missing, predicted=missing_guess)
check("1.5", missing_now)
check("1.6", russia)

# %% [markdown]
# **Explain.**
#
# - The law was signed on 2 November 2023. Why does the count change on the 3rd? (Question D48 of the register.)
# - Article IX of the CTBT has a right of withdrawal with six months' notice. Why could Russia not use it?
# - The list of the 44 is recalled by the authors of the record and agrees with published totals; the rule itself is
#   sourced. What would you do before you print it in a paper?

# %% [markdown] tags=["solution"]
# > **For the instructor.** Internal law is a step at home; consent is taken back by a notice to the depositary. A
# > withdrawal ends being a party, and nobody is a party to a treaty that is not in force (VCLT 54; rows X1 and X13 of
# > the table of what never happens). Press reports that Russia "left" the CTBT are wrong: exercise 6.

# %% [markdown]
# ## 3. Change one thing
#
# Suppose the drafters had written "any 44 States" instead of a list.
#
# **Predict** the day of entry into force. Then run.

# %% tags=["predict"]
any_44_guess = ""  # <- yours: a day, or "never"

# %%
other = history("ctbt", clauses=ANY_44)
steps(other, treaty="ctbt", party="")

# %% tags=["template"]
any_44 = ""  # <- yours

# %% tags=["solution"]
any_44 = "2000-02-27"

# %% tags=["check"]
check("1.7", any_44, predicted=any_44_guess)

# %% [markdown]
# Now a rule of your own. Raise the number until the treaty is no longer in force at the end of the record.

# %%
my_number = 100  # <- yours
mine = history("ctbt", clauses={"ctbt": {"entry_into_force": {"rule": {"count": my_number}}}})
steps(mine, treaty="ctbt", party="")

# %% [markdown]
# ## 4. Debrief
#
# 1. **Three words.** Explain *signatory*, *contracting State* and *party* with one State of this notebook for each.
# 2. **Power in a clause.** What does a list of names give to each name on it? Why may drafters have wanted that?
# 3. **The other side.** With "any 44", who would have been bound in 2000, and who would not? Would that have been a
#    test ban?
# 4. **What this did not show.** The record of acts would hardly have been the same under another clause. Which States
#    might have acted differently?
#
# The clauses, with their sources:

# %%
clauses("tpnw", "ctbt")
print(f"(record to {LAST_DAY})")
