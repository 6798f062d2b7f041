"""Strips held against their own rule, strip by strip and seam by seam.

The reference knows the text of a model, and nothing of how Decant goes about it: it cuts the graph into strips, has each
matched by PyMatching (twice, if correlated), and commits. Where two corrections of a strip are equally light, what follows
from them is free: then it says nothing of the strip, nor of its neighbours.
"""

from __future__ import annotations

import heapq
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pymatching
import pytest
import stim
from package_rig import ROOT
from test_correlated import Correlations
from test_correlated_windows import with_few_ties

import decant

sys.path.insert(0, str(ROOT / "Tests" / "benchmarks"))
from wide_patch import wide_patch

Rng = np.random.Generator
OUT = -1
"""The boundary."""


class Edge(NamedTuple):
    ends: tuple[int, int]
    """In the numbers of the patch, the boundary first where there is one."""
    weight: int
    flips: int
    """Bit k for observable k."""
    number: int | None
    """In the whole graph; None of an edge that stands for others."""


class Patch:
    def __init__(self, dem: stim.DetectorErrorModel, commit: int, buffer: int, axis: int) -> None:
        self.rule = Correlations(str(dem), None)
        graph = self.rule.graph
        self.detectors = graph.detectors
        self.edges: list[Edge] = []
        for number, (a, b) in enumerate(zip(graph.a.tolist(), graph.b.tolist())):
            flips = sum(1 << int(k) for k in np.flatnonzero(graph.flips[number]))
            ends = (OUT, a) if b == graph.detectors else (min(a, b), max(a, b))
            self.edges.append(Edge(ends, int(graph.weights[number]), flips, number))
        self.rules: dict[int, list[tuple[int, int]]] = {}
        for source, target, weight in zip(*(x.tolist() for x in (self.rule.source, self.rule.target, self.rule.weight))):
            self.rules.setdefault(source, []).append((target, weight))
        coordinates = dem.get_detector_coordinates()
        values = sorted({coordinates[k][axis] for k in range(self.detectors)})
        self.column = [values.index(coordinates[k][axis]) for k in range(self.detectors)]
        self.strips: list[tuple[range, range]] = []  # columns that a strip sees, and that it commits
        start, count = 0, len(values)
        while start < count:
            end = start + commit
            if end + buffer >= count:
                end = count
            self.strips.append((range(max(0, start - buffer), min(count, end + buffer)), range(start, end)))
            if end == count:
                break
            start += 2 * (commit + buffer)
            self.strips.append((range(end, min(start, count)),) * 2)
        self.ways = self._ways()
        self.graphs = [self._graph(k) for k in range(len(self.strips))]

    def _ways(self) -> dict[int, tuple[int, int]]:
        """The weight and the flips of the lightest way from each detector to the boundary."""
        around: dict[int, list[Edge]] = {}
        for edge in self.edges:
            for end in edge.ends:
                around.setdefault(end, []).append(edge)
        found: dict[int, tuple[int, int]] = {}
        queue = [(0, OUT, 0)]
        while queue:
            weight, node, flips = heapq.heappop(queue)
            if node in found:
                continue
            found[node] = (weight, flips)
            for edge in around.get(node, []):
                other = edge.ends[0] if edge.ends[1] == node else edge.ends[1]
                heapq.heappush(queue, (weight + edge.weight, other, flips ^ edge.flips))
        return found

    def sees(self, k: int, node: int) -> bool:
        return node != OUT and self.column[node] in self.strips[k][0]

    def commits(self, k: int, node: int) -> bool:
        return node != OUT and self.column[node] in self.strips[k][1]

    def _graph(self, k: int) -> list[Edge]:
        kept: dict[tuple[int, int], Edge] = {}

        def keep(edge: Edge) -> None:
            if edge.ends not in kept or edge.weight < kept[edge.ends].weight:
                kept[edge.ends] = edge

        leading: list[tuple[int, int, Edge]] = []
        for edge in self.edges:
            inside = [end for end in edge.ends if self.sees(k, end)]
            outside = [end for end in edge.ends if end != OUT and not self.sees(k, end)]
            if inside and not outside:
                keep(edge)
            elif inside:
                leading.append((inside[0], outside[0], edge))
        if k % 2 == 0:
            for here, _, edge in leading:
                keep(Edge((OUT, here), edge.weight, edge.flips, None))
            return list(kept.values())
        open_ones = {edge.ends[1] for edge in kept.values() if edge.ends[0] == OUT}
        grows = True
        while grows:
            more = {end for edge in kept.values() if OUT not in edge.ends and open_ones & set(edge.ends) for end in edge.ends}
            grows = not more <= open_ones
            open_ones |= more
        for here, there, edge in leading:
            if here not in open_ones:
                weight, flips = self.ways[there]
                keep(Edge((OUT, here), edge.weight + weight, edge.flips ^ flips, None))
        return list(kept.values())

    def lightest(self, graph: list[Edge], weights: np.ndarray, events: list[int]) -> list[int] | None:
        """Places in the graph of the lightest correction's edges; None if there are several."""
        place = {edge.ends: n for n, edge in enumerate(graph)}
        found: list[int] = []
        for _ in range(2):
            scaled = weights / weights.max()
            scaled[found] += 2e-5  # whatever else is as light is then lighter
            matching = pymatching.Matching()
            for edge, weight in zip(graph, scaled):
                low, high = edge.ends
                matching.add_boundary_edge(high, weight=weight) if low == OUT else matching.add_edge(low, high, weight=weight)
            syndrome = np.zeros(matching.num_detectors, dtype=np.uint8)
            syndrome[events] = 1
            pairs = [(int(min(e)), int(max(e))) for e in matching.decode_to_edges_array(syndrome)]
            chosen = sorted(place[pair] for pair in pairs)
            if found and chosen != found:
                return None
            found = chosen
        return found

    def decode(self, k: int, events: set[int], correlated: bool) -> tuple[int, int, set[int]] | None:
        """A strip's observables, committed weight, and the detectors of others that its edges flip; None if that is free."""
        graph = self.graphs[k]
        weights = np.array([edge.weight for edge in graph])
        own = sorted(e for e in events if self.sees(k, e))
        used = self.lightest(graph, weights, own)
        if correlated and used is not None:
            place = {edge.number: n for n, edge in enumerate(graph) if edge.number is not None}
            lowered = weights.copy()
            for n in used:
                for target, weight in self.rules.get(-1 if graph[n].number is None else graph[n].number, []):
                    if target in place:
                        lowered[place[target]] = min(lowered[place[target]], weight)
            used = self.lightest(graph, lowered, own)
        if used is None:
            return None
        flips, weight, others = 0, 0, set[int]()
        for n in used:
            edge = graph[n]
            if any(self.commits(k, end) for end in edge.ends):
                flips ^= edge.flips
                weight += edge.weight
                others ^= {end for end in edge.ends if end != OUT and not self.commits(k, end)}
        return flips, weight, others

    def seam(self, k: int) -> list[int]:
        """Detectors on the seam behind strip k: of the second layer, with an edge to the first."""
        second, first = (k, k + 1) if k % 2 else (k + 1, k)
        return sorted(
            {
                end
                for edge in self.edges
                for end in edge.ends
                if self.commits(second, end) and any(self.commits(first, other) for other in edge.ends)
            }
        )


def models() -> dict[str, stim.DetectorErrorModel]:
    def of(circuit: stim.Circuit) -> stim.DetectorErrorModel:
        return with_few_ties(circuit.detector_error_model(decompose_errors=True, approximate_disjoint_errors=True))

    return {
        "patch": stim.DetectorErrorModel.from_file(ROOT / "Tests" / "golden" / "strips" / "patch.dem"),
        "wide z": of(wide_patch(13, 3, 3, 0.01, "Z")),
        "wide x": of(wide_patch(13, 3, 3, 0.01, "X")),
        "high": of(wide_patch(3, 11, 2, 0.02, "Z")),
    }


@pytest.mark.parametrize("correlated", [False, True], ids=["plain", "correlated"])
@pytest.mark.parametrize("widths", [(2, 2), (3, 2), (2, 4)], ids=str)
@pytest.mark.parametrize("name", ["patch", "wide z", "wide x", "high"])
def test_strips(rng: Rng, many: int, name: str, widths: tuple[int, int], correlated: bool) -> None:
    dem = models()[name]
    patch = Patch(dem, *widths, axis=1 if name == "high" else 0)
    images = decant.compile_strips(dem, *widths, correlated=True)
    strips = decant.Strips(images, correlated=correlated)
    assert len(strips) == len(patch.strips) >= 2
    for k, info in enumerate(strips.strips):
        numbers = strips.detectors(k).tolist()
        assert numbers == [d for d in range(patch.detectors) if patch.sees(k, d)]
        assert info.committed == sum(patch.commits(k, d) for d in numbers)
        assert info.after == (len(patch.seam(k)) if k + 1 < len(strips) else 0)
    checked = [0, 0]
    told = 0
    shots = dem.compile_sampler(seed=int(rng.integers(1 << 62))).sample(60 * many)[0]
    for shot in shots:
        events = set(np.flatnonzero(shot).tolist())
        seams: list[tuple[set[int], np.ndarray] | None] = [None] * (len(strips) + 1)
        free: set[int] = set()
        for k in (*range(0, len(strips), 2), *range(1, len(strips), 2)):
            ends = [None if k == 0 else k, None if k + 1 == len(strips) else k + 1]
            sides = {"before": ends[0], "after": ends[1]}
            given = {side: seams[n][1] for side, n in sides.items() if k % 2 and n is not None and seams[n] is not None}  # type: ignore[index]
            answer = strips.decode_strip(k, shot[strips.detectors(k)], **given)
            if k % 2 == 0:
                for side, n in sides.items():
                    if n is not None:
                        seams[n] = (set(), getattr(answer, side))
            neighbours = {k - 1, k + 1} if k % 2 else set[int]()
            here = set(events)
            for n in ends if k % 2 else []:
                if n is not None:
                    here ^= seams[n][0]  # type: ignore[index]
            expected = None if neighbours & free else patch.decode(k, here, correlated)
            if expected is None:
                free.add(k)
                continue
            flips, weight, others = expected
            assert int.from_bytes(np.packbits(answer.observables, bitorder="little").tobytes(), "little") == flips
            scale = images[k].info.weight_scale / patch.rule.graph.scale
            assert answer.report.weight == pytest.approx(weight * scale, abs=100)
            if k % 2 == 0:
                for n in ends:
                    if n is not None:
                        on = patch.seam(n - 1)
                        bits = np.unpackbits(seams[n][1], bitorder="little")  # type: ignore[index]
                        expected_on = {d for d in others if (patch.column[d] >= patch.strips[k][1].stop) == (n == k + 1)}
                        assert {on[bit] for bit in np.flatnonzero(bits)} == expected_on
                        seams[n] = (expected_on, seams[n][1])  # type: ignore[index]
                        told += len(expected_on)
            checked[k % 2] += 1
    assert min(checked) > len(shots) // 3 and told > 0, (checked, told)
