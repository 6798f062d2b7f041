"""`python -m decant.train`: trains a grid network from a shell, and goes on where it was interrupted."""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp

from .._ffi import VERSION_STRING
from .._status import Error, bad_argument
from . import checkpoint
from .data import Feed, Memory
from .network import Architecture
from .optimiser import Schedule, optimiser
from .training import State, Trainer

_RATES = {"1": 3e-4, "2": 2e-4, "3": 1e-4, "4": 2e-4, "5": 1e-4}
"""Published learning rates; smaller networks bear larger ones."""
_OTHERS_RATE = 1e-3
_TYPES = {"bf16": jnp.bfloat16, "fp32": jnp.float32}
_NOT_OF_THE_RECIPE = {"out", "checkpoint", "resume", "minutes", "threads", "report_every", "save_every"}


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="python -m decant.train", description="Trains a grid network, on all devices that JAX finds."
    )
    options.add_argument("--model", default="tiny", help="1 to 5, as published; tiny; or widths such as 128,128,128,4")
    options.add_argument("--distance", type=int, required=True)
    options.add_argument("--rounds", type=int, help="the readout included; as many as the distance if not given")
    options.add_argument("--noise", type=float, default=0.006, help="error rate (default: 0.006, as published)")
    options.add_argument("--preset", choices=["uniform", "si1000", "scalar"], default="uniform")
    options.add_argument("--orientation", default="O1", help="O1 to O4")
    options.add_argument("--labels", choices=["plain", "spacelike", "full", "teacher"], default="full")
    options.add_argument("--batch", type=int, default=512, help="shots of a step, half of them in each basis")
    options.add_argument("--steps", type=int, required=True, help="in all, the interrupted ones included")
    options.add_argument("--minutes", type=float, help="stop after so long; --resume goes on")
    options.add_argument("--rate", type=float, help="largest learning rate (default: as published; else 0.001)")
    options.add_argument("--warm_up", type=int, default=100, help="steps until then")
    options.add_argument("--decay", choices=["cosine", "steps", "constant"], default="cosine")
    options.add_argument("--weight_decay", type=float, default=1e-7)
    options.add_argument("--clip", type=float, default=1.0, help="length that gradients are cut down to")
    options.add_argument("--dropout", type=float, default=0.05, help="share of channels")
    options.add_argument("--averaging", type=float, default=0.999, help="decay of the mean that is exported")
    options.add_argument("--precision", choices=list(_TYPES), default="bf16", help="of convolutions")
    options.add_argument("--seed", type=int, default=0, help="of parameters and shots")
    options.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="that draw shots")
    options.add_argument("--out", type=Path, required=True, help="where the network goes, SafeTensors")
    options.add_argument("--checkpoint", type=Path, help="folder of the state (default: --out with .state)")
    options.add_argument("--resume", action="store_true", help="go on from --checkpoint")
    options.add_argument("--report_every", type=int, default=100, help="steps")
    options.add_argument("--save_every", type=int, default=1000, help="steps")
    return options


def train(given: argparse.Namespace) -> None:
    """Raises `Error` for what is not possible, FloatingPointError when the loss is no number any more."""
    architecture, memory = Architecture.of(given.model), _memory(given)
    devices = jax.device_count()
    _check(given)
    if given.batch % (2 * devices):
        raise bad_argument(f"--batch is {given.batch}, no multiple of {2 * devices}: 2 bases on {devices} devices")
    rate = _RATES.get(given.model, _OTHERS_RATE) if given.rate is None else given.rate
    schedule = Schedule(rate, given.steps, given.warm_up, given.decay)
    trainer = Trainer(
        memory,
        optimiser(schedule, weight_decay=given.weight_decay, clip=given.clip),
        dtype=_TYPES[given.precision],
        dropout=given.dropout,
        averaging=given.averaging,
        seed=given.seed,
    )
    recipe = ", ".join(f"{name} {value}" for name, value in vars(given).items() if name not in _NOT_OF_THE_RECIPE)
    folder = given.checkpoint or given.out.with_name(given.out.name + ".state")
    state = trainer.begin(architecture)
    if given.resume:
        state = trainer.placed(checkpoint.load(folder, state, recipe))

    def save(state: State, step: int) -> None:
        told = {"recipe": recipe, "step": str(step), "trained_by": f"decant {VERSION_STRING}, jax {jax.__version__}"}
        checkpoint.export(given.out, architecture, state.mean, told)
        checkpoint.save(folder, state, recipe)

    given.out.parent.mkdir(parents=True, exist_ok=True)  # What can fail shall fail now.
    folder.mkdir(parents=True, exist_ok=True)
    with Feed(memory, given.seed, given.batch, given.threads, trainer.of_shots) as feed:
        _run(given, trainer, feed, state, save)


def _run(
    given: argparse.Namespace, trainer: Trainer, feed: Feed, state: State, save: Callable[[State, int], None]
) -> None:
    begin = int(state.step)
    print(f"{jax.device_count()} x {jax.devices()[0].device_kind}, steps {begin} to {given.steps}", file=sys.stderr)
    start = since = time.monotonic()
    losses: list[jax.Array] = []
    waited = 0.0
    batches = feed.batches(begin, given.steps)
    for step in range(begin + 1, given.steps + 1):
        asked = time.monotonic()
        batch = next(batches)
        waited += time.monotonic() - asked
        state, loss = trainer.step(state, batch)
        if losses:
            losses[-1].block_until_ready()  # The device has the next step by now; no more than that shall pile up.
        losses.append(loss)
        is_over = given.minutes is not None and time.monotonic() - start > given.minutes * 60
        is_last = is_over or step == given.steps
        saves = is_last or step % given.save_every == 0
        if saves or step % given.report_every == 0:
            mean = float(jnp.stack(losses).mean())
            if not math.isfinite(mean):
                raise FloatingPointError(
                    f"the loss is no number any more by step {step}; go on from the last state, with a lower --rate"
                )
            spent = time.monotonic() - since
            print(
                f"step {step}  loss {mean:.4f}  shots/s {len(losses) * given.batch / spent:.0f}"
                f"  waiting for shots {waited / spent:.0%}",
                flush=True,
            )
            losses, waited, since = [], 0.0, time.monotonic()
        if saves:
            save(state, step)
            since = time.monotonic()
        if is_over and step < given.steps:
            print(f"Time is over after {step} of {given.steps} steps; --resume goes on.", file=sys.stderr)
        if is_last:
            return


def _check(given: argparse.Namespace) -> None:
    for name in ("steps", "batch", "report_every", "save_every", "threads"):
        if getattr(given, name) < 1:
            raise bad_argument(f"--{name} is {getattr(given, name)}; give at least 1")
    for name in ("dropout", "averaging", "rate", "weight_decay"):
        value = getattr(given, name)
        if value is not None and not 0 <= value < 1:
            raise bad_argument(f"--{name} is {value}; give a number from 0 on and below 1")
    if not given.clip > 0:
        raise bad_argument(f"--clip is {given.clip}; give a number above 0")


def _memory(given: argparse.Namespace) -> Memory:
    teacher = given.labels == "teacher"
    return Memory(
        given.distance,
        given.distance if given.rounds is None else given.rounds,
        given.noise,
        given.preset,
        given.orientation,
        "full" if teacher else given.labels,
        teacher,
    )


def main() -> int:
    try:
        train(_options().parse_args())
    except (Error, FloatingPointError, OSError) as problem:
        print(f"decant.train: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
