"""The Python and data that judge the platform; nothing here runs inside AWS."""
