"""What the function is told: which prefixes of which bucket feed which pipelines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.errors import InvalidInput
from pipelines.ingestion.arrival import Arrival


@dataclass(frozen=True)
class Feed:
    """A feature group's way in: where objects arrive, where they are kept, what takes them.

    ``owner`` is who answers for the group, and hears what is not in it.
    """

    group: str
    incoming: str
    accepted: str
    pipeline: str
    owner: str


@dataclass(frozen=True)
class Settings:
    """The function's settings."""

    bucket: str
    kms_key_arn: str
    topic_arn: str
    feeds: tuple[Feed, ...]

    @classmethod
    def read(cls, value: Mapping[str, object]) -> Settings:
        """Read settings as Terraform writes them."""
        feeds = value["feeds"]
        if not isinstance(feeds, Mapping):
            raise InvalidInput("settings feeds", "must be a mapping", got=type(feeds).__name__)
        return cls(
            bucket=str(value["bucket"]),
            kms_key_arn=str(value["kms_key_arn"]),
            topic_arn=str(value["topic_arn"]),
            feeds=tuple(Feed(group=str(group), **one) for group, one in sorted(feeds.items())),
        )

    def feed_of(self, arrival: Arrival) -> Feed | None:
        """Return the feed below whose prefix an object lies, or None where it lies elsewhere."""
        if arrival.bucket != self.bucket:
            return None
        below = (f for f in self.feeds if arrival.key.startswith(f.incoming))
        return next((f for f in below if len(arrival.key) > len(f.incoming)), None)

    def feed_of_pipeline(self, pipeline_arn: str) -> Feed | None:
        """Return the feed that a pipeline serves."""
        name = pipeline_arn.rpartition("/")[2]
        return next((feed for feed in self.feeds if feed.pipeline == name), None)
