"""Measures what the platform costs against the bare work, in one run on one machine."""
