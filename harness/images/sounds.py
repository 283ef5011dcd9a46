"""Sounds: captchas of one row of samples, as WAV files and as spectrograms."""

import io
import wave

import numpy as np
import numpy.typing as npt

RATE = 8_000  # samples a second, 8 bits each
WINDOW, HOP = 256, 256  # samples of one column of a picture, and from one to the next
FAINTEST = 1e-2  # of an amplitude; fainter is white


def is_sound(shape: tuple[int, ...]) -> bool:
    """Tell whether an image of this shape (height, width, channels) is a sound: one row."""
    return shape[0] == 1


def wav(image: npt.NDArray[np.uint8]) -> bytes:
    """Encode samples uint8 [1, samples, 1] as a WAV file: one channel, 8 bits, 8 kHz."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(image.tobytes())
    return file.getvalue()


def spectrogram(image: npt.NDArray[np.integer]) -> npt.NDArray[np.uint8]:
    """Draw samples uint8 [1, samples, 1] as a picture uint8 [129, columns, 1]: low tones below."""
    samples = image.reshape(-1).astype(np.float64) / 128 - 1
    starts = np.arange(0, len(samples) - WINDOW, HOP)
    pieces = samples[starts[:, None] + np.arange(WINDOW)] * np.hanning(WINDOW)
    loud = np.log(np.abs(np.fft.rfft(pieces)) + FAINTEST) - np.log(FAINTEST)
    dark = 255 * (1 - loud / max(float(loud.max()), 1.0))
    return np.asarray(dark.T[::-1, :, None], np.uint8)
