"""``course_utils.signals`` against NumPy, SciPy and PyTorch in float64."""

import numpy as np
import pytest
import scipy.signal
import torch

from course_utils import signals

RNG = np.random.default_rng


def close(ours, reference, atol=1e-11):
    np.testing.assert_allclose(ours, np.asarray(reference), rtol=0, atol=atol)


@pytest.mark.parametrize("length", [1, 2, 7, 32, 99])
def test_fourier_equals_numpy(length):
    x = RNG(length).normal(size=(2, 3, length))
    close(signals.fourier(x), np.fft.rfft(x))


def test_a_long_signal_loses_no_digits():
    x = RNG(0).normal(size=1000)
    close(signals.fourier(x), np.fft.rfft(x), atol=1e-10)


@pytest.mark.parametrize("length", [1, 2, 9, 64])
def test_hann_equals_scipy_and_torch(length):
    close(signals.hann(length), scipy.signal.get_window("hann", length))
    close(signals.hann(length), torch.hann_window(length, dtype=torch.float64))


def test_half_overlapping_windows_add_up_to_one():
    window = signals.hann(10)
    close(window[:5] + window[5:], np.ones(5))


@pytest.mark.parametrize(("length", "hop"), [(16, 8), (17, 5), (32, 40)])
def test_windowed_fourier_equals_torch_and_scipy(length, hop):
    x = RNG(hop).normal(size=(2, 200))
    ours = signals.windowed_fourier(x, length, hop)
    window = torch.hann_window(length, dtype=torch.float64)
    theirs = torch.stft(torch.tensor(x), length, hop, window=window, center=False, return_complex=True)
    close(ours, theirs.mT.resolve_conj())
    if hop <= length:
        _, _, zxx = scipy.signal.stft(
            x, window="hann", nperseg=length, noverlap=length - hop, boundary=None, padded=False, scaling="spectrum"
        )
        close(ours, zxx.swapaxes(-1, -2) * signals.hann(length).sum())
        close(signals.spectrogram(x, length, hop), np.abs(zxx.swapaxes(-1, -2) * signals.hann(length).sum()) ** 2)


def test_frames_start_hop_apart_and_the_rest_is_left_out():
    assert signals.frames(np.arange(11), 4, 3).tolist() == [[0, 1, 2, 3], [3, 4, 5, 6], [6, 7, 8, 9]]


def test_mel_is_inverted_and_a_thousand_hertz_are_a_thousand_mel():
    close(signals.hertz(signals.mel([0, 440, 4000])), [0, 440, 4000], atol=1e-9)
    assert signals.mel(1000) == pytest.approx(1000, abs=0.1)


def test_mel_bands_are_triangles_between_equally_spaced_edges():
    bank = signals.mel_filter_bank(20, 512, 8000)
    frequency = np.arange(257) * 8000 / 512
    edges = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + 4000 / 700), 22) / 2595) - 1)
    close(bank, [np.interp(frequency, edges[m : m + 3], [0, 1, 0]) for m in range(20)])
    inside = (frequency >= edges[1]) & (frequency <= edges[-2])
    close(bank.sum(axis=0)[inside], np.ones(inside.sum()))  # neighbors share each bin, none is lost


def test_log_mel_hears_a_tone_in_the_band_around_it():
    t = np.arange(4000) / 8000
    picture = signals.log_mel(np.stack([np.sin(2 * np.pi * f * t) for f in (500, 2000)]), 8000, bands=24)
    assert picture.shape == (2, 24, 30)
    centers = signals.hertz(np.linspace(0, signals.mel(4000), 26))[1:-1]
    nearest = [np.abs(centers - f).argmin() for f in (500, 2000)]
    assert (picture.argmax(axis=1) == np.array(nearest)[:, None]).all()
    assert np.isfinite(signals.log_mel(np.zeros(300), 8000)).all()


@pytest.mark.parametrize(
    ("samples", "rate", "new_rate"),
    [(300, 44100, 8000), (100, 3, 2), (37, 8000, 48000), (5, 8000, 11025), (1, 3, 2), (100, 8000, 7300), (9, 7, 7)],
)
def test_resample_equals_scipy(samples, rate, new_rate):
    x = RNG(samples).normal(size=(2, samples))
    close(signals.resample(x, rate, new_rate), scipy.signal.resample_poly(x, new_rate, rate, axis=-1), atol=1e-13)


def test_resample_keeps_a_low_tone_and_drops_what_the_new_rate_cannot_hold():
    t = np.arange(8000) / 16000
    low, high = np.sin(2 * np.pi * 1000 * t), np.sin(2 * np.pi * 6000 * t)  # half of the new rate is 4000 Hz
    middle = slice(100, -100)  # before and after the signal there are zeros
    ours = signals.resample(low + high, 16000, 8000)
    close(ours[middle], low[::2][middle], atol=2e-3)
    assert np.abs((low + high)[::2] - low[::2]).max() > 0.9  # aliased, had we just left out every other sample


def test_resample_leaves_the_signal_as_it_was():
    x = RNG(0).normal(size=20)
    same = signals.resample(x, 8, 8)
    same[0] = 9
    assert x[0] != 9
    assert signals.resample(x.astype(np.float32), 3, 4).dtype == np.float32


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: signals.fourier(np.ones(0)), "T above 0"),
        (lambda: signals.fourier(np.ones(3) * 1j), "complex128; expected real numbers"),
        (lambda: signals.fourier([1.0, np.nan]), "holds nan"),
        (lambda: signals.frames(np.ones(3), 4, 1), "3 samples, fewer than one window of 4"),
        (lambda: signals.frames(np.ones(9), 4, 0), "hop is 0"),
        (lambda: signals.hann(0), "length is 0"),
        (lambda: signals.mel_filter_bank(200, 256, 8000), "take fewer bands or a longer window"),
        (lambda: signals.mel_filter_bank(6, 256, -1), "rate is -1"),
        (lambda: signals.resample(np.ones(9), 8000, 0), "new_rate is 0"),
        (lambda: signals.resample(np.ones(9), 8000.5, 8000), "rate is 8000.5"),
    ],
)
def test_what_is_wrong_is_named(act, words):
    with pytest.raises(ValueError, match=words):
        act()
