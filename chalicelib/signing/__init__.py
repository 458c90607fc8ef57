"""Signed agency requests: a strict profile of RFC 9421 (HTTP Message Signatures) and RFC 9530 (Content-Digest).

Importing this package loads nothing heavy. `profile` is the door; `errors`, `messages`, `fields` and `algorithms` cost
nothing either. Only `structured` and `library` load http_sf, http_message_signatures and cryptography, and they are
loaded by the first request that is signed or verified, so that a public read never pays for them.

The package is self-contained (relative imports only): the client's wheel maps it in, and agency and server run one
implementation.
"""
