"""Matching graphs and shots for the conformance tests: the families of codes and the awkward shapes.

Everything is drawn from a generator that the caller seeds, so a failure can be repeated.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Callable, NamedTuple

import numpy as np
import stim

Rng = np.random.Generator


class Mechanism(NamedTuple):
    """An error that flips one or two detectors."""

    probability: float
    a: int
    b: int | None = None
    """None: the boundary."""
    observables: tuple[int, ...] = ()

    def text(self) -> str:
        ends = f"D{self.a}" if self.b is None else f"D{self.a} D{self.b}"
        return f"error({self.probability!r}) {ends}" + "".join(f" L{k}" for k in self.observables)


@dataclass
class Graph:
    """Detectors and the mechanisms between them; mechanisms may be parallel."""

    detectors: int
    mechanisms: list[Mechanism] = field(default_factory=list)

    def dem(self) -> str:
        lines = [mechanism.text() for mechanism in self.mechanisms]
        return "\n".join(lines + [f"detector D{self.detectors - 1}"]) + "\n"

    def add(self, probability: float, a: int, b: int | None = None, *observables: int) -> None:
        self.mechanisms.append(Mechanism(float(probability), int(a), None if b is None else int(b), observables))


def probability_of(weight: float) -> float:
    """The probability whose log-likelihood weight this is."""
    return 1 / (1 + math.exp(weight))


class Weights(NamedTuple):
    """A way to draw the probability of a mechanism, and how finely its weight is to be kept."""

    draw: Callable[[Rng], float]
    distinct_weights: int | None = None


def small_integers(largest: int) -> Weights:
    """Weights 1 ... largest, kept as these integers where the largest is drawn: a graph full of ties."""
    return Weights(lambda rng: probability_of(int(rng.integers(1, largest + 1))), largest + 1)


UNIT = Weights(lambda rng: probability_of(1), 2)
USUAL = Weights(lambda rng: rng.uniform(0.001, 0.1), 10001)
WIDE = Weights(lambda rng: 10 ** rng.uniform(-12, math.log10(0.49)))
SIGNED = Weights(lambda rng: rng.uniform(0.01, 0.3) if rng.random() < 0.8 else rng.uniform(0.7, 0.99), 10001)
SIGNED_FINE = SIGNED._replace(distinct_weights=None)
WITH_ZEROS = Weights(lambda rng: 0.5 if rng.random() < 0.3 else rng.uniform(0.01, 0.4), 10001)
SIGNED_INTEGERS = Weights(lambda rng: probability_of(int(rng.integers(-2, 4))), 4)


def random_observables(rng: Rng, observables: int) -> tuple[int, ...]:
    """Usually none or one, sometimes several."""
    count = min(int(rng.geometric(0.6)) - 1, observables)
    return tuple(sorted(int(k) for k in rng.choice(observables, size=count, replace=False)))


# Graphs


def random_multigraph(
    rng: Rng, nodes: int, edges: int, boundary_edges: int, weights: Weights, observables: int = 3
) -> Graph:
    """Random ends, parallel edges likely, nothing said about connectedness."""
    graph = Graph(nodes)
    for _ in range(edges):
        a, b = sorted(rng.choice(nodes, size=2, replace=False))
        graph.add(weights.draw(rng), a, b, *random_observables(rng, observables))
    for _ in range(boundary_edges):
        graph.add(weights.draw(rng), int(rng.integers(nodes)), None, *random_observables(rng, observables))
    return graph


def complete(rng: Rng, nodes: int, weights: Weights, boundary: bool) -> Graph:
    graph = Graph(nodes)
    for b in range(nodes):
        for a in range(b):
            graph.add(weights.draw(rng), a, b, *random_observables(rng, 4))
        if boundary and rng.random() < 0.3:
            graph.add(weights.draw(rng), b)
    return graph


def lattice(rng: Rng, shape: tuple[int, ...], weights: Weights, *, periodic: bool, diagonals: bool = False) -> Graph:
    """A box of detectors. Open: both ends of the first axis lead to the boundary. Periodic: closed in every
    direction, as a toric code with perfect first and last rounds. Observable k crosses axis k once.
    Diagonals (in the first two axes) make triangles, and so blossoms."""
    ids = np.arange(math.prod(shape)).reshape(shape)
    graph = Graph(ids.size)
    steps = [tuple(int(axis == k) for axis in range(len(shape))) for k in range(len(shape))]
    if diagonals:
        steps.append((1, 1, *(0 for _ in shape[2:])))
    for place in np.ndindex(shape):
        for step in steps:
            to = tuple(x + s for x, s in zip(place, step))
            crossed = tuple(k for k, (x, size) in enumerate(zip(to, shape)) if x == size)
            wrapped = tuple(x % size for x, size in zip(to, shape))
            if (periodic or not crossed) and wrapped != place:
                graph.add(weights.draw(rng), ids[place], ids[wrapped], *(crossed if periodic else ()))
        if not periodic and place[0] == 0:
            graph.add(weights.draw(rng), ids[place], None, 0)
        if not periodic and place[0] == shape[0] - 1:
            graph.add(weights.draw(rng), ids[place], None)
    return graph


def ring(rng: Rng, nodes: int, weights: Weights) -> Graph:
    graph = Graph(nodes)
    for a in range(nodes):
        graph.add(weights.draw(rng), a, (a + 1) % nodes, *((0,) if a == 0 else ()))
    return graph


def star(rng: Rng, leaves: int, weights: Weights) -> Graph:
    """A hub without a boundary edge; the leaves have one."""
    graph = Graph(leaves + 1)
    for leaf in range(1, leaves + 1):
        graph.add(weights.draw(rng), 0, leaf, leaf % 5)
        graph.add(weights.draw(rng), leaf, None, leaf % 3)
    return graph


def boundary_only(rng: Rng, nodes: int, weights: Weights) -> Graph:
    """Detectors that know nothing but the boundary, and isolated ones between them."""
    graph = Graph(2 * nodes)
    for node in range(nodes):
        graph.add(weights.draw(rng), 2 * node, None, node % 4)
    return graph


def disjoint(*graphs: Graph) -> Graph:
    """The graphs side by side."""
    union = Graph(0)
    for graph in graphs:
        for m in graph.mechanisms:
            b = None if m.b is None else m.b + union.detectors
            union.mechanisms.append(m._replace(a=m.a + union.detectors, b=b))
        union.detectors += graph.detectors
    return union


# Detector error models from circuits


def memory_circuit(task: str, distance: int, rounds: int, p: float) -> stim.Circuit:
    """Stim's memory experiment with all four noise arguments at p."""
    return stim.Circuit.generated(
        task,
        distance=distance,
        rounds=rounds,
        after_clifford_depolarization=p,
        before_round_data_depolarization=p,
        before_measure_flip_probability=p,
        after_reset_flip_probability=p,
    )


def memory_dem(task: str, distance: int, rounds: int, p: float) -> stim.DetectorErrorModel:
    return memory_circuit(task, distance, rounds, p).detector_error_model(decompose_errors=True)


def graph_of(dem: stim.DetectorErrorModel) -> Graph:
    """The mechanisms of a decomposed model, one for each component of each error."""
    graph = Graph(dem.num_detectors)
    for instruction in dem.flattened():
        if instruction.type == "error":
            for targets in instruction.target_groups():
                ends = sorted(t.val for t in targets if t.is_relative_detector_id())
                observables = (t.val for t in targets if t.is_logical_observable_id())
                if 1 <= len(ends) <= 2:
                    b = ends[1] if len(ends) == 2 else None
                    graph.add(instruction.args_copy()[0], ends[0], b, *observables)
    return graph


# Shots: uint8 arrays, one row a shot, bit-packed


def pack(events: np.ndarray) -> np.ndarray:
    return np.packbits(events.astype(np.uint8), axis=1, bitorder="little")


def unpack(shots: np.ndarray, bits: int) -> np.ndarray:
    return np.unpackbits(shots, axis=1, count=bits, bitorder="little")


def sample(dem: str, shots: int, seed: int) -> np.ndarray:
    """What the model says will happen."""
    detectors, _, _ = stim.DetectorErrorModel(dem).compile_sampler(seed=seed).sample(shots, bit_packed=True)
    return detectors


def random_errors(rng: Rng, graph: Graph, shots: int, rate: float) -> np.ndarray:
    """Each mechanism happens at this rate, whatever its own probability: always a possible syndrome."""
    events = np.zeros((shots, graph.detectors), dtype=np.uint8)
    for m in graph.mechanisms:
        happened = rng.random(shots) < rate
        events[:, m.a] ^= happened
        if m.b is not None:
            events[:, m.b] ^= happened
    return pack(events)


def random_events(rng: Rng, detectors: int, shots: int) -> np.ndarray:
    """Any detectors, from none to all of them in a shot: often impossible where there is no boundary."""
    rates = rng.choice([0.02, 0.1, 0.3, 0.5, 0.9, 1.0], size=(shots, 1))
    return pack(rng.random((shots, detectors)) < rates)
