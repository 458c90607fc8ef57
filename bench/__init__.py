"""Measurements against what others would do. Ratios of one run, never limits of a test: machines differ, ratios less so."""
