"""SageMaker pipelines: definitions, executions and their steps."""
