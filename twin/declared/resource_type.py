"""What is declared of a resource type; its operations are derived from that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twin.call import Call
from twin.errors import ServiceError
from twin.table import Record

if TYPE_CHECKING:
    from twin.twin import Twin


@dataclass(frozen=True)
class Wording:
    """An error in the words of the service.

    ``text`` is a template over the record or parameters, plus ``{arn}``, ``{name}``,
    ``{noun}`` and ``{account}``. Terraform tells "gone" from "broken" by these words.
    """

    code: str
    text: str
    status: int = 400

    def error(self, values: Mapping[str, object]) -> ServiceError:
        """Return the error for a record or the parameters that name one."""
        return ServiceError(self.code, self.text.format_map(_Known(values)), self.status)


def _nothing(_twin: Twin, _call: Call, _record: Record) -> Record:
    return {}


def _fine(_twin: Twin, _call: Call, _record: Record) -> None:
    return None


@dataclass(frozen=True)
class ResourceType:
    """One resource type of a service.

    The operations are those of botocore's service model that are named after the noun
    (``CreateSpace`` and so on); ``operations`` names the others. What a caller sends is
    stored, what the service adds comes from ``computed``, and an answer is the record
    projected on the operation's output shape.
    """

    service: str
    noun: str
    key: tuple[str, ...]
    """Members that together name a record within account and region."""
    arn: str
    """The part of the ARN after the account, a template over the record."""
    missing: Wording
    exists: Wording
    arn_field: str = ""
    """Member that holds the ARN; by default the noun and ``Arn``."""
    times: tuple[str, str] = ("CreationTime", "LastModifiedTime")
    """Members that hold when a record was made and last changed."""
    member: str | None = None
    """Member of input and output in which the resource nests, where it does."""
    operations: Mapping[str, str] = field(default_factory=dict)
    """Names of operations that do not follow the noun, by verb."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Members that are called otherwise in an update than in the resource."""
    computed: Callable[[Twin, Call, Record], Record] = _nothing
    """What the service adds when it makes a record."""
    refuses: Callable[[Twin, Call, Record], None] = _fine
    """Raises ServiceError where a new or changed record breaks a rule of the service."""
    holds: Callable[[Twin, Call, Record], None] = _fine
    """Raises ServiceError where a record cannot be deleted, because others need it."""

    @property
    def kind(self) -> str:
        """The name of the type's table."""
        return f"{self.service}/{self.noun}"

    @property
    def arn_member(self) -> str:
        """The member that holds the ARN."""
        return self.arn_field or f"{self.noun}Arn"

    def name_of(self, values: Mapping[str, object]) -> str:
        """Return the name of the record that the values describe; an ARN counts as its name."""
        parts = [str(values.get(member) or "") for member in self.key]
        if len(parts) == 1 and parts[0].startswith("arn:"):
            return parts[0].rsplit("/", 1)[-1]
        return "/".join(parts)

    def arn_of(self, values: Mapping[str, object], account_id: str, region: str) -> str:
        """Return the ARN of a record."""
        named = dict(values)
        if len(self.key) == 1:
            named[self.key[0]] = self.name_of(values)
        tail = self.arn.format_map(_Known(named))
        return f"arn:aws:{self.service}:{region}:{account_id}:{tail}"


class _Known(dict[str, object]):
    """Members that were not given read as nothing."""

    def __missing__(self, key: str) -> str:
        return ""
