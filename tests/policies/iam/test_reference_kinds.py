"""The resource types of an action are found with the templates that AWS publishes."""

from __future__ import annotations

from policies.iam.reference import ResourceKind, load_reference


def test_an_action_has_its_kinds_whatever_its_case() -> None:
    kinds = load_reference().kinds("SageMaker:createmodel")
    template = "arn:${Partition}:sagemaker:${Region}:${Account}:model/${ModelName}"
    assert kinds == (ResourceKind("model", template, required=True),)


def test_an_optional_kind_is_not_required() -> None:
    kinds = {kind.name: kind for kind in load_reference().kinds("sagemaker:CreateModelPackage")}
    assert not kinds["model-package-group"].required


def test_an_action_on_everything_has_no_kinds() -> None:
    assert load_reference().kinds("sagemaker:ListModels") == ()


def test_an_unknown_action_has_no_kinds() -> None:
    assert load_reference().kinds("sagemaker:NoSuchThing") == ()
    assert load_reference().kinds("nothing:NoSuchThing") == ()
