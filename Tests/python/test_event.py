"""Event networks from outside: their weights serve any global decoder, and are those that our own decodes under.

PyMatching gets the weights that decant_predecode gives for a shot, in a graph of its own, and must find a matching
of the weight that our decoder finds under the network.
"""

from __future__ import annotations

import ctypes as c

import numpy as np
import pymatching
import pytest

import decant_abi as abi
import graphs as g

SHOTS = 60


class Network:
    """A decoder under a shipped event network, and what the network says of a shot."""

    def __init__(self, text: str, model: str) -> None:
        self.image = abi.compile_image(text, network=model)
        self.decoder = abi.Decoder(self.image, network=True)
        self.changes = np.empty(self.decoder.needs.max_weight_changes, dtype=abi.REWEIGHT)

    def predecode(self, shot: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weight changes, residual and frame of a bit-packed shot."""
        residual = np.full_like(shot, 0xFF)
        frame = np.full(self.decoder.needs.observables_size, 0xFF, dtype=np.uint8)
        count = c.c_size_t()
        status = abi.library.decant_predecode(
            self.decoder.handle, shot.ctypes.data, shot.size, residual.ctypes.data, residual.size, frame.ctypes.data,
            frame.size, self.changes.ctypes.data, self.changes.size, c.byref(count), None,
        )  # fmt: skip
        assert status == abi.OK
        return self.changes[: count.value].copy(), residual, frame


@pytest.fixture(scope="module", params=[("rotated_memory_z", "event"), ("rotated_memory_x", "event-small")])
def setting(request: pytest.FixtureRequest) -> tuple[Network, pymatching.Matching, np.ndarray]:
    code, model = request.param
    circuit = g.memory_circuit(f"surface_code:{code}", 5, 5, 0.008)
    dem = circuit.detector_error_model(decompose_errors=True)
    shots, _ = circuit.compile_detector_sampler(seed=7).sample(SHOTS, separate_observables=True, bit_packed=True)
    return Network(str(dem), model), pymatching.Matching.from_detector_error_model(dem), shots


def edges_of(matching: pymatching.Matching) -> dict[tuple[int, int], dict]:
    return {(a, abi.BOUNDARY if b is None else b): data for a, b, data in matching.edges()}


def test_pymatching_agrees_under_the_networks_weights(setting) -> None:
    network, matching, shots = setting
    scale = network.image.info.weight_scale
    edges = edges_of(matching)
    changed = 0
    for shot in shots:
        changes, residual, frame = network.predecode(shot)
        assert (residual == shot).all() and not frame.any()
        weights = {key: 2 * round(data["weight"] * scale) for key, data in edges.items()}
        for a, b, weight in changes.tolist():
            key = (a, b) if (a, b) in weights else (b, a)
            assert key in weights and weight > 0 and weight % 2 == 0
            changed += weight != weights[key]
            weights[key] = weight
        graph = pymatching.Matching()
        for (a, b), data in edges.items():
            options = {"fault_ids": data["fault_ids"], "weight": weights[a, b] // 2}
            if b == abi.BOUNDARY:
                graph.add_boundary_edge(a, **options)
            else:
                graph.add_edge(a, b, **options)
        bits = g.unpack(shot[None], matching.num_detectors)[0]
        _, weight = graph.decode(np.resize(bits, graph.num_detectors), return_weight=True)
        assert network.decoder.decode(shot).report.weight == 2 * round(weight)
    assert changed > 5 * SHOTS


def test_changes_name_edges_of_events_once(setting) -> None:
    network, matching, shots = setting
    edges = edges_of(matching)
    for shot in shots:
        changes, _, _ = network.predecode(shot)
        fired = set(np.flatnonzero(g.unpack(shot[None], matching.num_detectors)[0]).tolist())
        keys = {tuple(sorted((a, b))) for a, b, _ in changes.tolist()}
        assert len(keys) == len(changes)
        expected = {tuple(sorted(key)) for key in edges if fired & set(key)}
        assert keys == expected


def test_too_small_a_buffer_changes_nothing(setting) -> None:
    network, _, shots = setting
    shot = next(shot for shot in shots if shot.any())
    changes = np.full(1, 7, dtype=abi.REWEIGHT)
    count = c.c_size_t(99)
    status = abi.library.decant_predecode(
        network.decoder.handle, shot.ctypes.data, shot.size, None, 0, None, 0, changes.ctypes.data, 1, c.byref(count),
        None,
    )  # fmt: skip
    assert status == abi.BUFFER_TOO_SMALL and count.value == 99 and (changes == np.full(1, 7, abi.REWEIGHT)).all()
