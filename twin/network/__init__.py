"""Which way a request takes to a service: over the internet, or through an endpoint of a VPC."""

from __future__ import annotations

from twin.network.route import Route, Unreachable, route

__all__ = ["Route", "Unreachable", "route"]
