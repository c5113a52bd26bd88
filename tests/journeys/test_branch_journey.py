"""Two experiment branches side by side: each has its pipeline, neither is promoted, both go again.

Under guardrails, with the rights that each role has; nothing but the account that builds is there.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.attacks.builds import keys_in_build
from tests.journeys.laboratory import HOME, Laboratory
from tests.journeys.stage import MODEL, ROOT, Stage, until

pytestmark = [pytest.mark.journey, pytest.mark.long]

_PLAIN, _DEEPER, _SLY = "idea/plain", "idea/deeper", "idea/sly"
_GROUP = f"contract:registry/{MODEL}/group-name"
_AUTHORING = ROOT / ".venv-authoring" / "bin" / "python"


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """The account in which models are made, with the pipelines of its models."""
    stage = Stage(tmp_path_factory.mktemp("laboratory"))
    stage.open()
    try:
        stage.apply_side_by_side(HOME)
        stage.gatehouse("pipeline", "publish", "--as", "milo")
        yield Laboratory(stage)
    finally:
        stage.close()


@pytest.fixture(scope="module")
def commits(laboratory: Laboratory) -> dict[str, str]:
    """Two branches that are published and trained, with the commit of each."""
    laboratory.check_out(_PLAIN, laboratory.stage.folder / "plain")
    deeper = laboratory.check_out(_DEEPER, laboratory.stage.folder / "deeper")
    described = deeper / "pipelines" / "models" / f"{MODEL}.yaml"
    text = described.read_text("utf-8")
    assert "max_depth: 3" in text
    described.write_text(text.replace("max_depth: 3", "max_depth: 5"), "utf-8")
    done = subprocess.run(
        [str(_AUTHORING), "-m", "pipelines.definitions.compile"],
        cwd=deeper,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = {branch: laboratory.commit(branch) for branch in (_PLAIN, _DEEPER)}
    for branch, commit in made.items():
        assert laboratory.publish(branch).json()["commit"] == commit
        laboratory.train(branch)
    return made


@pytest.fixture(scope="module")
def sly(laboratory: Laboratory) -> Path:
    """A checkout on a branch whose definition names what is not of branches."""
    return laboratory.check_out(_SLY, laboratory.stage.folder / "sly")


def _train_slyly(laboratory: Laboratory, root: Path, token: str, value: str) -> str:
    """Put a value in place of a token, publish that and train it in vain; gives what was said."""
    compiled = root / "pipelines" / "definitions" / "compiled" / f"{MODEL}.json"
    honest = compiled.read_text("utf-8")
    assert token in honest
    compiled.write_text(honest.replace(token, value), "utf-8")
    try:
        laboratory.commit(_SLY)
        laboratory.publish(_SLY)
        told = laboratory.train(_SLY, code=1)
    finally:
        compiled.write_text(honest, "utf-8")
    assert laboratory.versions(_SLY) == []
    return " ".join(told.split())


def test_each_branch_has_a_pipeline_of_its_own(
    laboratory: Laboratory, commits: dict[str, str]
) -> None:
    listed = laboratory.stage.gatehouse("branch", "list", "--as", "sofia", "--json").json()
    assert {(each["branch"], each["pipeline"], each["commit"]) for each in listed} == {
        (branch, laboratory.group(branch), commit) for branch, commit in commits.items()
    }
    assert len(set(commits.values())) == 2


def test_each_version_tells_its_branch_and_its_commit(
    laboratory: Laboratory, commits: dict[str, str]
) -> None:
    for branch, commit in commits.items():
        (version,) = laboratory.versions(branch)
        assert (version["branch"], version["commit"]) == (branch, commit)
        assert float(version["metric_value"]) >= 0.95
    depths = {
        branch: laboratory.versions(branch)[0]["chosen_max_depth"] for branch in (_PLAIN, _DEEPER)
    }
    assert depths == {_PLAIN: "3", _DEEPER: "5"}
    assert laboratory.story.versions() == []


def test_runs_of_branches_are_compared_by_what_they_measured(
    laboratory: Laboratory, commits: dict[str, str]
) -> None:
    names = [branch.replace("/", "-") for branch in commits]
    words = [word for name in names for word in ("--branch", name)]
    asked = ("pipeline", "compare", MODEL, *words, "--best", "--as", "sofia", "--json")
    told = laboratory.stage.gatehouse(*asked, inside=HOME).json()
    assert {each["branch"]: each["commit"] for each in told} == {
        branch.replace("/", "-"): commit for branch, commit in commits.items()
    }
    assert {each["branch"]: each["settings"]["MaxDepth"] for each in told} == {
        _PLAIN.replace("/", "-"): "3",
        _DEEPER.replace("/", "-"): "5",
    }
    measured = [each["value"] for each in told]
    assert measured == sorted(measured, reverse=True)
    registered = {
        branch.replace("/", "-"): float(laboratory.versions(branch)[0]["metric_value"])
        for branch in commits
    }
    assert {each["branch"]: each["value"] for each in told} == registered


def test_another_branch_of_the_same_name_is_refused(
    laboratory: Laboratory, commits: dict[str, str]
) -> None:
    assert commits
    told = laboratory.publish(_PLAIN, "--branch", "idea_plain", code=1).err
    assert "another branch" in told or "must hold: Versions of model" in " ".join(told.split())


def test_a_branch_that_names_the_group_of_the_model_registers_nothing(
    laboratory: Laboratory, commits: dict[str, str], sly: Path
) -> None:
    assert commits
    told = _train_slyly(laboratory, sly, _GROUP, f"gatehouse-{MODEL}")
    assert "not authorized to perform: sagemaker:CreateModelPackage" in told
    assert laboratory.story.versions() == []


@pytest.mark.parametrize("purpose", ["data", "models"])
def test_a_branch_that_names_a_folder_of_the_models_writes_nothing_there(
    laboratory: Laboratory, commits: dict[str, str], sly: Path, purpose: str
) -> None:
    assert commits
    bucket = laboratory.stage.naming.bucket_name(HOME, purpose)
    told = _train_slyly(laboratory, sly, f"${{contract:buckets/{purpose}}}", bucket)
    assert "not authorized to perform: s3:PutObject" in told
    held = laboratory.stage.client("s3", HOME).list_objects_v2(Bucket=bucket, Prefix=f"{MODEL}/")
    assert held["KeyCount"] == 0


@pytest.mark.parametrize("purpose", ["processing", "training"])
def test_a_branch_that_names_a_role_of_the_models_jobs_starts_none(
    laboratory: Laboratory, commits: dict[str, str], sly: Path, purpose: str
) -> None:
    assert commits
    role = laboratory.stage.naming.role_arn(HOME, purpose)
    told = _train_slyly(laboratory, sly, f"contract:roles/{purpose}-arn", role)
    assert "not authorized to perform: iam:PassRole" in told


def test_an_approved_version_of_a_branch_starts_no_promotion(
    laboratory: Laboratory, commits: dict[str, str]
) -> None:
    lead = laboratory.stage.client("sagemaker", HOME, "lead")
    for branch in commits:
        lead.update_model_package(
            ModelPackageArn=laboratory.package(branch), ModelApprovalStatus="Approved"
        )
    # Events come in their order: where the model's own approval has arrived, theirs have.
    version = laboratory.story.train()
    laboratory.story.decide_version(version, "approve")
    started = until(lambda: laboratory.promoted() or None, "the model's promotion starts", 60)
    assert [arn.rpartition(":model-package/")[2] for arn in started] == [
        f"gatehouse-{MODEL}/{version}"
    ]


def test_a_promotion_that_is_told_of_a_branch_refuses_it(
    laboratory: Laboratory, commits: dict[str, str]
) -> None:
    assert commits
    package = laboratory.package(_PLAIN)
    # As somebody past every gate: no role that people or code have starts a promotion.
    laboratory.stage.client("codepipeline", HOME).start_pipeline_execution(
        name=laboratory.stage.naming.promotion_pipeline(MODEL),
        variables=[{"name": "PackageArn", "value": package}],
    )

    def ended() -> str | None:
        status = laboratory.promoted().get(package)
        return None if status in (None, "InProgress") else status

    assert until(ended, "the promotion of a branch's version ends", 120) == "Failed"
    logs = laboratory.stage.client("logs", HOME)
    group = f"/aws/codebuild/{laboratory.stage.naming.project_name(HOME, 'bundle')}"
    said = " ".join(one["message"] for one in logs.filter_log_events(logGroupName=group)["events"])
    assert f"must belong to the model package group gatehouse-{MODEL}" in " ".join(said.split())


def test_code_of_a_branch_reaches_nothing_of_the_models(
    laboratory: Laboratory, commits: dict[str, str]
) -> None:
    assert commits
    stage, naming = laboratory.stage, laboratory.stage.naming
    model, group = naming.sagemaker_pipeline(MODEL), naming.model_package_group(MODEL)
    approved = f"{laboratory.package(_PLAIN).partition('/')[0]}/{group}/1"
    role = naming.role_arn(HOME, "pipeline")
    build = stage.client_with(
        "sagemaker", keys_in_build(stage, HOME, "branch-model-build"), vpc=HOME
    )
    for call, request in (
        (build.update_pipeline, {"PipelineName": model, "PipelineDefinition": "{}"}),
        (build.delete_pipeline, {"PipelineName": model, "ClientRequestToken": "t" * 36}),
        (build.update_pipeline, {"PipelineName": laboratory.group(_PLAIN), "RoleArn": role}),
        (build.delete_model_package, {"ModelPackageName": approved}),
        (build.delete_model_package_group, {"ModelPackageGroupName": group}),
        (
            build.create_model_package,
            {
                "ModelPackageGroupName": laboratory.group(_PLAIN),
                "ModelApprovalStatus": "PendingManualApproval",
            },
        ),
        (
            build.update_model_package,
            {"ModelPackageArn": laboratory.package(_PLAIN), "ModelApprovalStatus": "Approved"},
        ),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            call(**request)


def test_a_removal_that_was_cut_off_is_finished_by_a_second(
    laboratory: Laboratory, commits: dict[str, str]
) -> None:
    assert commits
    stage, plain = laboratory.stage, laboratory.group(_PLAIN)
    build = stage.client_with(
        "sagemaker", keys_in_build(stage, HOME, "branch-model-build"), vpc=HOME
    )
    # The build of a removal ends here, after its first step.
    build.delete_pipeline(PipelineName=plain, ClientRequestToken="t" * 36)
    listed = stage.gatehouse("branch", "list", "--as", "sofia", "--json").json()
    assert {each["branch"]: each["commit"] for each in listed}[_PLAIN] is None
    stage.gatehouse("branch", "remove", "idea-plain", "--as", "milo")
    assert [plain in names for names in laboratory.left()] == [False, False]


def test_a_branch_that_is_removed_leaves_the_other_as_it_was(
    laboratory: Laboratory, commits: dict[str, str]
) -> None:
    assert commits
    before = laboratory.versions(_DEEPER)
    laboratory.stage.gatehouse("branch", "remove", "idea-sly", "--as", "milo")
    assert laboratory.versions(_DEEPER) == before
    assert laboratory.left() == ([laboratory.group(_DEEPER)], [laboratory.group(_DEEPER)])


def test_branches_that_are_removed_leave_nothing(
    laboratory: Laboratory, commits: dict[str, str]
) -> None:
    assert commits
    laboratory.stage.gatehouse("branch", "remove", "idea-deeper", "--as", "milo")
    assert laboratory.left() == ([], [])
    laboratory.stage.gatehouse("branch", "remove", "idea-deeper", "--as", "milo", code=2)
    assert laboratory.stage.planned_changes(HOME) == []
