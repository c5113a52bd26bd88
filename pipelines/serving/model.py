"""A trained model: what a model archive holds, and the one way to predict with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate, pairwise
from math import fsum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.errors import InvalidInput
from pipelines.models.kinds import Kind
from pipelines.serving.archive import files_of_archive, files_of_folder
from pipelines.serving.boosting import xgboost
from pipelines.serving.preprocessing import Features, Preprocessing

if TYPE_CHECKING:  # an endpoint does not read descriptions
    from pipelines.models.description import ModelDescription

MODEL = "model.json"
PREPROCESSING = "preprocessing.json"
SIGNATURE = "signature.json"
FILES = (MODEL, PREPROCESSING, SIGNATURE)


@dataclass(frozen=True)
class Signature:
    """What a model takes and gives."""

    model: str
    kind: Kind
    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    target: str
    classes: tuple[str, ...]

    @staticmethod
    def of(model: ModelDescription) -> Signature:
        """Return the signature of a described model."""
        return Signature(
            model.name, model.kind, model.numeric, model.categorical, model.target, model.classes
        )

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> Signature:
        """Read the document that is kept in a model archive."""
        return Signature(
            model=document["model"],
            kind=Kind(document["kind"]),
            numeric=tuple(document["numeric"]),
            categorical=tuple(document["categorical"]),
            target=document["target"],
            classes=tuple(document["classes"]),
        )

    @property
    def features(self) -> tuple[str, ...]:
        """Name the columns that a prediction is made from, in their order."""
        return self.numeric + self.categorical

    def to_json(self) -> dict[str, Any]:
        """Return the document that is kept in a model archive."""
        return {"schema_version": 1, **asdict(self), "outputs": self.outputs}

    @property
    def outputs(self) -> list[str]:
        """Name the columns of a prediction."""
        return ["prediction", *(f"probability_{label}" for label in self.classes)]


@dataclass(frozen=True)
class Prediction:
    """What a model says about one row: a class and how sure it is of each, or a number."""

    value: str | float
    probabilities: tuple[float, ...] = ()


class TrainedModel:
    """A model that is ready to predict."""

    def __init__(self, signature: Signature, preprocessing: Preprocessing, booster: Any) -> None:
        self.signature = signature
        self._preprocessing = preprocessing
        self._booster = booster

    def predict(self, rows: Sequence[Features]) -> list[Prediction]:
        """Predict row by row; evaluation and endpoint both call this and nothing else."""
        matrix = xgboost().DMatrix(self._preprocessing.transform(rows))
        # Shortest text that gives the same 32-bit number back, so that CSV and JSON agree.
        raw = [
            [float(str(number)) for number in row]
            for row in self._booster.predict(matrix).reshape(len(rows), -1)
        ]
        classes = self.signature.classes
        match self.signature.kind:
            case Kind.REGRESSION:
                return [Prediction(value) for (value,) in raw]
            case Kind.BINARY:
                return [
                    Prediction(classes[score >= 0.5], (round(1 - score, 9), score))
                    for (score,) in raw
                ]
            case Kind.MULTICLASS:
                return [Prediction(classes[row.index(max(row))], tuple(row)) for row in raw]
            case Kind.FORECAST:
                raise InvalidInput("model", "must answer row by row", got="kind forecast")

    def contributions(self, rows: Sequence[Features]) -> list[list[list[float]]]:
        """Tell how far each column moved each answer: by row, by answer, by column, the base last.

        The unit is that of the objective: log-odds of a class, or the target's own. What they and
        the base add up to is the answer (TreeSHAP,
        https://xgboost.readthedocs.io/en/stable/prediction.html).
        """
        widths = self._preprocessing.widths
        matrix = xgboost().DMatrix(self._preprocessing.transform(rows))
        raw = self._booster.predict(matrix, pred_contribs=True)
        told = raw.reshape(len(rows), -1, sum(widths) + 1).tolist()
        return [[_by_column(answer, widths) for answer in row] for row in told]


def _by_column(parts: Sequence[float], widths: Sequence[int]) -> list[float]:
    """Add up what was told of the matrix's columns that one column was spread over."""
    ends = list(accumulate(widths, initial=0))
    return [*(fsum(parts[start:end]) for start, end in pairwise(ends)), parts[-1]]


def read_folder(folder: Path) -> TrainedModel:
    """Load a model from an unpacked archive."""
    return load(files_of_folder(folder, FILES), str(folder))


def read_archive(archive: Path) -> TrainedModel:
    """Load a model from model.tar.gz without unpacking it anywhere."""
    return load(files_of_archive(archive, FILES), archive.name)


def load(contents: Mapping[str, bytes], name: str) -> TrainedModel:
    """Load a model from the contents of its files; `name` is what errors call it."""
    missing = [file for file in FILES if file not in contents]
    if missing:
        raise InvalidInput(name, f"must hold {missing[0]}", got=", ".join(sorted(contents)) or None)
    try:
        signature = Signature.from_json(json.loads(contents[SIGNATURE]))
        preprocessing = Preprocessing.from_json(json.loads(contents[PREPROCESSING]))
        booster = xgboost().Booster(model_file=bytearray(contents[MODEL]))
        booster.set_param({"nthread": 1})
    except (ValueError, KeyError, TypeError, xgboost().core.XGBoostError) as error:
        first = (str(error).splitlines() or [""])[0]
        raise InvalidInput(name, "must hold a model of this platform", got=first) from error
    return TrainedModel(signature, preprocessing, booster)
