"""Boost round by round, stop in time, and go on from a checkpoint as if nothing had ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.serving.boosting import xgboost
from pipelines.steps.checkpoints import Checkpoint, Checkpoints


@dataclass(frozen=True)
class Boosting:
    """What is boosted: xgboost's parameters, its metric, and when it is enough.

    It ends after `rounds`, or when the metric of the validation rows has not become better for
    `patience` of them.
    """

    parameters: Mapping[str, Any]
    metric: str
    more_is_better: bool
    rounds: int
    patience: int


@dataclass(frozen=True)
class Boosted:
    """A booster of its best rounds, their number, and what the best of them reached."""

    booster: Any
    rounds: int
    best: float


def boost(
    plan: Boosting,
    train: Any,
    validation: Any,
    checkpoints: Checkpoints | None = None,
    *,
    tells_rounds: bool = False,
) -> Boosted:
    """Boost on DMatrix objects; the same arguments give the same bytes, interrupted or not.

    What xgboost draws by chance goes on from where it was in memory, which no file keeps: so with
    checkpoints every booster begins anew at each of them, with a seed of its own.
    """
    found = checkpoints.latest() if checkpoints else None
    history = list(found.history) if found else []
    best = _best(plan, history)
    booster = _booster(plan, train, validation, len(history), found.booster if found else None)
    while (number := len(history)) < plan.rounds and number - 1 - best < plan.patience:
        booster.update(train, number)
        history.append(_measured(booster, validation, number))
        best = number if _is_better(plan, history[number], history[best]) else best
        if tells_rounds:
            print(f"round={number + 1} validation:{plan.metric}={history[-1]:.6f}", flush=True)
        if checkpoints and len(history) % checkpoints.every == 0:
            raw = bytes(booster.save_raw("ubj"))
            checkpoints.keep(Checkpoint(tuple(history), raw))
            booster = _booster(plan, train, validation, len(history), raw)
    # As xgboost's own early stopping leaves it.
    booster.set_attr(best_iteration=str(best), best_score=str(history[best]))
    return Boosted(booster[: best + 1], best + 1, history[best])


def _booster(plan: Boosting, train: Any, validation: Any, done: int, raw: bytes | None) -> Any:
    parameters = {**plan.parameters, "seed": plan.parameters["seed"] + done}
    model = bytearray(raw) if raw is not None else None
    return xgboost().Booster(parameters, cache=[train, validation], model_file=model)


def _measured(booster: Any, validation: Any, number: int) -> float:
    # xgboost writes "[7]\tvalidation-auc:0.98", with every digit.
    told = str(booster.eval_set([(validation, "validation")], number))
    return float(told.rpartition(":")[2])


def _best(plan: Boosting, history: Sequence[float]) -> int:
    """Find the best round, of equals the first."""
    best = 0
    for number, value in enumerate(history):
        best = number if _is_better(plan, value, history[best]) else best
    return best


def _is_better(plan: Boosting, value: float, best: float) -> bool:
    return value > best if plan.more_is_better else value < best
