"""What forecasts have left in the data bucket of an account: the latest first."""

from __future__ import annotations

from pipelines.errors import Misuse
from scripts.access import Access, aws_errors
from scripts.forecasts.document import Forecast, read_forecast


class Results:
    """The charts that the batches of one model have left."""

    def __init__(self, access: Access, region: str, bucket: str, model: str) -> None:
        self._client = access.client("s3", region)
        self._endpoint = access.endpoint
        self._bucket = bucket
        self._model = model

    def latest(self) -> Forecast:
        """Read the latest forecast; raises Misuse where there is none yet."""
        prefix = f"forecasts/{self._model}/chart/"
        address = f"s3://{self._bucket}/{prefix}"
        with aws_errors(address, "must be a place that can be listed", self._endpoint):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix
            )
            keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
        if not keys:
            raise Misuse(
                f"model {self._model}",
                "must have forecast once",
                got="no forecast",
                hint="approve a version, or start one: gatehouse forecast start",
            )
        # Their places bear the moment at which they were made.
        key = max(keys)
        address = f"s3://{self._bucket}/{key}"
        with aws_errors(address, "must be readable", self._endpoint):
            content = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return read_forecast(content, address)
