"""How things are built and promoted: CodePipeline, CodeBuild and the rules of EventBridge."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from policies.model.delivery_facts import (
    BuildProject,
    DeliveryPipeline,
    EventRule,
    EventTarget,
    Stage,
    StageAction,
)
from policies.model.planned import Instance
from policies.model.root import Root
from policies.model.values import block, is_list, mapping, number, rows, switch, text, texts

UNCLEAR = "delivery-clear"
_SETTINGS = ("before_entry", "on_failure", "on_success")


def read_pipelines(root: Root) -> Iterator[DeliveryPipeline]:
    """Give the pipelines of a root."""
    for each in root.of_type("aws_codepipeline"):
        stages = tuple(_stage(stage) for stage in rows(each.values, "stage"))
        if not stages:
            root.refuse(each, UNCLEAR, "stages must be known in the plan", "none")
        yield DeliveryPipeline(
            address=each.address,
            account=root.key,
            name=text(each.values, "name"),
            type=text(each.values, "pipeline_type"),
            execution_mode=text(each.values, "execution_mode"),
            role=role_of(root, each, "role_arn"),
            stages=stages,
            variables=tuple(text(v, "name") for v in rows(each.values, "variable")),
            stores=rows(each.values, "artifact_store"),
            source=each.source,
        )


def read_builds(root: Root) -> Iterator[BuildProject]:
    """Give the build projects of a root."""
    for each in root.of_type("aws_codebuild_project"):
        environment, source = block(each.values, "environment"), block(each.values, "source")
        vpc = block(each.values, "vpc_config")
        yield BuildProject(
            address=each.address,
            account=root.key,
            name=text(each.values, "name"),
            role=role_of(root, each, "service_role"),
            image=text(environment, "image"),
            privileged=switch(environment, "privileged_mode"),
            encryption_key=_one(root, each, "encryption_key", "aws_kms_key"),
            source_type=text(source, "type"),
            buildspec=text(source, "buildspec"),
            environment={
                text(v, "name"): text(v, "value") for v in rows(environment, "environment_variable")
            },
            vpc=text(vpc, "vpc_id") or _one(root, each, "vpc_config.0.vpc_id", "aws_vpc"),
            subnets=_many(root, each, vpc, "subnets", "aws_subnet"),
            groups=_many(root, each, vpc, "security_group_ids", "aws_security_group"),
            source=each.source,
        )


def read_rules(root: Root) -> Iterator[EventRule]:
    """Give the event rules of a root with what they start."""
    targets = list(root.of_type("aws_cloudwatch_event_target"))
    for each in root.of_type("aws_cloudwatch_event_rule"):
        own = [t for t in targets if each in root.named(t, "rule", each.type, "name")]
        values = each.values
        state = text(values, "state")
        yield EventRule(
            address=each.address,
            account=root.key,
            name=text(values, "name"),
            bus=text(values, "event_bus_name") or "default",
            pattern=_pattern(root, each),
            schedule=text(values, "schedule_expression"),
            enabled=state != "DISABLED" and values.get("is_enabled") is not False,
            targets=tuple(_target(root, target) for target in own),
            source=each.source,
        )


def role_of(root: Root, instance: Instance, path: str) -> str:
    """Give the ARN of the role that an attribute names, known or not."""
    known = text(instance.values, path)
    if known:
        return known
    linked = root.linked(instance, path, "aws_iam_role")
    if len(linked) == 1:
        name, place = text(linked[0].values, "name"), text(linked[0].values, "path") or "/"
        if name:
            return f"arn:{root.partition}:iam::{root.id}:role{place}{name}"
    if instance.unknown.get(path):
        root.refuse(instance, UNCLEAR, f"{path} must name one role", f"{len(linked)}")
    return ""


def _stage(stage: Mapping[str, Any]) -> Stage:
    actions = tuple(_action(each) for each in rows(stage, "action"))
    settings = {name: stage[name] for name in _SETTINGS if stage.get(name)}
    return Stage(text(stage, "name"), actions, settings)


def _action(action: Mapping[str, Any]) -> StageAction:
    configuration = mapping(action, "configuration")
    return StageAction(
        name=text(action, "name"),
        category=text(action, "category"),
        owner=text(action, "owner"),
        provider=text(action, "provider"),
        role=text(action, "role_arn"),
        region=text(action, "region"),
        project=text(configuration, "ProjectName"),
        configuration=configuration,
        inputs=texts(action, "input_artifacts"),
        outputs=texts(action, "output_artifacts"),
        order=number(action, "run_order"),
        timeout_minutes=number(action, "timeout_in_minutes"),
    )


def _pattern(root: Root, rule: Instance) -> Mapping[str, Any] | None:
    given = text(rule.values, "event_pattern")
    if not given:
        if rule.unknown.get("event_pattern"):
            root.refuse(rule, UNCLEAR, "event_pattern must be known in the plan", "not known")
        return None
    try:
        found = json.loads(given)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        root.refuse(rule, UNCLEAR, "event_pattern must be a JSON object", given[:80])
        return None
    return found


def _target(root: Root, target: Instance) -> EventTarget:
    letters = block(target.values, "dead_letter_config")
    linked = root.linked(target, "arn")
    dead = root.linked(target, "dead_letter_config.0.arn", "aws_sqs_queue")
    return EventTarget(
        address=target.address,
        arn=text(target.values, "arn") or (linked[0].address if len(linked) == 1 else "?"),
        role=role_of(root, target, "role_arn"),
        dead_letters=text(letters, "arn") or (dead[0].address if len(dead) == 1 else ""),
        source=target.source,
    )


def _one(root: Root, instance: Instance, path: str, type_: str) -> str:
    known = text(instance.values, path)
    linked = root.linked(instance, path, type_)
    return known or (linked[0].address if len(linked) == 1 else "")


def _many(
    root: Root, instance: Instance, vpc: Mapping[str, Any], name: str, type_: str
) -> tuple[str, ...]:
    if is_list(vpc.get(name)):
        return texts(vpc, name)
    return tuple(each.address for each in root.linked(instance, f"vpc_config.0.{name}", type_))
