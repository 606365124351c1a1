"""Status bands and pairs of worlds: what their rows hold, and where everything lies."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest

import simulator as ts
from simulator.analysis.timeline import Timeline, ordinal, timeline
from simulator.analysis.twoworlds import two_worlds
from simulator.report.bandrows import Band, band_rows, folded, happenings, most_telling
from simulator.report.bands import status_bands
from simulator.report.bandsketch import FULL, Frame, Sketch, named_sources
from simulator.report.charts import Chart, Parting, counterfactual_pair
from simulator.report.pairs import changed_spans, twins
from tests.unit.chartlab import data_of, encodings


@cache
def line(name: str, branch: str | None = None) -> Timeline:
    """The replay of a shipped scenario."""
    return timeline(ts.replay(name, branch=branch))


@cache
def russia(width: int = 1200) -> Chart:
    """One row: Russia under the CFE Treaty."""
    return status_bands(line("cfe-endgame"), treaties=["cfe"], parties=["RUS"], width=width)


# -- rows ----------------------------------------------------------------------------------------------------------


def test_a_row_has_every_status_with_its_basis_and_source() -> None:
    """Russia under CFE: signed as successor, ratified, bound, suspended, withdrawn, day by day."""
    (row,) = band_rows(line("cfe-endgame"), treaties=["cfe"], parties=["RUS"])
    spans = line("cfe-endgame").spans("RUS", "cfe")
    assert [(band.status, band.start) for band in row.bands] == [(span.status, span.start) for span in spans]
    assert [band.end for band in row.bands][:-1] == [band.start for band in row.bands][1:]
    suspended = row.bands[-2]
    assert suspended.start == ordinal("2007-12-12")
    assert "VCLT" in suspended.basis
    assert suspended.sources == ("http://www.russialist.org/archives/2007-160-24.php",)
    assert [band.lasts for band in row.bands] == [False] * (len(row.bands) - 1) + [True]


def test_notice_periods_run_from_the_notice_to_its_effect() -> None:
    """Two notices of Russia with 150 clear days each; the flank document has the same."""
    for treaty in ("cfe", "cfe-flank-1996"):
        (row,) = band_rows(line("cfe-endgame"), treaties=[treaty], parties=["RUS"])
        assert [(one.kind, one.start, one.end, one.runs) for one in row.notices] == [
            ("suspension", ordinal("2007-07-14"), ordinal("2007-12-12"), False),
            ("withdrawal", ordinal("2023-06-09"), ordinal("2023-11-07"), False),
        ]


def test_a_notice_that_still_runs_ends_with_the_picture() -> None:
    """Between notice and effect the period is open; a notice that was taken back, or has no effect, shows none."""
    early = timeline(ts.replay("cfe-endgame", until="2023-08-01"))
    (row,) = band_rows(early, treaties=["cfe"], parties=["RUS"])
    assert (row.notices[-1].runs, row.notices[-1].end) == (True, ordinal("2023-08-02"))
    assert row.bands[-1].lasts
    objected = timeline(ts.replay("cfe-endgame", view="objector"))
    (row,) = band_rows(objected, treaties=["cfe"], parties=["RUS"])
    assert [one.kind for one in row.notices] == ["withdrawal"]


def test_acts_without_a_change_of_status_are_ticks() -> None:
    """A countermeasure and a mere stop of performance are marked where the status stays."""
    (row,) = band_rows(line("cfe-endgame"), treaties=["cfe"], parties=["RUS"])
    assert [one.act for one in row.ticks] == ["notify_suspension", "cease_performance", "notify_withdrawal"]
    (usa,) = band_rows(line("cfe-endgame"), treaties=["cfe"], parties=["USA"])
    assert (usa.ticks[0].act, usa.ticks[0].day) == ("adopt_countermeasure", ordinal("2011-11-22"))


def test_days_outside_are_cut_off() -> None:
    """A band that began before keeps its first day in words and begins with the picture."""
    first, last = ordinal("2008-01-01"), ordinal("2010-12-31")
    (row,) = band_rows(line("cfe-endgame"), treaties=["cfe"], parties=["RUS"], first=first, last=last)
    (band,) = row.bands
    assert (band.status, band.start, band.end, band.since) == ("suspended", first, last + 1, ordinal("2007-12-12"))
    assert not row.notices and not row.ticks
    assert [one.id for one in happenings(line("cfe-endgame"), first, last)] == ["enlargement-2009"]


def test_parties_that_look_the_same_share_a_row_and_nobody_is_lost() -> None:
    """Folding keeps every party once; of the members of NATO those that acceded together stand together."""
    every = band_rows(line("cfe-endgame"))
    rows = folded(every)
    told = sorted((party, row.treaty) for row in rows for party in row.parties)
    assert told == sorted((row.party, row.treaty) for row in every)
    assert len(rows) < len(every) / 2
    nato = [set(row.parties) for row in rows if row.treaty == "nato"]
    assert {"CZE", "HUN", "POL"} in nato


def test_of_too_many_rows_those_are_drawn_that_tell_most() -> None:
    """Three rows of thirty-one: among them Russia; the subtitle counts the others, the order stays."""
    rows = folded(band_rows(line("cfe-endgame"), treaties=["cfe"]))
    found = most_telling(rows, 3)
    assert len(found) == 3
    assert "RUS" in {one.party for one in found}
    assert [rows.index(one) for one in found] == sorted(rows.index(one) for one in found)
    chart = status_bands(line("cfe-endgame"), treaties=["cfe"], most=3)
    assert f"{len(rows) - 3} more rows" in " ".join(chart.spec()["title"]["subtitle"])
    assert len(data_of(chart, "labels")) == 3


def test_a_period_without_anything_is_said_and_drawn() -> None:
    """No relationship, no row, no crash."""
    chart = status_bands(line("inf-endgame"), treaties=[], width=390)
    assert chart.description == "Nothing is drawn: no relationship has a status in these days."
    assert chart.png(scale=1).startswith(b"\x89PNG")


# -- drawing -------------------------------------------------------------------------------------------------------


def test_bands_are_drawn_in_time_with_their_looks() -> None:
    """The visible bands are coloured by status over days; the layer above them carries tooltips with basis and source."""
    seen, hit = encodings(russia(), "bands", "rect")
    assert (seen["x"]["field"], seen["x2"]["field"], seen["x"]["type"]) == ("start", "end", "temporal")
    assert seen["x"]["scale"]["type"] == "utc"
    assert seen["color"]["scale"]["domain"] == ["signed", "ratified", "in_force", "suspended", "withdrawn"]
    assert [one["title"] for one in hit["tooltip"]] == ["who", "status", "from", "until", "legal basis", "source"]
    assert [one["field"] for one in hit["tooltip"]][-2:] == ["basis", "source"]
    heights = {one["is"]: one["y2"] - one["y"] for one in data_of(russia(), "bands")}
    assert heights["in_force"] == heights["suspended"] == FULL
    assert heights["signed"] == heights["ratified"] == FULL / 2
    assert heights["withdrawn"] < FULL / 4
    rows = data_of(russia(), "bands")
    assert [(one["start"], one["end"]) for one in rows][-2] == ("2007-12-12", "2023-11-07")
    assert rows[-2]["text"] == "RUS under CFE: suspended from 2007-12-12 until 2023-11-07"


def test_hatching_stays_inside_of_its_band() -> None:
    """Strokes rise over a suspension and fall over a notice, and none leaves the span that it marks."""
    frame = Frame(0, 1000, 1000)
    sketch = Sketch(frame)
    band = Band("suspended", 200, 700, 200, "", (), True, False)
    middle = sketch.row("RUS", [band], [], [], "RUS")
    left, right = frame.at(200), frame.at(700)
    assert len(sketch.strokes) > 50
    for one in sketch.strokes:
        assert left - 0.1 <= one["x"] < one["x2"] <= right + 0.1
        assert one["y2"] < one["y"]
        assert middle - FULL / 2 - 0.1 <= one["y2"] and one["y"] <= middle + FULL / 2 + 0.1
    notices = [one for one in data_of(russia(), "strokes") if one["y"] < one["y2"]]
    assert notices, "the falling strokes of the two notices"


def test_letters_stand_where_they_fit() -> None:
    """A letter for each band that is wide enough; on a telephone fewer, never one on another."""
    wide = [one["t"] for one in data_of(russia(), "letters")]
    assert wide[:4] == ["S", "F", "U", "W"] or wide[:5] == ["S", "R", "F", "U", "W"]
    for width in (1200, 390):
        chart = status_bands(line("cfe-endgame"), treaties=["cfe"], width=width)
        by_row: dict[float, list[float]] = {}
        for one in data_of(chart, "letters"):
            by_row.setdefault(one["y"], []).append(one["x"])
        gaps = [b - a for xs in by_row.values() for a, b in pairwise(sorted(xs))]
        assert min(gaps) > 9


def test_a_status_without_a_source_has_a_question_mark() -> None:
    """INF: Russia's succession rests on what no source confirms."""
    letters = {one["t"] for one in data_of(status_bands(line("inf-endgame"), treaties=["inf"]), "letters")}
    assert "F?" in letters
    table = status_bands(line("inf-endgame"), treaties=["inf"]).table.records()
    assert {one["confirmed"] for one in table if one["what"] == "F in force" and one["party"] == "RUS"} == {"no"}


@pytest.mark.parametrize("width", [1200, 390])
def test_numbers_of_events_do_not_touch(width: int) -> None:
    """Events near each other stand on different levels; each is explained below by its number."""
    chart = status_bands(line("architecture-1990-2026"), treaties=["cfe"], width=width)
    events = data_of(chart, "events")
    assert [one["number"] for one in events] == [str(number) for number in range(1, len(events) + 1)]
    frame = Frame(line("architecture-1990-2026").first, line("architecture-1990-2026").last + 1, width)
    levels: dict[float, list[float]] = {}
    for one in events:
        levels.setdefault(one["y"], []).append(frame.at(ordinal(one["date"])))
    assert all(b - a >= 16.9 for xs in levels.values() for a, b in pairwise(sorted(xs)))
    text = " ".join(one["t"] for one in data_of(chart, "texts"))
    assert all(one["event"] in text for one in events)


@pytest.mark.parametrize("width", [1200, 390])
def test_the_key_names_what_is_drawn_and_nothing_else(width: int) -> None:
    """Statuses, notices, acts and events that are in the picture are in the key, inside of the width."""
    texts = [one["t"] for one in data_of(russia(width), "texts")]
    for name in ("signed", "ratified", "in force", "suspended", "withdrawn", "notice running", "act", "event"):
        assert name in texts
    assert "terminated" not in texts
    frame = Frame(0, 10, width)
    boxes = data_of(russia(width), "boxes")
    assert all(-frame.labels <= one["x"] and one["x2"] <= frame.plot + 14 for one in boxes)
    assert len({(one["x"], one["y"]) for one in boxes}) == len(boxes)


def test_labels_name_single_parties_and_count_the_others() -> None:
    """On a desk a name or three codes, on a telephone a code; all is in the table."""
    chart = status_bands(line("cfe-endgame"), treaties=["nato"], width=1200)
    labels = [one["t"] for one in data_of(chart, "labels")]
    assert "FIN Finland" in labels and "BEL CAN DEU +13" in labels
    narrow = [one["t"] for one in data_of(status_bands(line("cfe-endgame"), treaties=["nato"], width=390), "labels")]
    assert "FIN" in narrow and "BEL +15" in narrow
    assert len({one["party"] for one in chart.table.records() if one["party"]}) == 32


def test_long_names_stay_inside() -> None:
    """A label or heading that is too long for the picture is cut, and the title counts treaties where they are many."""
    sketch = Sketch(Frame(0, 1000, 390))
    sketch.head("NATO protocol (Bulgaria, Estonia, Latvia, Lithuania, Romania, Slovakia and Slovenia)")
    sketch.row("PRK Democratic People's Republic of Korea", [], [], [], "PRK")
    assert len(sketch.heads[0]["t"]) * 6.4 <= 390 and sketch.heads[0]["t"].endswith("…")
    assert len(sketch.labels[0]["t"]) * 6 <= sketch.frame.labels and sketch.labels[0]["t"].endswith("…")
    chart = status_bands(line("architecture-1990-2026"), parties=["RUS"], width=390)
    assert chart.title.split(":")[0].endswith(" treaties")


def test_long_lists_of_sources_are_counted() -> None:
    """A tooltip names three sources, the table all."""
    assert named_sources(["a", "b", "c"]) == "a b c"
    assert named_sources([f"s{number}" for number in range(9)]) == "s0 s1 s2 and 6 more"


# -- pairs ---------------------------------------------------------------------------------------------------------


def band(status: str, start: int, end: int) -> Band:
    """A band of a toy."""
    return Band(status, start, end, start, "", (), True, False)


def test_changed_spans_are_the_days_with_another_status() -> None:
    """They begin and end where one of the rows changes; what touches is one span; no status is a status, too."""
    one = [band("signed", 0, 10), band("in_force", 10, 50), band("suspended", 50, 60)]
    other = [band("signed", 0, 20), band("in_force", 20, 60)]
    assert changed_spans(one, other) == ((10, 20), (50, 60))
    assert changed_spans(one, []) == ((0, 60),)
    assert changed_spans(one, one) == changed_spans([], []) == ()


@cache
def dropped(width: int = 1200) -> Chart:
    """The record, and the record without the accessions of 2004."""
    parting = Parting(ordinal("2004-03-29"), "event enlargement-2004 happens")
    edited = line("cfe-endgame", "no-2004")
    return counterfactual_pair(
        line("cfe-endgame"), edited, names=("the record", "no-2004"), parting=parting, width=width
    )


def test_a_pair_shows_what_differs_and_counts_the_rest() -> None:
    """Of 124 relationships the seven accessions differ; they are one pair of rows with one frame around both."""
    found, same = twins(line("cfe-endgame"), line("cfe-endgame", "no-2004"))
    assert [one.first.parties for one in found] == [("BGR", "EST", "LTU", "LVA", "ROU", "SVK", "SVN")]
    assert same == 124 - 7
    assert f"{same} other relationships are the same in both." in dropped().description
    (frame,) = data_of(dropped(), "outlines")
    bands = data_of(dropped(), "bands")
    assert (frame["start"], frame["end"]) == ("2004-03-29", "2026-07-01")
    assert all(frame["y"] <= one["y"] and one["y2"] <= frame["y2"] for one in bands)
    labels = data_of(dropped(), "labels")
    assert [one["t"] for one in labels] == ["BGR EST LTU +4  1", "2"]
    assert labels[0]["y"] < labels[1]["y"] < frame["y2"]


def test_the_first_divergence_is_marked_once() -> None:
    """A line over all rows on its day, with words for those who cannot see it; the key explains it."""
    (mark,) = data_of(dropped(), "partings")
    assert mark == {"date": "2004-03-29", "text": "The worlds part on 2004-03-29: event enlargement-2004 happens"}
    assert [one["x"]["field"] for one in encodings(dropped(), "partings", "rule")] == ["date"]
    texts = [one["t"] for one in data_of(dropped(), "texts")]
    assert {"status differs", "the worlds part"} <= set(texts)
    assert "3  2004-03-29  Seven States join NATO, four of them outside CFE (world 1 only)" in texts
    rows = [one for one in dropped().table.records() if one["what"] == "status differs"]
    assert [one["party"] for one in rows] == ["BGR", "EST", "LTU", "LVA", "ROU", "SVK", "SVN"]
    assert {(one["from"], one["until"]) for one in rows} == {("2004-03-29", "2026-07-01")}


def test_equal_worlds_never_part() -> None:
    """A world beside itself: nothing differs, and the picture says so."""
    chart = counterfactual_pair(line("inf-endgame"), line("inf-endgame"), width=390)
    assert "They never part." in chart.description
    assert not data_of(chart, "outlines") and not data_of(chart, "bands")
    assert data_of(chart, "heads")[0]["t"] == "No relationship differs between the two worlds."


def test_worlds_drawn_from_the_record_agree_with_it_and_part_at_the_edit() -> None:
    """The factual world of a draw has Russia's suspension on its day; the edited one has no accession."""
    found = two_worlds("cfe-endgame", "no-2004", seed=3)
    assert found.parting is not None and found.parting[0] == ordinal("2004-03-29")
    days = [span.start for span in found.first.spans("RUS", "cfe") if span.status == "suspended"]
    assert days == [ordinal("2007-12-12")]
    assert found.first.status("EST", "nato", found.first.last) == "in_force"
    assert found.second.status("EST", "nato", found.second.last) == "non_party"
    assert "drawn with seed 3 from all that agree with the record up to" in found.about


def test_replays_of_two_worlds_need_no_rules() -> None:
    """With `replay` both worlds carry out the record, the second with the edits."""
    found = two_worlds("cfe-endgame", "no-2004", replay=True)
    assert found.about == "Both worlds replay the record: rules never act."
    assert found.first.trace.steps == ts.replay("cfe-endgame").steps
    assert twins(found.first, found.second)[1] == 117
