"""QuickSight's part on a stage: its readers, its role by the guide's policy, and what that asks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.journeys.stage import ROOT, Stage, until

GUIDE = ROOT / "docs" / "guides" / "forecasts.md"
READERS = "group/default/business"
_ROLE = "aws-quicksight-s3-consumers-role-v0"
_POLICY = re.compile(r"^```json policy=quicksight\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


def make_readers(stage: Stage, home: str) -> None:
    """Make the group that looks, as whoever subscribed the account to QuickSight does."""
    _, namespace, name = READERS.split("/")
    stage.client("quicksight", home).create_group(
        AwsAccountId=stage.naming.organization.account(home).id,
        Namespace=namespace,
        GroupName=name,
    )


def shown_by_quicksight(stage: Stage, home: str, model: str) -> str:
    """Tell who may look at a model's data set, as QuickSight writes a principal."""
    named = {
        "AwsAccountId": stage.naming.organization.account(home).id,
        "DataSetId": f"{stage.naming.forecasts_name(home)}-{model}",
    }
    [one] = stage.client("quicksight", home).describe_data_set_permissions(**named)["Permissions"]
    return str(one["Principal"].rpartition(":")[2])


@dataclass(frozen=True)
class Asking:
    """QuickSight's role, which asks from a network of AWS."""

    stage: Stage
    home: str
    keys: Mapping[str, str]

    def client(self, service: str) -> Any:
        """Give a client of the role, outside of every network of the account."""
        return self.stage.client_with(service, self.keys)

    def rows(self, sql: str) -> list[list[str]]:
        """Ask, and give the rows without the names of columns."""
        name, told = self._asked(sql)
        assert told["State"] == "SUCCEEDED", told
        found = self.client("athena").get_query_results(QueryExecutionId=name)["ResultSet"]["Rows"]
        return [[cell["VarCharValue"] for cell in row["Data"]] for row in found[1:]]

    def refusal_over(self, place: str) -> str:
        """Lay a table over a place, with rights to read it, and tell why it is not read."""
        administrator = self.stage.client("iam", self.home)
        actions = ["s3:GetObject", "s3:ListBucket"]
        statement = {"Sid": "All", "Effect": "Allow", "Action": actions, "Resource": "*"}
        administrator.put_role_policy(
            RoleName=_ROLE,
            PolicyName="careless",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )
        columns = [{"Name": "time", "Type": "string"}]
        described = {
            "Columns": columns,
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "Location": place,
            "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "SerdeInfo": {
                "Parameters": {"field.delim": ","},
                "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
            },
        }
        self.stage.client("glue", self.home).create_table(
            DatabaseName=self._database,
            TableInput={
                "Name": "elsewhere",
                "StorageDescriptor": described,
                "TableType": "EXTERNAL_TABLE",
            },
        )
        _, told = self._asked("SELECT count(*) FROM elsewhere")
        assert told["State"] == "FAILED", told
        return str(told["StateChangeReason"])

    @property
    def _database(self) -> str:
        return self.stage.naming.forecasts_name(self.home).replace("-", "_")

    def _asked(self, sql: str) -> tuple[str, Mapping[str, Any]]:
        athena = self.client("athena")
        name = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": self._database},
            WorkGroup=self.stage.naming.forecasts_name(self.home),
        )["QueryExecutionId"]

        def ended() -> Mapping[str, Any] | None:
            execution = athena.get_query_execution(QueryExecutionId=name)["QueryExecution"]
            told: Mapping[str, Any] = execution["Status"]
            return told if told["State"] in _ENDED else None

        return str(name), until(ended, f"the end of {sql}", 60)


def asking_as_quicksight(stage: Stage, home: str) -> Asking:
    """Make QuickSight's role with the policy of the guide, and take it as QuickSight would."""
    trusted = {
        "Service": "quicksight.amazonaws.com",
        "AWS": stage.naming.sign_in_role_arn(home),
    }
    trust = {"Sid": "Take", "Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
    administrator = stage.client("iam", home)
    made = administrator.create_role(
        Path="/service-role/",
        RoleName=_ROLE,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    [policy] = _POLICY.findall(GUIDE.read_text("utf-8"))
    administrator.put_role_policy(RoleName=_ROLE, PolicyName="forecasts", PolicyDocument=policy)
    taken = stage.client("sts", home).assume_role(
        RoleArn=made["Role"]["Arn"], RoleSessionName="quicksight"
    )
    return Asking(stage, home, taken["Credentials"])
