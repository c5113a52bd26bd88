"""Attacks on data: reading it where one may not, and taking it out."""

from __future__ import annotations

from functools import partial

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.builds import keys_in_build
from tests.attacks.catalogue.layers import IDENTITY, RESOURCE, RESOURCE_CONTROL, SERVICE_CONTROL
from tests.attacks.places import (
    STRANGER,
    STRANGERS_KEY,
    an_object,
    follow,
    key_arn,
    link_to,
    nobody,
    of_a_stranger,
)
from twin.access import Seat, reached_from

DATA = Attacks()


@DATA.by("data-scientist", "data-science", "data-science-touches-no-object-of-a-target")
def read_production_data_from_development(at: Attacker) -> None:
    """A data scientist reads what production has captured, from wherever they can."""
    wanted = an_object(at, "production", "capture")
    for vpc in (None, "data-science"):
        client = at.client("s3", vpc=vpc)
        at.refused(client.get_object, Because(RESOURCE, "DenyOutsideEndpoints"), **wanted)
    # Even from within the network of production, the bucket names nobody of development.
    inside = at.client("s3", vpc="production")
    at.refused(inside.list_objects_v2, Because(RESOURCE), Bucket=wanted["Bucket"])
    at.refused(inside.get_object, Because(RESOURCE), **wanted)


@DATA.by("platform-admin", "production", "models-of-a-target-are-read-by-few")
def read_a_model_of_production(at: Attacker) -> None:
    """A platform admin reads the model that production serves, from its network."""
    wanted = an_object(at, "production", "models")
    at.refused(at.client("s3", vpc="production").get_object, Because(IDENTITY), **wanted)


@DATA.by(SIGN_IN, "production", "administrators-of-keys-cannot-use-them")
def read_captured_data_as_administrator(at: Attacker) -> None:
    """Who lays accounts out, and may do everything there, reads what production captured."""
    wanted = an_object(at, "production", "capture")
    outside = at.client("s3")
    at.refused(outside.get_object, Because(RESOURCE, "DenyOutsideEndpoints"), **wanted)
    # From the network of production the bucket answers, but its key does not.
    at.refused(at.client("s3", vpc="production").get_object, Because(RESOURCE), **wanted)


@DATA.by(
    "data-scientist",
    "data-science",
    "objects-move-through-own-endpoints",
    "nobody-takes-data-past-the-network",
)
def read_own_data_from_the_internet(at: Attacker) -> None:
    """A data scientist reads their data, and lists it, on a machine outside the network."""
    wanted = an_object(at, "data-science", "data", "raw/")
    client, because = at.client("s3"), Because(RESOURCE, "DenyOutsideEndpoints")
    at.refused(client.get_object, because, **wanted)
    keeping = Because(RESOURCE, "DenyKeepingOutsideEndpoints")
    at.refused(client.list_objects_v2, keeping, Bucket=wanted["Bucket"], Prefix="raw/")
    # The network of another account of the organisation is not that of the data.
    elsewhere = at.client("s3", vpc="staging")
    at.refused(elsewhere.get_object, because, **wanted)


@DATA.by("ml-engineer", "data-science", "state-is-read-by-terraform-only")
def read_a_state_of_terraform(at: Attacker) -> None:
    """An ML engineer, and whoever lays accounts out, read a state for the secrets in it."""
    ours = {
        "Bucket": at.naming.state_bucket_name("data-science"),
        "Key": "accounts/data-science/terraform.tfstate",
    }
    because = Because(RESOURCE_CONTROL, "DenyStateToOthers")
    for vpc in (None, "data-science"):
        at.refused(at.client("s3", vpc=vpc).get_object, because, **ours)
        administrator = at.client("s3", vpc=vpc, role=SIGN_IN)
        at.refused(administrator.get_object, because, **ours)


@DATA.by("data-scientist", "data-science", "objects-move-through-own-endpoints")
def follow_a_link_to_data_from_outside(at: Attacker) -> None:
    """A link to an object, made by a data scientist who may read it, is followed at home."""
    wanted = an_object(at, "data-science", "data", "raw/")
    link = link_to(at, "data-science", "data-scientist", wanted)
    at.refused(partial(follow, link), Because(RESOURCE, "DenyOutsideEndpoints"))


@DATA.by(
    "data-scientist",
    "data-science",
    "buckets-know-the-organisation-only",
    "resources-know-the-organisation-only",
)
def read_without_a_name(at: Attacker) -> None:
    """Whoever knows the name of a bucket reads from it without signing anything."""
    names = Because(RESOURCE_CONTROL, "DenyIdentitiesOutsideOrganization")
    network = Because(RESOURCE_CONTROL, "DenyDataOutsideNetwork")
    for account, purpose in (("data-science", "data"), ("production", "models")):
        wanted = an_object(at, account, purpose)
        # Neither their name is known nor the way on which they come.
        at.refused(nobody(at).get_object, names, network, **wanted)
        at.refused(nobody(at).list_objects_v2, names, network, Bucket=wanted["Bucket"])


@DATA.by("data-scientist", "data-science", "everything-answers-by-tls-only")
def read_in_the_clear(at: Attacker) -> None:
    """A data scientist reads their data by a connection that anybody can listen to."""
    wanted = an_object(at, "data-science", "data", "raw/")
    plain = reached_from(at.stage.folder / "twin", Seat(tls=False)).url
    link = link_to(at, "data-science", "data-scientist", wanted, plain)
    at.refused(partial(follow, link), Because(RESOURCE_CONTROL, "DenyPlainHttp"))


@DATA.by("data-scientist", "data-science", "data-science-touches-no-object-of-a-target")
def copy_data_into_another_account(at: Attacker) -> None:
    """A data scientist copies an object into a bucket of another account."""
    source = an_object(at, "data-science", "data", "raw/")
    target = at.naming.bucket_name("staging", "capture")
    at.refused(
        at.client("s3", vpc="data-science").copy_object,
        Because(RESOURCE, "DenyOutsideEndpoints"),
        Bucket=target,
        Key="taken.csv",
        CopySource=source,
    )


@DATA.by("data-scientist", "data-science", "nobody-reaches-outside-the-organisation")
def send_data_to_another_organisation(at: Attacker) -> None:
    """A data scientist sends data out: as a message, an event, a call, under a foreign key."""
    because = Because(SERVICE_CONTROL, "DenyResourcesOutsideOrganization")
    key = of_a_stranger(at, "kms", STRANGERS_KEY)
    bus = of_a_stranger(at, "events", "event-bus/collect")
    entry = {"Source": "s", "DetailType": "d", "Detail": "{}", "EventBusName": bus}
    for role in (None, SIGN_IN):
        sns, kms = at.client("sns", role=role), at.client("kms", role=role)
        sqs, events = at.client("sqs", role=role), at.client("events", role=role)
        functions, sts = at.client("lambda", role=role), at.client("sts", role=role)
        topic = of_a_stranger(at, "sns", "collect")
        at.refused(sns.publish, because, TopicArn=topic, Message="data")
        at.refused(kms.encrypt, because, KeyId=key, Plaintext=b"data")
        url = f"https://sqs.{at.stage.region}.amazonaws.com/{STRANGER}/collect"
        at.refused(sqs.send_message, because, QueueUrl=url, MessageBody="data")
        telling = Because(SERVICE_CONTROL, "DenyLogTampering")
        at.refused(events.put_events, because, telling, Entries=[entry])
        function = of_a_stranger(at, "lambda", "function:collect")
        at.refused(functions.invoke, because, FunctionName=function, Payload=b"{}")
        at.refused(
            sts.assume_role,
            because,
            RoleArn=f"arn:aws:iam::{STRANGER}:role/collect",
            RoleSessionName="sofia",
        )


@DATA.by("data-scientist", "data-science", "objects-are-under-the-own-key")
def write_data_under_a_strangers_key(at: Attacker) -> None:
    """A data scientist writes data so that somebody else can read it, or nobody at all."""
    client = at.client("s3", vpc="data-science")
    bucket = at.naming.bucket_name("data-science", "data")
    wanted = {"Bucket": bucket, "Key": f"raw/{at.model}/attack.csv", "Body": b"1,2"}
    foreign = f"arn:aws:kms:{at.stage.region}:{STRANGER}:key/11111111-2222-4333-8444-555555555555"
    for key in (foreign, key_arn(at, "production", "models")):
        at.refused(
            client.put_object,
            Because(RESOURCE, "DenyForeignKey"),
            **wanted,
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=key,
        )
    at.refused(
        client.put_object,
        Because(RESOURCE, "DenyOtherAlgorithm"),
        **wanted,
        ServerSideEncryption="AES256",
    )
    at.refused(
        client.put_object,
        Because(RESOURCE, "DenyUnnamedKey"),
        **wanted,
        ServerSideEncryption="aws:kms",
    )


@DATA.by("ml-engineer", "data-science", "objects-move-through-own-endpoints")
def use_the_keys_of_a_build_elsewhere(at: Attacker) -> None:
    """Code in a build sends its keys out, and somebody reads with them what the build may read."""
    wanted = an_object(at, "data-science", "source")
    keys = keys_in_build(at.stage, "data-science", "model-build")
    for vpc in (None, "production"):
        stolen = at.stage.client_with("s3", keys, vpc=vpc)
        at.refused(stolen.get_object, Because(RESOURCE, "DenyOutsideEndpoints"), **wanted)


@DATA.by("data-scientist", "data-science", "data-moves-through-the-own-endpoint")
def bring_data_past_the_network(at: Attacker) -> None:
    """A data scientist, or what runs as a build, writes training data from the internet."""
    bucket = at.naming.bucket_name("data-science", "data")
    wanted = {"Bucket": bucket, "Key": f"raw/{at.model}/attack.csv", "Body": b"1,2"}
    at.refused(at.client("s3").put_object, Because(RESOURCE, "DenyOutsideEndpoints"), **wanted)
    inside = at.client_in_build("model-build", "s3", vpc="data-science")
    at.refused(inside.put_object, Because(IDENTITY), **wanted)
    data = an_object(at, "data-science", "data", f"{at.model}/prepared/")
    at.refused(inside.get_object, Because(IDENTITY), **data)
