"""A model's description is read strictly: whatever breaks a rule is named with its line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pipelines.errors import InvalidInput, Misuse
from pipelines.models.description import MODELS, SCHEMA, describe, read_description
from pipelines.models.kinds import METRICS, Kind
from pipelines.models.variant import Rollout, Strategy, Variant
from pipelines.organization import load_organization

ROOT = Path(__file__).parents[3]
GOOD = (MODELS / "breast-cancer.yaml").read_text("utf-8")


def written(folder: Path, *changes: tuple[str, str], name: str = "breast-cancer") -> Path:
    """Write the good description with some of its text replaced."""
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / f"{name}.yaml"
    path.write_text(text, "utf-8")
    return path


ROLLOUT = "rollout: { strategy: canary, percentage: 10, wait_seconds: 300 }"
QUALITY = "alarms: { quality: { metric: auc, schedule: quality } }"


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(GOOD.splitlines(), 1) if text in line)


def test_the_described_models_are_those_of_the_organization() -> None:
    described = {path.stem for path in MODELS.glob("*.yaml")}
    assert described == set(load_organization(ROOT).models)


def test_a_description_gives_columns_in_order_with_the_target_last() -> None:
    model = describe("breast-cancer")
    assert len(model.numeric) == 30
    assert model.columns == (*model.numeric, *model.categorical, "diagnosis")
    assert model.classes == ("0", "1")
    assert model.metric_path == "binary_classification_metrics.auc.value"


def test_a_target_account_gets_the_variant_of_its_kind() -> None:
    model = describe("breast-cancer")
    assert model.endpoint("production") == Variant(
        "ml.m5.large", 2, Rollout(Strategy.CANARY, 10, wait_seconds=300)
    )
    assert model.endpoint("staging") == Variant("ml.m5.large", 1)
    with pytest.raises(Misuse, match="account kind must be one of production, staging"):
        model.endpoint("data-science")


def test_whole_numbers_are_read_as_the_numbers_they_stand_for(tmp_path: Path) -> None:
    whole = (("learning_rate: 0.1", "learning_rate: 1"), ("max: 0.3", "max: 1"))
    model = read_description(written(tmp_path, *whole))
    assert repr(model.hyperparameters.learning_rate) == "1.0"


def test_the_schema_is_itself_valid_and_knows_every_metric() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    known = schema["properties"]["metric"]["properties"]["name"]["enum"]
    assert set(known) == {name for metrics in METRICS.values() for name in metrics}
    assert schema["properties"]["kind"]["enum"] == [kind.value for kind in Kind]


def test_every_object_of_the_schema_is_closed() -> None:
    def objects(part: object) -> list[dict[str, object]]:
        if isinstance(part, list):
            return [found for item in part for found in objects(item)]
        if not isinstance(part, dict):
            return []
        own = [part] if part.get("type") == "object" else []
        return own + [found for item in part.values() for found in objects(item)]

    found = objects(json.loads(SCHEMA.read_text("utf-8")))
    assert len(found) > 5
    assert all(part["additionalProperties"] is False for part in found)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("kind: binary", "kind: bianry", "kind must be one of binary, multiclass, regression,"),
        ("seed: 20", "sed: 20", "the file must have no keys but"),
        ("seed: 20", "seed: -1", "seed must be at least 0, got -1"),
        ("seed: 20", "seed: twenty", 'seed must be a whole number, got "twenty"'),
        ("kind: binary\n", "", 'the file must have the key "kind"'),
        ("holdout: 0.2", "holdout: 0.9", "split.holdout must be at most 0.4, got 0.9"),
        ("mean_radius", "Mean Radius", "columns.numeric[0] must be 1 to 63 lower-case letters"),
        ("ml.m5.large }\ntraining", "m5 }\ntraining", "must be an instance type such as ml.m5"),
        ("initial_instance_count: 2", "initial_instance_count: 0", "must be at least 1, got 0"),
        ("name: auc", "name: rmse", "metric.name must be one of accuracy, auc, average_precision"),
        ('["0", "1"]', '["0"]', "target.classes must have 2 or more entries"),
        ('["0", "1"]', '["0", "1", "2"]', "must list exactly two classes for kind binary, got 3"),
        ('["0", "1"]', "[0, 1]", "target.classes[0] must be a text, got 0"),
        ("kind: binary", "kind: regression", "metric.name must be one of mae, mse, rmse, r2"),
        ("mean_radius, mean", "diagnosis, mean", "must name each column once, and the target not"),
        ("mean_radius, mean_tex", "mean_area, mean_tex", "must not repeat an entry"),
        ("schema_version: 1", "schema_version: 2", "schema_version must be 1, got 2"),
        ("strategy: canary", "strategy: hope", "strategy must be one of all-at-once, canary"),
        ("percentage: 10", "percentage: 60", "percentage must be from 1 to 50 for canary, got 60"),
        ("canary, percentage: 10", "linear, percentage: 5", "must be from 10 to 50 for linear"),
        ("canary, percentage: 10,", "canary,", "percentage must be from 1 to 50 for canary, got"),
        ("strategy: canary", "strategy: all-at-once", "must be left out for all-at-once, got 10"),
        ("wait_seconds: 300", "wait_seconds: 10", "must be 60 or more for canary, or no alarm"),
        ("initial_instance_count: 2", "initial_instance_count: 1", "must be 2 or more for canary"),
        (ROLLOUT, f"{ROLLOUT}\n    {QUALITY}", "must have either at_least or at_most, got both"),
    ],
)
def test_a_broken_rule_is_one_sentence_with_file_and_line(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    path = written(tmp_path, (old, new))
    with pytest.raises(InvalidInput) as refusal:
        read_description(path)
    message = str(refusal.value)
    assert re.match(rf"{re.escape(str(path))}:\d+: ", message)
    assert sentence in message
    assert "\n" not in message.split("\n\nhint: ")[0]


def test_the_line_is_where_the_value_stands(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_description(written(tmp_path, ("threshold: 0.95", "threshold: high")))
    assert refusal.value.address.endswith(f":{line_of('threshold')}")


def test_a_description_under_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="name must be the file's own name, tumours"):
        read_description(written(tmp_path, name="tumours"))


def test_a_regression_has_no_classes(tmp_path: Path) -> None:
    path = written(tmp_path, ("kind: binary", "kind: regression"), ("name: auc", "name: r2"))
    with pytest.raises(InvalidInput, match="must be left out for kind regression, got 2"):
        read_description(path)


def test_an_unknown_model_is_refused_with_the_nearest_known() -> None:
    with pytest.raises(Misuse) as refusal:
        describe("brest-cancer")
    assert "model: must be one of breast-cancer, got 'brest-cancer'" in str(refusal.value)
    assert "did you mean breast-cancer?" in str(refusal.value)


@pytest.mark.parametrize("name", ["../models/breast-cancer", "/etc/passwd", "", "."])
def test_a_model_name_is_never_a_path(name: str) -> None:
    with pytest.raises(Misuse):
        describe(name)
