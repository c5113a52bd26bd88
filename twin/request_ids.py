"""Gives every answer the id under which its request is recorded.

moto 5.2.5 makes up ids of its own, so that nobody could find in the trail what a refusal or an
answer speaks of.
"""

from __future__ import annotations

import re
from dataclasses import replace

from twin.call import Response

_NAMES = ("x-amzn-requestid", "x-amz-request-id")
_IN_XML = re.compile(rb"<(RequestI[dD]|requestId)>[^<]*</\1>")
_ENVELOPED = ("query", "ec2")


def stamped(response: Response, service: str, protocol: str, request_id: str) -> Response:
    """Return an answer of moto with the id of its request.

    Protocols with an envelope tell it there too, S3 in its errors; other bodies are their sender's.
    """
    headers = {k: v for k, v in response.headers.items() if k.lower() not in _NAMES}
    headers["x-amzn-RequestId"] = request_id
    if service == "s3":
        headers["x-amz-request-id"] = request_id
    body = response.body
    if protocol in _ENVELOPED or (protocol == "rest-xml" and not response.ok):
        told = request_id.encode()
        # A function: a template of its own for each id would be kept parsed.
        body = _IN_XML.sub(lambda found: b"<%b>%b</%b>" % (found[1], told, found[1]), body)
    return replace(response, headers=headers, body=body)
