"""A network for audio captchas: a spectrogram, convolutions, a recurrence that counts."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from harness.array_types import Floats, Tensor
from harness.breakers.architecture import Architecture
from harness.images.sounds import RATE

WINDOW, HOP = 256, 128  # samples of one column, and from one to the next
TONES = 40  # bands, equally wide on the mel scale
LOWEST, HIGHEST = 60.0, 3_900.0  # hertz
FAINTEST = 1e-3  # power; anything fainter is silence
FILTERS, COUNTING = 48, 64


class Spectrogram(Architecture):
    """For sounds: mel spectrogram, convolutions, bidirectional GRU, attention for each character.

    The spectrogram is a part of the network, so that gradients reach the samples through it. The
    recurrence counts the characters that went by: the pauses between them are long and differ.
    """

    sounds: ClassVar[bool] = True
    edition: ClassVar[int] = 2

    warmup: Annotated[int, Field(ge=0)] = 100
    schedule: Literal["constant", "cosine"] = "cosine"
    patience: Annotated[int, Field(ge=0)] = 20

    def logits(self, pixels: Tensor, length: int, classes: int) -> Tensor:
        """Stack the layers on samples [batch, 1, samples, 1], silent at 0.5; see Architecture."""
        from harness.backend import keras
        from harness.breakers.batch_norm import convolved
        from harness.breakers.counting_attention import Queries

        layers, ops = keras.layers, keras.ops
        samples = 2 * pixels[:, 0, :, 0] - 1
        real, imaginary = ops.stft(samples, WINDOW, HOP, WINDOW, center=False)
        tones = ops.matmul(real * real + imaginary * imaginary, mel_bands())
        features = ops.log(tones + FAINTEST)[..., None]
        features = convolved(features, FILTERS, strides=2)
        features = layers.MaxPooling2D(2, padding="same")(convolved(features, FILTERS))
        features = layers.MaxPooling2D(2, padding="same")(convolved(features, FILTERS))
        moments, bands = features.shape[1:3]
        features = ops.reshape(features, (-1, moments, bands * FILTERS))
        features = layers.Dense(2 * COUNTING, activation="relu")(layers.Dropout(0.2)(features))
        features = layers.Bidirectional(layers.GRU(COUNTING, return_sequences=True))(features)
        characters = Queries(length)(features)
        return layers.Dense(classes)(layers.Dropout(0.2)(characters))


def mel_bands() -> Floats:
    """Compute triangular mel filters [WINDOW / 2 + 1, TONES]; mel = 2595 log10(1 + hertz / 700)."""
    low, high = (2595 * np.log10(1 + hertz / 700) for hertz in (LOWEST, HIGHEST))
    edges = 700 * (10 ** (np.linspace(low, high, TONES + 2) / 2595) - 1)
    hertz = np.linspace(0, RATE / 2, WINDOW // 2 + 1)[:, None]
    rising = (hertz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hertz) / (edges[2:] - edges[1:-1])
    return np.clip(np.minimum(rising, falling), 0, 1).astype(np.float32)
