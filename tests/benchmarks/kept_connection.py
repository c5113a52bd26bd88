"""Ask over one connection that is kept, as a program under load does: plainly, or signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http.client import HTTPConnection, RemoteDisconnected
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

_CSV = {"Content-Type": "text/csv"}


class Kept:
    """One connection to a server of this machine."""

    def __init__(self, address: str) -> None:
        """``address`` is a host and its port."""
        self._connection = HTTPConnection(address, timeout=30)

    def post(self, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> str:
        """Return the answer to rows of CSV; raises AssertionError for any that is not 200."""
        try:
            self._connection.request("POST", path, body, dict(headers or _CSV))
            answer = self._connection.getresponse()
        except (ConnectionError, RemoteDisconnected):
            # A model container ends connections on which nothing was asked for some seconds.
            self._connection.close()
            return self.post(path, body, headers)
        content = answer.read().decode()
        assert answer.status == 200, content
        return content

    def answers(self, path: str) -> bool:
        """Tell whether a server is there that answers at all."""
        try:
            self._connection.request("GET", path)
            self._connection.getresponse().read()
        except OSError:
            self._connection.close()
            return False
        return True

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def signed(runtime: Any, endpoint: str, row: str) -> Callable[[], str]:
    """Return what asks an endpoint, each time with a signature of that moment.

    ``runtime`` is boto3's client of sagemaker-runtime, whose place and credentials are taken.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
    """
    url, path = runtime.meta.endpoint_url, f"/endpoints/{endpoint}/invocations"
    credentials = runtime._request_signer._credentials.get_frozen_credentials()
    signer = SigV4Auth(credentials, "sagemaker", runtime.meta.region_name)
    kept, body = Kept(urlsplit(url).netloc), row.encode()

    def ask() -> str:
        request = AWSRequest("POST", f"{url}{path}", dict(_CSV), body)
        signer.add_auth(request)
        return kept.post(path, body, dict(request.headers.items()))

    return ask
