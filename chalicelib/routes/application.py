"""The application: every blueprint on one app. `app.py` and the local gateway both take it from here."""

from chalicelib.routes import (
    agencies,
    annual_report,
    attachment_intake,
    attachments,
    case_intake,
    cases,
    catalogues,
    centres,
    changes,
    codes,
    comments,
    completeness,
    consultations,
    deadline_calendar,
    deadlines,
    disclosures,
    enquiries,
    evaluations,
    feedback,
    feeds,
    fields,
    filings,
    harvested,
    hearings,
    index,
    intake,
    ratings,
    receipt_keys,
    receivers,
    rules,
    services,
    site,
    statistics,
    subscriptions,
    supervision,
    webhook_keys,
)
from chalicelib.routes.framework import GlasshallApp

NOUNS = (
    site,
    index,
    fields,
    agencies,
    completeness,
    services,
    disclosures,
    comments,
    consultations,
    rules,
    centres,
    hearings,
    filings,
    attachments,
    changes,
    statistics,
    annual_report,
    deadlines,
    supervision,
    harvested,
    evaluations,
    feedback,
    feeds,
    deadline_calendar,
    catalogues,
    codes,
    cases,
    receipt_keys,
    subscriptions,
    receivers,
    webhook_keys,
    intake,
    attachment_intake,
    case_intake,
    enquiries,
    ratings,
)


def create_app() -> GlasshallApp:
    """Return the app with all its routes."""
    app = GlasshallApp(app_name="glasshall")
    app.api.binary_types[:] = ["*/*"]  # bodies arrive as the bytes sent, which is what a signature is over
    for noun in NOUNS:
        app.register_blueprint(noun.routes.blueprint())
    return app
