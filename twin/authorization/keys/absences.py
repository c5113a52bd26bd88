"""Keys that are listed and never sent, because the twin has nothing that would send them.

Their absence is true. What is neither read nor named here is unknown: a policy that depends on it
cannot be decided.
"""

from __future__ import annotations

from collections.abc import Mapping

# By what has no place in the twin; a name that ends with "/" or "." stands for all that begin so.
_NOWHERE: Mapping[str, str] = {
    "sessions of AssumeRoot, chat channels, sign-in and Identity Center": (
        "aws:assumedroot aws:chatbotsourcearn aws:signinsessionarn identitystore:userid "
        "sts:requestcontext/ sts:requestcontextproviders"
    ),
    "a second factor": "aws:multifactorauthage",
    "machines and their roles": (
        "aws:ec2instancesourceprivateipv4 aws:ec2instancesourcevpc ec2:roledelivery "
        "ec2:sourceinstancearn ssm:sourceinstancearn"
    ),
    "assistants": "aws:calledviaawsmcp aws:ismcpserviceaction aws:viaawsmcpservice",
    "jobs of Glue": "glue:credentialissuingservice glue:roleassumedby",
    "identity providers that speak SAML": "saml:",
    "social identity providers": "graph.facebook.com:app_id www.amazon.com:app_id "
    "graph.facebook.com:id www.amazon.com:user_id",
    "experiments of the fault injection service": "dynamodb:fis ec2:fis",
    "access points, access grants and tags of buckets in authorisation": (
        "s3:accessgrant s3:accesspoint s3:buckettag/ s3:dataaccesspoint"
    ),
    "batch jobs of S3": "s3:existingjob s3:jobsuspendedcause s3:requestjob",
    "enclaves": "kms:recipientattestation:",
    "addresses of functions": "lambda:invokedviafunctionurl",
    "people in Studio, whose sessions would carry them": (
        "sagemaker:domainid sagemaker:userprofilename"
    ),
    "security keys": "iam:fido iam:registersecuritykey",
    "rules that a service manages": "events:managedby",
}
ABSENT: Mapping[str, str] = {
    name: reason for reason, names in _NOWHERE.items() for name in names.split()
}


def is_absent(key: str) -> bool:
    """Tell whether no request in the twin can carry a key, given in lower case."""
    return any(key.startswith(name) for name in ABSENT)
