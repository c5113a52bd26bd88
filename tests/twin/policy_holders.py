"""What holds a policy with principals: how to set one on a new thing, and how to read it again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.twin.names import bucket, role, trusting, unique
from tests.twins import DATA_SCIENCE, RunningTwin

ROOT = f"arn:aws:iam::{DATA_SCIENCE}:root"
Read = Callable[[], str]
Hold = Callable[[RunningTwin, dict[str, Any]], Read]


def text(principal: object, action: str, *more: dict[str, Any], resource: str = "*") -> str:
    """Return a policy that allows a principal an action."""
    statement = {
        "Sid": "Named",
        "Effect": "Allow",
        "Principal": principal,
        "Action": action,
        "Resource": resource,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement, *more]})


def on_bucket(twin: RunningTwin, principal: dict[str, Any]) -> Read:
    """Set the policy of a new bucket."""
    name, s3 = bucket(twin, DATA_SCIENCE), twin.client("s3")
    made = text(principal, "s3:GetObject", resource=f"arn:aws:s3:::{name}/*")
    s3.put_bucket_policy(Bucket=name, Policy=made)
    return lambda: str(s3.get_bucket_policy(Bucket=name)["Policy"])


def on_key(twin: RunningTwin, principal: dict[str, Any]) -> Read:
    """Set the policy of a new key, which the account keeps."""
    kept = {
        "Sid": "Kept",
        "Effect": "Allow",
        "Principal": {"AWS": ROOT},
        "Action": "kms:*",
        "Resource": "*",
    }
    kms = twin.client("kms")
    made = kms.create_key(Policy=text(principal, "kms:Decrypt", kept))
    key = made["KeyMetadata"]["KeyId"]
    return lambda: str(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])


def on_topic(twin: RunningTwin, principal: dict[str, Any]) -> Read:
    """Set the policy of a new topic."""
    sns = twin.client("sns")
    arn = sns.create_topic(Name=unique("topic"))["TopicArn"]
    made = text(principal, "sns:Publish", resource=arn)
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=made)
    return lambda: str(sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])


def on_queue(twin: RunningTwin, principal: dict[str, Any]) -> Read:
    """Make a queue with a policy."""
    sqs = twin.client("sqs")
    attributes = {"Policy": text(principal, "sqs:SendMessage")}
    url = sqs.create_queue(QueueName=unique("queue"), Attributes=attributes)["QueueUrl"]

    def read() -> str:
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
        return str(answer["Attributes"]["Policy"])

    return read


def on_repository(twin: RunningTwin, principal: dict[str, Any]) -> Read:
    """Set the policy of a new image repository."""
    ecr, name = twin.client("ecr"), unique("repository")
    ecr.create_repository(repositoryName=name)
    ecr.set_repository_policy(repositoryName=name, policyText=text(principal, "ecr:BatchGetImage"))
    return lambda: str(ecr.get_repository_policy(repositoryName=name)["policyText"])


def on_secret(twin: RunningTwin, principal: dict[str, Any]) -> Read:
    """Set the policy of a new secret."""
    manager, name = twin.client("secretsmanager"), unique("secret")
    manager.create_secret(Name=name, SecretString="s")
    made = text(principal, "secretsmanager:GetSecretValue")
    manager.put_resource_policy(SecretId=name, ResourcePolicy=made)
    return lambda: str(manager.get_resource_policy(SecretId=name)["ResourcePolicy"])


def on_trust(twin: RunningTwin, principal: dict[str, Any]) -> Read:
    """Make a role with a trust policy."""
    name = role(twin, DATA_SCIENCE, trusting(principal)).rpartition("/")[2]
    iam = twin.client("iam")
    return lambda: json.dumps(iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"])


def on_packages(twin: RunningTwin, principal: dict[str, Any]) -> Read:
    """Set the policy of a new package domain."""
    packages, name = twin.client("codeartifact"), unique("domain")
    packages.create_domain(domain=name)
    made = text(principal, "codeartifact:CreateRepository")
    packages.put_domain_permissions_policy(domain=name, policyDocument=made)
    return lambda: str(packages.get_domain_permissions_policy(domain=name)["policy"]["document"])
