"""Which way a request takes to a service: over the internet, or through an endpoint of a VPC."""

from __future__ import annotations

from twin.network.positions import OUTSIDE, NoSuchPlace, configured, inside, of_service, somewhere
from twin.network.route import Route, Unreachable, route, way, way_to_layers

__all__ = [
    "OUTSIDE",
    "NoSuchPlace",
    "Route",
    "Unreachable",
    "configured",
    "inside",
    "of_service",
    "route",
    "somewhere",
    "way",
    "way_to_layers",
]
