"""The steps need little: no AWS, no SDK, no library beyond those of the model image."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.pipelines.tabular_models import case_of

ROOT = Path(__file__).parents[3]
# None in sys.modules is Python's own way to say that a module is not there.
PROGRAM = """
import sys
for name in ("boto3", "botocore", "sagemaker", "sklearn", "pandas", "moto"):
    sys.modules[name] = None
from pathlib import Path
from tests.pipelines.tabular_models import build
from pipelines.models.description import read_description
description, csv, folder = map(Path, sys.argv[1:])
build(read_description(description), csv, folder)
"""


def test_the_steps_run_where_nothing_but_the_image_s_libraries_is(tmp_path: Path) -> None:
    case = case_of("multiclass", tmp_path)
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(case.description), str(case.csv), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "evaluation" / "evaluation.json").is_file()


def test_steps_and_serving_know_nothing_of_aws_or_of_who_calls_them() -> None:
    own = {
        "errors",
        "features",
        "forecasting",
        "layout",
        "models",
        "serving",
        "steps",
        "yaml_file",
        "yaml_schema",
    }
    for folder in ("features", "forecasting", "models", "serving", "steps"):
        for path in (ROOT / "pipelines" / folder).rglob("*.py"):
            imported = {
                line.split()[1]
                for line in path.read_text("utf-8").splitlines()
                if line.lstrip().startswith(("import ", "from "))
            }
            of_the_platform = {name.split(".")[1] for name in imported if name[:10] == "pipelines."}
            assert of_the_platform <= own, path
            assert not {name.split(".")[0] for name in imported} & {"boto3", "botocore"}, path
