"""IAM by itself: policies as AWS's grammar has them, and what they decide about a request.

It knows nothing of any platform: policies and requests go in, decisions with reasons come out.
"""

from __future__ import annotations

from policies.iam.document import Policy, Statement, parse_policy
from policies.iam.errors import MalformedPolicy
from policies.iam.evaluate import Decision, decide
from policies.iam.explain import Explanation, explain
from policies.iam.layers import Layer, Layers, Resource
from policies.iam.principal import Principal
from policies.iam.request import Request

__all__ = [
    "Decision",
    "Explanation",
    "Layer",
    "Layers",
    "MalformedPolicy",
    "Policy",
    "Principal",
    "Request",
    "Resource",
    "Statement",
    "decide",
    "explain",
    "parse_policy",
]
