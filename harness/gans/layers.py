"""Layers of our GAN: conditional batch normalization, and spectral normalization."""

from harness.array_types import KerasLayer, Tensor
from harness.backend import keras, tf
from harness.breakers.batch_norm import BatchNorm

# Keras names tensors after these classes, and TensorFlow orders sums by the names: another name of
# a class gives other last bits to the weights that are trained.


class ClassNorm(keras.layers.Layer):  # type: ignore[misc] # keras carries no types
    """Batch normalization whose scale and shift belong to the class, for [batch, h, w, n].

    Source: Dumoulin, Shlens, Kudlur 2017, section 2.2 (styles there, classes here).
    """

    def __init__(self, classes: int, **named: object) -> None:
        """Prepare one scale and shift for each of the classes."""
        super().__init__(autocast=False, **named)
        self.classes, self.norm = classes, BatchNorm()

    def build(self, features_shape: tuple[int, ...], labels_shape: tuple[int, ...]) -> None:
        """Make scales of 1 and shifts of 0."""
        self.norm.build(features_shape)
        size = (self.classes, features_shape[-1])
        self.scales = self.add_weight(shape=size, initializer="ones", name="scales")
        self.shifts = self.add_weight(shape=size, initializer="zeros", name="shifts")

    def call(self, features: Tensor, labels: Tensor, training: bool = False) -> Tensor:
        """Normalize, then scale and shift as the labels int32 [batch] say."""
        normal = self.norm(features, training=training)
        bits = tf.one_hot(labels, self.classes)  # a product, whose gradient is one as well
        scale, shift = (
            tf.cast((bits @ table)[:, None, None, :], normal.dtype)
            for table in (self.scales, self.shifts)
        )
        return normal * scale + shift

    def compute_output_shape(
        self, features_shape: tuple[int, ...], labels_shape: tuple[int, ...]
    ) -> tuple[int, ...]:
        """Give the shape of the features."""
        return features_shape


class Bounded(keras.layers.Layer):  # type: ignore[misc] # keras carries no types
    """Spectral normalization: a layer divided by its largest singular value, and a bias.

    Keras's own SpectralNormalization writes the weights anew in the precision of the arithmetic;
    in bfloat16 they would not learn.

    Source: Miyato, Kataoka, Koyama, Yoshida 2018, algorithm 1, one round per step.
    """

    def __init__(self, layer: KerasLayer, **named: object) -> None:
        """Take a layer without bias."""
        super().__init__(autocast=False, **named)
        self.layer = layer

    def build(self, shape: tuple[int, ...]) -> None:
        """Make the bias, and the vector that is iterated."""
        self.layer.build(shape)
        size = self.layer.kernel.shape[-1]
        self.bias = self.add_weight(shape=(size,), initializer="zeros", name="bias")
        self.vector = self.add_weight(
            shape=(1, size), initializer="random_normal", trainable=False, name="vector"
        )

    def call(self, features: Tensor, training: bool = False) -> Tensor:
        """Give the layer's answer, its slope at most about 1."""
        flat = tf.reshape(self.layer.kernel.value, [-1, self.vector.shape[-1]])
        still = tf.stop_gradient(flat)
        before = tf.math.l2_normalize(self.vector.value @ tf.transpose(still))
        vector = tf.math.l2_normalize(before @ still)
        if training:
            self.vector.assign(vector)
        largest = tf.squeeze(before @ flat @ tf.transpose(vector))
        answer = self.layer(features)
        return answer / tf.cast(largest, answer.dtype) + tf.cast(self.bias, answer.dtype)

    def compute_output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Give the shape of the layer's answer."""
        answer: tuple[int, ...] = self.layer.compute_output_shape(shape)
        return answer
