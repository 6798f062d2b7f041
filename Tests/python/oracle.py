"""What the right answer is.

`PyMatching` holds PyMatching's answer in our units: even integers, as matching.md 1.4 has them. At full
resolution it is PyMatching's own weight times the scale. Where an image was made with fewer distinct
weights (PyMatching's Python interface cannot ask for that), a second PyMatching graph is given the rounded
weights themselves: PyMatching keeps integer weights exactly.

`lightest` and `chain_weight` know nothing of matching: they follow from what a correction is.
"""

from __future__ import annotations

import numpy as np
import pymatching
import scipy.sparse
import scipy.sparse.csgraph
import stim

from decant_abi import BOUNDARY
from graphs import unpack

FULL_RESOLUTION = 1 << 24
IMPOSSIBLE = np.iinfo(np.int64).max


def rounded(values: np.ndarray) -> np.ndarray:
    """To the nearest integer, halves away from zero."""
    return (np.sign(values) * np.floor(np.abs(values) + 0.5)).astype(np.int64)


class MergedGraph:
    """The graph that PyMatching makes of a model: parallel mechanisms merged, weights as integers."""

    def __init__(self, dem: str, distinct_weights: int | None, *, implied: np.ndarray | None = None) -> None:
        """implied: further weights that are to fit the scale, such as those of `Correlations`."""
        self.matching = pymatching.Matching.from_detector_error_model(stim.DetectorErrorModel(dem))
        self.detectors = self.matching.num_detectors
        self.observables = self.matching.num_fault_ids
        edges = self.matching.edges()
        weights = np.array([data["weight"] for _, _, data in edges], dtype=float)
        to_fit = weights if implied is None else np.concatenate([weights, implied])
        integral = bool(np.all(to_fit == np.round(to_fit)))
        finest = FULL_RESOLUTION if distinct_weights is None else distinct_weights
        self.scale = 1.0 if integral else (finest - 1) / np.abs(to_fit).max()

        ends = np.array([sorted((a, self.detectors if b is None else b)) for a, b, _ in edges], dtype=np.int64)
        ends = ends.reshape(-1, 2)
        order = np.argsort(self.keys(ends[:, 0], ends[:, 1]))
        self.a, self.b = ends[order].T
        self.sorted_keys = self.keys(self.a, self.b)
        self.weights = 2 * rounded(weights[order] * self.scale)
        self.flips = np.zeros((len(edges), self.observables), dtype=np.uint8)
        for row, k in enumerate(order):
            self.flips[row, list(edges[k][2]["fault_ids"])] = 1

        boundary = self.b == self.detectors
        adjacency = scipy.sparse.coo_array(
            (np.ones(np.sum(~boundary)), (self.a[~boundary], self.b[~boundary])), shape=(self.detectors,) * 2
        )
        self.components, self.component = scipy.sparse.csgraph.connected_components(adjacency, directed=False)
        self.closed = np.ones(self.components, dtype=bool)
        self.closed[self.component[self.a[boundary]]] = False

        rows, columns = np.concatenate([self.a, self.b]), np.tile(np.arange(len(edges)), 2)
        inside = rows < self.detectors
        self._checks = scipy.sparse.csc_matrix(
            (np.ones(inside.sum(), dtype=np.uint8), (rows[inside], columns[inside])), (self.detectors, len(edges))
        )
        self._no_faults = scipy.sparse.csc_matrix((1, len(edges)), dtype=np.uint8)

    def lightest_weight(self, weights: np.ndarray, shot: np.ndarray) -> int:
        """What PyMatching finds for one possible shot under other weights of the edges."""
        matching = pymatching.Matching.from_check_matrix(
            self._checks, weights=weights // 2, faults_matrix=self._no_faults, use_virtual_boundary_node=True
        )
        _, found = matching.decode_batch(shot[None], return_weights=True, bit_packed_shots=True)
        return 2 * int(found[0])

    def indices(self, edges: np.ndarray) -> np.ndarray:
        """Where edges, as decant_match_edges gives them, are in this graph."""
        a = edges["a"].astype(np.int64)
        b = np.where(edges["b"] == BOUNDARY, self.detectors, edges["b"]).astype(np.int64)
        return np.searchsorted(self.sorted_keys, self.keys(a, b))

    def keys(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Numbers that order edges by (a, b), the boundary before any detector."""
        return (a << 32) | np.where(b == self.detectors, 0, b + 1)

    def possible(self, shots: np.ndarray) -> np.ndarray:
        """Which shots have a correction: those with an even number of events in every closed component."""
        member = np.zeros((self.detectors, self.components), dtype=np.int32)
        member[np.arange(self.detectors), self.component] = 1
        events = unpack(shots, self.detectors).astype(np.int32)
        return ~np.any(events @ member[:, self.closed] & 1, axis=1)


class PyMatching:
    """PyMatching's weights for a merged graph, as our integers."""

    def __init__(self, graph: MergedGraph, distinct_weights: int | None) -> None:
        self.graph = graph
        if distinct_weights is None:
            self.matching, self.factor = graph.matching, 2 * graph.scale
        else:
            self.matching, self.factor = pymatching.Matching(), 2.0
            for a, b, weight, flips in zip(graph.a, graph.b, graph.weights // 2, graph.flips):
                ids = set(np.flatnonzero(flips).tolist())
                if b == graph.detectors:
                    self.matching.add_boundary_edge(a, fault_ids=ids, weight=weight)
                else:
                    self.matching.add_edge(a, b, fault_ids=ids, weight=weight)
            self.matching.ensure_num_fault_ids(graph.observables)
            if self.matching.num_detectors < graph.detectors:
                self.matching.add_edge(graph.detectors - 1, graph.detectors - 1, weight=1)  # only makes the node

    def decode(self, shots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Weights and bit-packed predictions of possible shots."""
        predictions, weights = self.matching.decode_batch(
            shots, return_weights=True, bit_packed_shots=True, bit_packed_predictions=True
        )
        scaled = weights * self.factor
        integers = np.round(scaled).astype(np.int64)
        assert np.allclose(scaled, integers, rtol=1e-12, atol=1e-3), "PyMatching scales weights otherwise"
        return integers, predictions


def lightest(graph: MergedGraph) -> np.ndarray:
    """For every syndrome of a small graph, the lightest set of edges that causes it, by trying all sets.

    Edge after edge, each syndrome is reached either without the edge or with it. Indexed by the syndrome as a
    binary number; IMPOSSIBLE where no set causes it.
    """
    assert graph.detectors <= 16
    syndromes = np.arange(1 << graph.detectors)
    best = np.full(len(syndromes), IMPOSSIBLE)
    best[0] = 0
    for a, b, weight in zip(graph.a, graph.b, graph.weights):
        flipped = best[syndromes ^ (1 << a) ^ (1 << b if b < graph.detectors else 0)]
        best = np.minimum(best, np.where(flipped == IMPOSSIBLE, IMPOSSIBLE, flipped + weight))
    return best


def path_weights(graph: MergedGraph, events: np.ndarray) -> int:
    """The lightest correction of a few events far apart: pairings of shortest paths, by Dijkstra and then by
    trying all pairings. Weights must not be negative."""
    boundary = graph.detectors
    # A stored zero would be no edge; lengths below one unit cannot add up to one.
    lengths = np.maximum(graph.weights.astype(float), 2.0**-24)
    adjacency = scipy.sparse.coo_array((lengths, (graph.a, graph.b)), shape=(boundary + 1,) * 2).tocsr()
    # Paths through the boundary cost what the two halves cost, so they are legitimate pairs.
    distance = scipy.sparse.csgraph.dijkstra(adjacency, directed=False, indices=events)
    best = np.full(1 << len(events), np.inf)
    best[0] = 0
    for chosen in range(1, len(best)):
        first = chosen.bit_length() - 1
        rest = chosen ^ (1 << first)
        best[chosen] = best[rest] + distance[first, boundary]
        for second in range(first):
            if rest >> second & 1:
                best[chosen] = min(best[chosen], best[rest ^ (1 << second)] + distance[first, events[second]])
    return IMPOSSIBLE if np.isinf(best[-1]) else int(best[-1])


def walk_weight(weights: np.ndarray, events: np.ndarray, ends: str) -> int:
    """The lightest correction on a row of detectors, whose corrections can be listed.

    ends: "left": one boundary edge, weights[0], then weights[k] joins k - 1 and k: one correction exists.
    "both": one more boundary edge at the far end: two corrections, complements of each other.
    "ring": weights[k] joins k - 1 and k, and weights[0] the last and the first: again two.
    """
    used = np.cumsum(np.concatenate([[0], events.astype(np.int64)])) % 2
    if ends == "left":
        used = (used + used[-1]) % 2
        return int(weights @ used[:-1])
    assert ends == "both" or used[-1] == 0
    used = used if ends == "both" else used[:-1]
    return int(min(weights @ used, weights @ (1 - used)))

