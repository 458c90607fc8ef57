"""The deadline clock: vectors, a naive day walker, re-added explanations, a second calendar."""
