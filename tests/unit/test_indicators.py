"""Indicators I1 to I7: the toy of three States, recounts from positions, areas day by day, orders by brute force."""

from __future__ import annotations

import random
from fractions import Fraction as F
from itertools import pairwise

import pytest

from simulator.analysis.indicators import Architecture
from simulator.analysis.laws import laws_of
from simulator.analysis.scope import scope_of
from simulator.analysis.tasks import cow, default_weights, members, schemes, services, tasks
from simulator.analysis.timeline import day_text, month_starts
from simulator.analysis.worlds import whole_record, world
from simulator.engine.reference import ReferenceEngine
from simulator.errors import RecordError
from simulator.law.catalogue import parties, treaty_ids
from simulator.law.lifecycle import STATUSES
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import Loaded, load_scenario
from tests.unit.architectures import ALL, TOY_BLOCS, Recount, day, lived, table, toy_scope

YEARS = ("2000-06-30", "2011-06-30", "2022-06-30")


# --- the toy ----------------------------------------------------------------------------------------------------------


def test_the_toy_has_the_published_values() -> None:
    """RUS, USA and DEU in 2000, 2011 and 2022: I1 13/20, 9/10, 1/2; I2 1/2, 1/2, 1/8; I3 5/8, 5/8, 3/8."""
    found = Architecture(toy_scope()).series(YEARS)
    assert [one.density.value for one in found] == [F(13, 20), F(9, 10), F(1, 2)]
    assert [one.density.eligible for one in found] == [10, 10, 10]
    assert [one.ties.value for one in found] == [F(1, 2), F(1, 2), F(1, 8)]
    assert [(one.ties.dyads, one.ties.treaties) for one in found] == [(2, 4)] * 3
    assert [one.limits for one in found] == [F(5, 8), F(5, 8), F(3, 8)]
    assert [one.transparency for one in found] == [0, 1, 1]
    assert [one.redundancy for one in found] == [0, F(1, 6), 0]


def test_the_toy_shows_why_density_does_not_stand_alone() -> None:
    """From 2000 to 2011 density rose although the treaty on conventional forces had been suspended by Russia."""
    view = Architecture(toy_scope())
    before, after = view.density("2000-06-30").value, view.density("2011-06-30").value
    assert before is not None
    assert after is not None
    assert before < after
    assert view.scope.line.status("RUS", "cfe-toy", day("2011-06-30")) == "suspended"


def test_the_record_has_the_values_of_the_toy() -> None:
    """CFE, Open Skies, INF and New START give the same I1 and I2 when replayed for the three States."""
    scope = scope_of(world("record"), states=ALL, blocs=TOY_BLOCS, treaties=["cfe", "open-skies", "inf", "new-start"])
    found = Architecture(scope).series(YEARS)
    assert [one.density.value for one in found] == [F(13, 20), F(9, 10), F(1, 2)]
    assert [one.ties.value for one in found] == [F(1, 2), F(1, 2), F(1, 8)]


def test_critical_treaties_of_the_toy() -> None:
    """In 2011 the strategic treaty carries three of eight limits; for transparency it outdoes the flights."""
    found = Architecture(toy_scope()).critical("2011-06-30")
    assert [(one.treaty, one.limits, one.transparency) for one in found] == [
        ("top-toy", F(3, 8), F(1, 3)),
        ("mid-toy", F(1, 4), 0),
        ("sky-toy", 0, 0),
    ]
    assert found[0].tasks == ("t5", "t6", "t7")
    assert found[0].loss == F(3, 8) + F(1, 3)


# --- recounts ---------------------------------------------------------------------------------------------------------


def _ever(loaded: Loaded) -> set[tuple[str, str]]:
    trace = ReferenceEngine(compile_scenario(loaded, mode="replay")).run()
    return {(step.party, step.treaty) for step in trace.steps if step.party and step.before != step.after}


@pytest.mark.parametrize("name", ["record", "cfe-endgame", "open-skies-exit"])
def test_indicators_are_what_plain_counting_gives(name: str) -> None:
    """On random days and on turning points I1 to I5 equal a recount from the positions of a replay that ends there."""
    loaded = whole_record() if name == "record" else load_scenario(name)
    program = compile_scenario(loaded, mode="replay")
    engine, laws, ever = ReferenceEngine(program), laws_of(program), _ever(loaded)
    view = Architecture(scope_of(lived(loaded)))
    fixed = [day(text) for text in ("1993-01-01", "2001-06-01", "2007-12-12", "2020-11-22", "2023-11-07")]
    first, last = max(day("1980-01-01"), view.scope.line.first), view.scope.line.last
    for number in [*(one for one in fixed if first <= one <= last), *random.Random(name).sample(range(first, last), 5)]:
        recount, found = Recount(engine.run(until=number), laws, number), view.profile(number)
        assert list(view.scope.states(number)) == recount.states()
        assert view.scope.blocs_on(number) == recount.blocs()
        assert (found.density.bound, found.density.eligible) == recount.density(ever)
        assert (found.ties.shared, found.ties.dyads) == recount.ties()
        kinds = [kind for kind in ("limit", "transparency") if any(t["kind"] == kind for t in recount.tasks.values())]
        now = {kind: recount.share(kind) for kind in kinds}
        assert {"limit": found.limits, "transparency": found.transparency} == {
            kind: now.get(kind) for kind in ("limit", "transparency")
        }
        for one in view.critical(number):
            left = {kind: now[kind] - recount.share(kind, one.treaty) for kind in kinds}
            assert (one.limits, one.transparency) == (left.get("limit", 0), left.get("transparency", 0))


def test_the_classes_of_pairs_add_up() -> None:
    """The counts of I1 name every eligible pair once, and their weights give the sum."""
    view = Architecture(scope_of(world("record")))
    for one in view.series(month_starts(day("2000-01-01"), day("2001-12-31"))):
        counts, weights = one.density.counts, view.weights.status
        assert sum(counts.values()) == one.density.eligible
        assert sum((weights[name] * count for name, count in counts.items()), F(0)) == one.density.bound


def test_what_a_day_gives_does_not_depend_on_the_days_asked_before() -> None:
    """A fresh computation equals one that has remembered other days."""
    scope = scope_of(world("record"))
    days = month_starts(day("1990-01-01"), day("2026-01-01"))
    view = Architecture(scope)
    whole = {one.day: one for one in view.series(days)}
    for number in random.Random(5).sample(days, 6):
        assert Architecture(scope).profile(number) == whole[number]


def test_suspension_between_two_states_cuts_their_tie_alone() -> None:
    """Belarus suspended CFE towards Poland and Czechia on 2023-10-30: two ties across blocs go, density stays."""
    view = Architecture(scope_of(world("cfe-endgame"), treaties=["cfe"]))
    before, after = (view.profile(one) for one in ("2023-10-29", "2023-10-30"))
    assert before.ties.shared - after.ties.shared == 2
    assert before.density == after.density


def test_indicators_change_only_on_change_points() -> None:
    """Between two change points of a scope the values of every day are those of the first."""
    view = Architecture(scope_of(world("cfe-endgame")))
    points = view.scope.change_points(day("2006-01-01"), day("2024-12-31"))
    for number in random.Random(6).sample(range(points[0], points[-1]), 60):
        before = max(one for one in points if one <= number)
        assert view.profile(number).values() == view.profile(before).values()


def test_law_alone_counts_less_or_the_same() -> None:
    """I3 and I4 by treaties alone never exceed those with political documents."""
    view = Architecture(scope_of(world("record")))
    for one in view.series(["1992-01-01", "2005-01-01", "2015-01-01", "2026-01-01"]):
        assert (one.law["I3"] or 0) <= (one.limits or 0)
        assert (one.law["I4"] or 0) <= (one.transparency or 0)


# --- scope ------------------------------------------------------------------------------------------------------------


def test_blocs_follow_the_alliance_of_the_run() -> None:
    """Without the enlargement of 2004 the seven States are in no bloc; where no run knows NATO, dated rows count."""
    scopes = [scope_of(world("cfe-endgame", branch=branch)) for branch in (None, "no-2004")]
    west = [sum(bloc == "west" for bloc in scope.blocs_on(day("2005-01-01")).values()) for scope in scopes]
    assert west == [26, 19]
    alone = scope_of(world("inf-endgame"))
    assert "nato" not in alone.line.treaties
    assert sum(bloc == "west" for bloc in alone.blocs_on(day("2005-01-01")).values()) == 26


def test_a_scope_without_blocs_or_tasks_has_undefined_indicators() -> None:
    """Where nothing can be counted the value is missing, not zero, and so is the index."""
    view = Architecture(scope_of(world("cfe-endgame"), states=["FRA", "DEU"], served=[]))
    found = view.profile("2000-01-01")
    assert (found.ties.value, found.limits, found.transparency, found.redundancy) == (None, None, None, None)
    assert view.index(found) is None
    assert found.density.value is not None


def test_unknown_names_are_refused_with_those_that_exist() -> None:
    """A treaty that the run does not have, and a scheme of blocs that the table does not have."""
    line = world("inf-endgame")
    with pytest.raises(RecordError, match=r"has no treaty nope; it has .*inf"):
        scope_of(line, treaties=["nope"])
    with pytest.raises(RecordError, match=r"alliances"):
        scope_of(line, blocs="nope")


def test_a_state_stands_in_for_the_one_it_continues() -> None:
    """INF was operative before and after the end of the Soviet Union, under the one requirement RUS and USA."""
    view = Architecture(scope_of(world("record"), treaties=["inf"]))
    assert [view.limits(one) for one in ("1988-05-31", "1988-06-01", "1991-12-25", "1991-12-26", "2019-08-02")] == [
        0,
        1,
        1,
        1,
        0,
    ]


# --- data -------------------------------------------------------------------------------------------------------------


def test_tables_are_whole() -> None:
    """Every task is served by a row, every row and weight is about something known, sources are addresses."""
    assert {one.task for one in services()} == set(tasks())
    weights = default_weights()
    assert set(STATUSES) | {"provisional_full", "provisional_partial"} == set(weights.status)
    assert all(0 <= value <= 1 for group in (weights.status, weights.level) for value in group.values())
    assert sum(weights.index.values()) == 1
    rows = [*table("tasks.csv"), *table("blocs.csv")]
    assert all(row["source"].startswith("http") for row in rows if row["confidence"] == "sourced")
    assert {row["confidence"] for row in rows} == {"sourced", "recalled"}
    assert len({(one.task, one.treaty, one.required, one.until) for one in services()}) == len(services())


def test_treaties_of_the_tasks_are_those_of_the_record() -> None:
    """The record has every treaty that the table names, once it is complete; what it has already is named right."""
    named = {one.treaty for one in services()}
    if len(treaty_ids()) > 60:
        assert named <= set(treaty_ids())
    assert {"cfe", "inf", "new-start", "open-skies", "start-1", "abm", "cwc", "npt", "ottawa"} <= named


def test_a_state_is_in_one_bloc_of_a_scheme_at_a_time() -> None:
    """Rows of one State do not overlap, and the OSCE has its fifty-seven participating States today."""
    for scheme in schemes():
        spans: dict[str, list[tuple[int, int]]] = {}
        for one in members(scheme):
            assert one.first < one.last
            spans.setdefault(one.party, []).append((one.first, one.last))
        for rows in spans.values():
            rows.sort()
            assert all(one[1] <= two[0] for one, two in pairwise(rows))
    today = day("2026-11-22")
    assert sum(one.first <= today < one.last for one in members("osce")) == 57
    assert sum(one.bloc == "west" and one.first <= today < one.last for one in members("alliances")) == 32


def test_numbers_of_the_correlates_of_war_follow_unification() -> None:
    """The Federal Republic has 260 to its last day before unification and 255 from then on; Russia stays 365."""
    assert [cow("DEU", day(text)) for text in ("1990-10-02", "1990-10-03")] == [260, 255]
    assert [cow(one, day("2020-01-01")) for one in ("RUS", "SUN", "USA", "VAT", "XYZ")] == [365, None, 2, None, None]


def test_numbers_of_the_correlates_of_war_have_periods() -> None:
    """As the list of 2016 has them: who is a member on a day has its number, and no number stands for two at a time."""
    on = {one: [cow(one, day(text)) for text in ("1991-12-25", "1991-12-26")] for one in ("SUN", "RUS", "SVN")}
    assert on == {"SUN": [365, None], "RUS": [None, 365], "SVN": [None, None]}
    assert (cow("YUG", day("1992-04-26")), cow("SRB", day("1992-04-27"))) == (345, 345)
    assert (cow("CSK", day("1992-12-31")), cow("CZE", day("1993-01-01"))) == (315, 316)
    assert (cow("SVK", day("1993-01-01")), cow("SVN", day("1992-01-15"))) == (317, 349)
    assert [cow("YEM", day(text)) for text in ("1990-05-21", "1990-05-22")] == [678, 679]
    assert [cow(one, day("1990-10-03")) for one in ("DDR", "DEU")] == [None, 255]
    assert [cow("DEU", day(text)) for text in ("1950-01-01", "1955-05-05")] == [None, 260]
    for text in ("1956-01-01", "1991-12-31", "1993-06-01", "2026-11-22"):
        numbers = [number for one in parties() if (number := cow(one, day(text))) is not None]
        assert len(numbers) == len({*numbers}) > 80


def test_the_index_is_the_weighted_mean_of_four() -> None:
    """With the published weights the index of the toy is the mean of I1 to I4."""
    view = Architecture(toy_scope())
    found = view.profile("2011-06-30")
    assert view.index(found) == (F(9, 10) + F(1, 2) + F(5, 8) + 1) / 4
    assert found.as_json()["I1"] == "9/10"
    assert found.as_json()["date"] == day_text(day("2011-06-30"))


def test_the_parts_of_a_scope_can_be_read() -> None:
    """Its parts can be read: which treaties, which tasks, which States ever."""
    scope = toy_scope()
    assert scope.binding == ("cfe-toy", "mid-toy", "sky-toy", "top-toy")
    assert len(scope.tasks) == 9
    assert scope.people == ("DEU", "RUS", "USA")
    assert scope.dyads(day("2000-01-01")) == [("DEU", "RUS"), ("RUS", "USA")]
