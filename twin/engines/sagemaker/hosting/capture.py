"""Writes a sample of an endpoint's traffic to S3 as JSON lines.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
"""

from __future__ import annotations

import base64
import json
import logging
import random
import threading
import uuid
from collections.abc import Mapping
from typing import Any

from twin.engines.sagemaker.transfer import Store, TransferError
from twin.twin import Twin

_log = logging.getLogger(__name__)
_PAUSE_SECONDS = 0.5
_CSV, _JSON = ("text/csv",), ("application/json", "application/jsonlines")


class Capture:
    """The captured traffic of one variant."""

    def __init__(self, twin: Twin, store: Store, config: Mapping[str, Any], place: str) -> None:
        self._twin, self._store, self._config, self._place = twin, store, config, place
        self._stopping = twin.stopping
        self._lock = threading.Lock()
        self._waiting: list[str] = []
        # Which requests are sampled needs no secrecy.
        self._random = random.Random()  # noqa: S311

    def offer(
        self, sent: tuple[str, bytes], answered: tuple[str, bytes], given: Mapping[str, Any]
    ) -> None:
        """Keep one invocation if the sample takes it."""
        if self._random.random() * 100 >= float(self._config["InitialSamplingPercentage"]):
            return
        line = json.dumps(self._record(sent, answered, given), separators=(",", ":"))
        with self._lock:
            self._waiting.append(line)
            first = len(self._waiting) == 1
        if first:
            self._twin.background(f"capture {self._place}", self._flush_soon)

    def flush(self) -> None:
        """Write what was kept as one object."""
        with self._lock:
            lines, self._waiting = self._waiting, []
        if not lines or self._stopping.is_set():
            return
        now = self._twin.now()
        name = f"{now:%Y/%m/%d/%H}/{now:%M-%S}-{now.microsecond // 1000:03d}-{uuid.uuid4()}.jsonl"
        uri = f"{self._config['DestinationS3Uri'].rstrip('/')}/{self._place}/{name}"
        content = "".join(f"{line}\n" for line in lines).encode()
        try:
            self._store.write(content, uri, self._config.get("KmsKeyId"))
        except TransferError as error:
            _log.warning("%s: %s", self._place, error)

    def _flush_soon(self) -> None:
        self._stopping.wait(_PAUSE_SECONDS)
        self.flush()

    def _record(
        self, sent: tuple[str, bytes], answered: tuple[str, bytes], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        modes = {option["CaptureMode"] for option in self._config["CaptureOptions"]}
        data = {}
        if modes & {"Input", "InputAndOutput"}:
            data["endpointInput"] = self._side(*sent, "INPUT")
        if modes & {"Output", "InputAndOutput"}:
            data["endpointOutput"] = self._side(*answered, "OUTPUT")
        metadata: dict[str, Any] = {
            "eventId": str(uuid.uuid4()),
            "inferenceTime": self._twin.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        if given.get("InferenceId"):
            metadata["inferenceId"] = given["InferenceId"]
        if given.get("CustomAttributes"):
            metadata["customAttributes"] = [given["CustomAttributes"]]
        return {"captureData": data, "eventMetadata": metadata, "eventVersion": "0"}

    def _side(self, content_type: str, body: bytes, mode: str) -> dict[str, str]:
        headers = self._config.get("CaptureContentTypeHeader") or {}
        kind = content_type.split(";", 1)[0].strip().lower()
        if kind in (headers.get("CsvContentTypes") or _CSV):
            encoding, data = "CSV", body.decode("utf-8", "replace")
        elif kind in (headers.get("JsonContentTypes") or _JSON):
            encoding, data = "JSON", body.decode("utf-8", "replace")
        else:
            encoding, data = "BASE64", base64.b64encode(body).decode()
        return {
            "observedContentType": content_type,
            "mode": mode,
            "data": data,
            "encoding": encoding,
        }
