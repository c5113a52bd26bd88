"""Keys about a request's network, time, client and the services that forward it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties
"""

from __future__ import annotations

from collections.abc import Mapping

from twin.authorization.keys.ask import Ask, Reader, Values, flag, header, one
from twin.authorization.keys.organization import membership

# Which services say whose endpoint a request came by, by the lists of aws:SourceVpcArn,
# aws:VpceAccount and aws:VpceOrgID; iam:PassRole is excepted on all of them.
_TELL_VPC = frozenset(
    "acm-pca apprunner applicationinsights athena cloudformation compute-optimizer "
    "comprehendmedical datasync discovery ebs ecr ecs firehose healthlake iam iotfleetwise "
    "iotwireless kinesisanalytics kms lambda medical-imaging omics payment-cryptography polly "
    "rbin rekognition route53 s3 scheduler servicediscovery servicequotas ssm-contacts "
    "storagegateway textract transcribe transfer".split()
)
_TELL_ACCOUNT = _TELL_VPC | {"dynamodb", "gamelift", "shield"}
_TELL_ORGANIZATION = _TELL_ACCOUNT | frozenset(
    "b2bi cassandra cognito-identity dms ds-data identitystore iottwinmaker network-firewall "
    "pricing ses sms-voice sqs workmail".split()
)
_SILENT = "iam:PassRole"

# Services with one endpoint, which is in this region whatever region a client names.
_GLOBAL = frozenset(
    "account aws-portal billing budgets ce cloudfront globalaccelerator health iam "
    "organizations pricing route53 route53domains shield support trustedadvisor waf".split()
)
_HOME = "us-east-1"


def _through_endpoint(ask: Ask) -> bool:
    """Tell whether the request passed a VPC endpoint: one that a service forwards does not."""
    return ask.route.endpoint_id is not None and not ask.caller.called_via


def _told(ask: Ask, services: frozenset[str]) -> bool:
    prefix = ask.asked.action.partition(":")[0]
    return _through_endpoint(ask) and prefix in services and ask.asked.action != _SILENT


def _source_ip(ask: Ask) -> Values | None:
    """Return the public address, which a forwarded request keeps; an endpoint hides it.

    What AWS redacts where a service acts by itself is left out too.
    """
    if ask.route.endpoint_id is not None or ask.caller.is_service:
        return None
    return None if ask.call.position.service else (ask.route.address,)


def _vpc(ask: Ask) -> Values | None:
    return one(ask.route.vpc_id) if _through_endpoint(ask) else None


def _vpc_arn(ask: Ask) -> Values | None:
    if not _told(ask, _TELL_VPC):
        return None
    owner = ask.route.endpoint_owner
    return (f"arn:aws:ec2:{ask.call.region}:{owner}:vpc/{ask.route.vpc_id}",)


def _endpoint(ask: Ask) -> Values | None:
    return one(ask.route.endpoint_id) if _through_endpoint(ask) else None


def _private_address(ask: Ask) -> Values | None:
    return (ask.route.address,) if _through_endpoint(ask) else None


def _endpoint_account(ask: Ask) -> Values | None:
    return one(ask.route.endpoint_owner) if _told(ask, _TELL_ACCOUNT) else None


def _endpoint_organization(ask: Ask) -> Values | None:
    if ask.route.endpoint_owner is None or not _told(ask, _TELL_ORGANIZATION):
        return None
    found = membership(ask.route.endpoint_owner)
    return None if found is None else (found.organization_id,)


def _endpoint_paths(ask: Ask) -> Values | None:
    # The list of this key is that of the account's.
    if ask.route.endpoint_owner is None or not _told(ask, _TELL_ACCOUNT):
        return None
    found = membership(ask.route.endpoint_owner)
    return None if found is None else (found.path,)


def _secure(ask: Ask) -> Values | None:
    """Tell whether it was TLS, which services among themselves always speak."""
    forwarded = bool(ask.caller.called_via) or ask.caller.is_service
    return flag(forwarded or ask.call.position.secure)


def _region(ask: Ask) -> Values | None:
    prefix = ask.asked.action.partition(":")[0]
    return (_HOME if prefix in _GLOBAL else ask.call.region,)


def _now(ask: Ask) -> Values | None:
    return one(ask.twin.now())


def _seconds(ask: Ask) -> Values | None:
    return (str(int(ask.twin.now().timestamp())),)


def _via(ask: Ask) -> Values | None:
    return ask.caller.called_via or None


def _first(ask: Ask) -> Values | None:
    return ask.caller.called_via[:1] or None


def _last(ask: Ask) -> Values | None:
    return ask.caller.called_via[-1:] or None


def _forwarded(ask: Ask) -> Values | None:
    return flag(ask.caller.called_via)


def _source_arn(ask: Ask) -> Values | None:
    return one(ask.caller.source_arn) if ask.caller.is_service else None


def _source_account(ask: Ask) -> Values | None:
    return one(ask.caller.source_account) if ask.caller.is_service else None


def _source_organization(ask: Ask) -> Values | None:
    account = _source_account(ask)
    found = membership(account[0]) if account else None
    return None if found is None else (found.organization_id,)


def _source_paths(ask: Ask) -> Values | None:
    account = _source_account(ask)
    found = membership(account[0]) if account else None
    return None if found is None else (found.path,)


READERS: Mapping[str, Reader] = {
    "aws:calledvia": _via,
    "aws:calledviafirst": _first,
    "aws:calledvialast": _last,
    "aws:currenttime": _now,
    "aws:epochtime": _seconds,
    "aws:referer": header("Referer"),
    "aws:requestedregion": _region,
    "aws:securetransport": _secure,
    "aws:sourceaccount": _source_account,
    "aws:sourcearn": _source_arn,
    "aws:sourceip": _source_ip,
    "aws:sourceorgid": _source_organization,
    "aws:sourceorgpaths": _source_paths,
    "aws:sourcevpc": _vpc,
    "aws:sourcevpcarn": _vpc_arn,
    "aws:sourcevpce": _endpoint,
    "aws:useragent": header("User-Agent"),
    "aws:viaawsservice": _forwarded,
    "aws:vpceaccount": _endpoint_account,
    "aws:vpceorgid": _endpoint_organization,
    "aws:vpceorgpaths": _endpoint_paths,
    "aws:vpcsourceip": _private_address,
}
