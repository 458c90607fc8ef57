"""Files made for tests: honest ones, hostile ones, and such with something planted in each place that can hide it."""
