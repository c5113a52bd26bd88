"""The function that starts an ingestion for each object that arrives, and tells of failures."""
