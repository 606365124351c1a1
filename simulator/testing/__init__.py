"""Tests for one's own treaties and rules: random models, and the law's invariants to hold against what happens.

* `simulator.testing.cases`: a treaty, dated acts, armed conflicts and a view as plain data, run in a millisecond;
* `simulator.testing.invariants`: the forbidden moves X1-X26 and the invariants I1-I14, by their ids, on any run;
* `simulator.testing.strategies`: Hypothesis strategies for treaties, acts, conflicts, views and cases;
* `simulator.testing.scenarios`: the same for scenarios and for branches of a given one;
* `simulator.testing.machine`: a ready state machine that lives through the days of a treaty.

The last three, and `clauses` below them, need Hypothesis, which the extra `test` installs.
"""
