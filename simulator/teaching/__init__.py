"""For the classroom: what the notebooks look through, and checks of the answers that students write.

>>> from simulator.teaching import check
>>> check("1.2", "2021-01-22")
1.2  right. Ninety days after the fiftieth deposit of 2020-10-24 (TPNW 15).

* `check`, `hint`: is the answer right, and if not, what could help (`simulator.teaching.checking`);
* `history`, `acts`, `steps`, `clauses`, `under_views`, `readings`, `bands`, `table`: tables and charts
  (`simulator.teaching.lens`);
* `python -m simulator.teaching build OUT`: the edition for instructors (`simulator.teaching.build`).
"""

from simulator.teaching.checking import check, hint
from simulator.teaching.lens import acts, bands, clauses, history, readings, steps, table, under_views

__all__ = ["acts", "bands", "check", "clauses", "hint", "history", "readings", "steps", "table", "under_views"]
