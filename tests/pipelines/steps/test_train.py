"""Training is a function of data, description and hyperparameters: equal inputs, equal bytes."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from pipelines.models.description import read_description
from pipelines.models.kinds import VALIDATION
from pipelines.serving.model import read_archive
from pipelines.steps.train import configure, main, train
from tests.pipelines.tabular_models import Built, build, case_of, describe_kind

_MAY_CHOOSE = "\nper_run: { max_depth: { min: 1, max: 9 } }\n"
FILES = ("model.json", "preprocessing.json", "signature.json")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def container(built: Built, base: Path, hyperparameters: dict[str, str]) -> dict[str, str]:
    """Lay out what SageMaker gives a training container."""
    for channel in ("train", "validation"):
        shutil.copytree(built.prepared / channel, base / "input/data" / channel)
    (base / "input/config").mkdir()
    (base / "input/config/hyperparameters.json").write_text(json.dumps(hyperparameters), "utf-8")
    (base / "output").mkdir()
    return {"ML_ROOT": str(base)}


def test_a_model_is_json_and_nothing_else(built: Built) -> None:
    files = contents(built.folder)
    assert sorted(files) == sorted(FILES)
    assert all(isinstance(json.loads(content), dict) for content in files.values())


def test_training_again_gives_the_same_bytes(built: Built, tmp_path: Path) -> None:
    train(
        built.model,
        built.prepared / "train/train.csv",
        built.prepared / "validation/validation.csv",
        tmp_path,
    )
    assert contents(tmp_path) == contents(built.folder)


def test_the_signature_tells_what_goes_in_and_out(built: Built) -> None:
    signature = json.loads(contents(built.folder)["signature.json"])
    assert signature["numeric"] == ["size", "weight"]
    assert signature["categorical"] == ["colour"]
    assert signature["outputs"] == [
        "prediction",
        *(f"probability_{label}" for label in built.model.classes),
    ]


def test_in_a_container_hyperparameters_arrive_as_text(built: Built, tmp_path: Path) -> None:
    environment = container(built, tmp_path, {"model": "unused", "max_depth": "3", "seed": "7"})
    description = describe_kind(built.model.kind.value, tmp_path)
    assert main(["--description", str(description)], environment) == 0
    assert contents(tmp_path / "model") == contents(built.folder)


def test_a_search_is_told_every_round_and_last_of_all_the_best_one(
    built: Built, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metric = f"validation:{VALIDATION[built.model.kind][0]}"
    given = {"seed": "7", "_tuning_objective_metric": metric}
    description = describe_kind(built.model.kind.value, tmp_path)
    assert main(["--description", str(description)], container(built, tmp_path, given)) == 0
    told = re.findall(rf"(rounds?)=(\d+) {metric}=([0-9]+\.[0-9]+)", capsys.readouterr().out)
    assert [word for word, _, _ in told[-2:]] == ["round", "rounds"]
    assert [int(number) for _, number, _ in told[:-1]] == list(range(1, len(told)))
    assert told[-1][2] == told[int(told[-1][1]) - 1][2]
    assert contents(tmp_path / "model") == contents(built.folder)


@pytest.mark.parametrize(
    ("described", "given"), [("seed: 8", {"seed": "8"}), (_MAY_CHOOSE, {"max_depth": "1"})]
)
def test_hyperparameters_and_seed_change_the_model(
    described: str, given: dict[str, str], built: Built, tmp_path: Path
) -> None:
    description = describe_kind(built.model.kind.value, tmp_path)
    text = description.read_text("utf-8")
    text = text.replace("seed: 7", described) if "seed" in given else f"{text}{described}"
    description.write_text(text, "utf-8")
    assert main(["--description", str(description)], container(built, tmp_path, given)) == 0
    changed = (tmp_path / "model/model.json").read_bytes()
    assert changed != (built.folder / "model.json").read_bytes()


@pytest.mark.parametrize("given", [{"seed": "8"}, {"max_depth": "1"}, {"rounds": "9999"}])
def test_whoever_starts_a_run_cannot_choose_what_the_description_does_not_let_them(
    given: dict[str, str],
    built: Built,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    description = describe_kind(built.model.kind.value, tmp_path)
    assert main(["--description", str(description)], container(built, tmp_path, given)) == 1
    assert f"hyperparameter {next(iter(given))}: must be " in capsys.readouterr().err
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    ("hyperparameters", "sentence"),
    [
        ({"max_depth": "deep"}, "hyperparameter max_depth: must be of type int, got 'deep'"),
        ({"depth": "3"}, "hyperparameters: must be of rounds, early_stopping_rounds"),
        ({"seed": "1.5"}, "hyperparameter seed: must be of type int, got '1.5'"),
    ],
)
def test_a_hyperparameter_that_makes_no_sense_is_refused(
    tmp_path: Path, hyperparameters: dict[str, str], sentence: str
) -> None:
    model = read_description(describe_kind("binary", tmp_path))
    with pytest.raises(InvalidInput) as refusal:
        configure(model, hyperparameters)
    assert str(refusal.value).startswith(sentence)


def test_a_refusal_is_one_sentence_in_the_failure_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "output").mkdir()
    description = describe_kind("binary", tmp_path)
    assert main(["--description", str(description)], {"ML_ROOT": str(tmp_path)}) == 1
    message = (tmp_path / "output/failure").read_text("utf-8")
    assert message.endswith("train.csv: must be a readable file, got No such file or directory")
    assert capsys.readouterr().err.strip() == message


def test_rare_categories_are_fixed_at_training_and_served_as_one(tmp_path: Path) -> None:
    case = case_of("binary", tmp_path)
    rows = case.csv.read_text("utf-8").splitlines()
    for place, row in enumerate(rows[1:17], start=1):
        size, weight, *_, ripe = row.split(",")
        rows[place] = f"{size},{weight},odd-{place % 4},{ripe}"
    case.csv.write_text("\n".join(rows) + "\n", "utf-8")
    built = build(replace(case.model, rare_below=10), case.csv, tmp_path / "built")
    kept = json.loads(contents(built.folder)["preprocessing.json"])
    assert kept["schema_version"] == 2
    ((column, rare),) = kept["rare"]
    assert column == "colour"
    assert {"odd-1", "odd-2"} < set(rare) <= {"odd-0", "odd-1", "odd-2", "odd-3"}
    served = read_archive(built.archive)
    asked = [[5.0, 100.0, colour] for colour in ("odd-1", "odd-2", "never seen")]
    one, other, unseen = served.predict(asked)
    assert one == other == unseen


def test_too_many_levels_of_a_category_are_refused(tmp_path: Path) -> None:
    model = read_description(describe_kind("binary", tmp_path))
    for part in ("train", "validation"):
        rows = [f"1,2,colour-{number},{'no' if number % 2 else 'yes'}" for number in range(201)]
        (tmp_path / f"{part}.csv").write_text(
            "\n".join(["size,weight,colour,ripe", *rows]), "utf-8"
        )
    with pytest.raises(InvalidInput, match="column colour: must have at most 200 different values"):
        train(model, tmp_path / "train.csv", tmp_path / "validation.csv", tmp_path / "model")
