"""Random requests to an estate, and what each asks for by AWS's documentation.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from policies.iam import Principal
from tests.twin.authorization.agreement.asked import Ask, Asking, Who
from tests.twin.authorization.agreement.estate import (
    ACCOUNTS,
    AUDIENCE,
    FORGE,
    REGION,
    Key,
    Store,
    provider_of,
)
from tests.twin.authorization.agreement.laying import OBJECT, Laid, Laying
from tests.twin.authorization.agreement.policies import SUBJECTS, TEAMS
from twin.authentication import ANONYMOUS
from twin.call import INTERNET, Call, Caller, Position
from twin.network import inside


class Asker:
    """Makes requests to one estate."""

    def __init__(self, dice: Random, laid: Laid) -> None:
        self._dice = dice
        self._laid = laid
        self._people = tuple(self._everybody())
        self._places = tuple(inside(g.subnets, [g.workload]) for g in laid.grounds)

    def ask(self) -> Asking:
        """Return one request."""
        dice = self._dice
        who, make = dice.choice(self._people), dice.choice(_MAKERS)
        if who.caller is ANONYMOUS or who.caller.is_service:
            make = dice.choice(_OPEN)
        elif who.principal.kind.name == "FEDERATED":
            make = Asker.vouched
        service, operation, parameters, asks = make(self, who)
        number, position = self._position(who)
        call = Call(service, operation, parameters, REGION, who.caller, "id", b"", {})
        owner = self._laid.twin.registry.owner_of(service)
        call = replace(call, position=position)
        call = replace(call, owner_id=owner(self._laid.twin, call) if owner else None)
        return Asking(call, who, asks, number)

    def _everybody(self) -> list[Who]:
        estate = self._laid.estate
        people = [
            Who(self._laid.caller(s), Principal.role(s.role.arn, s.name), s.role, s)
            for s in estate.sessions
        ]
        people += [
            Who(self._laid.user(holder), Principal.user(holder.arn), holder)
            for holder in estate.holders
            if holder.kind == "user"
        ]
        for account in ACCOUNTS:
            arn = f"arn:aws:iam::{account}:root"
            people.append(Who(Caller(account, arn, "AKIAROOT", account), Principal.root(account)))
            arn = provider_of(account)
            caller = Caller(account, arn, "", f"{arn}:somebody", federated_provider=arn)
            people.append(Who(caller, Principal.federated(arn)))
        people.append(Who(ANONYMOUS, Principal.anonymous()))
        name = "events.amazonaws.com"
        for account in ACCOUNTS:
            caller = Caller(
                account,
                name,
                "",
                name,
                is_service=True,
                source_arn=f"arn:aws:events:{REGION}:{account}:rule/r",
                source_account=account,
            )
            people.append(Who(caller, Principal.service(name)))
        return people

    def _position(self, who: Who) -> tuple[int | None, Position]:
        roll = self._dice.random()
        if roll < 0.35 and not who.caller.is_service:
            number = self._dice.randrange(len(self._places))
            return number, self._places[number]
        if roll < 0.45:
            return None, Position(secure=False)
        return None, Position(address="198.51.100.7") if roll < 0.55 else INTERNET

    def _some(self, kind: str, who: Who) -> tuple[Store, str]:
        stores = [store for store in self._laid.estate.stores if store.kind == kind]
        own = [store for store in stores if store.account == who.caller.account_id]
        store = self._dice.choice(own if own and self._dice.random() < 0.6 else stores)
        return store, self._laid.names.stores[Laying.address(store)]

    def _key(self, who: Who) -> tuple[Key, str]:
        keys = self._laid.estate.keys
        own = [key for key in keys if key.account == who.caller.account_id]
        key = self._dice.choice(own if own and self._dice.random() < 0.6 else keys)
        return key, self._laid.names.keys[key.alias]

    def _use(self, alias: str | None, via: str, *actions: str) -> tuple[Ask, ...]:
        """Return the uses of a key that a service makes for its caller."""
        if alias is None:
            return ()
        arn = self._laid.names.keys[alias]
        keys = {"kms:viaservice": f"{via}.{REGION}.amazonaws.com"}
        owner = arn.split(":")[4]
        return tuple(Ask(f"kms:{a}", arn, owner, keys, f"{via}.amazonaws.com") for a in actions)

    # Operations: their parameters, and what they ask for.

    def s3_read(self, who: Who) -> Made:
        """Read an object, which may be encrypted, or one that is not there."""
        store, arn = self._some("s3", who)
        key = self._dice.choice((OBJECT, OBJECT, "raw/none.csv"))
        operation = self._dice.choice(("GetObject", "GetObject", "HeadObject"))
        reads = key == OBJECT and operation == "GetObject"
        uses = self._use(store.key if reads else None, "s3", "Decrypt")
        asks = (Ask("s3:GetObject", f"{arn}/{key}", store.account), *uses)
        return "s3", operation, {"Bucket": store.name, "Key": key}, asks

    def s3_write(self, who: Who) -> Made:
        """Write an object, with the bucket's encryption or with one of the request's own."""
        store, arn = self._some("s3", who)
        given: dict[str, Any] = {"Bucket": store.name, "Key": "raw/new.csv"}
        keys, alias, chosen = {}, store.key, self._dice.choice((None, None, "AES256", "aws:kms"))
        if chosen is not None:
            given["ServerSideEncryption"] = keys["s3:x-amz-server-side-encryption"] = chosen
            alias = None
        if chosen == "aws:kms":
            key, given["SSEKMSKeyId"] = self._key(who)
            alias = key.alias
        uses = self._use(alias, "s3", "GenerateDataKey")
        asks = (Ask("s3:PutObject", f"{arn}/raw/new.csv", store.account, keys), *uses)
        return "s3", "PutObject", given, asks

    def s3_list(self, who: Who) -> Made:
        """List a bucket."""
        store, arn = self._some("s3", who)
        prefix = self._dice.choice(("raw/a", "raw/", "other/", None))
        keys = {"s3:prefix": prefix} if prefix else {}
        given = {"Bucket": store.name, **({"Prefix": prefix} if prefix else {})}
        return "s3", "ListObjectsV2", given, (Ask("s3:ListBucket", arn, store.account, keys),)

    def s3_other(self, who: Who) -> Made:
        """Do something else with a bucket or an object."""
        store, arn = self._some("s3", who)
        operation = self._dice.choice(("DeleteObject", "GetObjectTagging", "GetBucketPolicy"))
        named = {} if operation == "GetBucketPolicy" else {"Key": OBJECT}
        resource = f"{arn}/{OBJECT}" if named else arn
        asks = (Ask(f"s3:{operation}", resource, store.account),)
        return "s3", operation, {"Bucket": store.name, **named}, asks

    def queue(self, who: Who) -> Made:
        """Use a queue."""
        store, arn = self._some("sqs", who)
        operation = self._dice.choice(("SendMessage", "ReceiveMessage", "GetQueueAttributes"))
        url = f"https://sqs.{REGION}.amazonaws.com/{store.account}/{store.name}"
        given = {"QueueUrl": url, **({"MessageBody": "x"} if operation == "SendMessage" else {})}
        return "sqs", operation, given, (Ask(f"sqs:{operation}", arn, store.account),)

    def topic(self, who: Who) -> Made:
        """Use a topic."""
        store, arn = self._some("sns", who)
        operation = self._dice.choice(("Publish", "GetTopicAttributes"))
        given = {"TopicArn": arn, **({"Message": "x"} if operation == "Publish" else {})}
        return "sns", operation, given, (Ask(f"sns:{operation}", arn, store.account),)

    def key(self, who: Who) -> Made:
        """Use a key."""
        key, arn = self._key(who)
        operation = self._dice.choice(("Decrypt", "Encrypt", "GenerateDataKey", "DescribeKey"))
        given: dict[str, Any] = {"KeyId": arn}
        keys: dict[str, str] = {}
        if operation != "DescribeKey" and self._dice.random() < 0.6:
            team = self._dice.choice(TEAMS)
            given["EncryptionContext"] = {"team": team}
            keys["kms:encryptioncontext:team"] = team
        given |= {"Decrypt": {"CiphertextBlob": b"x"}, "Encrypt": {"Plaintext": b"x"}}.get(
            operation, {}
        )
        return "kms", operation, given, (Ask(f"kms:{operation}", arn, key.account, keys),)

    def secret(self, who: Who) -> Made:
        """Read or write a secret, whose key may be a customer's."""
        store, arn = self._some("secretsmanager", who)
        uses = {"GetSecretValue": ("Decrypt",), "PutSecretValue": ("GenerateDataKey", "Decrypt")}
        operation = self._dice.choice((*uses, "DescribeSecret"))
        given = {"SecretId": arn}
        if operation == "PutSecretValue":
            given["SecretString"] = "x"
        asks = self._use(store.key, "secretsmanager", *uses.get(operation, ()))
        own = Ask(f"secretsmanager:{operation}", arn, store.account)
        return "secretsmanager", operation, given, (own, *asks)

    def role(self, who: Who) -> Made:
        """Take a role."""
        roles = [holder for holder in self._laid.estate.holders if holder.kind == "role"]
        role, name = self._dice.choice(roles), self._dice.choice(("sofia", "other"))
        given, keys = {"RoleArn": role.arn, "RoleSessionName": name}, {"sts:rolesessionname": name}
        if self._dice.random() < 0.4:
            given["ExternalId"] = keys["sts:externalid"] = "outside"
        asks = [Ask("sts:AssumeRole", role.arn, role.account, keys)]
        if who.session is not None and who.session.source_identity:
            # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
            # By the reference it carries neither the session's name nor an external id.
            asks.append(Ask("sts:SetSourceIdentity", role.arn, role.account))
        return "sts", "AssumeRole", given, tuple(asks)

    def pass_role(self, who: Who) -> Made:
        """Make a model, and with it pass a role, of the own account or of another."""
        account = who.caller.account_id
        roles = [holder for holder in self._laid.estate.holders if holder.kind == "role"]
        own = [role for role in roles if role.account == account]
        role = self._dice.choice(own if own and self._dice.random() < 0.8 else roles)
        given = {"ModelName": "model-0", "ExecutionRoleArn": role.arn}
        model = f"arn:aws:sagemaker:{REGION}:{account}:model/model-0"
        keys = {"iam:passedtoservice": "sagemaker.amazonaws.com"}
        asks = (
            Ask("sagemaker:CreateModel", model, account),
            Ask("iam:PassRole", role.arn, role.account, keys),
        )
        return "sagemaker", "CreateModel", given, asks

    def vouched(self, who: Who) -> Made:
        """Take a role with a token; who sends it is who the token speaks of."""
        roles = [holder for holder in self._laid.estate.holders if holder.kind == "role"]
        own = [role for role in roles if role.account == who.caller.account_id]
        role, name = self._dice.choice(own), self._dice.choice(("sofia", "other"))
        subject = self._dice.choice((*SUBJECTS, "repo:other"))
        given = {"RoleArn": role.arn, "RoleSessionName": name}
        given["WebIdentityToken"] = self._laid.forge.token(subject)
        keys = {"sts:rolesessionname": name, f"{FORGE}:sub": subject, f"{FORGE}:aud": AUDIENCE}
        asks = (Ask("sts:AssumeRoleWithWebIdentity", role.arn, role.account, keys),)
        return "sts", "AssumeRoleWithWebIdentity", given, asks

    def own(self, who: Who) -> Made:
        """Ask for something that only one's own account has."""
        account = who.caller.account_id
        service, operation, given, resource = self._dice.choice(
            (
                ("ssm", "GetParameter", {"Name": "/team/x"}, "parameter/team/x"),
                (
                    *("ssm", "PutParameter", {"Name": "/team/x", "Value": "x", "Type": "String"}),
                    "parameter/team/x",
                ),
                ("iam", "GetRole", {"RoleName": "role-0"}, "role/role-0"),
                ("iam", "ListRoles", {}, "*"),
                ("ec2", "DescribeVpcs", {}, "*"),
            )
        )
        place = "" if service == "iam" else REGION
        arn = resource if resource == "*" else f"arn:aws:{service}:{place}:{account}:{resource}"
        # AWS lists ListRoles with no kind of resource, hence with every one.
        return service, operation, given, (Ask(f"{service}:{operation}", arn, account),)


Made = tuple[str, str, dict[str, Any], tuple[Ask, ...]]
_OPEN: tuple[Callable[[Asker, Who], Made], ...] = (
    Asker.s3_read,
    Asker.s3_write,
    Asker.s3_list,
    Asker.queue,
    Asker.topic,
)
_MAKERS: tuple[Callable[[Asker, Who], Made], ...] = (
    *_OPEN,
    Asker.s3_other,
    Asker.key,
    Asker.key,
    Asker.secret,
    Asker.role,
    Asker.pass_role,
    Asker.pass_role,
    Asker.own,
)
