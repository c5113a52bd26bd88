"""The table of Glue that Feature Store makes of a group's offline store.

https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-athena-glue-integration.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

HIVE_TYPES = {"Fractional": "double", "Integral": "bigint", "String": "string"}
PARTITIONS = ("year", "month", "day", "hour")
_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
_RANGES = {"year": "2000,2099", "month": "1,12", "day": "1,31", "hour": "0,23"}


def lay_out(glue: Any, group: Mapping[str, Any]) -> None:
    """Make database and table of a group; raises ClientError."""
    offline = group["OfflineStoreConfig"]
    catalog = offline["DataCatalogConfig"]
    try:
        glue.create_database(DatabaseInput={"Name": catalog["Database"]})
    except ClientError as error:
        if error.response["Error"]["Code"] != "AlreadyExistsException":
            raise
    location = str(offline["S3StorageConfig"]["ResolvedOutputS3Uri"])
    columns = [
        *(
            {"Name": str(one["FeatureName"]).lower(), "Type": HIVE_TYPES[one["FeatureType"]]}
            for one in group["FeatureDefinitions"]
        ),
        {"Name": "write_time", "Type": "timestamp"},
        {"Name": "api_invocation_time", "Type": "timestamp"},
        {"Name": "is_deleted", "Type": "boolean"},
    ]
    glue.create_table(
        DatabaseName=catalog["Database"],
        TableInput={
            "Name": catalog["TableName"],
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {
                "EXTERNAL": "TRUE",
                "parquet.compress": "SNAPPY",
                **_projected(location),
            },
            "PartitionKeys": [{"Name": name, "Type": "string"} for name in PARTITIONS],
            "StorageDescriptor": {
                "Columns": columns,
                "Location": location,
                "InputFormat": f"{_PARQUET}.MapredParquetInputFormat",
                "OutputFormat": f"{_PARQUET}.MapredParquetOutputFormat",
                "SerdeInfo": {"SerializationLibrary": f"{_PARQUET}.serde.ParquetHiveSerDe"},
            },
        },
    )


def _projected(location: str) -> dict[str, str]:
    """Return what lets Athena find partitions that nobody writes into the catalogue."""
    places = "/".join(f"{name}=${{{name}}}" for name in PARTITIONS)
    found = {"projection.enabled": "true", "storage.location.template": f"{location}/{places}"}
    for name, values in _RANGES.items():
        found[f"projection.{name}.type"] = "integer"
        found[f"projection.{name}.range"] = values
        found[f"projection.{name}.digits"] = "4" if name == "year" else "2"
    return found
