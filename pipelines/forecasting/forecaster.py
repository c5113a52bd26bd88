"""A trained forecast as its archive keeps it: JSON alone, and the code that makes it forecast."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.errors import InvalidInput
from pipelines.forecasting.linear import Linear
from pipelines.forecasting.windows import Matrix, Windows, windows
from pipelines.models.description import ModelDescription
from pipelines.models.series_table import Hours, series_of
from pipelines.serving.archive import files_of_archive, files_of_folder
from pipelines.serving.boosting import xgboost

BOOSTER = "model.json"
FORECASTER = "forecaster.json"
FILES = (BOOSTER, FORECASTER)
_VERSION = 1
# Eight of ten hours are to lie between the bounds of a forecast.
LOWER, UPPER = 0.1, 0.9


@dataclass(frozen=True)
class Learnt:
    """What training learnt besides the trees.

    `scale` is the mean error of the value one (shortest) season before, over the hours trained on:
    the unit of mase. `lower` and `upper` are, per step, quantiles of the validation hours' errors.
    """

    linear: Linear
    scale: float
    lower: tuple[float, ...]
    upper: tuple[float, ...]


@dataclass(frozen=True)
class Forecast:
    """Forecasts per origin (axis 0) and step (axis 1), with their bounds and the baselines."""

    value: Matrix
    lower: Matrix
    upper: Matrix
    baselines: Mapping[str, Matrix]


class Forecaster:
    """A forecast that is ready to be made."""

    def __init__(self, model: ModelDescription, booster: Any, learnt: Learnt) -> None:
        self.model = model
        self.learnt = learnt
        self._booster = booster

    def forecast(self, hours: Hours, origins: Sequence[int]) -> Forecast:
        """Forecast from some origins; evaluation and batches both call this and nothing else."""
        found = windows(self.model, hours, origins)
        value = boosted(self._booster, found)
        return Forecast(
            value=value,
            lower=value + np.asarray(self.learnt.lower),
            upper=value + np.asarray(self.learnt.upper),
            baselines=self._baselines(found),
        )

    def contributions(self, hours: Hours, origins: Sequence[int]) -> tuple[Windows, Matrix]:
        """Tell how far each column moves each forecast, the last column being the constant."""
        found = windows(self.model, hours, origins)
        matrix = xgboost().DMatrix(found.rows)
        return found, np.asarray(self._booster.predict(matrix, pred_contribs=True))

    def _baselines(self, found: Windows) -> dict[str, Matrix]:
        seasonal = {
            f"same hour {season} h before": values for season, values in found.seasonal.items()
        }
        return {
            "last value": found.last,
            **seasonal,
            "linear": self.learnt.linear.predict(found),
        }


def boosted(booster: Any, found: Windows) -> Matrix:
    """Add what the trees tell to the anchor of each origin and step."""
    told = np.asarray(booster.predict(xgboost().DMatrix(found.rows)), dtype=np.float64)
    return np.asarray(found.anchor + told.reshape(found.anchor.shape))


def write_forecaster(model: ModelDescription, booster: Any, learnt: Learnt, folder: Path) -> None:
    """Write the files of an archive."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "schema_version": _VERSION,
        "takes": _takes(model),
        "scale": learnt.scale,
        "lower": learnt.lower,
        "upper": learnt.upper,
        "linear": learnt.linear.to_json(),
    }
    text = json.dumps(document, indent=2, sort_keys=True, allow_nan=False) + "\n"
    (folder / BOOSTER).write_bytes(bytes(booster.save_raw("json")))
    (folder / FORECASTER).write_text(text, encoding="utf-8")


def read_forecaster(path: Path, model: ModelDescription) -> Forecaster:
    """Read a folder or model.tar.gz, which must have been trained for this description."""
    read = files_of_folder if path.is_dir() else files_of_archive
    contents = read(path, FILES)
    missing = [name for name in FILES if name not in contents]
    if missing:
        held = ", ".join(sorted(contents)) or None
        raise InvalidInput(path.name, f"must hold {missing[0]}", got=held)
    try:
        document = json.loads(contents[FORECASTER])
        if document["schema_version"] != _VERSION:
            raise ValueError(f"schema_version {document['schema_version']}")
        learnt = Learnt(
            linear=Linear.from_json(document["linear"]),
            scale=float(document["scale"]),
            lower=tuple(float(one) for one in document["lower"]),
            upper=tuple(float(one) for one in document["upper"]),
        )
        takes = document["takes"]
        booster = xgboost().Booster(model_file=bytearray(contents[BOOSTER]))
        booster.set_param({"nthread": 1})
    except (ValueError, KeyError, TypeError, xgboost().core.XGBoostError) as error:
        first = (str(error).splitlines() or [""])[0]
        raise InvalidInput(path.name, "must hold a forecast of this platform", got=first) from error
    if takes != _takes(model):
        raise InvalidInput(
            path.name,
            f"must be trained for the description of model {model.name}",
            got=f"one of {takes.get('model') if isinstance(takes, dict) else takes!r}",
        )
    return Forecaster(model, booster, learnt)


def _takes(model: ModelDescription) -> dict[str, Any]:
    """Tell what a forecast is made from, in the form that JSON gives back."""
    series = asdict(series_of(model))
    # How it is judged does not change what it takes.
    series.pop("origin_every")
    takes = {
        "model": model.name,
        "target": model.target,
        "features": model.features,
        "series": series,
    }
    return dict(json.loads(json.dumps(takes)))
