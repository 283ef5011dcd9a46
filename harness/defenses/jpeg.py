"""JPEG before the breaker: saved and opened again."""

from typing import Annotated

from pydantic import Field

from harness.array_types import Filter, Tensor
from harness.defenses.defense import NonDifferentiableDefense


class Jpeg(NonDifferentiableDefense):
    """Each image is encoded as a JPEG file and decoded again.

    Source: Dziugaite, Ghahramani, Roy 2016.
    """

    quality: Annotated[int, Field(ge=1, le=100)] = Field(
        75, description="quality of the JPEG file, 1 to 100"
    )

    def forward(self) -> Filter:
        """See NonDifferentiableDefense.forward."""
        from harness.backend import tf

        def opened(image: Tensor) -> Tensor:
            file = tf.io.encode_jpeg(image, quality=self.quality)
            return tf.io.decode_jpeg(file, channels=image.shape[-1])

        def compressed(images: Tensor) -> Tensor:
            bytes_ = tf.cast(tf.round(tf.clip_by_value(images, 0.0, 1.0) * 255), tf.uint8)
            signature = tf.TensorSpec([None, None, images.shape[-1]], tf.uint8)
            pictures = tf.map_fn(opened, bytes_, fn_output_signature=signature)
            return tf.ensure_shape(tf.cast(pictures, tf.float32) / 255, images.shape)

        return compressed
