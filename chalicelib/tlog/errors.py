"""What can be wrong with the parts of a log.

TlogError
├── ProofError   a proof does not prove what it is given for
├── TileError    a tile, its path or a bundle of entries is not of the form, or not of the tree
└── NoteError    a note or a key for one is not of the form, or nobody known has signed it
"""


class TlogError(ValueError):
    """The message is a fixed sentence, save for numbers and names of keys."""


class ProofError(TlogError):
    """A proof does not prove what it is given for."""


class TileError(TlogError):
    """A tile, its path or a bundle of entries is not of the form, or not of the tree."""


class NoteError(TlogError):
    """A note or a key for one is not of the form, or nobody known has signed it."""
