"""The rotated surface code of the published pre-decoder, made anew from its description, to hold the library against.

Data qubit (r, c) stands at (2r + 1, 2c + 1), checks at even places. An orientation is the type of the check at
(2, 2), and V if the top row's first check is at (0, 2), else H.
"""

from __future__ import annotations

import numpy as np

ORIENTATIONS = ["XV", "XH", "ZV", "ZH"]


class Lattice:
    def __init__(self, d: int, orientation: str) -> None:
        self.d = d
        first, other = orientation[0], "ZX"["XZ".index(orientation[0])]
        top = other if orientation[1] == "V" else first
        places: dict[str, list[tuple[int, int]]] = {"X": [], "Z": []}
        for i in range(0, 2 * d + 1, 2):
            for j in range(0, 2 * d + 1, 2):
                kind = first if (i + j) % 4 == 0 else other
                on_top, on_side = i in (0, 2 * d), j in (0, 2 * d)
                if (on_top and on_side) or (on_top and kind != top) or (on_side and kind == top):
                    continue
                places[kind].append((i, j))
        self.places = {"X": sorted(places["X"]), "Z": sorted(places["Z"], key=lambda ij: (ij[1], ij[0]))}
        self.supports = {kind: [self._support(i, j) for i, j in self.places[kind]] for kind in "XZ"}
        self.h = {kind: self._matrix(self.supports[kind]) for kind in "XZ"}
        self.cells = {
            "X": [min(s) for s in self.supports["X"]],
            "Z": [max(q for q in s if q // d == min(s) // d) for s in self.supports["Z"]],
        }
        row, column = list(range(d)), [d * k for k in range(d)]
        along_row = "X" if top == "Z" else "Z"
        self.logical = {kind: np.zeros(d * d, dtype=np.uint8) for kind in "XZ"}
        for kind in "XZ":
            self.logical[kind][row if kind == along_row else column] = 1

    def _support(self, i: int, j: int) -> list[int]:
        corners = [(i - 1, j - 1), (i - 1, j + 1), (i + 1, j - 1), (i + 1, j + 1)]
        return [r // 2 * self.d + c // 2 for r, c in corners if 0 < r < 2 * self.d and 0 < c < 2 * self.d]

    def _matrix(self, supports: list[list[int]]) -> np.ndarray:
        matrix = np.zeros((len(supports), self.d**2), dtype=np.uint8)
        for row, support in zip(matrix, supports):
            row[support] = 1
        return matrix
