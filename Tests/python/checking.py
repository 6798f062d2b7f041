"""Holds a decoder's answers against the model: every shot, by what a correction must be."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np

import decant_abi as abi
from graphs import unpack
from oracle import MergedGraph, PyMatching

FAILURES = abi.ROOT / "build" / "conformance"
shots_checked = 0


class Wrong(AssertionError):
    """A shot was decoded wrongly; it and its model lie in build/conformance, for shrink.py."""


class Subject:
    """A model, the decoder under test made from it, and the graph that the answer is judged by."""

    def __init__(
        self,
        dem: str,
        distinct_weights: int | None = None,
        *,
        work_limit: int = 0,
        max_reweights: int = 0,
        graph: MergedGraph | None = None,
        correlated: bool = False,
        union_find: bool = False,
    ) -> None:
        """union_find: corrections may be heavier than the lightest; all else holds for them as well."""
        self.may_be_heavier = union_find
        self.dem, self.distinct_weights = dem, distinct_weights
        self.graph = graph or MergedGraph(dem, distinct_weights)
        self.image = abi.compile_image(dem, distinct_weights, correlated=correlated)
        self.decoder = abi.Decoder(
            self.image, work_limit, correlated=correlated, union_find=union_find, max_reweights=max_reweights
        )
        self._check_image()

    def _check_image(self) -> None:
        info, graph = self.image.info, self.graph
        expected = {
            "detectors": graph.detectors,
            "observables": graph.observables,
            "edges": len(graph.weights),
            "boundary_edges": int(np.sum(graph.b == graph.detectors)),
            "negative_edges": int(np.sum(graph.weights < 0)),
            "components": graph.components,
            "closed_components": int(np.sum(graph.closed)),
            "max_weight": int(np.abs(graph.weights).max(initial=0)),
        }
        assert {name: getattr(info, name) for name in expected} == expected
        assert np.isclose(info.weight_scale, graph.scale, rtol=1e-14) or not graph.weights.any()

    def check(self, shots: np.ndarray, expected: np.ndarray | None = None, *, limited: bool = False) -> None:
        """Decodes every shot and judges it.

        expected: the integer weight of each shot, where something better than PyMatching knows it.
        limited: the decoder has a work limit; then a weight may be above the expected one, if the status says so.
        Impossible shots stay where they are, between the others: the decoder must survive them.
        """
        global shots_checked
        shots_checked += len(shots)
        possible = self.graph.possible(shots)
        if expected is None:
            expected = np.zeros(len(shots), dtype=np.int64)
            reference = PyMatching(self.graph, self.distinct_weights)
            expected[possible], _ = reference.decode(shots[possible])
        for k, shot in enumerate(shots):
            try:
                self._check_shot(shot, bool(possible[k]), int(expected[k]), limited)
            except AssertionError as problem:
                raise Wrong(f"shot {k}: {problem} ({self._dump(shot)})") from problem

    def check_reweighted(
        self,
        shot: np.ndarray,
        weights: np.ndarray,
        possible: bool,
        expected: int,
        *,
        entries: np.ndarray | None = None,
        limited: bool = False,
    ) -> None:
        """Judges one shot under other weights of the graph's edges: what staging `entries`, or the first of two
        passes, has made of them."""
        global shots_checked
        shots_checked += 1
        self._check_shot(shot, possible, expected, limited, weights, entries)

    def _check_shot(
        self,
        shot: np.ndarray,
        possible: bool,
        expected: int,
        limited: bool,
        weights: np.ndarray | None = None,
        entries: np.ndarray | None = None,
    ) -> None:
        graph = self.graph
        weights = graph.weights if weights is None else weights
        entries = entries if entries is not None else np.empty(0, dtype=abi.REWEIGHT)
        for_decode = self.decoder.reweight(entries)
        answer = self.decoder.decode(shot)
        for_edges = self.decoder.reweight(entries)
        correction = self.decoder.match_edges(shot)
        assert for_decode == for_edges == abi.OK, f"reweight says {for_decode}, {for_edges}"
        assert answer.status == correction.status, f"decode says {answer.status}, match_edges {correction.status}"
        if not possible:
            assert answer.status == abi.IMPOSSIBLE, f"an impossible shot has status {answer.status}"
            return
        truncated = answer.status == abi.TRUNCATED
        assert answer.status == abi.OK or (truncated and limited), f"status {answer.status}"
        assert bool(answer.report.flags & abi.REPORT_TRUNCATED) == truncated

        edges = correction.edges
        a = edges["a"].astype(np.int64)
        b = np.where(edges["b"] == abi.BOUNDARY, graph.detectors, edges["b"]).astype(np.int64)
        keys = graph.keys(a, b)
        assert np.all(np.diff(keys) > 0), "the edges are not in ascending order"
        index = np.searchsorted(graph.sorted_keys, keys)
        found = index < len(graph.sorted_keys)
        assert np.all(found) and np.array_equal(graph.sorted_keys[index], keys), "an edge is not in the graph"
        ends = np.concatenate([a, b])
        syndrome = np.bincount(ends, minlength=graph.detectors + 1)[: graph.detectors] & 1
        events = unpack(shot[None], graph.detectors)[0]
        assert np.array_equal(syndrome, events), "the edges do not explain the detection events"
        flips = np.bitwise_xor.reduce(graph.flips[index], axis=0)
        predicted = unpack(answer.observables[None], graph.observables)[0]
        assert np.array_equal(flips, predicted), "the observables are not those of the edges"

        weight = int(weights[index].sum())
        reported = answer.report.weight
        assert weight == correction.report.weight, f"edges weigh {weight}, reported {correction.report.weight}"
        assert weight == reported, f"match_edges found weight {weight}, decode {reported}"
        if truncated or self.may_be_heavier:
            assert weight >= expected, f"weight {weight} is below the lightest, {expected}"
        else:
            assert weight == expected, f"weight {weight}, expected {expected}"
        assert answer.report.detection_events == events.sum()
        negative = max(int(np.sum(weights < 0)), self.image.info.negative_edges)
        assert answer.report.grown_events <= answer.report.detection_events + 2 * negative
        assert answer.report.work <= self.decoder.needs.worst_case_work

    def _dump(self, shot: np.ndarray) -> str:
        FAILURES.mkdir(parents=True, exist_ok=True)
        test = os.environ.get("PYTEST_CURRENT_TEST", "shot").split("::")[-1].split(" ")[0]
        path = Path(FAILURES, "".join(ch if ch.isalnum() else "-" for ch in test).strip("-") + ".json")
        events = np.flatnonzero(unpack(shot[None], self.graph.detectors)[0]).tolist()
        path.write_text(
            json.dumps({"dem": self.dem, "distinct_weights": self.distinct_weights, "events": events})
        )
        return f"shrink it: Tests/python/shrink.py {path}"
