"""Changing images within an experiment: windows decoded before are the old weights', those behind the new weights', on
what the old ones have left. The reference is that of test_stream.py, by PyMatching, with a model for each window."""

from __future__ import annotations

from typing import Iterator

import numpy as np
import pytest
import stim

import decant_abi as abi
from test_stream import Correction, Experiment, WindowReference, circuit_dem, errors_in_company, with_fewer_ties

Rng = np.random.Generator


class ChangingReference(WindowReference):
    """Windows that end at round `change` or before are cut out of the first model, others out of the second. Weights are
    told on the scale of the first."""

    def __init__(self, old: WindowReference, new: WindowReference, ratio: float) -> None:
        self.old, self.new, self.ratio, self.change = old, new, ratio, 0
        self.experiment = old.experiment
        self.commit, self.buffer, self.first_commit = old.commit, old.buffer, old.first_commit

    def corrections(self, events: np.ndarray, first: int, end: int, committed: int, is_last: bool) -> Iterator[Correction]:
        if end <= self.change:
            yield from self.old.corrections(events, first, end, committed, is_last)
            return
        for correction in self.new.corrections(events, first, end, committed, is_last):
            yield correction._replace(weight=correction.weight * self.ratio)


@pytest.mark.parametrize("window", [(1, 1), (3, 3), (2, 5)], ids=str)
@pytest.mark.parametrize("code, distance", [("rotated_memory_x", 3), ("surface:Z:ZH", 3), ("repetition_code:memory", 5)])
def test_windows_behind_a_change_have_the_new_weights(
    rng: Rng, many: int, code: str, distance: int, window: tuple[int, int]
) -> None:
    """Frame by frame, a change behind any round; and the same frames are not those of one image alone."""
    rates = (0.004, 0.03) if not code.startswith("repetition") else (0.01, 0.12)
    rounds, references, images = 20, [], []
    for p in rates:
        def model(count: int, p: float = p):
            dem = with_fewer_ties(circuit_dem(code, distance, count, p))
            # With other kinds of error growing more likely than the rest, weights change in more than their scale.
            return tilted(dem) if p == rates[1] else dem

        images.append(abi.compile_image(str(model(15)), stream=True))
        least = abi.stream_info(images[-1]).least_first_commit
        references.append(WindowReference(Experiment(model(rounds)), Experiment(model(40)), *window, least))
    scale, other = (image.info.weight_scale for image in images)
    reference = ChangingReference(*references, other / scale)
    experiment, parted = reference.experiment, 0
    spare = [abi.Decoder(image, window=window) for image in images]
    for shot in references[1].experiment.sample(60 * many, int(rng.integers(1 << 62))):
        reference.change = int(rng.integers(0, experiment.rounds + 1))
        decoder, frames = spare[0], []
        assert abi.library.decant_decoder_reset(decoder.handle) == abi.OK
        for round in range(experiment.rounds):
            if round == reference.change:
                assert spare[1].take_over(decoder) == abi.OK
                decoder = spare[1]
            status = decoder.push(experiment.packed(shot, round), round, round == experiment.rounds - 1)
            assert status in (abi.OK, abi.PENDING)
            if status == abi.OK:
                frames.append(decoder.pop())
        assert reference.explains(frames, shot, scale)
        for only in references:
            alone = ChangingReference(references[0], references[1], other / scale)
            alone.change = experiment.rounds if only is references[0] else 0
            parted += 0 < reference.change < experiment.rounds and not alone.explains(frames, shot, scale)
    assert parted > 10 * many  # else this test could not fail


def test_what_committed_edges_say_outlives_a_change_to_the_same_weights(rng: Rng) -> None:
    """Nothing is lost between two decoders of one image; to weights of another scale, such words mean nothing."""
    rounds, dem = 24, errors_in_company(24, 2)
    image = abi.compile_image(dem, correlated=True, stream=True)
    other = abi.compile_image(dem.replace("error(0.01)", "error(0.009)"), correlated=True, stream=True)
    assert other.info.weight_scale != image.info.weight_scale
    experiment = Experiment(stim.DetectorErrorModel(dem))
    shot = np.zeros(3 * rounds, dtype=bool)
    shot[[3 * 8, 3 * 10 + 1]] = True
    told = {}
    for name, images in {"same": [image, image], "other": [image, other]}.items():
        told[name] = []
        for change in range(rounds):
            decoders = [abi.Decoder(each, correlated=True, window=(1, 3)) for each in images]
            decoder, flips = decoders[0], 0
            for round in range(rounds):
                if round == change:
                    assert decoders[1].take_over(decoder) == abi.OK
                    decoder = decoders[1]
                if decoder.push(experiment.packed(shot, round), round, round == rounds - 1) == abi.OK:
                    flips ^= decoder.pop()[1]
            told[name].append(flips)
    assert told["same"] == [1] * rounds
    assert 0 < sum(told["other"]) < rounds


def tilted(dem):
    """The model with every error that flips one detector twice as likely, and weights of the others brought nearer to each
    other."""
    changed = stim.DetectorErrorModel()
    for instruction in dem.flattened():
        if instruction.type != "error":
            changed.append(instruction)
            continue
        targets = instruction.targets_copy()
        ends = sum(target.is_relative_detector_id() for target in targets)
        p = instruction.args_copy()[0]
        changed.append("error", min(0.45, 2 * p if ends == 1 else p**0.8), targets)
    return changed
