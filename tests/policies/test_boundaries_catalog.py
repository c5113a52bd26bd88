"""What a role that launches products may make, and what it may read for that."""

from __future__ import annotations

import pytest

from tests.policies.boundary_requests import HOME, ask


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("sagemaker:CreateModelPackageGroup", "sagemaker:{}:model-package-group/acme-x-idea"),
        ("logs:CreateLogGroup", "logs:{}:log-group:/acme-lab/x/idea"),
        ("ssm:PutParameter", "ssm:{}:parameter/acme/lab/x/idea"),
        ("cloudformation:CreateStack", f"cloudformation:{{}}:stack/SC-{HOME}-pp-1/1"),
    ],
)
def test_a_launch_makes_experiments_and_nothing_that_is_named_otherwise(
    action: str, resource: str
) -> None:
    arn = "arn:aws:" + resource.format(f"eu-west-1:{HOME}")
    assert ask("service", action, arn)[0]
    for other in ("-x-", "/x/", "SC-"):
        if other in arn:
            assert ask("service", action, arn.replace(other, "-"))[1] == "DenyMakingButExperiments"


def test_a_service_role_reads_templates_of_service_catalog_and_no_other_object() -> None:
    template, tag = (
        "arn:aws:s3:::sc-1-eu-west-1/t",
        "s3:ExistingObjectTag/servicecatalog:provisioning",
    )
    assert ask("service", "s3:GetObject", template, {tag: "true"})[0]
    for context in ({}, {tag: "false"}):
        assert ask("service", "s3:GetObject", template, context)[1] == "DenyObjectsButTemplates"
