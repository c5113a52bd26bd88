"""Lineage: from an endpoint back to commit, data and people, each fact with who says so."""
