"""A plan looks for what a run that was cut off left behind, as long as none has succeeded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipelines.errors import Misuse
from scripts.access import Access
from scripts.account_root import setup_source
from scripts.adoption import Place, note
from scripts.checkout import Checkout
from scripts.deployers import Identities
from scripts.processes import ChildProcesses
from scripts.root_work import RootWork, Workshop
from scripts.state_backend import LOCAL
from scripts.terraform import OnProgress, Plan
from scripts.terraform_events import Change, Diagnostic, PlannedChange
from scripts.terraform_failures import TerraformError
from tests.scripts.command_line import ROOT

# By what was noted before, what a look finds: a network, then what is in it, then nothing more.
_FOUND = {(): "aws_vpc", ("aws_vpc",): "aws_subnet", ("aws_subnet", "aws_vpc"): None}


class Work(RootWork):
    """A root of which Terraform is not asked, on an account that is asked by type."""

    plans = 0
    asked = 0
    is_empty = False
    refuses = False
    gone: str | None = None

    def _plan(self, _on_progress: OnProgress, _destroy: bool, _targets: Sequence[str]) -> Plan:
        self.plans += 1
        if self.gone is not None and self.gone in self.root.adoptions.read_text("utf-8"):
            detail = f'While attempting to import an existing object to "{self.gone}", the provider'
            failed = TerraformError("terraform plan", "must succeed", got="gone")
            failed.diagnostics = (
                Diagnostic("error", "Cannot import non-existent remote object", detail, ""),
            )
            raise failed
        changes = () if self.is_empty else (PlannedChange("aws_vpc.it", Change.CREATE),)
        return Plan(self.root.plan_file, changes, output_changes=False)

    def read_plan(self) -> dict[str, Any]:
        return {
            "resource_changes": [
                {"address": f"{kind}.it", "type": kind, "change": {"actions": ["create"]}}
                for kind in ("aws_vpc", "aws_subnet")
            ]
        }

    def adopted(self) -> tuple[str, ...]:
        if not self.root.adoptions.exists():
            return ()
        noted = json.loads(self.root.adoptions.read_text("utf-8"))["import"]
        return tuple(each["to"].partition(".")[0] for each in noted)

    def ask(self, kind: str, _values: Any) -> tuple[str, ...]:
        self.asked += 1
        if self.refuses:
            refused = {"Error": {"Code": "AccessDenied", "Message": "no"}}
            raise ClientError(refused, "DescribeVpcs")
        return ("id",) if kind == _FOUND[self.adopted()] else ()


@pytest.fixture
def work(tmp_path: Path) -> Work:
    naming = Checkout(ROOT).naming()
    ignored = shutil.ignore_patterns(".terraform", "*.tfstate*")
    for part in ("accounts", "modules", "policies", "terraform"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=ignored)
    shop = Workshop(
        Checkout(tmp_path),
        naming,
        Access.nobody(),
        Path("/none"),
        {},
        ChildProcesses(),
        tmp_path / "work",
    )
    source = setup_source(naming.organization.account("staging"))
    place = Place("222222222222", "eu-west-1", lambda kind, values: made.ask(kind, values))
    made = Work(shop, source, LOCAL, place, Identities.same(Access.nobody()))
    return made


def test_nothing_is_asked_as_long_as_no_run_was_cut_off(work: Work) -> None:
    work.plan(_silent)
    assert (work.plans, work.asked) == (1, 0)


def test_what_was_left_behind_is_adopted_from_the_network_inwards(work: Work) -> None:
    work.root.note_begun()
    work.plan(_silent)
    assert work.adopted() == ("aws_subnet", "aws_vpc")
    assert work.plans == 3
    assert work.root.is_cut_off


def test_a_plan_to_destroy_adopts_nothing(work: Work) -> None:
    work.root.note_begun()
    work.plan(_silent, destroy=True)
    assert (work.plans, work.asked, work.adopted()) == (1, 0, ())


def test_a_plan_that_finds_nothing_to_change_ends_the_looking(work: Work) -> None:
    work.root.note_begun()
    note(work.root.adoptions, {"aws_vpc.it": "x", "aws_subnet.it": "y"})
    work.is_empty = True
    work.plan(_silent)
    assert not work.root.is_cut_off
    assert work.adopted() == ()


def test_what_was_noted_and_is_gone_is_planned_anew_and_the_rest_adopted(work: Work) -> None:
    note(work.root.adoptions, {"aws_vpc.it": "x", "aws_subnet.it": "y"})
    work.gone = "aws_subnet.it"
    work.plan(_silent)
    assert work.plans == 2
    assert work.adopted() == ("aws_vpc",)


def test_an_account_that_does_not_answer_is_told_and_nothing_is_planned_over_it(
    work: Work,
) -> None:
    work.root.note_begun()
    work.refuses = True
    with pytest.raises(Misuse) as told:
        work.plan(_silent)
    assert told.value.must_hold == "must tell what a run that was cut off has left behind"


def _silent(_progress: object) -> None:
    """Take no note."""
