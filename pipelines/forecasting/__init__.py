"""Forecasts of hourly series: what they are made from, how they are judged, how they are kept."""
