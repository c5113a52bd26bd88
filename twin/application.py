"""The request layer: identifies every request before moto acts, answers, repairs or passes on."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from moto.moto_server.werkzeug_app import (
    BackendRequest,
    DomainDispatcherApplication,
    create_backend_app,
)

from twin import authentication, checksums, federation, validation, wire, wsgi
from twin.audit import Outcome, told
from twin.authorization.decision import Ruling, authorise
from twin.call import INTERNET, Call, Forward, Response
from twin.canonical_request import SentRequest
from twin.connections import POSITION
from twin.control import Control
from twin.errors import NoAnswer, ServiceError
from twin.faults import Fault, Kind
from twin.registry import Wrap
from twin.request_ids import stamped
from twin.twin import Twin, new_request_id
from twin.unauthentic import Unauthentic, worded

_log = logging.getLogger(__name__)
Environ = dict[str, Any]
_MOST_HOSTS = 512


class _Dispatcher(DomainDispatcherApplication):  # type: ignore[misc]
    """Remembers which backend serves a host: moto lists its own folder at each request."""

    def __init__(self, create_app: Any) -> None:
        super().__init__(create_app)
        self._backends: dict[str | None, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:
        """Return moto's backend for a host such as ``ec2.eu-west-1.amazonaws.com``."""
        if host not in self._backends:
            if len(self._backends) >= _MOST_HOSTS:
                # Clients name hosts as they like.
                self._backends.clear()
            self._backends[host] = super().get_backend_for_host(host)
        return self._backends[host]


class Application:
    """The WSGI application of a twin."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin
        self._moto = _Dispatcher(create_backend_app)
        self._control = Control(twin)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Serve one request."""
        body = wsgi.body(environ)
        # moto reads the path as it was sent from werkzeug's name for it.
        environ.setdefault("RAW_URI", environ.get("REQUEST_URI", ""))
        if environ.get("PATH_INFO", "").startswith("/_twin/"):
            response = self._control.serve(environ, body)
        else:
            response = self._serve(environ, body)
        headers = [
            (k, str(v)) for k, v in response.headers.items() if k.lower() != "content-length"
        ]
        headers.append(("Content-Length", wsgi.length(environ, response)))
        start_response(f"{response.status} {wsgi.reason(response.status)}", headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            return []
        return [response.body] if response.file is None else wsgi.chunks(response.file)

    def _serve(self, environ: Environ, body: bytes) -> Response:
        started = time.perf_counter()
        request_id = new_request_id()
        sent = SentRequest(environ, body)
        address: authentication.Addressed | None = None
        try:
            address = authentication.addressed(sent)
            # Clients stamp their requests by the clock on the wall, whatever time the twin has.
            caller, sent = authentication.authenticated(
                sent, address, self._twin.identities, datetime.now(UTC)
            )
            request = BackendRequest(wsgi.with_body(sent.environ, sent.body))
            matched = wire.match(address.service, request, sent.body)
            validation.refuse_invalid(matched)
            if address.service == "s3":
                checksums.refuse_altered(sent, by_header=wire.has_checksum(matched))
            call = Call(
                service=address.service,
                operation=str(matched.operation.name),
                parameters=matched.parameters,
                region=address.region,
                caller=caller,
                request_id=request_id,
                body=sent.body,
                headers=dict(request.headers.items()),
                position=environ.get(POSITION, INTERNET),
            )
            call = self._identified(call)
        except ServiceError as error:
            return self._refuse(sent, address, error, request_id)
        ruling = authorise(self._twin, call)
        exchange = _Exchange(call, matched, dict(sent.environ), self._twin.faults.strike(call))
        response, failure = self._act(exchange, ruling)
        milliseconds = (time.perf_counter() - started) * 1000
        outcome = Outcome(response, failure, milliseconds, ruling)
        self._twin.audit.write(call, outcome)
        self._tell(call, response, failure.code if failure else None)
        self._require_way(ruling, exchange.fault)
        return response

    def _identified(self, call: Call) -> Call:
        """Return a call with the account in which it acts, and with its true caller."""
        owner = self._twin.registry.owner_of(call.service)
        if owner is not None:
            call = replace(call, owner_id=owner(self._twin, call))
        authentication.refuse_anonymous(self._twin, call)
        return federation.vouched(self._twin, call)

    def _require_way(self, ruling: Ruling, fault: Fault | None) -> None:
        """Answer nothing where no packet arrives: its caller sees the connection end."""
        if ruling.unreachable is not None:
            raise NoAnswer(ruling.unreachable)
        if fault is not None and fault.kind in (Kind.DROP, Kind.LOSE):
            raise NoAnswer(f"a fault: {fault.kind}")

    def _tell(self, call: Call, response: Response, code: str | None) -> None:
        """Let watchers learn of a call; none of them can make it fail."""
        for watch in self._twin.registry.watchers():
            try:
                watch(self._twin, call, response, code)
            except Exception:
                _log.exception("%s.%s was not told", call.service, call.operation)

    def _act(self, exchange: _Exchange, ruling: Ruling) -> tuple[Response, ServiceError | None]:
        call, matched = exchange.call, exchange.matched
        try:
            if exchange.fault is not None:
                self._befall(exchange.fault, matched)
            if ruling.error is not None:
                raise ruling.error
            response = self._chain(
                exchange, self._twin.registry.wraps_of(call.service, call.operation)
            )
            return response, told(response)
        except ServiceError as refused:
            error = refused
        except NotImplementedError as unknown:
            # What neither the twin nor moto knows must never look like success.
            error = ServiceError(
                "UnknownOperationException",
                f"The twin does not model {call.service}:{call.operation}: {unknown}",
                501 if call.service == "s3" else 400,
            )
        except Exception as failure:
            _log.exception("%s.%s", call.service, call.operation)
            # 501, not 500: SDKs repeat the latter for minutes, and a defect does not go away.
            error = ServiceError("InternalFailure", f"{type(failure).__name__}: {failure}", 501)
        return wire.answer(matched, error, call.request_id), error

    def _befall(self, fault: Fault, matched: wire.Matched) -> None:
        if fault.seconds:
            # A twin that ends does not wait for it.
            self._twin.stopping.wait(fault.seconds)
        error = fault.error(matched.protocol)
        if error is not None:
            raise error

    def _chain(self, exchange: _Exchange, wraps: list[Wrap]) -> Response:
        """Call the wraps from the outermost to the answer itself."""

        def innermost(body: bytes | None = None) -> Response:
            answer = self._twin.registry.answer_of(exchange.call.service, exchange.call.operation)
            result = answer(self._twin, exchange.call) if answer is not None else None
            if result is None and answer is None:
                return self._pass_on(exchange, body)
            return _written(exchange, result)

        forward: Forward = innermost
        for wrap in reversed(wraps):
            forward = _around(self._twin, exchange, wrap, forward)
        return forward()

    def _pass_on(self, exchange: _Exchange, body: bytes | None) -> Response:
        """Let moto answer, in the account of the caller."""
        sent = exchange.call.body if body is None else body
        environ = wsgi.with_body(exchange.environ, sent)
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = exchange.call.account_id
        if exchange.call.caller is authentication.ANONYMOUS:
            # moto would look for an access control list that is public, after all was decided.
            environ["HTTP_AUTHORIZATION"] = authentication.NOBODYS_SIGNATURE
        form = "form-urlencoded" in environ.get("CONTENT_TYPE", "")
        if form and environ["REQUEST_METHOD"] == "PUT":
            # moto 5.2.5 would take the bytes of an object for a form and lose them.
            environ["CONTENT_TYPE"] = "binary/octet-stream"
        caught: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], _info: Any = None) -> Any:
            caught["status"] = int(status.split(" ", 1)[0])
            caught["headers"] = dict(headers)
            return lambda _data: None

        with self._turn_of(exchange.call):
            chunks = self._moto(environ, start)
            try:
                answered = b"".join(chunks)
            finally:
                close = getattr(chunks, "close", None)
                if close is not None:
                    close()
        response = Response(caught["status"], caught["headers"], answered)
        matched = exchange.matched
        return stamped(response, matched.service, matched.protocol, exchange.call.request_id)

    def _turn_of(self, call: Call) -> AbstractContextManager[object]:
        """Let one request at a time change what moto holds; who waits in moto keeps nobody out."""
        waits = call.service == "stepfunctions" or call.operation == "ReceiveMessage"
        return nullcontext() if waits else self._twin.turn

    def _refuse(
        self,
        sent: SentRequest,
        address: authentication.Addressed | None,
        error: ServiceError,
        request_id: str,
    ) -> Response:
        """Answer a request that is not acted on, in the service's words where it is known."""
        service, protocol = authentication.supposed(sent)
        service = address.service if address else service
        matched = _recognised(sent, service)
        if isinstance(error, Unauthentic):
            error = worded(error, service, matched.protocol if matched else protocol)
        self._twin.audit.add(
            {
                "eventTime": self._twin.now().isoformat(timespec="milliseconds"),
                "eventName": str(matched.operation.name) if matched else None,
                "path": sent.target[0],
                "requestID": request_id,
                "errorCode": error.code,
                "errorMessage": error.message,
            }
        )
        if matched is not None:
            return wire.answer(matched, error, request_id)
        return wire.unmatched_error(error, request_id, service, sent.header("x-amz-target"))


@dataclass(frozen=True)
class _Exchange:
    call: Call
    matched: wire.Matched
    environ: Environ
    fault: Fault | None = None


def _around(twin: Twin, exchange: _Exchange, wrap: Wrap, inner: Forward) -> Forward:
    def forward(body: bytes | None = None) -> Response:
        def next_in_line(body: bytes | None = body) -> Response:
            return inner(body)

        return _written(exchange, wrap(twin, exchange.call, next_in_line))

    return forward


def _written(exchange: _Exchange, result: Response | Mapping[str, Any] | None) -> Response:
    if isinstance(result, Response):
        return result
    return wire.answer(exchange.matched, result or {}, exchange.call.request_id)


def _recognised(sent: SentRequest, service: str | None) -> wire.Matched | None:
    """Return the operation that a refused request names, if it can be told."""
    if service is None:
        return None
    try:
        request = BackendRequest(wsgi.with_body(sent.environ, sent.body))
        return wire.match(service, request, sent.body)
    except ServiceError:
        return None
