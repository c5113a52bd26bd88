"""Batches: forecasts that an approved version makes, in isolated jobs, for a table and a chart."""
