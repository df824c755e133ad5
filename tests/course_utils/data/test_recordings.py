"""A reader's own recordings: every common kind of WAV gives the same signal, anything else a sentence."""

import wave

import numpy as np
import pytest
from scipy.io import wavfile

from course_utils import data

TIME = np.arange(2400) / 8000
TONE = 0.5 * np.sin(2 * np.pi * 300 * TIME)


def kinds_of_wav():
    """Return name → samples as a file holds them; all are the same tone."""
    whole = {bits: np.round(TONE * 2 ** (bits - 1)).astype(int) for bits in (8, 16, 32)}
    return {
        "8 bit": (whole[8] + 128).astype(np.uint8),
        "16 bit": whole[16].astype(np.int16),
        "32 bit": whole[32].astype(np.int32),
        "floating point": TONE.astype(np.float32),
        "stereo": np.stack([2 * TONE, 0 * TONE], axis=1).astype(np.float32),
    }


@pytest.mark.parametrize("name", kinds_of_wav())
def test_every_kind_gives_the_same_signal(tmp_path, name):
    wavfile.write(tmp_path / "tone.wav", 8000, kinds_of_wav()[name])
    signal = data.load_recording(tmp_path / "tone.wav")
    assert signal.dtype == np.float32
    np.testing.assert_allclose(signal, TONE, atol=0.005 if name == "8 bit" else 3e-5)


def test_24_bits(tmp_path):
    with wave.open(str(tmp_path / "tone.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(3)
        file.setframerate(8000)
        file.writeframes(b"".join(int(v).to_bytes(3, "little", signed=True) for v in np.round(TONE * 2**23)))
    np.testing.assert_allclose(data.load_recording(str(tmp_path / "tone.wav")), TONE, atol=1e-6)


@pytest.mark.parametrize("rate", [11025, 44100, 48000])
def test_another_rate_gives_the_same_tone(tmp_path, rate):
    samples = 0.5 * np.sin(2 * np.pi * 300 * np.arange(int(0.3 * rate)) / rate)
    wavfile.write(tmp_path / "tone.wav", rate, samples.astype(np.float32))
    signal = data.load_recording(tmp_path / "tone.wav")
    assert abs(len(signal) - 2400) <= 1
    np.testing.assert_allclose(signal[100:2300], TONE[100:2300], atol=2e-3)


@pytest.mark.parametrize(
    ("rate", "samples", "words"),
    [
        (8000, np.zeros((9, 3), np.int16), "has 3 channels; save it as mono or stereo"),
        (8000, np.zeros(9, np.int64), "has samples of 64 bits; save it with 8 to 32"),
        (8000, np.zeros(0, np.int16), "holds no samples; record it again"),
        (8000, np.full(9, np.nan, np.float32), "no numbers"),
    ],
)
def test_others_are_refused_with_a_sentence(tmp_path, rate, samples, words):
    wavfile.write(tmp_path / "odd.wav", rate, samples)
    with pytest.raises(ValueError, match=f"odd.wav {words}" if words != "no numbers" else words):
        data.load_recording(tmp_path / "odd.wav")


@pytest.mark.parametrize("content", [b"", b"ID3\x03 an mp3", b"RIFF\x24\x00\x00\x00WAVEfmt "])
def test_what_is_no_wav_is_refused_with_a_sentence(tmp_path, content):
    (tmp_path / "song.wav").write_bytes(content)
    with pytest.raises(ValueError, match=r"song.wav cannot be read as a WAV file .*; save the recording as WAV"):
        data.load_recording(tmp_path / "song.wav")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file .*nowhere\.wav; give the path"):
        data.load_recording(tmp_path / "nowhere.wav")
