"""The application: every blueprint on one app. `app.py` and the local gateway both take it from here."""

from chalicelib.routes.endpoint import GlasshallApp
from chalicelib.routes import index as _index
from chalicelib.routes import intake as _intake

BLUEPRINTS = (_index.routes, _intake.routes)


def create_app() -> GlasshallApp:
    """Return the app with all its routes."""
    app = GlasshallApp(app_name="glasshall")
    app.api.binary_types[:] = ["*/*"]  # bodies arrive as the bytes sent, which is what a signature is over
    for routes in BLUEPRINTS:
        app.register_blueprint(routes.blueprint)
    return app
