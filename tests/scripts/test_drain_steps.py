"""A step of a drain: asks once, waits, tries again what was held, and says what is left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from pipelines.errors import EnvironmentFault
from scripts.draining.step import Step, drain
from scripts.waiting import Patience


class Place:
    """Things that go when they are asked to, after some rounds."""

    def __init__(self, *names: str, rounds: int = 1) -> None:
        self.left = dict.fromkeys(names, rounds)
        self.asked: list[str] = []
        self.refusals: list[str] = []

    def find(self) -> dict[str, str]:
        """Tell what is left; what was asked to go comes nearer to its end."""
        for name in [name for name in self.left if name in self.asked]:
            self.left[name] -= 1
            if self.left[name] < 0:
                del self.left[name]
        return {name: name for name in self.left}

    def end(self, name: str) -> None:
        """Ask one to go."""
        if self.refusals:
            code = self.refusals.pop(0)
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, "DeleteThing")
        self.asked.append(name)


def test_each_thing_is_asked_once_and_waited_for() -> None:
    place = Place("a", "b", rounds=5)
    assert drain([_step(place)], _waiting(60), _silent, None)[0].ended == 2
    assert place.asked == ["a", "b"]
    assert not place.left


def test_what_is_held_by_something_else_is_asked_again() -> None:
    place = Place("a")
    place.refusals = ["DependencyViolation", "ResourceInUse"]
    drain([_step(place)], _waiting(60), _silent, None)
    assert not place.left


def test_what_is_gone_meanwhile_is_fine() -> None:
    place = Place("a")

    def end(name: str) -> None:
        place.left.clear()
        raise ClientError({"Error": {"Code": "ValidationException"}}, "DeleteThing")

    drain([Step("end things", place.find, end)], _waiting(60), _silent, None)


def test_a_refusal_names_the_action_and_what_to_do() -> None:
    place = Place("a")
    place.refusals = ["AccessDeniedException"] * 9
    with pytest.raises(EnvironmentFault) as refused:
        drain([_step(place)], _waiting(60), _silent, None)
    assert refused.value.address == "end things"
    assert refused.value.must_hold == "must be allowed DeleteThing"
    assert "the role in use must be allowed DeleteThing" in str(refused.value.hint)


def test_what_does_not_go_in_time_is_named_and_the_rerun_goes_on() -> None:
    place = Place("a", "b", rounds=1000)
    with pytest.raises(EnvironmentFault) as refused:
        drain([_step(place)], _waiting(5), _silent, None)
    assert refused.value.got == "a, b"
    assert refused.value.hint == "run the same command again: it goes on where this ended"
    place.left = {"b": 0}
    drain([_step(place)], _waiting(5), _silent, None)


def test_nothing_to_do_says_nothing() -> None:
    told: list[str] = []
    drain([_step(Place())], _waiting(5), told.append, None)
    assert told == []


def _step(place: Place) -> Step:
    return Step("end things", place.find, place.end)


def _waiting(seconds: float) -> Callable[[float], Patience]:
    clock = [0.0]

    def sleep(interval: float) -> None:
        clock[0] += interval

    return lambda _: Patience(seconds, 1.0, now=lambda: clock[0], sleep=sleep)


def _silent(_: str) -> None:
    return None
