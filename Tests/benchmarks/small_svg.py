"""Keeps Matplotlib's pictures small: text as text, coordinates with two decimals at most, and the same bytes for the same numbers.

Matplotlib writes glyphs as outlines, coordinates with six decimals and the same styles again and again, which makes most
of a picture that readers fetch.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

matplotlib.use("svg")

SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "decant", "font.sans-serif": ["DejaVu Sans"]}
_LONG = re.compile(r"(?<![\w.#])-?\d+\.\d{3,}(?![\w.])")
_DROPPED = re.compile(r'<!--.*?-->|<metadata>.*?</metadata>|(?<=<g) id="[^"]*"| transform="rotate\(-0 [^"]*"', re.DOTALL)
_MARKER = re.compile(r'<path id="([^"]*)"[^>]*style="([^"]*)"/>')
_USE = re.compile(r'(<use xlink:href="#([^"]*)"[^>]*) style="([^"]*)"/>')


def _short(match: re.Match[str]) -> str:
    value = float(match[0])
    return f"{round(value, 1 if abs(value) >= 10 else 2) or 0.0:.2f}".rstrip("0").rstrip(".")


def _without_bare_groups(text: str) -> str:
    """Groups that say nothing go; their contents stay."""
    opened: list[bool] = []

    def keep(match: re.Match[str]) -> str:
        if match[0] != "</g>":
            opened.append(match[0] != "<g>")
            return match[0] if opened[-1] else ""
        return match[0] if opened.pop() else ""

    return re.sub(r"<g(?: [^>]*)?>|</g>", keep, text)


def _with_classes(text: str) -> str:
    """Styles that stand at several elements become classes."""
    counts = Counter(re.findall(r' style="([^"]*)"', text))
    names = {style: f"s{n}" for n, (style, count) in enumerate(counts.most_common()) if count > 2}
    rules = "".join(f".{name}{{{style}}}\n" for style, name in names.items())
    text = re.sub(r' style="([^"]*)"', lambda at: f' class="{names[at[1]]}"' if at[1] in names else at[0], text)
    return text.replace("</style>", f"\n{rules}</style>", 1)


def save(figure: Figure, path: str | Path) -> None:
    """Writes a figure as SVG."""
    written = io.StringIO()
    with matplotlib.rc_context(SETTINGS):
        figure.savefig(written, format="svg", metadata={"Date": None})
    # Within tags alone: what stands between them is for readers.
    text = re.sub(r"<[^>]*>", lambda tag: _LONG.sub(_short, tag[0]), _DROPPED.sub("", written.getvalue()))
    for number, name in enumerate(dict.fromkeys(re.findall(r' id="([mp][0-9a-f]{10})"', text))):
        text = text.replace(name, f"i{number}")
    # What a marker is styled like is said at the marker, and need not be at each of its uses.
    styles = dict(_MARKER.findall(text))
    text = _USE.sub(lambda use: use[0] if styles.get(use[2]) != use[3] else use[1] + "/>", text)
    text = _with_classes(_without_bare_groups(text))
    text = re.sub(r"\s*\n\s*", "\n", re.sub(r" ?\n([MLCQz])", r"\1", text))
    # A dot is a line without a length.
    Path(path).write_text(re.sub(r"M ([\d.]+ [\d.]+)L \1(?![\d.])", r"M\1h0", text))
