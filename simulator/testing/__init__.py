"""Tests for one's own treaties: random models, and the law's invariants to hold against what happens under them.

* `simulator.testing.cases`: a treaty, dated acts, armed conflicts and a view as plain data, run in a millisecond;
* `simulator.testing.invariants`: the forbidden moves X1-X26 and the invariants I1-I14, by their ids, on any run;
* `simulator.testing.strategies`: Hypothesis strategies for all of these. Only this module and `clauses` need
  Hypothesis, which the extra `test` installs.

How the three are put together for a treaty of one's own is shown in `simulator.testing.strategies`.
"""
