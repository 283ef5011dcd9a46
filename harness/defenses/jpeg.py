"""JPEG before the breaker: saved and opened again."""

from typing import Annotated, Any

from pydantic import Field

from harness.arrays import Filter
from harness.defenses.defense import SteppedDefense


class Jpeg(SteppedDefense):
    """Each image is encoded as a JPEG file and decoded again.

    Source: Dziugaite, Ghahramani, Roy 2016.
    """

    quality: Annotated[int, Field(ge=1, le=100)] = Field(75, description="of the file")

    def stepped(self) -> Filter:
        """See SteppedDefense.stepped."""
        from harness.backend import tf

        def opened(image: Any) -> Any:
            file = tf.io.encode_jpeg(image, quality=self.quality)
            return tf.io.decode_jpeg(file, channels=image.shape[-1])

        def compressed(images: Any) -> Any:
            bytes_ = tf.cast(tf.round(tf.clip_by_value(images, 0.0, 1.0) * 255), tf.uint8)
            signature = tf.TensorSpec([None, None, images.shape[-1]], tf.uint8)
            found = tf.map_fn(opened, bytes_, fn_output_signature=signature)
            return tf.ensure_shape(tf.cast(found, tf.float32) / 255, images.shape)

        return compressed
