"""A document with all that the command line makes something of, and a server that speaks it over a socket."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

STRING = {"type": "string"}
SIZE = 3_000_000


def answer(schema=None, kind="application/json", status="200"):
    return {status: {"description": "", "content": {kind: {} if schema is None else {"schema": schema}}}}


def query(name, schema, **more):
    return {"name": name, "in": "query", "schema": schema, **more}


def body(schema, kind="application/json", **more):
    return {"required": True, "content": {kind: {"schema": schema, **more}}}


ITEM = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "name": STRING, "tags": {"type": "array", "items": STRING}},
}
ORDER = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "description": "Who it is\x1b[31m for."},
        "count": {"type": "integer", "minimum": 1, "maximum": 9, "default": 1},
        "size": {"enum": ["small", "large"]},
        "gift": {"type": "boolean"},
        "tags": {"type": "array", "items": STRING},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": STRING, "n": {"type": "integer"}}}},
        "address": {"type": "object", "properties": {"city": STRING}},
        "note": {"type": ["string", "null"]},
        "extra": {},
        "pin": {"type": "string", "writeOnly": True},
        "filter": STRING,
    },
}
CHUNK = {"type": "object", "properties": {"delta": {"type": "object", "properties": {"text": STRING}}}}
SHOP = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "http://127.0.0.1:9"}],
    "tags": [{"name": "Orders", "description": "What people want."}, {"name": "Mock"}],
    "paths": {
        "/orders": {
            "post": {
                "operationId": "addOrder",
                "tags": ["Orders"],
                "summary": "Add an order",
                "description": "It is kept.\n\nFor ever.",
                "parameters": [query("output", STRING), query("dryRun", {"type": "boolean"}), query("filter", STRING)],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": ORDER,
                            "example": {"name": "Ann", "lines": [{"sku": "@1", "n": 2}], "gift": False},
                        },
                        "application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"code": STRING}}},
                    },
                },
                "responses": answer(),
            },
            "get": {
                "operationId": "listOrders",
                "tags": ["Orders", "Mock"],
                "parameters": [query("cursor", STRING), query("limit", {"type": "integer"})],
                "x-aerostack-pages": {"input": "cursor", "output": "/next", "items": "/orders", "limit": "limit"},
                "responses": answer({"type": "object", "properties": {"orders": {"type": "array", "items": ITEM}, "next": STRING}}),
            },
        },
        "/chat": {
            "post": {
                "operationId": "chat",
                "x-aerostack-stream": {"flag": "stream", "sentinel": "[DONE]"},
                "requestBody": body({"type": "object", "properties": {"text": STRING, "stream": {"type": "boolean"}}}),
                "responses": {
                    "200": {
                        "description": "",
                        "content": {"application/json": {"schema": {"type": "object"}}, "text/event-stream": {"schema": CHUNK}},
                    }
                },
            }
        },
        "/log": {"get": {"operationId": "log", "responses": answer(ITEM, "application/x-ndjson")}},
        "/file": {
            "get": {
                "operationId": "download",
                "parameters": [query("slow", {"type": "boolean"}), query("cut", {"type": "boolean"})],
                "responses": answer({"type": "string", "format": "binary"}, "application/octet-stream"),
            },
            "post": {
                "operationId": "upload",
                "requestBody": body(
                    {
                        "type": "object",
                        "required": ["file"],
                        "properties": {
                            "file": {"type": "string", "contentMediaType": "application/octet-stream"},
                            "more": {"type": "array", "items": {"type": "string", "contentMediaType": "application/octet-stream"}},
                            "about": STRING,
                        },
                    },
                    "multipart/form-data",
                ),
                "responses": answer(),
            },
        },
        "/text": {"get": {"operationId": "text", "responses": answer(STRING, "text/plain")}},
        "/any": {"get": {"operationId": "any", "parameters": [query("status", {"type": "integer"})], "responses": answer()}},
        "/gone": {"delete": {"operationId": "gone", "deprecated": True, "responses": {"204": {"description": ""}}}},
        "/list": {"put": {"operationId": "putList", "requestBody": body({"type": "array", "items": ITEM}), "responses": answer()}},
        "/loose": {
            "post": {
                "operationId": "loose",
                "parameters": [
                    query("any", {}, required=True),
                    query("bare", {"not": {}}, required=True),
                    query("id", {"const": 5}, required=True),
                ],
                "requestBody": body({"oneOf": [{"type": "object", "required": ["kind", "-"], "properties": {"kind": STRING}}]}),
                "responses": answer(),
            }
        },
        "/raw": {
            "get": {
                "operationId": "raw",
                "x-aerostack-stream": {"flag": "live"},
                "parameters": [query("live", {"type": "boolean"})],
                "responses": {"200": {"description": "", "content": {"application/json": {}, "application/octet-stream": {}}}},
            }
        },
        "/broken": {"get": {"operationId": "broken", "parameters": [{"$ref": "#/nowhere"}], "responses": {}}},
        "/odd": {"get": {"operationId": "odd", "responses": answer({"type": "object", "properties": {"an": {"enum": ["x"]}}})}},
        "/many": {"get": {"operationId": "many", "responses": answer({"type": "array", "items": STRING})}},
        "/talk": {"get": {"operationId": "talk", "responses": answer(None, "text/event-stream")}},
        "/ends": {
            "get": {
                "operationId": "ends",
                "parameters": [query("page", {"type": "integer"})],
                "x-aerostack-pages": {"kind": "page", "input": "page", "items": ""},
                "responses": answer({"type": "array", "items": {}}),
            }
        },
        "/wrong": {"get": {"operationId": "wrong", "responses": answer({"type": "array"})}},
    },
}


class Handler(BaseHTTPRequestHandler):
    """Answers as the document says, and tells what it was sent."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle_one(self):
        parts = urlsplit(self.path)
        given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        sent = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.headers.get("transfer-encoding") == "chunked":
            sent = b"".join(iter(self.read_chunk, b""))
        self.server.seen.append((self.command, self.path, dict(self.headers), sent))
        name = f"{self.command.lower()}_{parts.path.strip('/')}"
        getattr(self, name, self.other)(given, sent)

    do_GET = do_POST = do_PUT = do_DELETE = handle_one

    def read_chunk(self):
        size = int(self.rfile.readline(), 16)
        data = self.rfile.read(size)
        self.rfile.readline()
        return data

    def reply(self, content, kind="application/json", status=200, **headers):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for key, value in {"content-type": kind, "x-request-id": "req_1", **headers}.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def pieces(self, kind, pieces, wait=0.0):
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for piece in [*pieces, b""]:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
            time.sleep(wait)

    def other(self, given, sent):
        self.reply(
            {"query": given, "body": json.loads(sent) if sent.startswith((b"{", b"[")) else sent[:10_000].decode(errors="replace")}
        )

    def get_orders(self, given, sent):
        start = int(given.get("cursor", 0))
        size = int(given.get("limit", 2))
        orders = [{"id": n, "name": f"order \x1b[2J{n}", "tags": ["a", "b"]} for n in range(start, min(start + size, 5))]
        self.reply({"orders": orders, **({"next": str(start + size)} if start + size < 5 else {})})

    def post_chat(self, given, sent):
        if not json.loads(sent).get("stream"):
            return self.reply({"text": "whole"})
        events = [b'data: {"delta": {"text": "%s"}}\n\n' % word for word in (b"Good ", b"day", b"!")]
        wait = 0.3 if b"slow" in sent else 0
        self.pieces("text/event-stream", [*events * (20 if wait else 1), b"data: [DONE]\n\n"], wait)

    def get_log(self, given, sent):
        self.pieces("application/x-ndjson", [b'{"id": %d}\n' % n for n in range(3)])

    def get_file(self, given, sent):
        if given.get("slow"):
            self.send_response(200)
            self.send_header("content-type", "application/octet-stream")
            self.send_header("content-length", str(SIZE))
            self.end_headers()
            for _ in range(30):
                self.wfile.write(b"x" * (SIZE // 30))
                time.sleep(0.1)
        elif given.get("cut"):
            self.send_response(200)
            self.send_header("content-type", "application/octet-stream")
            self.send_header("content-length", "100")
            self.end_headers()
            self.wfile.write(b"short")
            self.close_connection = True
        else:
            self.reply(bytes(range(256)), "application/octet-stream")

    def get_text(self, given, sent):
        self.reply(b"plain \x1b[2J text", "text/plain")

    def get_any(self, given, sent):
        status = int(given.get("status", 200))
        self.reply({"code": "odd", "message": "so it is"}, status=status, retry_after="0" if status == 503 else "7")

    def delete_gone(self, given, sent):
        self.send_response(204)
        self.end_headers()

    def get_raw(self, given, sent):
        self.reply(b"bytes", "application/octet-stream")

    def get_odd(self, given, sent):
        self.reply({"an": "object"})

    def get_many(self, given, sent):
        self.reply([*range(30)])

    def get_talk(self, given, sent):
        texts = [
            {"choices": [{"delta": {"role": "x"}}]},
            {"choices": [{"delta": {"content": "Hi "}}]},
            {"choices": [{"text": "you"}]},
        ]
        texts += [{"choices": []}, {"response": "!"}, {"delta": "?"}]
        lines = [json.dumps(one) for one in texts] + ["plain"]
        self.pieces("text/event-stream", [f"data: {line}\n\n".encode() for line in lines])

    def get_ends(self, given, sent):
        page = int(given.get("page", 0))
        self.reply({"message": "no more"} if page > 1 else ["a", 2], status=404 if page > 1 else 200)

    def get_wrong(self, given, sent):
        self.reply({"an": "object"})


class Server(ThreadingHTTPServer):
    """One that clients may leave when they like."""

    daemon_threads = True

    def handle_error(self, request, address):
        pass


class Shop:
    """The server, on a port of its own; `seen` is what it was sent."""

    def __init__(self):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.seen = self.seen = []
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def document(folder):
    """The document as a file."""
    path = folder / "shop.json"
    path.write_text(json.dumps(SHOP))
    return path
