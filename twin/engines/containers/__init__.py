"""Runs the content of container images as processes, in namespaces of their own where possible."""
