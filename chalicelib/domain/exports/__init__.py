"""Exports: all public records as files, exactly the fold of the register at one index; which columns, which files, which stay."""
