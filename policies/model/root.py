"""A root's plan with what is known of its account, as the readers of facts get it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from pipelines.naming import partition_of
from policies.model.facts import PlannedResource, Problem
from policies.model.planned import Instance, RootPlan
from policies.model.values import mapping, text


@dataclass
class Root:
    """One root while its facts are collected; ``links`` are by address."""

    plan: RootPlan
    key: str
    id: str
    region: str
    prefix: str
    links: Mapping[str, Mapping[str, tuple[str, ...]]]
    follow: Callable[[Instance, str], tuple[str, ...]]
    """Gives what an expression beside a resource is made from."""
    regions: Mapping[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def partition(self) -> str:
        """The partition of AWS that the account is in."""
        return partition_of(self.region)

    def of_type(self, *types: str) -> Iterator[Instance]:
        """Give the resources of some types, by address."""
        return (each for each in self.plan.instances.values() if each.type in types)

    def linked(self, instance: Instance, path: str, *types: str) -> tuple[Instance, ...]:
        """Give the resources of some types that an attribute is made from."""
        found = self.links.get(instance.address, {}).get(path, ())
        every = (self.plan.instances[address] for address in found)
        return tuple(each for each in every if not types or each.type in types)

    def named(
        self, instance: Instance, path: str, type_: str, attribute: str
    ) -> tuple[Instance, ...]:
        """Give the resources that an attribute names: by its value if known, else by its links."""
        value = instance.values.get(path)
        if isinstance(value, str) and value:
            return tuple(
                each for each in self.of_type(type_) if text(each.values, attribute) == value
            )
        return self.linked(instance, path, type_)

    def region_of(self, instance: Instance) -> str:
        """Give the region of a resource, or ``*`` where its provider's is not known."""
        key = text(instance.configuration, "provider_config_key")
        return self.regions.get(key, self.region)

    def refuse(
        self, instance: Instance, check: str, must_hold: str, got: str, hint: str = ""
    ) -> None:
        """Note what could not be decided about a resource."""
        self.problems.append(Problem(check, False, instance.source, must_hold, got, hint))

    def planned(self) -> Iterator[PlannedResource]:
        """Give every resource as facts."""
        for each in self.plan.instances.values():
            yield PlannedResource(
                root=self.plan.root,
                address=each.address,
                type=each.type,
                account=self.key,
                values=each.values,
                unknown=each.unknown,
                source=each.source,
                links=self.links.get(each.address, {}),
                region=self.region_of(each),
                written=each.written,
            )


def regions_of(configuration: Mapping[str, object], region: str) -> dict[str, str]:
    """Give the region of each provider; another one than the account's own is ``*`` if unknown."""
    made: dict[str, str] = {}
    for key, provider in mapping(configuration, "provider_config").items():
        told = (
            mapping(mapping(provider, "expressions"), "region")
            if isinstance(provider, Mapping)
            else {}
        )
        constant = text(told, "constant_value")
        made[key] = constant or (region if key == "aws" else "*")
    return made
