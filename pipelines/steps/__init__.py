"""What runs in the jobs of a pipeline: paths in, JSON out, no knowledge of AWS."""
