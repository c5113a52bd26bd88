"""A container image of one Python file, pushed through the registry's own API."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

from tests.twin.engines.accounts import REGION, TOOLS, Lab, unique

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_CONFIG = "application/vnd.docker.container.image.v1+json"
_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"

PROGRAM = '''
"""What the containers of these tests do; the first word says which of it."""
import json, os, pathlib, signal, socket, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"
ML = pathlib.Path(os.environ.get("ML_ROOT", "/opt/ml"))

def copy(arguments):
    for path in sorted((ML / "processing/input/in").rglob("*")):
        if path.is_file():
            (ML / "processing/output/out" / path.name).write_text(path.read_text().upper())
    print("copied", *arguments)

def write(arguments):
    (ML / "processing/output/out" / arguments[0]).write_text(arguments[1])

def fail(arguments):
    (ML / "output/message").write_text("the rows are wrong")
    (ML / "output/failure").write_text("the rows are wrong")
    print("about to fail", file=sys.stderr)
    sys.exit(3)

def fail_once(arguments):
    if not any((ML / "processing/input/in").rglob("*.ok")):
        sys.exit(4)

def sleep(arguments):
    print("sleeping", flush=True)
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)

def save(arguments):
    kept = ML / "checkpoints/kept.txt"
    if kept.exists():
        print("going on after", kept.read_text(), flush=True)
        (ML / "model/model.json").write_text(json.dumps({"went_on_after": kept.read_text()}))
        return
    kept.write_text("one round")
    print("kept one round", flush=True)
    time.sleep(60)

def nap(arguments):
    time.sleep(1)

def stubborn(arguments):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("sleeping", flush=True)
    time.sleep(60)

def connect(arguments):
    try:
        socket.create_connection((arguments[0], int(arguments[1])), 2).close()
    except OSError as error:
        sys.exit("no network: " + str(error))
    print("connected")

def ask(arguments):
    import boto3
    print(boto3.client("sts").get_caller_identity()["Account"])

def look(arguments):
    print(json.dumps({
        "environment": sorted(os.environ),
        "configuration": sorted(p.name for p in (ML / "config").iterdir()),
        "root": sorted(os.listdir("/")),
        "writable": os.access("/opt/program", os.W_OK),
        "pids": sorted(int(name) for name in os.listdir("/proc") if name.isdigit()),
    }))

def train(arguments):
    given = json.loads((ML / "input/config/hyperparameters.json").read_text())
    if given.get("mode"):
        return globals()[given["mode"]](arguments)
    channels = json.loads((ML / "input/config/inputdataconfig.json").read_text())
    rows = sum(len(p.read_text().splitlines()) for p in (ML / "input/data").rglob("*.csv"))
    x = float(given.get("x", 0))
    model = {"x": x, "rows": rows, "says": given.get("says", "")}
    (ML / "model/model.json").write_text(json.dumps(model))
    print(f"step loss={(x - 3) ** 2 + 1:.6f};")
    print(f"final loss={(x - 3) ** 2:.6f}; channels={sorted(channels)}")

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model = {}
    def answer(self, status, body, kind="text/plain"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header(ATTRIBUTES, self.headers.get(ATTRIBUTES, ""))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        self.answer(200, b"")
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if body == b"bad":
            self.answer(400, b"not like this")
        elif body == b"worse" or self.model["says"] == "failing":
            self.answer(500, b"it broke")
        elif body == b"die":
            os._exit(9)
        elif body.startswith(b"slow"):
            time.sleep(0.3)
            self.answer(200, self.model["says"].encode())
        else:
            kind = self.headers.get("Accept", "text/csv")
            self.answer(200, self.model["says"].encode() + b":" + body, kind)
    def log_message(self, *arguments):
        pass

def serve(arguments):
    Handler.model = json.loads((ML / "model/model.json").read_text())
    if Handler.model["says"] == "broken":
        print("cannot load the model", flush=True)
        sys.exit(5)
    port = int(os.environ.get("SAGEMAKER_BIND_TO_PORT", "8080"))
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.request_queue_size = 64
    server.serve_forever()

globals()[sys.argv[1]](sys.argv[2:])
'''
JOB = ("python", "/opt/program/job.py")


def push(lab: Lab, account_id: str = TOOLS, *layers: Mapping[str, str], **config: Any) -> str:
    """Push an image into a repository of its own and return its address by digest."""
    ecr = lab.client("ecr", account_id)
    name = unique("image")
    ecr.create_repository(repositoryName=name)
    blobs = [_layer(files) for files in layers or ({"opt/program/job.py": PROGRAM},)]
    described = {"Entrypoint": list(JOB), "WorkingDir": "/opt/program", "Env": ["COLOUR=blue"]}
    content = json.dumps({"config": described | config, "rootfs": {"diff_ids": []}}).encode()
    for blob in (*blobs, content):
        upload = ecr.initiate_layer_upload(repositoryName=name)["uploadId"]
        ecr.upload_layer_part(
            repositoryName=name,
            uploadId=upload,
            partFirstByte=0,
            partLastByte=len(blob) - 1,
            layerPartBlob=blob,
        )
        ecr.complete_layer_upload(
            repositoryName=name, uploadId=upload, layerDigests=[_digest(blob)]
        )
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": _CONFIG, "size": len(content), "digest": _digest(content)},
            "layers": [
                {"mediaType": _LAYER, "size": len(blob), "digest": _digest(blob)} for blob in blobs
            ],
        }
    )
    ecr.put_image(
        repositoryName=name,
        imageManifest=manifest,
        imageManifestMediaType=MANIFEST,
        imageTag="latest",
    )
    return f"{account_id}.dkr.ecr.{REGION}.amazonaws.com/{name}@{_digest(manifest.encode())}"


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _layer(files: Mapping[str, str]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(text.encode()))
    return gzip.compress(held.getvalue(), mtime=0)
