"""Claims, countermeasures and breach in the reference engine, under the four views."""

from __future__ import annotations

from tests.unit.lawlab import BORN, COUNT_2, OPEN, at, event, since, war, world


def test_pairwise_facts_end_with_the_relationship_of_either_side() -> None:
    """X25: when the counterpart leaves, nothing is suspended towards it any more."""
    acts = event("2001-01-01", "suspend_toward AUT toward: [BEL, CHE]") + event("2001-02-01", "notify_withdrawal BEL")
    trace = world(COUNT_2 + OPEN, BORN + acts)
    assert at(trace, "AUT").status == "in_force"
    assert at(trace, "AUT").toward == (("CHE", "suspended"),)


def test_countermeasures_and_breach_move_no_status() -> None:
    """X14: performance is another region; lifting ends it."""
    acts = event(
        "2001-01-01",
        "adopt_countermeasure AUT toward: [BEL]",
        "cease_performance BEL",
        "allege_breach CHE toward: [DNK]",
    )
    trace = world(COUNT_2 + OPEN, BORN + acts)
    assert [at(trace, party).status for party in ("AUT", "BEL", "CHE", "DNK")] == ["in_force"] * 4
    assert at(trace, "AUT").toward == (("BEL", "countermeasure"),)
    assert at(trace, "BEL").toward == (("*", "non_performance"),)
    assert at(trace, "DNK").toward == (("CHE", "non_performance"),)
    lifted = world(COUNT_2 + OPEN, BORN + acts + event("2001-02-01", "lift_countermeasure AUT toward: [BEL]"))
    assert at(lifted, "AUT").toward == ()


def test_views_decide_what_a_claim_does_and_never_what_was_done() -> None:
    """The four views on one objected claim: stated day, stated day, taken back at the objection, never (VCLT 65)."""
    claim = event("2001-01-01", "notify_suspension AUT ground: VCLT 62")
    objection = event("2001-02-01", "object BEL toward: [AUT]")
    traces = {
        view: world(COUNT_2 + OPEN, BORN + claim + objection, view=view)
        for view in ("depositary", "claimant", "objector", "strict")
    }
    assert {view: at(trace, "AUT").status for view, trace in traces.items()} == {
        "depositary": "suspended",
        "claimant": "suspended",
        "objector": "in_force",
        "strict": "in_force",
    }
    assert all(at(trace, "AUT").disputed for trace in traces.values())
    acts = [[(s.day, s.act, s.party) for s in trace.steps if s.id] for trace in traces.values()]
    assert all(one == acts[0] for one in acts)


def test_the_strict_view_waits_three_months_and_asks_for_a_ground() -> None:
    """Unobjected on a ground of VCLT 62 it takes effect after three months; without a ground never."""
    grounded = world(COUNT_2 + OPEN, BORN + event("2001-01-01", "notify_suspension AUT ground: VCLT 62"), view="strict")
    assert since(grounded, "AUT") == "2001-04-01"
    bare = world(COUNT_2 + OPEN, BORN + event("2001-01-01", "notify_suspension AUT"), view="strict")
    assert at(bare, "AUT").status == "in_force"


def test_resuming_needs_a_live_suspension() -> None:
    """X10: resumption ends a suspension; without one it is refused."""
    acts = event("2001-01-01", "notify_suspension AUT") + event("2002-01-01", "resume AUT", "resume BEL")
    trace = world(COUNT_2 + OPEN, BORN + acts)
    assert since(trace, "AUT") == "2002-01-01"
    assert [(one.party, one.act) for one in trace.refused] == [("BEL", "resume")]


def test_readings_of_self_defence_and_of_the_special_clause_move_the_strict_view() -> None:
    """D8 lets a State at war suspend in self-defence; D11 shuts out the general grounds where a clause exists."""
    claim = event("2001-01-01", "notify_suspension AUT ground: self-defence")
    for reading, expected in (("no_automatic_effect", "in_force"), ("self_defence_suspension", "suspended")):
        view = f"view: {{name: strict, overrides: {{D8: {reading}}}}}"
        assert at(world(COUNT_2 + OPEN, BORN + claim + war("2000-12-01"), top=view), "AUT").status == expected
    general = event("2001-01-01", "notify_suspension AUT ground: VCLT 62")
    for reading, expected in (("general_law_remains", "suspended"), ("clause_only", "in_force")):
        view = f"view: {{name: strict, overrides: {{D11: {reading}}}}}"
        assert at(world(COUNT_2 + OPEN, BORN + general, top=view), "AUT").status == expected


def test_resuming_towards_some_leaves_the_suspension_towards_the_rest() -> None:
    """VCLT 72: what is not resumed stays suspended, pair by pair."""
    acts = event("2001-01-01", "notify_suspension AUT") + event("2002-01-01", "resume AUT toward: [BEL]")
    trace = world(COUNT_2 + OPEN, BORN + acts)
    assert at(trace, "AUT").status == "in_force"
    assert at(trace, "AUT").toward == (("CHE", "suspended"), ("DNK", "suspended"))
