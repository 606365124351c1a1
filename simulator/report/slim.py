"""Makes the SVG of a chart small without changing what is seen: for pages that hold many of them."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["slim"]

_UNSEEN: Final = re.compile(r'<(?:path|line|rect)\b[^>]*(?: opacity="0"| display="none"| d="")[^>]*/>')
_UNHEARD: Final = re.compile(r' (?:(?:aria-[a-z]+|role|class|pointer-events)="[^"]*"|opacity="1")')
_FONT: Final = re.compile(r' font-family="([^"]*)"')
_LONG: Final = re.compile(r"(\d\.\d\d)\d+")
_TAG: Final = re.compile(r"<[a-z][^>]*>")
_LINE: Final = r'<line transform="translate\(([^)]*)\)" x2="([^"]*)" y2="([^"]*)"([^>]*)/>'
_LINES: Final = re.compile(r'<line transform="translate\([^)]*\)" x2="[^"]*" y2="[^"]*"([^>]*)/>'
                           r'(?:<line transform="translate\([^)]*\)" x2="[^"]*" y2="[^"]*"\1/>)+')  # fmt: skip
_POLYLINE: Final = re.compile(r' d="(M[-\d.,]+(?:L[-\d.,]+)+)(Z?)"')


def slim(svg: str) -> str:
    """Return a picture without what nobody sees in an `img`: pointer targets, roles, digits beyond a pixel's hundredth.

    Lines of one look become one path, and points in the middle of a level or upright line go.

    >>> slim('<svg><g role="img"><path d="M1.23456,0L2,0L3,0" opacity="0.25"/><path d="M0,0h1" opacity="0"/></g></svg>')
    '<svg><g><path d="M1.23,0L3,0" opacity="0.25"/></g></svg>'
    """
    font = _FONT.search(svg)
    text = _TAG.sub(lambda tag: _LONG.sub(r"\1", _FONT.sub("", _UNHEARD.sub("", tag[0]))), _UNSEEN.sub("", svg))
    text = _POLYLINE.sub(_straight, _LINES.sub(_joined, text))
    return text.replace("<svg ", f'<svg font-family="{font[1]}" ', 1) if font else text


def _joined(found: re.Match[str]) -> str:
    """Lines that follow each other and look the same, as one path."""
    parts = [f"M{start}l{x},{y}" for start, x, y, _ in re.findall(_LINE, found[0])]
    return f'<path d="{"".join(parts)}"{found[1]}/>'


def _straight(found: re.Match[str]) -> str:
    kept: list[tuple[str, str]] = []
    for x, y in (one.split(",") for one in found[1][1:].split("L")):
        if len(kept) > 1 and any(kept[-1][axis] == kept[-2][axis] == (x, y)[axis] for axis in (0, 1)):
            kept.pop()
        kept.append((x, y))
    return f' d="M{"L".join(",".join(point) for point in kept)}{found[2]}"'
