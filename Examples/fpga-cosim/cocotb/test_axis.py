"""Rounds from RTL through ctypes into libdecant.so, and frames back, with random pauses on both streams.

cocotb runs this inside of Icarus; check_axis.py sets it up, and compares what comes out."""

from __future__ import annotations

import ctypes
import logging
import os
import random
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, RisingEdge
from cocotbext.axi import AxiStreamBus, AxiStreamFrame, AxiStreamSink, AxiStreamSource
from decant import _ffi


class Decoder:
    """decant.h by ctypes, as it is."""

    def __init__(self, image: bytes, flags: int) -> None:
        self.config = _ffi.decant_config(flags=flags)
        needs = _ffi.decant_requirements()
        self.image = aligned(len(image))
        ctypes.memmove(self.image, image, len(image))
        status = _ffi.core.decant_decoder_measure(self.image, len(image), self.config, needs)
        assert status == _ffi.OK, status
        self.workspace = aligned(needs.workspace_size)
        self.decoder = ctypes.c_void_p()
        status = _ffi.core.decant_decoder_init(
            self.workspace, needs.workspace_size, self.image, len(image), self.config, self.decoder
        )
        assert status == _ffi.OK, status
        self.observables_size = needs.observables_size
        self.next = self.full = self.windows = 0

    def push(self, bits: bytes, flags: int) -> int:
        round = _ffi.decant_round(sequence=self.next, flags=flags)
        status = _ffi.core.decant_stream_push(self.decoder, round, bits, len(bits))
        assert status >= 0, status
        if status == _ffi.FULL:
            self.full += 1
        else:
            self.next = 0 if flags & _ffi.ROUND_LAST else self.next + 1
            self.windows += status != _ffi.PENDING
        return status

    def pop(self) -> bytes | None:
        frame = _ffi.decant_frame()
        observables = ctypes.create_string_buffer(self.observables_size)
        status = _ffi.core.decant_stream_pop(self.decoder, frame, observables, self.observables_size)
        if status == _ffi.EMPTY:
            return None
        assert status == _ffi.OK, status
        rounds = frame.first_round.to_bytes(4, "little") + frame.last_round.to_bytes(4, "little")
        return rounds + bytes([frame.flags]) + observables.raw

    def digest(self) -> int:
        value = ctypes.c_uint64()
        assert _ffi.core.decant_digest(self.decoder, value) == _ffi.OK
        return value.value


def aligned(size: int) -> ctypes.Array:
    """64-byte aligned memory."""
    room = ctypes.create_string_buffer(size + 64)
    return (ctypes.c_char * size).from_buffer(room, -ctypes.addressof(room) % 64)


def pauses(seed: int, share: float):
    whim = random.Random(seed)
    while True:
        yield whim.random() < share


@cocotb.test()
async def rounds_become_frames(dut) -> None:
    decoder = Decoder(Path(os.environ["COSIM_IMAGE"]).read_bytes(), int(os.environ["COSIM_CONFIG"]))
    rounds = int(os.environ["COSIM_ROUNDS"])
    cocotb.start_soon(Clock(dut.clk, 4, unit="ns").start())
    sink = AxiStreamSink(AxiStreamBus.from_prefix(dut, "rounds"), dut.clk, dut.rst)
    source = AxiStreamSource(AxiStreamBus.from_prefix(dut, "frames"), dut.clk, dut.rst)
    for stream in sink, source:
        stream.log.setLevel(logging.WARNING)
    sink.set_pause_generator(pauses(1, 0.3))
    source.set_pause_generator(pauses(2, 0.3))
    sink.queue_occupancy_limit_frames = 1
    dut.period.value, dut.pause.value, dut.ready.value = 0, 64, int(os.environ["COSIM_READY"])
    dut.rst.value = 1
    await ClockCycles(dut.clk, 4)
    dut.rst.value = 0

    sent = 0

    async def send() -> None:
        """Frames leave in their order, one at a time, as the sink takes them."""
        nonlocal sent
        while True:
            frame = decoder.pop()
            if frame is None:
                await RisingEdge(dut.clk)
                continue
            sent += 1
            await source.send(AxiStreamFrame(frame))
            await source.wait()

    cocotb.start_soon(send())
    with open("cocotb.digests", "w") as digests:
        for _ in range(rounds):
            round = await sink.recv()
            flags = round.tuser if isinstance(round.tuser, int) else round.tuser[0]
            number = decoder.next
            while (status := decoder.push(bytes(round.tdata), flags)) == _ffi.FULL:
                await RisingEdge(dut.clk)
            digests.write(f"{number} {status} {decoder.digest():016x}\n")
    for _ in range(100_000):
        await RisingEdge(dut.clk)
        if int(dut.frames.value) == decoder.windows and source.idle():
            break
    assert int(dut.done.value) == 1
    assert int(dut.frames.value) == sent == decoder.windows > 0
    Path("cocotb.told").write_text(f"cycles=0 rounds={rounds} frames={sent} full={decoder.full}\n")
