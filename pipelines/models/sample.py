"""Write the data set of a model as CSV: what scikit-learn ships, or a series that is simulated.

Usage: python -m pipelines.models.sample --model breast-cancer --out FILE
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipelines.errors import GatehouseError, Misuse
from pipelines.models.simulation import simulated_demand

SAMPLES = ("breast-cancer", "demand")


def sample_csv(model: str) -> str:
    """Return the data set of a model as CSV text, the target last."""
    if model not in SAMPLES:
        raise Misuse(
            "model", f"must be one with bundled data ({', '.join(SAMPLES)})", got=repr(model)
        )
    if model == "demand":
        return simulated_demand()
    # scikit-learn takes a second to import and nothing else here needs it.
    from sklearn.datasets import load_breast_cancer

    bundle = load_breast_cancer()
    header = [name.replace(" ", "_") for name in bundle.feature_names]
    lines = [",".join([*header, "diagnosis"])]
    for values, target in zip(bundle.data.tolist(), bundle.target.tolist(), strict=True):
        lines.append(",".join([*map(repr, values), str(target)]))
    return "\n".join(lines) + "\n"


def write_sample(model: str, out: Path) -> Path:
    """Write the data set of a model to a file and return the file."""
    text = sample_csv(model)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    return out


def main(arguments: list[str]) -> int:
    """Parse the command line, write the file and say where it is."""
    parser = argparse.ArgumentParser(prog="pipelines.models.sample", description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args(arguments)
    try:
        print(write_sample(options.model, options.out))
    except GatehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
