"""Makes the files of this folder: `python make_data.py` (Stim 1.16.0).

Another version of Stim, or a processor with another vector width, draws other shots from the same seed.

The detector error model is Stim's, loops folded, with its probabilities to six digits, which saves a quarter.
"""

from __future__ import annotations

import re
from pathlib import Path

import stim

DISTANCE, ROUNDS, P = 13, 13, 0.006
SHOTS, SEED = 1000, 13
FILES = Path(__file__).parent / f"rotated_memory_z_d{DISTANCE}_r{ROUNDS}_p{P}"


def main() -> None:
    circuit = stim.Circuit.generated(
        "surface_code:rotated_memory_z",
        distance=DISTANCE,
        rounds=ROUNDS,
        after_clifford_depolarization=P,
        before_round_data_depolarization=P,
        before_measure_flip_probability=P,
        after_reset_flip_probability=P,
    )
    circuit.to_file(f"{FILES}.stim")

    model = str(circuit.detector_error_model(decompose_errors=True, flatten_loops=False))
    model = re.sub(r"error\((.*?)\)", lambda found: f"error({float(found[1]):.6g})", model)
    Path(f"{FILES}.dem").write_text(model + "\n")

    circuit.compile_detector_sampler(seed=SEED).sample_write(
        SHOTS,
        filepath=f"{FILES}.dets.b8",
        format="b8",
        obs_out_filepath=f"{FILES}.obs.b8",
        obs_out_format="b8",
    )


if __name__ == "__main__":
    main()
