"""Messages between the grader and a student's process: JSON and plain arrays, nothing that could run code.

A message is a dictionary. Each value in it is a tree of tagged lists, arrays travel behind the JSON text as ``.npy``
with ``allow_pickle=False``. What is none of the plain types goes through a hook (a function becomes a handle), and
what the hook does not know becomes an ``Opaque`` that remembers only the name of its type.
"""

from __future__ import annotations

import io
import json
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 30
MAX_DIGITS = 300
PackHook = Callable[[Any, list[bytes]], list[Any] | None]
UnpackHook = Callable[[list[Any], list[bytes]], Any]


class WireError(Exception):
    """A message is too long, cut off, or no message."""


class Opaque:
    """Stands for a value that does not travel; its class bears the name of the value's type."""


def send(connection: socket.socket, message: dict[str, Any], buffers: list[bytes]) -> None:
    """Send a message with its buffers.

    Raises:
        WireError: it is too long.
        OSError: the other side is gone.
    """
    sizes = [len(buffer) for buffer in buffers]
    text = json.dumps({"message": message, "sizes": sizes}).encode()
    if len(text) + sum(sizes) > MAX_BYTES:
        raise WireError(f"a message of {(len(text) + sum(sizes)) / 2**20:.0f} MB")
    connection.sendall(struct.pack(">I", len(text)) + text + b"".join(buffers))


def receive(connection: socket.socket, until: float | None = None) -> tuple[dict[str, Any], list[bytes]]:
    """Return the next message and its buffers.

    Args:
        connection: to the other side.
        until: when the whole message must be here, by ``time.monotonic()``; None waits.

    Raises:
        WireError: the other side is gone, or what it sent is no message.
        TimeoutError: it was not here by then.
    """
    (length,) = struct.unpack(">I", _exactly(connection, 4, until))
    try:
        envelope = json.loads(_exactly(connection, length, until))
        message, sizes = envelope["message"], envelope["sizes"]
        if not isinstance(message, dict) or not all(isinstance(size, int) and size >= 0 for size in sizes):
            raise WireError("no message")
        if sum(sizes) > MAX_BYTES:
            raise WireError("too long a message")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WireError("no message") from error
    return message, [_exactly(connection, size, until) for size in sizes]


def _exactly(connection: socket.socket, count: int, until: float | None) -> bytes:
    if count > MAX_BYTES:
        raise WireError("too long a message")
    parts, left = [], count
    while left:
        if until is not None:  # for all parts together: a message may come byte by byte
            connection.settimeout(max(until - time.monotonic(), 1e-6))
        part = connection.recv(min(left, 2**20))
        if not part:
            raise WireError("the other side is gone")
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def pack(value: Any, buffers: list[bytes], hook: PackHook, depth: int = 0) -> list[Any]:
    """Return a value as a tree of tagged lists; arrays are appended to ``buffers``."""
    kind = type(value)
    if value is None or kind in (bool, float) or (kind is int and value.bit_length() < 3 * MAX_DIGITS):
        return ["plain", value]
    if isinstance(value, str):
        return ["plain", str(value)]
    if depth < MAX_DEPTH and isinstance(value, tuple | list):
        tag = "tuple" if isinstance(value, tuple) else "list"
        return [tag, [pack(item, buffers, hook, depth + 1) for item in value]]
    if depth < MAX_DEPTH and kind is dict:
        return ["dict", [[pack(part, buffers, hook, depth + 1) for part in pair] for pair in value.items()]]
    if (kind is np.ndarray or isinstance(value, np.generic)) and value.dtype.kind in "biufcUS":
        return ["array" if kind is np.ndarray else "scalar", _store(np.asarray(value), buffers)]
    if isinstance(value, torch.Tensor) and value.layout == torch.strided and value.dtype != torch.bfloat16:
        return ["tensor", _store(value.detach().cpu().resolve_conj().numpy(), buffers)]
    return hook(value, buffers) or ["opaque", kind.__name__[:60]]


def unpack(tree: Any, buffers: list[bytes], hook: UnpackHook) -> Any:
    """Return the value of a tree.

    Raises:
        WireError: the tree is none.
    """
    try:
        tag, content = tree[0], tree[1]
        if tag == "plain" and (content is None or isinstance(content, bool | int | float | str)):
            return content
        if tag in {"tuple", "list"}:
            items = [unpack(item, buffers, hook) for item in content]
            return tuple(items) if tag == "tuple" else items
        if tag == "dict":
            return {unpack(key, buffers, hook): unpack(value, buffers, hook) for key, value in content}
        if tag in {"array", "scalar", "tensor"}:
            array = np.lib.format.read_array(io.BytesIO(buffers[content]), allow_pickle=False)
            return torch.from_numpy(array) if tag == "tensor" else array[()] if tag == "scalar" else array
        if tag == "opaque":
            return type(str(content)[:60], (Opaque,), {"__repr__": lambda self: f"<{type(self).__name__}>"})()
        return hook(tree, buffers)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, MemoryError, RuntimeError) as error:
        raise WireError("no value") from error


def _store(array: np.ndarray, buffers: list[bytes]) -> int:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, allow_pickle=False)
    buffers.append(stream.getvalue())
    return len(buffers) - 1
