"""A forecast follows from the hours up to its origin and from what is known ahead, nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import InvalidInput
from pipelines.forecasting.forecaster import Forecaster, read_forecaster
from pipelines.forecasting.windows import origins_of, truth, windows
from pipelines.models.description import ModelDescription, read_description
from pipelines.models.series_table import Hours, parse_hours, read_hours, series_of
from pipelines.models.simulation import simulated_demand
from tests.pipelines.forecast_models import DESCRIPTION, Built, described


@pytest.fixture(scope="module")
def hours(built: Built) -> Hours:
    """The hours that were held out, and what their forecasts look back over."""
    return read_hours(built.prepared / "holdout" / "holdout.csv", built.model)


@pytest.fixture(scope="module")
def forecaster(built: Built) -> Forecaster:
    """The trained forecast."""
    return read_forecaster(built.folder, built.model)


def with_another_future(hours: Hours, origin: int, offset: float, seed: int) -> Hours:
    """Shift, scale and shuffle everything after an origin that is not known ahead."""
    numbers = np.random.default_rng(seed)
    values = dict(hours.values)
    for column in ("demand", "temperature"):
        future = np.asarray(hours.values[column][origin + 1 :])
        changed = numbers.permutation(future) * numbers.uniform(-3, 3) + offset
        values[column] = (*hours.values[column][: origin + 1], *changed.tolist())
    return replace(hours, values=values)


@settings(max_examples=60, deadline=None)
@given(
    place=st.integers(min_value=0, max_value=10**6),
    offset=st.floats(min_value=-1e6, max_value=1e6),
    seed=st.integers(min_value=0, max_value=2**32 - 1),
)
def test_no_change_of_the_future_changes_a_forecast_or_a_baseline(
    built: Built, hours: Hours, forecaster: Forecaster, place: int, offset: float, seed: int
) -> None:
    origins = origins_of(series_of(built.model), len(hours), 1)
    origin = origins[place % len(origins)]
    other = with_another_future(hours, origin, offset, seed)
    said, again = forecaster.forecast(hours, [origin]), forecaster.forecast(other, [origin])
    assert np.array_equal(said.value, again.value)
    assert np.array_equal(said.lower, again.lower)
    for name, values in said.baselines.items():
        assert np.array_equal(values, again.baselines[name]), name


def test_a_change_of_the_past_or_of_what_is_known_ahead_does_change_it(
    hours: Hours, forecaster: Forecaster
) -> None:
    origin = 100
    said = forecaster.forecast(hours, [origin]).baselines["linear"]
    for column, place in (("demand", origin), ("temperature", origin), ("working_day", origin + 1)):
        changed = list(hours.values[column])
        changed[place] = 1 - changed[place]
        other = replace(hours, values={**hours.values, column: tuple(changed)})
        again = forecaster.forecast(other, [origin]).baselines["linear"]
        assert not np.array_equal(again, said), column


def test_training_sees_no_hour_that_is_held_out(built: Built) -> None:
    train = read_hours(built.prepared / "train" / "train.csv", built.model)
    held = read_hours(built.prepared / "holdout" / "holdout.csv", built.model)
    validation = read_hours(built.prepared / "validation" / "validation.csv", built.model)
    context = series_of(built.model).context
    # Only what the first forecast looks back over is in two parts.
    assert train.at(len(train) - 1) < validation.at(context)
    assert validation.at(len(validation) - 1) < held.at(context)
    assert train.at(len(train)) == validation.at(context)


def test_each_number_is_of_the_hour_that_its_name_tells(tmp_path: Path) -> None:
    """Demand counts the hours, so every number tells where it was looked up."""
    model = read_description(described(tmp_path, DESCRIPTION))
    hours = counted(model, 400)
    origin = 350
    found = windows(model, hours, [origin])
    rows = {name: found.rows[:, place] for place, name in enumerate(found.names)}
    steps = np.arange(1, 25)
    for name, values in rows.items():
        lag = re.fullmatch(r"demand_(\d+)h_before_origin", name)
        season = re.fullmatch(r"demand_(\d+)h_before", name)
        if lag:
            assert set(values) == {origin - int(lag[1])}, name
        elif season:
            assert list(values) == list(origin + steps - int(season[1])), name
    assert list(rows["hour"]) == [hours.at(origin + int(step)).hour for step in steps]
    assert list(rows["weekday"]) == [hours.at(origin + int(step)).weekday() for step in steps]
    ahead = hours.values["working_day"][origin + 1 : origin + 25]
    assert list(rows["working_day_ahead"]) == list(ahead)
    assert list(rows["demand_mean_of_24h"]) == [origin - 11.5] * 24
    assert truth(model, hours, [origin]).tolist() == [[float(origin + step) for step in steps]]


def test_steps_beyond_a_season_look_back_whole_seasons(tmp_path: Path) -> None:
    text = DESCRIPTION.replace("horizon: 24", "horizon: 50, seasons: [24]")
    model = read_description(described(tmp_path, text))
    found = windows(model, counted(model, 400), [300])
    before = found.rows[:, found.names.index("demand_24h_before")]
    assert [int(before[step - 1]) for step in (1, 24, 25, 48, 49)] == [277, 300, 277, 300, 277]


def counted(model: ModelDescription, count: int) -> Hours:
    hours = parse_hours(simulated_demand(count, 0), "hours.csv", model)
    return replace(hours, values={**hours.values, "demand": tuple(map(float, range(count)))})


def test_too_short_a_past_and_an_unknown_future_are_refused(
    built: Built, forecaster: Forecaster
) -> None:
    hours = parse_hours(simulated_demand(47, 6), "h.csv", built.model, with_ahead=True)
    with pytest.raises(InvalidInput, match="must have 48 hours before a forecast"):
        forecaster.forecast(hours, [46])
    hours = parse_hours(simulated_demand(60, 5), "h.csv", built.model, with_ahead=True)
    with pytest.raises(InvalidInput, match="must be known for the 6 hours ahead, got 5 of 6"):
        forecaster.forecast(hours, [59])
