"""Keep how far a training is, so that a machine that is taken away costs some rounds only.

SageMaker carries the folder to S3 while the job runs, and back before it is started again.
https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path

_FILE = "checkpoint.json"
_VERSION = 1


@dataclass(frozen=True)
class Checkpoint:
    """What each round reached, and the booster after the last of them as xgboost's own bytes."""

    history: tuple[float, ...]
    booster: bytes


@dataclass(frozen=True)
class Checkpoints:
    """A folder with the latest checkpoint of one training.

    `digest` stands for everything that the training follows from: what was kept for another one is
    not gone on from. `every` is how many rounds lie between two of them.
    """

    folder: Path
    every: int
    digest: str

    def keep(self, checkpoint: Checkpoint) -> None:
        """Replace the latest checkpoint: whoever looks sees the old or the new one."""
        document = {
            "schema_version": _VERSION,
            "digest": self.digest,
            "history": checkpoint.history,
            "booster": base64.b64encode(checkpoint.booster).decode("ascii"),
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        # Under another name until it is whole: half of a file must not become a checkpoint.
        part = self.folder / f"{_FILE}.part"
        part.write_text(json.dumps(document), encoding="utf-8")
        part.replace(self.folder / _FILE)
        print(f"checkpoint after {len(checkpoint.history)} rounds", flush=True)

    def latest(self) -> Checkpoint | None:
        """Read the latest checkpoint, or None where there is none that this training can use."""
        path = self.folder / _FILE
        try:
            document = json.loads(path.read_bytes())
            if document["schema_version"] != _VERSION or document["digest"] != self.digest:
                print(f"{_FILE} is of another training: beginning anew", flush=True)
                return None
            history = tuple(float(value) for value in document["history"])
            booster = base64.b64decode(document["booster"], validate=True)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            # Rounds are lost then, and nothing else.
            print(f"{_FILE} cannot be read, {error}: beginning anew", flush=True)
            return None
        print(f"going on after {len(history)} rounds", flush=True)
        return Checkpoint(history, booster)
