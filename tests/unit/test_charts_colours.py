"""The looks of statuses stay apart without colour, and their colours stay apart for eyes that see fewer of them."""

from __future__ import annotations

from itertools import combinations

import pytest

from simulator.report.palette import INK, LINES, LOOKS, QUIET
from simulator.report.shares import _DARK

# What an eye without one kind of cone sees, on linear RGB: severity 1.0 of Machado, Oliveira and Fernandes, "A
# Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009, table of matrices.
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# sRGB to XYZ (IEC 61966-2-1), and the white of D65.
XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)
Triple = tuple[float, float, float]


def linear(colour: str) -> Triple:
    """A colour of the web as light."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return red, green, blue


def times(matrix: tuple[Triple, Triple, Triple], light: Triple) -> Triple:
    """A matrix on light, kept inside of what a screen shows."""
    red, green, blue = (sum(a * b for a, b in zip(row, light, strict=True)) for row in matrix)
    return red, green, blue


def lab(colour: str, eye: str) -> Triple:
    """A colour as an eye sees it, in CIELAB (1976)."""
    seen = times(EYES[eye], linear(colour))
    clipped = tuple(min(max(one, 0.0), 1.0) for one in seen)
    x, y, z = (_curve(one / white) for one, white in zip(times(XYZ, clipped), WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _curve(one: float) -> float:
    return one ** (1 / 3) if one > 216 / 24389 else (24389 / 27 * one + 16) / 116


def apart(one: str, other: str, eye: str) -> float:
    """How far two colours lie apart; 2.3 is what can just be seen (Mahy and others, 1994)."""
    return sum((a - b) ** 2 for a, b in zip(lab(one, eye), lab(other, eye), strict=True)) ** 0.5


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2.2 defines it."""
    low, high = sorted(times(XYZ, linear(colour))[1] + 0.05 for colour in (one, other))
    return high / low


def test_the_yardsticks() -> None:
    """Black and white lie 100 and 21 : 1 apart; red and green come near each other without one kind of cone."""
    assert apart("#000000", "#FFFFFF", "all cones") == pytest.approx(100, abs=0.01)
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)
    red, green = "#D03030", "#6B8E00"
    assert apart(red, green, "deuteranopia") < 0.4 * apart(red, green, "all cones")
    assert apart("#0000FF", "#000000", "protanopia") > 50, "blue is seen without red"


@pytest.mark.parametrize("eye", EYES)
def test_statuses_stay_apart_for_every_eye(eye: str) -> None:
    """Every two colours of statuses lie at least 28 apart, which is twelve just noticeable differences."""
    near = {
        (one, other): round(apart(LOOKS[one].colour, LOOKS[other].colour, eye), 1)
        for one, other in combinations(LOOKS, 2)
    }
    assert {pair: found for pair, found in near.items() if found < 28} == {}


def test_without_any_colour_a_letter_and_a_pattern_remain() -> None:
    """Each status has its own letter; bound, on the way, out and suspended differ in height or hatching."""
    assert len({look.letter for look in LOOKS.values()}) == len(LOOKS)
    assert len({look.dash for look in LOOKS.values()}) == len(LOOKS)
    pattern = {name: (look.height, look.hatched) for name, look in LOOKS.items()}
    kinds = [pattern[name] for name in ("non_party", "signed", "in_force", "suspended", "withdrawn")]
    assert len(set(kinds)) == 5
    assert pattern["signed"] == pattern["ratified"]
    assert pattern["withdrawn"] == pattern["terminated"]


def test_text_can_be_read() -> None:
    """Text has a contrast of 4.5 : 1 (WCAG 2.2, 1.4.3) on what it stands on, and lines of 3 : 1 (1.4.11)."""
    for name, look in LOOKS.items():
        on = look.colour if look.height >= 0.5 else "#FFFFFF"  # a letter over a line stands on a white ring
        assert contrast(look.ink, on) >= 4.5, name
        assert contrast("#FFFFFF" if name in _DARK else INK, look.colour) >= 4.5, name
    assert contrast(QUIET, "#FFFFFF") >= 4.5
    assert all(contrast(colour, "#FFFFFF") >= 3 for colour in LINES)
