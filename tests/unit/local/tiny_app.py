"""A Chalice app of a few routes, to look at the machine room with."""

import base64
import gzip
import threading
from typing import Any

import orjson
from chalice.app import Chalice, CORSConfig, Response

CORS = CORSConfig(allow_origin="*", allow_headers=["If-None-Match"], expose_headers=["ETag"], max_age=600)
ANYTHING = ["*/*"]


class TinyApp(Chalice):
    """Takes a request without Accept as one that takes anything; Chalice would refuse it a binary answer."""

    def __call__(self, event: Any, context: Any) -> Any:
        event["headers"].setdefault("Accept", "*/*")
        return super().__call__(event, context)


class Raw(Response):
    """A response that is what the program says, whatever Chalice would make of it."""

    def __init__(self, answer: Any) -> None:
        super().__init__(body="")
        self.answer = answer

    def to_dict(self, binary_types: list[str] | None = None) -> Any:
        return self.answer


class Tiny:
    """The app and the knobs the tests turn."""

    def __init__(self) -> None:
        self.answer: Any = {}
        self.let_go = threading.Event()
        self.entered = threading.Semaphore(0)

    def create(self) -> Chalice:
        app = TinyApp("tiny", configure_logs=False, env={})
        app.api.binary_types[:] = ANYTHING
        self._add_readers(app)
        self._add_rest(app)
        return app

    def _add_readers(self, app: Chalice) -> None:
        @app.route("/", methods=["GET"])
        def root() -> dict[str, str]:
            return {"here": "root"}

        @app.route("/echo", methods=["GET", "HEAD", "PUT", "POST"], cors=CORS, content_types=ANYTHING)
        def echo() -> Response:
            event = app.current_request.to_original_event()  # type: ignore[union-attr]
            return Response(orjson.dumps(event), headers={"Content-Type": "application/json"})

        @app.route("/items/{item_id}", methods=["GET", "PUT", "DELETE"], content_types=ANYTHING)
        def item(item_id: str) -> Response:
            return Response(item_id.encode(), headers={"Content-Type": "text/plain", "ETag": '"1"'})

    def _add_rest(self, app: Chalice) -> None:
        @app.route("/raw", methods=["GET", "PUT"], content_types=ANYTHING)
        def raw() -> Response:
            if isinstance(self.answer, Exception):
                raise self.answer
            return Raw(self.answer)

        @app.route("/wait/{name}", methods=["GET"])
        def wait(name: str) -> Response:
            self.entered.release()
            self.let_go.wait(10)
            seen = app.current_request.uri_params["name"]  # type: ignore[union-attr,index]
            return Response(f"{name} {seen}".encode(), headers={"Content-Type": "text/plain"})

        @app.route("/gzip", methods=["GET"])
        def coded() -> Response:
            body = base64.b64encode(gzip.compress(b"plain text", mtime=0)).decode()
            headers = {"Content-Encoding": "gzip", "Content-Type": "text/plain"}
            return Raw({"statusCode": 200, "headers": headers, "body": body, "isBase64Encoded": True})
