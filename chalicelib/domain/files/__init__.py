"""What is looked at in a file before anybody is given it: pure functions over its bytes, no input or output.

inspection  the entry: bytes, media type and name in; problems (refused) and findings (to be released) out
kinds       the closed list of what is taken, and how each kind is known by its first bytes
names       what a file may be called, and how its name goes out (RFC 6266, RFC 8187)
archives    ZIP read strictly: one reading only, and never more of it than the limits allow
markup      XML without document types and entities
office, open_document, pdf, images, tables   what each kind can hide
numbers     numbers that name a person, in the text of a file
"""
