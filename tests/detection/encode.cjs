// Writes every value in every way, with what Node brings along. Reads {"values": {name: text}}; gives, by way and by
// value, the content in Base64, whether it is text, and the steps that it takes to read it again.
"use strict";
const crypto = require("node:crypto");
const zlib = require("node:zlib");

const document = (value) => JSON.stringify({ event: "profile", count: 7, value, sdk: "4.2.1", at: 1700000000123 });
const base64 = (content) => Buffer.from(content).toString("base64");
const base64url = (content) => Buffer.from(content).toString("base64url");
const hex = (content) => Buffer.from(content).toString("hex");
const digest = (name, content, how = "hex") => crypto.createHash(name).update(content).digest(how);
const form = (value) => new URLSearchParams({ event: "profile", value, count: "7" }).toString();
const escaped = (text) =>
    text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
const xml = (value) => `<?xml version="1.0"?>\n<event name="profile"><count>7</count><value>${escaped(value)}</value></event>`;

// The wire format of protocol buffers, by its published description: field number and type, length, content.
const varint = (number) => {
    const bytes = [];
    for (let rest = BigInt(number); ; rest >>= 7n) {
        if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
        bytes.push(Number(rest & 127n) | 128);
    }
};
const field = (number, content) =>
    Buffer.concat([varint(number * 8 + 2), varint(Buffer.byteLength(content)), Buffer.from(content)]);
const count = (number, value) => Buffer.concat([varint(number * 8), varint(value)]);
const message = (value) =>
    Buffer.concat([count(1, 1700000000123), field(2, Buffer.concat([field(1, "profile"), field(3, value), count(4, 1)])), field(9, "4.2.1")]);

const jwt = (value) => {
    const signed = [{ alg: "HS256", typ: "JWT" }, { sub: value, iat: 1700000000 }].map((one) => base64url(JSON.stringify(one)));
    return [...signed, crypto.createHmac("sha256", "key").update(signed.join(".")).digest("base64url")].join(".");
};
const multipart = async (value) => {
    const body = new FormData();
    body.set("event", "profile");
    body.set("value", value);
    return Buffer.from(await new Response(body).arrayBuffer());
};
const envelope = (value) => ['{"event_id":"1","sent_at":"2026-11-23"}', '{"type":"event","length":9}', document(value)].join("\n");

// How to write it, and what the steps are called. A step that changes nothing of a value is none.
const ways = {
    "JSON": [(v) => document(v), () => ["json"]],
    "JSON in JSON": [(v) => document(document(v)), () => ["json", "json"]],
    "JSON in JSON in JSON": [(v) => document(document(document(v))), () => ["json", "json", "json"]],
    "JSON, ASCII only": [(v) => document(v).replace(/[^ -~]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0")), () => ["json"]],
    "form": [(v) => form(v), () => ["form"]],
    "form of JSON": [(v) => form(document(v)), () => ["form", "json"]],
    "query of an address": [(v) => "https://t.example.org/i?" + form(v), () => ["query"]],
    "multipart": [multipart, () => ["multipart"]],
    "multipart of JSON": [(v) => multipart(document(v)), () => ["multipart", "json"]],
    "XML": [(v) => xml(v), () => ["xml"]],
    "lines of JSON": [(v) => envelope(v), () => ["lines", "json"]],
    "URL": [(v) => document(encodeURIComponent(v)), (v) => ["json", ...(encodeURIComponent(v) === v ? [] : ["url"])]],
    "URL twice": [
        (v) => document(encodeURIComponent(encodeURIComponent(v))),
        (v) => ["json", ...(encodeURIComponent(v) === v ? [] : ["url", "url"])],
    ],
    "Base64": [(v) => document(base64(v)), () => ["json", "base64"]],
    "Base64, URL-safe, unpadded": [(v) => document(base64url(v)), () => ["json", "base64"]],
    "Base64 of more than the value, first alignment": [(v) => document(base64("{" + v + "}")), () => ["json", "base64"]],
    "Base64 of more than the value, second alignment": [(v) => document(base64("::" + v + "..")), () => ["json", "base64"]],
    "Base64 of more than the value, third alignment": [(v) => document(base64("id:" + v + ";;")), () => ["json", "base64"]],
    "Base64 within a text": [
        (v) => document("sent " + base64(JSON.stringify({ value: v, count: 7 })) + ", answer 200"),
        () => ["json", "base64", "json"],
    ],
    "hex": [(v) => document(hex(v)), () => ["json", "hex"]],
    "hex, upper case": [(v) => document(hex(v).toUpperCase()), () => ["json", "hex"]],
    "Base64 twice": [(v) => document(base64(base64(v))), () => ["json", "base64", "base64"]],
    "hex of Base64": [(v) => document(hex(base64(v))), () => ["json", "hex", "base64"]],
    "Base64 of hex": [(v) => document(base64(hex(v))), () => ["json", "base64", "hex"]],
    "Base64 of JSON in a form": [(v) => form(base64(document(v))), () => ["form", "base64", "json"]],
    "form in Base64": [(v) => document(base64(form(v))), () => ["json", "base64", "form"]],
    "UTF-16": [(v) => Buffer.from(document(v), "utf16le"), () => ["utf-16", "json"]],
    "UTF-16 with its mark": [(v) => Buffer.from("\ufeff" + document(v), "utf16le"), () => ["utf-16", "json"]],
    "UTF-16 in Base64": [(v) => document(base64(Buffer.from(document(v), "utf16le"))), () => ["json", "base64", "utf-16", "json"]],
    "gzip of JSON": [(v) => zlib.gzipSync(document(v)), () => ["gzip", "json"]],
    "gzip of a form": [(v) => zlib.gzipSync(form(v)), () => ["gzip", "form"]],
    "gzip in Base64": [(v) => document(base64(zlib.gzipSync(v))), () => ["json", "base64", "gzip"]],
    "zlib in Base64": [(v) => document(base64(zlib.deflateSync(v))), () => ["json", "base64", "zlib"]],
    "zlib of JSON": [(v) => zlib.deflateSync(document(v)), () => ["zlib", "json"]],
    "deflate of JSON": [(v) => zlib.deflateRawSync(document(v)), () => ["deflate", "json"]],
    "Brotli of JSON": [(v) => zlib.brotliCompressSync(document(v)), () => ["brotli", "json"]],
    "Brotli of JSON in Base64": [(v) => document(base64(zlib.brotliCompressSync(document(v)))), () => ["json", "base64", "brotli", "json"]],
    "JWT": [jwt, () => ["jwt"]],
    "JWT in a header": [(v) => document("Bearer " + jwt(v)), () => ["json", "jwt"]],
    "protobuf": [message, () => ["protobuf"]],
    "protobuf in gzip": [(v) => zlib.gzipSync(message(v)), () => ["gzip", "protobuf"]],
    "protobuf in Base64": [(v) => document(base64(message(v))), () => ["json", "base64", "protobuf"]],
    "JSON in protobuf": [(v) => message(document(v)), () => ["protobuf", "json"]],
    "Base64 of the SHA-256 in hex": [(v) => document(base64(digest("sha256", v))), () => ["json", "base64", "sha256"]],
    "SHA-256 in gzip": [(v) => zlib.gzipSync(document(digest("sha256", v))), () => ["gzip", "json", "sha256"]],
    "SHA-256 in protobuf": [(v) => message(digest("sha256", v)), () => ["protobuf", "sha256"]],
    "SHA-256, upper case": [(v) => document(digest("sha256", v).toUpperCase()), () => ["json", "sha256"]],
};
const lower = (v) => v.toLowerCase();
for (const [name, word] of [["MD5", "md5"], ["SHA-1", "sha1"], ["SHA-256", "sha256"], ["SHA-512", "sha512"]]) {
    ways[name] = [(v) => document(digest(word, v)), () => ["json", word]];
    ways[`${name} in Base64`] = [(v) => document(digest(word, v, "base64")), () => ["json", `${word}, base64`]];
    ways[`${name} of the lower case`] = [
        (v) => document(digest(word, lower(v))),
        (v) => ["json", lower(v) === v ? word : `${word}, lower case`],
    ];
}
if (zlib.zstdCompressSync) ways["Zstandard of JSON"] = [(v) => zlib.zstdCompressSync(document(v)), () => ["zstd", "json"]];

const main = async () => {
    const { values } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    const made = {};
    for (const [way, [write, steps]] of Object.entries(ways)) {
        made[way] = {};
        for (const [name, value] of Object.entries(values)) {
            const content = await write(value);
            made[way][name] = { content: base64(content), text: typeof content === "string", steps: steps(value) };
        }
    }
    process.stdout.write(JSON.stringify(made));
};
main();
