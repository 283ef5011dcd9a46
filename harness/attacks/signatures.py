"""Shapes and dtypes of what the compiled loops of attacks take."""

from harness.array_types import TensorSpec
from harness.backend import tf
from harness.readers import ScoreReader

NUMBERS = tf.TensorSpec([None], tf.float32)  # one for each captcha
COUNTS = tf.TensorSpec([None], tf.int32)
NUMBER = tf.TensorSpec([], tf.float32)  # one for all
COUNT = tf.TensorSpec([], tf.int32)
FLAG = tf.TensorSpec([], tf.bool)


def images_of(reader: ScoreReader) -> TensorSpec:
    """Give the signature of images that a reader reads, float32 [batch, ...]."""
    return tf.TensorSpec([None, *reader.shape], tf.float32)


def classes_of(reader: ScoreReader) -> TensorSpec:
    """Give the signature of their class numbers, int32 [batch, length]."""
    return tf.TensorSpec([None, reader.length], tf.int32)
