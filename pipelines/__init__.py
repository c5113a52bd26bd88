"""Python that runs inside AWS: model definitions, steps, serving and promotion."""
