"""A transparency log in the form anyone can check: RFC 6962 Merkle tree, C2SP tiles, signed notes, checkpoints, cosignatures.

`merkle` hashes and checks proofs, `tiles` grows a tree and proves from its stored tiles, `notes` signs and opens notes,
`checkpoints` says what the notes of a log say. Nothing here reads a clock or a file: tiles come through a function given.

Self-contained on purpose: relative imports and the standard library only, and `cryptography` where a note is signed or
verified, so that the server and the client of a stranger run one implementation.
"""
