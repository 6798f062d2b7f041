"""The grid network of a decoder image, in NumPy: sections, whole-number arithmetic and rule, as GridRecords.swift states them.

Nothing here is shared with the library; the bytes are read anew.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np

NONE = 0xFFFF_FFFF


def sections(image: bytes) -> dict[int, bytes]:
    (count,) = struct.unpack_from("<I", image, 72)
    found = {}
    for k in range(count):
        kind, size, offset, elements = struct.unpack_from("<IIQQ", image, 128 + 32 * k)
        found[kind] = image[offset : offset + size * elements]
    return found


class Layer(NamedTuple):
    inputs: int
    outputs: int
    kernel: int
    shift: int
    zero: int
    weights: np.ndarray
    """(outputs, kernel, kernel, kernel, inputs), int64."""
    biases: np.ndarray
    multipliers: np.ndarray
    table: np.ndarray | None


class Edge(NamedTuple):
    a: int
    b: int
    """NONE for the boundary."""
    weight: int
    crosses: bool
    chain: np.ndarray
    """Places among the logits: 4 * voxel + channel."""


class GridImage:
    def __init__(self, image: bytes) -> None:
        self.sections = sections(image)
        record = struct.unpack("<4IiII", self.sections[20])
        self.rounds, self.rows, self.columns, self.margin, self.threshold, self.share, self.least = record
        (self.scale,) = struct.unpack_from("<d", image, 80)
        self.layers = self._layers()
        padded = [n + 2 * self.margin for n in (self.rounds, self.rows, self.columns)]
        self.input = np.frombuffer(self.sections[24], np.uint8).reshape(*padded, 4).astype(np.int64)
        self.places = np.frombuffer(self.sections[25], "<u4").reshape(-1, 3)
        self.edges = self._edges()

    def _layers(self) -> list[Layer]:
        layers, weights, numbers = [], self.sections[22], self.sections[23]
        records = np.frombuffer(self.sections[21], "<u4").reshape(-1, 5).tolist()
        for index, (inputs, outputs, kernel, shift, zero) in enumerate(records):
            blocks, groups = -(-outputs // 16), -(-inputs // 4)
            size = blocks * kernel**3 * groups * 64
            packed = np.frombuffer(weights[:size], np.int8).reshape(blocks, kernel, kernel, kernel, groups, 16, 4)
            weights = weights[size:]
            whole = packed.transpose(0, 5, 1, 2, 3, 4, 6).reshape(16 * blocks, kernel, kernel, kernel, 4 * groups)
            both = np.frombuffer(numbers[: 128 * blocks], "<i4").astype(np.int64).reshape(2, 16 * blocks)
            numbers = numbers[128 * blocks :]
            table = None
            if index + 1 < len(records):
                table, numbers = np.frombuffer(numbers[:256], np.uint8).astype(np.int64), numbers[256:]
            layers.append(
                Layer(inputs, outputs, kernel, shift, zero, whole[:outputs, ..., :inputs].astype(np.int64),
                      both[0, :outputs], both[1, :outputs], table)
            )  # fmt: skip
        assert not weights and not numbers
        return layers

    def _edges(self) -> list[Edge]:
        nodes = np.frombuffer(self.sections[1], "<u4").reshape(-1, 2).tolist()
        patterns = np.frombuffer(self.sections[2], "<u4").reshape(-1, 6).tolist()
        slots = np.frombuffer(self.sections[3], "<u4").reshape(-1, 2).tolist()
        own = np.frombuffer(self.sections[5], "<u4").tolist()
        starts, chains = (np.frombuffer(self.sections[kind], "<u4") for kind in (26, 27))
        edges = []
        for node, (pattern, _) in enumerate(nodes[:-1]):
            first_slot, _, _, _, first_own, own_count = patterns[pattern]
            _, origin, group = self.places[node].tolist()
            for rank in range(own_count):
                step, packed = slots[first_slot + own[first_own + rank]]
                begin, end = starts[group + rank : group + rank + 2].tolist()
                chain = (chains[begin:end].astype(np.int64) + origin) % (1 << 32)
                edges.append(
                    Edge(node, NONE if step == 0 else node + step, packed & 0x1FF_FFFF, packed >> 31 != 0, chain)
                )
        return edges

    def volume(self, detectors: np.ndarray) -> np.ndarray:
        """The first volume with its margin. detectors: (detectors,) of 0 and 1."""
        volume = self.input.copy().reshape(-1)
        shown = [p for p, fired in zip(self.places[:, 0].tolist(), detectors) if fired and p != NONE]
        volume[shown] = 2
        return volume.reshape(self.input.shape)

    def logits(self, detectors: np.ndarray) -> np.ndarray:
        """(T, D, D, 4) in halves of a weight."""
        x, inner = self.volume(detectors), (self.rounds, self.rows, self.columns)
        for layer in self.layers:
            reach = self.margin - layer.kernel // 2
            y = np.broadcast_to(layer.biases, (*inner, layer.outputs)).copy()
            for t in range(layer.kernel):
                for r in range(layer.kernel):
                    for c in range(layer.kernel):
                        begins = [k + reach for k in (t, r, c)]
                        part = x[tuple(slice(b, b + n) for b, n in zip(begins, inner))]
                        y += part @ layer.weights[:, t, r, c].T
            assert np.abs(y).max() < 1 << 31
            y = (y * layer.multipliers + (1 << (layer.shift - 1))) >> layer.shift
            if layer.table is None:
                return np.clip(y, -(1 << 25), 1 << 25)
            x = np.full((*(n + 2 * self.margin for n in inner), layer.outputs), layer.zero, np.int64)
            m = self.margin
            x[m : m + inner[0], m : m + inner[1], m : m + inner[2]] = layer.table[np.clip(y, -128, 127) + 128]
        raise AssertionError("there is no last layer")

    def outcome(self, detectors: np.ndarray) -> tuple[np.ndarray, int, list[tuple[int, int, int]], int]:
        """Residual, frame, (a, b, weight) of each change, and the number of edges accepted."""
        logits = self.logits(detectors).reshape(-1)
        best: dict[int, tuple[int, int]] = {}
        scores = {}
        for index, edge in enumerate(self.edges):
            ends = [end for end in (edge.a, edge.b) if end != NONE]
            if len(edge.chain) == 0 or not all(detectors[end] for end in ends):
                continue
            scores[index] = int(logits[edge.chain].sum())
            for end in ends:
                best[end] = max(best.get(end, (-(1 << 62), 0)), (scores[index], -index))
        residual, frame, accepted = detectors.copy(), 0, 0
        for index, score in scores.items():
            edge = self.edges[index]
            ends = [end for end in (edge.a, edge.b) if end != NONE]
            if score < self.threshold or self.threshold == 0x7FFF_FFFF:
                continue
            if all(best[end] == (score, -index) for end in ends):
                residual[ends] ^= 1
                frame ^= int(edge.crosses)
                accepted += 1
        changes = []
        for edge in self.edges if self.share else []:
            if len(edge.chain) == 0:
                continue
            half = (256 - self.share) * (edge.weight // 2) - self.share * int(logits[edge.chain].min())
            weight = min(max(2 * ((half + 128) >> 8), self.least), 33_554_430)
            changes.append((edge.a, edge.b, weight))
        return residual, frame, changes, accepted
