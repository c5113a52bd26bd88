"""Who can become whom: by taking a role, by passing one, and by changing what runs as one.

A step is there unless it is proved impossible, so what is not decided counts as a step. Whoever
passes a role to a service is taken to become it, whichever action starts the service.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from policies.iam import Layers, Principal, Resource
from policies.iam.prover import Outcome, Prover, Question, any_of, present
from policies.invariants.known import known_of_owner, known_of_role, tag_keys
from policies.invariants.possible import is_possible
from policies.model import Model, RoleFacts

# What a build may be started with, instead of what its project says.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodebuild.html
_OVERRIDES = (
    "codebuild:environment.image",
    "codebuild:serviceRole",
    "codebuild:source",
    "codebuild:source.buildspec",
    "codebuild:source.location",
)


@dataclass(frozen=True, order=True)
class Step:
    """One role that can become another, and how."""

    start: str
    end: str
    how: str
    decided: bool = True


@dataclass(frozen=True)
class Chains:
    """The steps between the roles of a model, and what they add up to."""

    model: Model
    prover: Prover

    def from_role(self, start: str) -> Mapping[str, tuple[str, ...]]:
        """Give every role that one can become, with the steps that lead there; not itself."""
        found: dict[str, tuple[str, ...]] = {start: ()}
        waiting = deque([start])
        while waiting:
            reached = waiting.popleft()
            for step in self._by_start.get(reached, ()):
                if step.end not in found:
                    found[step.end] = (*found[reached], self._said(step))
                    waiting.append(step.end)
        return {arn: chain for arn, chain in found.items() if arn != start}

    def undecided(self) -> tuple[Step, ...]:
        """Give the steps that are counted because nothing proves them impossible."""
        return tuple(step for step in self.steps if not step.decided)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step from one role of the plans to another, in order."""
        return tuple(sorted(set(self._all())))

    @cached_property
    def _by_start(self) -> Mapping[str, list[Step]]:
        made: dict[str, list[Step]] = {}
        for step in self.steps:
            made.setdefault(step.start, []).append(step)
        return made

    def _all(self) -> Iterator[Step]:
        roles = self.model.roles.values()
        for start in roles:
            for end in roles:
                if start.arn == end.arn:
                    continue
                yield from self._step(start, end, "takes", "sts:AssumeRole", end.arn)
                yield from self._step(start, end, "passes", "iam:PassRole", end.arn)
            for action, resource, end in self._code():
                if start.arn != end.arn:
                    yield from self._step(start, end, "changes what runs as", action, resource)

    def _step(
        self, start: RoleFacts, end: RoleFacts, how: str, action: str, resource: str
    ) -> Iterator[Step]:
        question = self._question(start, end, action, resource)
        possible = is_possible(
            question.principal,
            question.layers,
            question.actions,
            question.resources,
            question.owner,
        )
        if not possible:
            return
        proof = self.prover.never(question)
        if proof.outcome not in (Outcome.PROVED, Outcome.VACUOUS):
            yield Step(start.arn, end.arn, how, proof.outcome is Outcome.REFUTED)

    def _question(self, start: RoleFacts, end: RoleFacts, action: str, resource: str) -> Question:
        asking, owner = self.model.account(start.account), self.model.account(end.account)
        takes = action == "sts:AssumeRole"
        organization = self.model.organization_id
        return Question(
            Principal.role(start.arn, "session"),
            Layers(
                identity=start.identity,
                boundary=start.boundary,
                service_control=asking.service_control,
                resource_control=owner.resource_control,
                resource=end.trust if takes else None,
                resource_counts=Resource.DECISIVE if takes else Resource.ORDINARY,
            ),
            (action,),
            (resource,),
            owner.id,
            where=any_of(*(present(key) for key in _OVERRIDES))
            if action == "codebuild:StartBuild"
            else None,
            known={
                **known_of_role(start, organization, self._tags),
                **known_of_owner(owner.id, organization),
            },
        )

    def _code(self) -> Iterator[tuple[str, str, RoleFacts]]:
        """Give what changes the code that runs as a role: action, resource, role."""
        for build in self.model.builds:
            role = self.model.roles.get(build.role)
            if role is not None:
                arn = self._arn(role, "codebuild", f"project/{build.name}")
                yield "codebuild:UpdateProject", arn, role
                yield "codebuild:StartBuild", arn, role
        for pipeline in self.model.pipelines:
            role = self.model.roles.get(pipeline.role)
            if role is not None:
                arn = self._arn(role, "codepipeline", pipeline.name)
                yield "codepipeline:UpdatePipeline", arn, role
        for function in self.model.of_type("aws_lambda_function"):
            role = self.model.roles.get(str(function.values.get("role")))
            if role is not None:
                name = function.values.get("function_name") or "*"
                arn = self._arn(role, "lambda", f"function:{name}")
                yield "lambda:UpdateFunctionCode", arn, role
                yield "lambda:UpdateFunctionConfiguration", arn, role

    def _arn(self, role: RoleFacts, service: str, rest: str) -> str:
        account = self.model.account(role.account)
        partition = role.arn.split(":")[1]
        return f"arn:{partition}:{service}:{account.region}:{account.id}:{rest}"

    def _said(self, step: Step) -> str:
        return f"{self._name(step.start)} {step.how} {self._name(step.end)}"

    def _name(self, arn: str) -> str:
        role = self.model.roles[arn]
        return f"{self.model.account(role.account).key} {role.purpose or role.name}"

    @cached_property
    def _tags(self) -> tuple[str, ...]:
        return tag_keys(self.model)
