"""A review as people and programs read it: terminal, JSON, SARIF, JUnit, HTML, evidence."""
