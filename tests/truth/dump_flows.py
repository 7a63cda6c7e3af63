"""Prints mitmproxy's flow file as JSON lines. Runs under the witness's own Python, which has mitmproxy."""

import base64
import json
import sys

from mitmproxy import http
from mitmproxy.io import FlowReader

with open(sys.argv[1], "rb") as file:  # noqa: PTH123  # a script of plain Python, run elsewhere
    for flow in FlowReader(file).stream():
        if isinstance(flow, http.HTTPFlow):
            request = flow.request
            line = {
                "at_s": request.timestamp_start,
                "method": request.method,
                "url": request.url,
                "host": request.host,
                "path": request.path,
                "headers": [[name, value] for name, value in request.headers.items(multi=True)],
                "body": base64.b64encode(request.raw_content or b"").decode(),
                "answered": flow.response.status_code if flow.response else None,
            }
            sys.stdout.write(json.dumps(line) + "\n")
