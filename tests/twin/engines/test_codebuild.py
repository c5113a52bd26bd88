"""Builds run their phases as processes with the role of their project, and nothing more."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import TOOLS, Lab, unique, unzipped, zipped
from twin.engines import codebuild_environment
from twin.network import OUTSIDE


def spec(**phases: Any) -> str:
    """Return a build specification with the given phases."""
    return json.dumps({"version": "0.2", "phases": phases})


def phase(build: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a phase of a build."""
    return next(p for p in build["phases"] if p["phaseType"] == name)


def test_a_build_runs_its_phases_in_one_shell_each_and_hands_on_what_is_exported(lab: Lab) -> None:
    project = lab.project(
        spec(
            install={"commands": ["local_value=here", "echo got-$local_value", "export KEPT=over"]},
            pre_build={"commands": ["mkdir inner", "cd inner"]},
            build={"commands": ["echo $KEPT in $(basename $PWD)"], "finally": ["echo at-last"]},
        )
    )
    build = lab.build(project)
    assert build["buildStatus"] == "SUCCEEDED"
    assert build["buildNumber"] == 1
    assert [p["phaseType"] for p in build["phases"]] == [
        "SUBMITTED", "QUEUED", "PROVISIONING", "DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD", "BUILD",
        "POST_BUILD", "UPLOAD_ARTIFACTS", "FINALIZING", "COMPLETED",
    ]  # fmt: skip
    log = lab.log(build)
    assert "got-here" in log
    assert "over in inner" in log
    assert "at-last" in log
    assert build["currentPhase"] == "COMPLETED"
    assert lab.build(project)["buildNumber"] == 2


def test_a_failed_build_phase_says_which_command_and_still_runs_finally_and_post_build(
    lab: Lab,
) -> None:
    project = lab.project(
        spec(
            build={
                "commands": ["true", "(exit 7)", "echo never-seen"],
                "finally": ["echo cleaned"],
            },
            post_build={"commands": ["echo succeeding=$CODEBUILD_BUILD_SUCCEEDING"]},
        )
    )
    build = lab.build(project)
    assert build["buildStatus"] == "FAILED"
    assert phase(build, "BUILD")["phaseStatus"] == "FAILED"
    assert phase(build, "BUILD")["contexts"] == [
        {
            "statusCode": "COMMAND_EXECUTION_ERROR",
            "message": "Error while executing command: (exit 7). Reason: exit status 7",
        }
    ]
    assert phase(build, "POST_BUILD")["phaseStatus"] == "SUCCEEDED"
    log = lab.log(build)
    assert "\nnever-seen" not in log
    assert "\ncleaned" in log
    assert "succeeding=0" in log


@pytest.mark.parametrize(
    ("on_failure", "reached"), [(None, False), ("ABORT", False), ("CONTINUE", True)]
)
def test_a_failure_before_the_build_ends_it_unless_the_phase_continues(
    lab: Lab, on_failure: str | None, reached: bool
) -> None:
    failing: dict[str, Any] = {"commands": ["false"]}
    if on_failure:
        failing["on-failure"] = on_failure
    build = lab.build(lab.project(spec(install=failing, build={"commands": ["echo reached"]})))
    assert build["buildStatus"] == "FAILED"
    assert ("\nreached" in lab.log(build)) is reached


def test_a_build_sees_no_variable_of_the_server_and_acts_as_the_role_of_its_project(
    lab: Lab,
) -> None:
    role = lab.role("codebuild")
    project = lab.project(
        spec(build={"commands": ["env", "aws sts get-caller-identity --query Arn --output text"]}),
        serviceRole=role,
    )
    build = lab.build(project)
    assert build["buildStatus"] == "SUCCEEDED", lab.log(build)
    log = lab.log(build)
    assert "SECRET_OF_THE_SERVER" not in log
    assert f"AWS_ENDPOINT_URL={lab.twin.address_of(OUTSIDE)}" in log
    assert f":assumed-role/{role.rsplit('/', 1)[-1]}/AWSCodeBuild-" in log
    # Everything that a build's environment may hold, by name.
    known = (
        "AWS_",
        "CODEBUILD_",
        "CI",
        "HOME",
        "LANG",
        "NO_PROXY",
        "PATH",
        "TMPDIR",
        *codebuild_environment.FROM_TWIN,
    )
    made_by_shell = ("PWD", "OLDPWD", "SHLVL", "_")
    lines = [line for line in log.splitlines() if re.match(r"\w+=", line)]
    names = {line.partition("=")[0] for line in lines}
    assert {name for name in names if not name.startswith(known)} <= set(made_by_shell)
    assert f"HOME={lab.twin.settings.folder}/builds/" in log


def test_terraforms_own_configuration_reaches_builds_from_the_home_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("TF_CLI_CONFIG_FILE", raising=False)
    assert "TF_CLI_CONFIG_FILE" not in codebuild_environment.from_twin("/bin")
    (tmp_path / ".terraformrc").touch()
    taken = codebuild_environment.from_twin("/bin")
    assert taken["TF_CLI_CONFIG_FILE"] == str(tmp_path / ".terraformrc")
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", "/own")
    assert codebuild_environment.from_twin("/bin")["TF_CLI_CONFIG_FILE"] == "/own"


def test_variables_of_the_build_win_over_the_project_and_these_over_the_buildspec(lab: Lab) -> None:
    lab.client("ssm").put_parameter(Name="/stored/value", Value="from-ssm", Type="SecureString")
    lab.client("secretsmanager").create_secret(
        Name="stored/secret", SecretString=json.dumps({"key": "from-secret"})
    )
    text = json.dumps(
        {
            "version": "0.2",
            "env": {
                "shell": "bash",
                "variables": {"A": "buildspec", "B": "buildspec", "C": "buildspec"},
                "parameter-store": {"P": "/stored/value"},
                "exported-variables": ["A", "MADE"],
            },
            "phases": {
                "build": {"commands": ["echo A=$A B=$B C=$C P=$P S=$S Q=$Q", "export MADE=${A^^}"]}
            },
        }
    )
    variables = [
        {"name": "B", "value": "project", "type": "PLAINTEXT"},
        {"name": "C", "value": "project", "type": "PLAINTEXT"},
        {"name": "S", "value": "stored/secret:key", "type": "SECRETS_MANAGER"},
        {"name": "Q", "value": "/stored/value", "type": "PARAMETER_STORE"},
    ]
    machine = {"type": "LINUX_CONTAINER", "image": "any", "computeType": "BUILD_GENERAL1_SMALL"}
    environment = {**machine, "environmentVariables": variables}
    project = lab.project(text, environment=environment)
    build = lab.build(
        project, environmentVariablesOverride=[{"name": "C", "value": "build", "type": "PLAINTEXT"}]
    )
    assert "A=buildspec B=project C=build P=from-ssm S=from-secret Q=from-ssm" in lab.log(build), (
        lab.log(build)
    )
    assert build["exportedEnvironmentVariables"] == [
        {"name": "A", "value": "buildspec"},
        {"name": "MADE", "value": "BUILDSPEC"},
    ]


def test_a_parameter_that_does_not_exist_fails_the_download_of_the_source(lab: Lab) -> None:
    text = json.dumps({"version": "0.2", "env": {"parameter-store": {"P": "/no/such"}}})
    build = lab.build(lab.project(text))
    failed = phase(build, "DOWNLOAD_SOURCE")
    assert failed["phaseStatus"] == "FAILED"
    assert failed["contexts"][0]["statusCode"] == "Decrypted Variables Error"
    assert "/no/such" in failed["contexts"][0]["message"]


def test_a_source_in_s3_is_unpacked_at_its_version_and_artifacts_are_always_the_same_bytes(
    lab: Lab,
) -> None:
    bucket, s3 = lab.bucket(), lab.client("s3")
    text = (
        "version: 0.2\n"
        "phases: {build: {commands: ['mkdir -p out/deep', 'cp data.txt out/deep/', "
        "'cp data.txt out/skip.log']}}\n"
        "artifacts: {base-directory: out, files: ['**/*'], exclude-paths: ['*.log']}\n"
    )
    first = s3.put_object(
        Bucket=bucket, Key="s.zip", Body=zipped({"buildspec.yml": text, "data.txt": "one"})
    )
    s3.put_object(Bucket=bucket, Key="s.zip", Body=zipped({"buildspec.yml": text, "data.txt": "2"}))
    project = lab.project(
        "",
        source={"type": "S3", "location": f"{bucket}/s.zip"},
        artifacts={"type": "S3", "location": bucket, "name": "made.zip", "packaging": "ZIP"},
    )
    build = lab.build(project, sourceVersion=first["VersionId"])
    assert build["buildStatus"] == "SUCCEEDED", lab.log(build)
    assert build["resolvedSourceVersion"] == first["VersionId"]
    made = s3.get_object(Bucket=bucket, Key="made.zip")
    body = made["Body"].read()
    assert made["ServerSideEncryption"] == "aws:kms"
    assert unzipped(body) == {"deep/data.txt": "one"}
    again = lab.build(project, sourceVersion=first["VersionId"])
    assert again["artifacts"]["sha256sum"] == build["artifacts"]["sha256sum"]


def test_missing_artifacts_fail_the_upload(lab: Lab) -> None:
    bucket = lab.bucket()
    text = json.dumps({"version": "0.2", "artifacts": {"files": ["nothing.txt"]}})
    project = lab.project(
        text, artifacts={"type": "S3", "location": bucket, "name": "x", "packaging": "ZIP"}
    )
    failed = phase(lab.build(project), "UPLOAD_ARTIFACTS")
    assert failed["phaseStatus"] == "FAILED"
    assert "no matching artifact paths found" in failed["contexts"][0]["message"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 0.1\nphases: {}\n", "version 0.2"),
        ("version: 0.2\nphases: {nonsense: {}}\n", "Invalid phase: nonsense"),
        ("version: 0.2\nbatch: {}\n", "batch"),
        ("version: 0.2\nphases: [\n", "YAML"),
        ("missing.yml", "missing.yml"),
    ],
)
def test_a_buildspec_that_codebuild_refuses_is_refused(lab: Lab, text: str, said: str) -> None:
    failed = phase(lab.build(lab.project(text)), "DOWNLOAD_SOURCE")
    assert failed["contexts"][0]["statusCode"] == "YAML_FILE_ERROR"
    assert said in failed["contexts"][0]["message"]


def test_a_role_that_does_not_trust_codebuild_cannot_build(lab: Lab) -> None:
    build = lab.build(lab.project(spec(), serviceRole=lab.role("lambda")))
    failed = phase(build, "PROVISIONING")
    assert build["buildStatus"] == "FAILED"
    assert "not authorized to perform: sts:AssumeRole" in failed["contexts"][0]["message"]


def test_builds_are_listed_retried_and_unknown_ones_named(lab: Lab) -> None:
    codebuild = lab.client("codebuild")
    project = lab.project(spec())
    first = lab.build(project)["id"]
    again = codebuild.retry_build(id=first)["build"]["id"]
    lab.finished(again)
    assert codebuild.list_builds_for_project(projectName=project)["ids"] == [again, first]
    unknown = unique("p:")
    assert codebuild.batch_get_builds(ids=[unknown])["buildsNotFound"] == [unknown]
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        codebuild.start_build(projectName="no-such-project")


def test_a_build_tells_eventbridge_how_it_ended(lab: Lab) -> None:
    url, arn = lab.queue()
    project = lab.project(spec())
    name = unique("rule")
    events = lab.client("events")
    pattern = {
        "source": ["aws.codebuild"],
        "detail": {"project-name": [project], "build-status": ["SUCCEEDED"]},
    }
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "q", "Arn": arn}])
    build = lab.build(project)
    event = json.loads(lab.received(url)["Body"])
    assert event["detail-type"] == "CodeBuild Build State Change"
    assert event["detail"]["build-id"] == build["arn"]
    assert event["account"] == TOOLS
