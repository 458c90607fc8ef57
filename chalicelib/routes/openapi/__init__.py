"""OpenAPI and the field dictionary, generated at build time from what the routes declare and what the models validate.

`python -m chalicelib.routes.openapi` writes `pages/openapi.json` and `pages/fields.json`; a test holds the files equal to
what is generated. No route imports this: it needs pydantic, and public reads do without.
"""
