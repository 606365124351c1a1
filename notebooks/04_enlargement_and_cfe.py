# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercise 4: What NATO enlargement did and did not do to the CFE Treaty
#
# **Question.** In spring 2004 seven States joined NATO. In July 2007 Russia gave notice that it suspends the CFE
# Treaty. Given that it did: would it have done so without 2004?
#
# *75 minutes. You edit the lines that end with `# <- yours`. Two cells take ten seconds each.*
#
# What you will practise: to keep law and politics apart; to ask a counterfactual question *given what did happen*; to
# find the assumption that carries an answer.

# %%
import simulator as ts
from simulator.law.catalogue import treaty
from simulator.scenario.sentences import rule_sentence
from simulator.teaching import acts, check, clauses, readings, table
from simulator.teaching.enlargement import NOTICE, given_the_record, joined_2004, numbers, over_the_range
from simulator.teaching.truths import parties_on, status_on

# %% [markdown]
# ## 1. In law
#
# The CFE Treaty of 1990 limits the armaments of thirty States by name.
#
# **Predict.** Which of the seven were parties to the CFE Treaty on the day on which they joined NATO? How many parties
# did the treaty have on the day before, and on the day after?

# %% tags=["predict"]
parties_guess = set()  # <- yours: codes among BGR, EST, LVA, LTU, ROU, SVK, SVN
counts_guess = {"2004-03-28": None, "2004-03-30": None}  # <- yours

# %% [markdown]
# **Run.**

# %%
acts("nato", act="accede", since="2004", until="2004")
table(
    ["State", "CFE on 2004-03-28", "CFE on 2004-03-30", "Adapted CFE on 2004-03-30"],
    [
        [party, status_on("cfe", party, "2004-03-28"), status_on("cfe", party, "2004-03-30"),
         status_on("cfe-adapted-1999", party, "2004-03-30")]
        for party in sorted(joined_2004())
    ],
)  # fmt: skip

# %%
for day in ("2004-03-28", "2004-03-30"):
    print(f"{day}: {len(parties_on('cfe', day))} parties")
for name in ("cfe", "cfe-adapted-1999"):
    clause = treaty(name).clauses.accession
    print(f"{name}: accession {'open ' + clause.from_.replace('_', ' ') if clause.open else 'closed'}; {clause.note}")

# %% tags=["template"]
parties = set()  # <- yours
counts = {"2004-03-28": None, "2004-03-30": None}  # <- yours
way_in = ""  # <- yours: it could accede to the treaty of 1990 / only by the Adapted Treaty, once in force / by neither

# %% tags=["solution"]
parties = {"BGR", "ROU", "SVK"}
counts = {"2004-03-28": 30, "2004-03-30": 30}
way_in = "only by the Adapted Treaty, once in force"

# %% tags=["check"]
check("4.1", parties, predicted=parties_guess)
check("4.2", counts, predicted=counts_guess)
check("4.3", way_in)

# %% [markdown]
# **Explain.** In law, 2004 changed nothing under the CFE Treaty. What did it change *about* it? Think of the two groups
# of States of 1990, and of States that no ceiling binds. The two readings of a linkage that kept the Adapted Treaty
# from entering into force:

# %%
readings("D6")

# %% [markdown] tags=["solution"]
# > **For the instructor.** The treaty counts two groups; three of the seven moved, in effect, from one to the other,
# > and four were under no ceiling at all. The Adaptation Agreement of 1999 would have replaced group ceilings by
# > national ones and opened the treaty; it needed thirty ratifications and had four, three of them deposited. Whether
# > the Istanbul commitments were a condition is question D6: show both readings.

# %% [markdown]
# ## 2. In a model
#
# The scenario `cfe-endgame` knows two ways to the notice of 2007:

# %%
scenario = ts.load("cfe-endgame").scenario
for rule in scenario.rules[:2]:
    print(f"{rule.id}: {rule_sentence(rule)}\n   theory: {rule.theory}\n")
table(
    ["parameter", "value", "range", "note"],
    [
        [name, one.value, " to ".join(map(str, one.range)) if one.range else "", one.note or ""]
        for name, one in scenario.parameters.items()
        if name in ("p_enlargement", "p_later_enlargement", "p_deployment")
    ],
)

# %% [markdown]
# A simulation forgets what happened. The question does not: it asks for worlds in which *everything recorded did
# happen*, and then takes the enlargement away. `what_if` finds every way in which the rules can have brought about the
# record, weighs each by its probability, makes the edit, and runs each of them again with the same chance.
#
# **Predict.** Given the record: how likely is a Russian notice by the end of 2008 without the enlargement of 2004?

# %% tags=["predict"]
share_guess = None  # <- yours: a number from 0 to 1

# %% [markdown]
# **Run.** `numbers` prints the answers of `ts.what_if("cfe-endgame", branch, outcomes=["notice-2007"])`. Read a row
# from left to right: as it was; with the change, given the record; the model alone, without the record; the model
# alone, changed; and in which share of the histories the outcome needed what was taken away.

# %%
numbers("no-2004", "neither")
print(f"\n{len(given_the_record('no-2004').history.explanations)} ways to the record")

# %% tags=["template"]
share = None  # <- yours: given the record, without 2004
needed = None  # <- yours: in which share did the notice need the enlargement?
neither = None  # <- yours: given the record, with neither enlargement nor deployments

# %% tags=["solution"]
effect = given_the_record("no-2004").effects[0]
share = effect.given_record.value
needed = effect.p_necessary.value
neither = given_the_record("neither").effects[0].given_record.value

# %% tags=["check"]
check("4.4", share, predicted=share_guess)
check("4.5", needed)
check("4.6", neither)

# %% [markdown]
# **Explain.**
#
# - The model alone gives a much lower number than the one given the record. What does the record teach about the other
#   explanation?
# - "With neither" the number is zero. Is that a result about Russia, or about the list of rules?

# %% [markdown] tags=["solution"]
# > **For the instructor.** That a notice came in July 2007 is itself evidence: something in the model brought it about,
# > and in most of the histories that fit, by weight, the notice does not need the enlargement. Hence it survives the
# > edit more often than the model alone would say. Zero says that the scenario has no third explanation (domestic
# > politics, say); it is an assumption, not a finding.

# %% [markdown]
# ## 3. Change one thing
#
# Writers disagree on the weight of enlargement; the scenario gives `p_enlargement` a range from 1/10 to 1/2.
#
# **Predict.** If the enlargement weighs more (1/2), is the notice without it more or less likely? Then run: the same
# question at both ends of the range.

# %% tags=["predict"]
more_or_less = ""  # <- yours: more or less

# %%
table(
    ["p_enlargement", "weight given the record", "notice without 2004"],
    [
        [one.value, f"{float(one.weight):.2f}", one.outcomes[NOTICE][1].text()]
        for one in over_the_range().values
    ],
)  # fmt: skip

# %% tags=["template"]
both_ends = {"1/10": None, "1/2": None}  # <- yours: shares from 0 to 1

# %% tags=["solution"]
both_ends = {str(one.value): one.outcomes[NOTICE][1].value for one in over_the_range().values}

# %% tags=["check"]
check("4.7", both_ends)

# %% [markdown]
# Another world, if there is time (ten seconds): `numbers("no-missile-defence")`, or any branch of this list.

# %%
table(["branch", "title"], [[one.id, one.title or ""] for one in scenario.branches])

# %% [markdown]
# ## 4. Debrief
#
# 1. **Two sentences.** What did enlargement do to the CFE Treaty *in law*? What did it do *in this model*? Keep them
#    apart.
# 2. **The number.** Report the answer to 4.4 in one sentence with its condition, its assumption and its range.
# 3. **Not shown.** Nothing here says that enlargement caused, or did not cause, the suspension. Name the assumption
#    that you would attack first, and the source you would use.
# 4. **Small edit?** Is a world without 2004 but with everything else of the years until 2007 a world that could have
#    been? What else would have been different? (`treatysim whatif cfe-endgame --branch no-2004` prints a report card
#    on this.)
#
# Sources of the scenario:

# %%
table(["id", "title", "where"], [[one.id, one.title, one.url or ""] for one in scenario.sources])
clauses("cfe", "cfe-adapted-1999")
