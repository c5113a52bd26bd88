"""What a draft leaves in the checkout: the description, its entry, and a CSV that goes with it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import Misuse
from pipelines.organization import ORGANIZATION_FILE, Organization, Persona, load_organization
from pipelines.organization_units import MAIN_UNIT
from scripts.own_data.draft import Draft
from scripts.own_data.entry import choose_owner, entry_text, with_entry
from scripts.own_data.series_draft import SeriesDraft

_MODELS = Path("pipelines") / "models"
_COMPILED = Path("pipelines") / "definitions" / "compiled"


@dataclass(frozen=True)
class Writing:
    """Files to write by their paths, the CSV to train on, and what is left for a person to do.

    `entry` is what a person must write into organization.yaml, where no line could be added.
    """

    name: str
    root: Path
    files: Mapping[Path, str]
    data: Path
    entry: str | None
    organization: Organization
    owner: str
    unit: str
    in_batches: bool = False

    def check(self, *, force: bool) -> None:
        """Refuse to write over a description or data, unless that is wanted."""
        if force:
            return
        for path in self.files:
            if path.exists() and path != self.root / ORGANIZATION_FILE:
                raise Misuse(
                    str(path), "must not be there yet", got="a file", hint="write over it: --force"
                )

    def document(self) -> dict[str, object]:
        """Return it as plain data, for programs."""
        return {
            "files": [str(path) for path in self.files],
            "data": str(self.data),
            "entry": self.entry,
            "next": list(self.commands()),
        }

    def write(self) -> None:
        """Write all of it."""
        for path, text in self.files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="")

    def commands(self) -> Iterator[str]:
        """Give what comes next, in its order."""
        yield "make compile"
        described = f"pipelines/models/{self.name}.yaml {_COMPILED / self.name}.json"
        yield f"git add {ORGANIZATION_FILE} {described}"
        yield f'git commit -m "Describe the model {self.name}"'
        for account in sorted(self.organization.accounts.values(), key=lambda one: one.is_target):
            if account.business_unit != self.unit or (self.in_batches and account.is_target):
                continue
            if self.in_batches:
                # Who applies it must be able to hand out the roles of forecasts.
                yield f"gatehouse bootstrap --account {account.name}"
            yield f"gatehouse apply --auto --account {account.name}"
        engineers = self.organization.people_with(Persona.ML_ENGINEER, self.unit)
        engineer = engineers[0].name if engineers else "PERSON"
        yield f"gatehouse pipeline publish --as {engineer}"
        data = shlex.quote(str(self.data))
        yield f"gatehouse pipeline start {self.name} --data {data} --wait --as {self.owner}"


def plan_writing(
    root: Path,
    drafted: Draft | SeriesDraft,
    data: tuple[Path, str | None],
    owner: str | None,
    about: str | None,
) -> Writing:
    """Lay out what a draft leaves; `data` is the CSV to train on, and its text if it is new.

    Raises InvalidInput where the model's entry would break a rule of the organisation.
    """
    organization = load_organization(root)
    person = organization.person(choose_owner(organization, owner))
    units = organization.business_units
    unit = person.business_unit or (units[0] if len(units) == 1 else MAIN_UNIT)
    files = {root / _MODELS / f"{drafted.name}.yaml": drafted.text}
    file, text = data
    if text is not None:
        files[file] = text
    missing = None
    if drafted.name not in organization.models:
        entry = {"description": about or drafted.told, "owner": person.name, **drafted.entry}
        if unit != MAIN_UNIT:
            entry["business_unit"] = unit
        after = with_entry(root, drafted.name, entry)
        if after is None:
            missing = entry_text(drafted.name, entry)
        else:
            files[root / ORGANIZATION_FILE] = after
    batches = bool(drafted.entry)
    return Writing(
        drafted.name, root, files, file, missing, organization, person.name, unit, batches
    )
