"""Attacks by deputies: services of AWS that are told to act upon what is somebody else's."""

from __future__ import annotations

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.catalogue.layers import (
    BOUNDARY,
    IDENTITY,
    RESOURCE,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
)
from tests.attacks.landmarks import EMPTY_ARCHIVE, arn, what_is_served

DEPUTIES = Attacks()
_TRUST = Because(RESOURCE)
_FOR_OTHERS = Because(RESOURCE, "DenyServicesForOthers")
_TAMPERING = Because(SERVICE_CONTROL, "DenyLogTampering")
_SHARING = Because(SERVICE_CONTROL, "DenySharingOutsideApply")


@DEPUTIES.by(SIGN_IN, "staging", "buckets-do-nothing-for-other-organisations")
def let_cloudtrail_write_for_another_account(at: Attacker) -> None:
    """Whoever arrives in staging lets CloudTrail write a trail into production's bucket."""
    bucket = at.naming.bucket_name("production", "trail")
    own = at.naming.account_prefix("staging")
    at.refused(
        at.client("cloudtrail").create_trail, _FOR_OTHERS, Name=f"{own}-2", S3BucketName=bucket
    )
    for role in (SIGN_IN, "platform-admin"):
        client = at.client("cloudtrail", role=role)
        at.refused(client.update_trail, _TAMPERING, Name=own, S3BucketName=bucket)


@DEPUTIES.by(
    SIGN_IN,
    "staging",
    "buckets-do-nothing-for-other-organisations",
    "buckets-change-with-terraform-only",
)
def let_access_logs_flood_another_account(at: Attacker) -> None:
    """Whoever arrives in staging lets S3 write access logs among those of production."""
    target = {"TargetBucket": at.naming.bucket_name("production", "logs"), "TargetPrefix": "x/"}
    change = {
        "Bucket": at.naming.bucket_name("staging", "capture"),
        "BucketLoggingStatus": {"LoggingEnabled": target},
    }
    at.refused(at.client("s3").put_bucket_logging, _FOR_OTHERS, **change)
    because = Because(RESOURCE_CONTROL, "DenyBucketChangesOutsideApply")
    admin = at.client("s3", role="platform-admin")
    at.refused(admin.put_bucket_logging, because, **change)


@DEPUTIES.by("platform-admin", "staging", "records-are-not-stopped")
def let_config_deliver_to_another_account(at: Attacker) -> None:
    """A platform admin lets AWS Config deliver into the record of production's settings."""
    channel = {
        "name": at.naming.account_prefix("staging"),
        "s3BucketName": at.naming.bucket_name("production", "configuration"),
    }
    for role in ("platform-admin", SIGN_IN):
        client = at.client("config", role=role)
        at.refused(client.put_delivery_channel, _TAMPERING, DeliveryChannel=channel)


@DEPUTIES.by(
    "platform-admin",
    "production",
    "nothing-is-shared",
    "policies-of-resources-change-with-terraform-only",
)
def let_logs_flow_to_another_account(at: Attacker) -> None:
    """A platform admin lets CloudWatch Logs hand the trail on, or take from anybody."""
    group = f"/{at.naming.account_prefix('production')}/trail"
    elsewhere = arn(at, "lambda", "staging", "function:mine")
    for role in ("platform-admin", SIGN_IN):
        client = at.client("logs", role=role)
        at.refused(
            client.put_subscription_filter,
            Because(SERVICE_CONTROL, "DenySharing"),
            **{"logGroupName": group, "filterName": "all", "filterPattern": ""},
            destinationArn=elsewhere,
        )
        at.refused(client.put_resource_policy, _SHARING, policyName="anybody", policyDocument="{}")


@DEPUTIES.by(
    SIGN_IN,
    "staging",
    "nobody-tells-a-bus-of-events",
    "policies-of-resources-change-with-terraform-only",
    "records-are-not-stopped",
)
def send_events_to_another_account(at: Attacker) -> None:
    """Whoever arrives in staging raises events in production, by hand or by a rule."""
    bus = arn(at, "events", "production", "event-bus/default")
    event = {"EventBusName": bus, "Source": "mine", "DetailType": "mine", "Detail": "{}"}
    for role in (SIGN_IN, "platform-admin"):
        client = at.client("events", role=role)
        at.refused(client.put_events, _TAMPERING, Entries=[event])
        at.refused(
            client.put_permission,
            _TAMPERING,
            **{"Action": "events:PutEvents", "StatementId": "all", "Principal": "*"},
        )
        target = {"Id": "production", "Arn": bus}
        rule = f"{at.naming.account_prefix('staging')}-detective-calls"
        at.refused(client.put_targets, _TAMPERING, Rule=rule, Targets=[target])


@DEPUTIES.by(SIGN_IN, "staging", "topics-tell-of-own-alarms-only", "topics-speak-tls-only")
def cry_wolf_in_another_account(at: Attacker) -> None:
    """Whoever arrives in staging publishes on production's topic of alarms, or listens to it."""
    topic = {
        "TopicArn": arn(
            at, "sns", "production", f"{at.naming.account_prefix('production')}-security"
        )
    }
    for role in (SIGN_IN, "platform-admin", "apply"):
        client = at.client("sns", role=role)
        at.refused(client.publish, _TRUST, **topic, Message="all is well")
        listener = {"Protocol": "email", "Endpoint": "me@example.net"}
        at.refused(client.subscribe, _TRUST, **topic, **listener)


@DEPUTIES.by(
    SIGN_IN,
    "staging",
    "policies-of-resources-change-with-terraform-only",
    beyond="Whoever may invoke a function of another account is said by its own policy alone.",
)
def call_the_detective_of_another_account(at: Attacker) -> None:
    """Whoever arrives in staging lets production's detective stop what runs there."""
    name = f"{at.naming.account_prefix('production')}-detective"
    function = arn(at, "lambda", "production", f"function:{name}")
    for role in (SIGN_IN, "platform-admin", "apply"):
        client = at.client("lambda", role=role)
        at.refused(client.invoke, _TRUST, FunctionName=function)
    own = f"{at.naming.account_prefix('staging')}-detective"
    for role in (SIGN_IN, "platform-admin"):
        at.refused(
            at.client("lambda", role=role).add_permission,
            _SHARING,
            **{"FunctionName": own, "StatementId": "anybody"},
            **{"Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com"},
        )


@DEPUTIES.by(
    "apply",
    "staging",
    "identities-change-with-terraform-only",
    "roles-of-delivery-are-passed-by-nobody",
)
def let_a_service_act_as_a_role_of_another_account(at: Attacker) -> None:
    """Code in a run that applies to staging hands roles of other accounts to its services."""
    pipelines = at.as_administrator("codepipeline", "data-science")
    promotion = pipelines.get_pipeline(name=at.naming.promotion_pipeline(at.model))["pipeline"]
    prefix = at.naming.account_prefix("staging")
    at.refused(
        at.client("codebuild").update_project,
        _TRUST,
        name=at.naming.project_name("staging", "test"),
        serviceRole=at.naming.role_arn("production", "test"),
    )
    at.refused(
        at.client("codepipeline").create_pipeline,
        _TRUST,
        pipeline={**promotion, "name": f"{prefix}-promotion"},
    )
    at.refused(
        at.client("lambda").create_function,
        _TRUST,
        **{"FunctionName": f"{prefix}-mine", "Runtime": "python3.12", "Handler": "main.handler"},
        Role=at.naming.role_arn("production", "release"),
        Code={"ZipFile": EMPTY_ARCHIVE},
    )


@DEPUTIES.by("release", "staging", "roles-of-delivery-are-passed-by-nobody")
def serve_as_a_role_of_another_account(at: Attacker) -> None:
    """Code in a deployment to staging lets SageMaker act there as a role of production."""
    _, model = what_is_served(at, "staging")
    container = {each: model["PrimaryContainer"][each] for each in ("Image", "ModelDataUrl")}
    for purpose in ("serving", "release"):
        at.refused(
            at.client_in_build("deploy", "sagemaker", vpc="staging").create_model,
            _TRUST,
            ModelName=f"{model['ModelName']}-2",
            ExecutionRoleArn=at.naming.role_arn("production", purpose),
            PrimaryContainer=container,
            VpcConfig=model["VpcConfig"],
            EnableNetworkIsolation=True,
        )


@DEPUTIES.by(
    "data-scientist",
    "data-science",
    "escalation-is-out-of-reach",
    "people-and-services-pass-no-role",
)
def launch_more_than_an_experiment(at: Attacker) -> None:
    """A data scientist lets Service Catalog, or its role, make what its product does not."""
    catalog = at.as_administrator("servicecatalog", "data-science")
    [found] = catalog.search_products_as_admin()["ProductViewDetails"]
    product = found["ProductViewSummary"]["ProductId"]
    template = {"LoadTemplateFromURL": "https://example.net/template.yaml"}
    at.refused(
        at.client("servicecatalog").create_provisioning_artifact,
        Because(IDENTITY),
        ProductId=product,
        Parameters={"Info": template, "Type": "CLOUD_FORMATION_TEMPLATE"},
        IdempotencyToken="mine",
    )
    stack = {"StackName": f"SC-{at.account_id('data-science')}-mine", "TemplateBody": "{}"}
    launch = at.naming.role_arn("data-science", "experiment-launch")
    by_its_role = Because(BOUNDARY, "DenyIdentityChanges")
    client = at.client("cloudformation")
    at.refused(client.create_stack, by_its_role, **stack, RoleARN=launch)
    at.refused(client.create_stack, Because(IDENTITY), **stack)


@DEPUTIES.by(
    "ml-engineer",
    "data-science",
    beyond="Whom a portfolio shows its products to is kept by Service Catalog, in no policy.",
)
def launch_what_is_for_others(at: Attacker) -> None:
    """An ML engineer launches a product that is for scientists, or puts themselves on its list."""
    catalog = at.as_administrator("servicecatalog", "data-science")
    [found] = catalog.search_products_as_admin()["ProductViewDetails"]
    product = found["ProductViewSummary"]["ProductId"]
    versions = catalog.describe_product_as_admin(Id=product)["ProvisioningArtifactSummaries"]
    [portfolio, *_] = catalog.list_portfolios()["PortfolioDetails"]
    for role in ("ml-engineer", "release-manager", "platform-admin"):
        client = at.client("servicecatalog", role=role)
        at.refused(
            client.provision_product,
            Because(IDENTITY),
            ProductId=product,
            ProvisioningArtifactId=versions[0]["Id"],
            ProvisionedProductName="mine",
        )
        at.refused(
            client.associate_principal_with_portfolio,
            Because(IDENTITY),
            PortfolioId=portfolio["Id"],
            PrincipalARN=at.naming.role_arn("data-science", role),
            PrincipalType="IAM",
        )
