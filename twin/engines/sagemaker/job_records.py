"""The records of one kind of job: each name once, found by it, and asked to stop while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from twin.call import Call
from twin.declared.listing import page
from twin.engines.sagemaker.place import Place, in_use, invalid
from twin.table import Record
from twin.twin import Twin


@dataclass(frozen=True)
class JobRecords:
    """Jobs whose kind is ``noun``, such as TransformJob, and which messages call ``spoken``."""

    noun: str
    spoken: str

    def add(self, twin: Twin, place: Place, record: Record) -> None:
        """Keep the record of a new job; raises ResourceInUse for a name that is taken."""
        if not place.table(twin, self.noun).add(str(record[f"{self.noun}Name"]), record):
            raise in_use(
                "Job name must be unique within an AWS account and region, and a job with this "
                f"name already exists ({record[f'{self.noun}Arn']})"
            )

    def describe(self, twin: Twin, call: Call) -> Record:
        """Return a job as it is now; raises ValidationException where there is none."""
        name = str(call.parameters[f"{self.noun}Name"])
        record = Place.of(call).table(twin, self.noun).get(name)
        if record is None:
            raise invalid(f"Could not find requested job with name: {name}")
        return record

    def ask_to_stop(self, twin: Twin, call: Call) -> str:
        """Note that a job is to stop and return its ARN; one that has ended is refused."""
        record = self.describe(twin, call)

        def change(held: Record) -> None:
            self.require_running(held)
            held[f"{self.noun}Status"] = "Stopping"
            if "LastModifiedTime" in held:
                held["LastModifiedTime"] = twin.now()

        Place.of(call).table(twin, self.noun).change(record[f"{self.noun}Name"], change)
        return str(record[f"{self.noun}Arn"])

    def require_running(self, held: Record) -> None:
        """Raise ValidationException for a job that has ended."""
        status = held[f"{self.noun}Status"]
        if status not in ("InProgress", "Stopping"):
            raise invalid(
                f"The request was rejected because the {self.spoken} is in status {status}."
            )

    def list_all(self, twin: Twin, call: Call) -> dict[str, Any]:
        """List jobs, the youngest first."""
        given = {"SortBy": "CreationTime", "SortOrder": "Descending"} | call.parameters
        given[f"{self.noun}StatusEquals"] = given.pop("StatusEquals", None)
        wanted = {key: value for key, value in given.items() if value is not None}
        records = Place.of(call).table(twin, self.noun).values()
        return page(wanted, records, f"{self.noun}Summaries", (f"{self.noun}Name", "CreationTime"))
