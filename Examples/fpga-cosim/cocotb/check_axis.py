"""Builds the RTL for Icarus, runs test_axis.py in it, and compares frames and digests with check_stream.py's.

    check_axis.py STREAM SHOTS READY

Run by run.sh in its build folder, behind check_stream.py, with the venv's Python."""

from __future__ import annotations

import sys
from pathlib import Path

from cocotb_tools.check_results import get_results
from cocotb_tools.runner import get_runner

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent))

from check_stream import STREAMS, first_rounds, require_beginning  # noqa: E402
from cosim import facts_of, require, write_memory  # noqa: E402


def main() -> None:
    name, shots, ready = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    stream = next(stream for stream in STREAMS if stream.name == name)
    words = [int(word, 16) for word in stream.path("hex").read_text().split()]
    rounds = shots * stream.rounds_of_shot
    memory = stream.path("cocotb.hex").resolve()
    write_memory(memory, part := first_rounds(words, rounds))
    frames = stream.path("cocotb.frames").resolve()

    runner = get_runner("icarus")
    rtl = here.parent / "rtl"
    runner.build(sources=[here / "tb_axis.sv", rtl / "lfsr.sv", rtl / "syndrome_player.sv", rtl / "frame_sink.sv"],
                 hdl_toplevel="tb_axis", build_args=["-g2012"], build_dir="cocotb", log_file="cocotb-build.log",
                 always=True)  # fmt: skip
    results = runner.test(
        test_module="test_axis", hdl_toplevel="tb_axis", build_dir="cocotb", test_dir="cocotb", log_file="cocotb.log",
        plusargs=[f"+memory={memory}", f"+words={len(part)}", f"+frames={frames}"],
        extra_env={"COSIM_IMAGE": str(stream.path("image").resolve()), "COSIM_CONFIG": str(stream.config),
                   "COSIM_ROUNDS": str(rounds), "COSIM_READY": ready})  # fmt: skip
    tests, failed = get_results(results)
    require(tests == 1 and failed == 0, "cocotb's test passes; cocotb.log tells")
    told = facts_of(Path("cocotb/cocotb.told").read_text())
    require(told["full"] > 0, "the decoder said FULL under cocotb")
    require_beginning(stream, rounds, frames, Path("cocotb/cocotb.digests"))
    print(f"{name:9}{'cocotb':9}{shots:6}{rounds:8}{told['frames']:8}{'':10}{told['full']:9}")


if __name__ == "__main__":
    main()
