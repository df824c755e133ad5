"""Why a mirror gave nothing, in words, and what a reader can do about it. Taught in lecture 00."""

from __future__ import annotations

import http
import time
from collections.abc import Iterable, Iterator

import requests
from requests import RequestException

TIMEOUT = (5.0, 20.0)  # seconds to connect, and between two pieces of the answer
PIECE = 1 << 14  # bytes
SLOWEST = 2_000  # bytes a second, on average; reported slow mirrors of CIFAR-10 gave fifty times that
PATIENCE = 30.0  # seconds before a mirror's speed is judged

PROXY = (
    "A proxy did not let it through: set HTTPS_PROXY to its address, as in HTTPS_PROXY=http://proxy.example.org:3128, "
    "or unset HTTPS_PROXY where none is needed."
)
INTERCEPTED = (
    "Something on the way, such as a company's or a school's filter, opens encrypted connections: set "
    "REQUESTS_CA_BUNDLE to the file (.pem) with its certificate, which your IT department has."
)
CERTIFICATE = (
    "A certificate was refused: set the clock of this machine right, and set REQUESTS_CA_BUNDLE to a file of "
    "certificates that exists, or unset it."
)


class NoBundle(RequestException):
    """``REQUESTS_CA_BUNDLE`` or ``CURL_CA_BUNDLE`` names a file of certificates that is not there."""


class TooSlow(RequestException):
    """A mirror sends so little that nobody would wait for the rest."""


def ask(address: str, headers: dict[str, str]) -> requests.Response:
    """Return a mirror's answer, of which nothing but the header was read.

    Raises:
        RequestException: there is none.
    """
    try:
        return requests.get(address, stream=True, timeout=TIMEOUT, headers=headers)
    except RequestException:
        raise
    except OSError as error:  # what requests raises for a missing file of certificates
        raise NoBundle(str(error)) from error


def pieces(answer: requests.Response) -> Iterator[bytes]:
    """Yield the body as it comes; ``iter_content`` would wait until a piece is full, however slowly it fills.

    Raises:
        RequestException: the connection broke off or fell silent.
    """
    try:
        while piece := answer.raw.read1(PIECE, decode_content=True):
            yield piece
    except requests.exceptions.BaseHTTPError as error:
        raise requests.ConnectionError(str(error)) from error


def check_speed(received: int, since: float) -> None:
    """Raise TooSlow where, after some patience, too little has come since ``time.monotonic()`` was ``since``."""
    passed = time.monotonic() - since
    if passed > PATIENCE and received < SLOWEST * passed:
        raise TooSlow(f"only {received / passed / 1000:.1f} kB a second")


def reason(error: Exception) -> str:
    """Say in a few words why a mirror failed."""
    if isinstance(error, requests.HTTPError):
        return _status(error.response.status_code)
    if isinstance(error, NoBundle):
        return "the file that REQUESTS_CA_BUNDLE names is not there"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy did not answer or refused"
    if isinstance(error, requests.exceptions.SSLError):
        return "unknown issuer of the certificate" if _intercepted(error) else "certificate or encryption refused"
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return f"no answer within {TIMEOUT[0]:g} s"
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return f"no answer within {TIMEOUT[1]:g} s"
    if isinstance(error, requests.exceptions.ChunkedEncodingError) or "IncompleteRead" in str(error):
        return "the connection broke off"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return str(error)


def advice(errors: Iterable[Exception]) -> str:
    """Return a sentence for each kind of obstacle between this machine and the mirrors; empty where there is none."""
    sentences = dict.fromkeys(filter(None, map(_advice, errors)))
    return " ".join(sentences)


def _advice(error: Exception) -> str:
    if isinstance(error, requests.exceptions.ProxyError):
        return PROXY
    if (
        isinstance(error, requests.HTTPError)
        and error.response.status_code == http.HTTPStatus.PROXY_AUTHENTICATION_REQUIRED
    ):
        return PROXY
    if isinstance(error, requests.exceptions.SSLError):
        return INTERCEPTED if _intercepted(error) else CERTIFICATE
    return CERTIFICATE if isinstance(error, NoBundle) else ""


def _intercepted(error: Exception) -> bool:
    """Return True where a chain of certificates is well formed and nobody here knows who signed it."""
    said = str(error)
    return (
        "self-signed certificate" in said or "self signed certificate" in said or "unable to get local issuer" in said
    )


def _status(code: int) -> str:
    """Return a status in standard words; a server's own may hold anything."""
    try:
        return f"{code} {http.HTTPStatus(code).phrase}"
    except ValueError:
        return f"status {code}"
