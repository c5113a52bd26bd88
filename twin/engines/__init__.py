"""What makes things happen in the twin: jobs, pipelines, events, builds, promotions, endpoints."""
