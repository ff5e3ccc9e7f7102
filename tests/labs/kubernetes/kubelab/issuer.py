"""An OpenID Connect issuer on loopback: discovery and keys over TLS, and tokens of all sorts. Keys are made at run time."""
import base64
import http.server
import json
import ssl
import subprocess
import threading
import time


def openssl(*arguments, text=b""):
    """What openssl prints."""
    return subprocess.run(["openssl", *arguments], input=text, capture_output=True, check=True).stdout


def base64url(data):
    """As JOSE has it: without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """Serves any number of issuers: url(0), url(1), ..., all with one key."""

    def __init__(self, folder):
        self.folder = folder
        self.certificate = f"{folder}/issuer.crt"
        openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=issuer",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{folder}/issuer.key", "-out", self.certificate,
        )  # fmt: skip
        for name in "signing", "other":
            openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", f"{folder}/{name}.key")
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.certificate, f"{folder}/issuer.key")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, number):
        """The issuer's name, which is where it is."""
        return f"https://127.0.0.1:{self.server.server_address[1]}/{number}"

    def handler(self):
        """Answers /N/keys with the keys, anything else below /N/ with what issuer N is."""
        modulus = openssl("rsa", "-noout", "-modulus", "-in", f"{self.folder}/signing.key").decode().strip().split("=")[1]
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "e": "AQAB", "n": base64url(bytes.fromhex(modulus))}
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One request."""

            def do_GET(self):
                """The keys, or the discovery document."""
                url = issuer.url(self.path.split("/")[1])
                found = {"keys": [key]} if self.path.endswith("/keys") else {
                    "issuer": url, "jwks_uri": f"{url}/keys", "response_types_supported": ["id_token"],
                    "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
                }  # fmt: skip
                body = json.dumps(found).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Nothing."""

        return Handler

    def token(self, number, claims, key="signing", lifetime=600):
        """A signed token of issuer N; with key=None one that says it needs no signature."""
        now = int(time.time())
        claims = {"iss": self.url(number), "sub": "0123", "iat": now - 60, "nbf": now - 60, "exp": now + lifetime} | claims
        header = {"alg": "RS256" if key else "none", "kid": "one", "typ": "JWT"}
        signed = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
        if not key:
            return signed + "."
        signature = openssl("dgst", "-sha256", "-sign", f"{self.folder}/{key}.key", text=signed.encode())
        return f"{signed}.{base64url(signature)}"

    def close(self):
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()
