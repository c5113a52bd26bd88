"""SageMaker endpoints: processes that serve models, and the invocations that reach them."""
