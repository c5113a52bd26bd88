"""SageMaker pipelines: authored with the SDK, compiled to JSON, bound to an account, upserted."""
