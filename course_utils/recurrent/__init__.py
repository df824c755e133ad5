"""Recurrent networks in NumPy, forward and backward through time. Taught in sitting 13b.

``RNN``, ``LSTM`` and ``GRU`` are layers like those of ``course_utils.layers``: the same methods, PyTorch's names, and
gradients equal to PyTorch's. Sequences are arrays of shape (N, T, F), batch, time, features, as PyTorch has them with
``batch_first=True``.

``base`` walks through time, ``cells`` holds what one step computes.
"""

from course_utils.recurrent.cells import GRU, LSTM, RNN

__all__ = ["GRU", "LSTM", "RNN"]
