"""Fine-tuning on FGSM images, made once against the weights as they were."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from harness.array_types import KerasModel
from harness.attacks.attack import AttackLoss
from harness.defenses.defense import TrainingDefense
from harness.options import Epsilon, Split
from harness.progress import Progress

if TYPE_CHECKING:
    from harness.images.labelled import LabelledImages


class AdversarialFinetune(TrainingDefense):
    """Fine-tunes on FGSM images of the undefended breaker: Adam 1e-4, 10 epochs, batches of 64.

    The honest protocol trains on perturbed training images. The published one trains on the very
    test images that it is then measured on (98.44 % clean, 99.06 % on those images); its rows are
    marked `leaking_protocol`.
    """

    trains_against: ClassVar[tuple[str, ...]] = ("fgsm",)

    epochs: Annotated[int, Field(ge=1, le=10_000)] = Field(10, description="passes over the images")
    learning_rate: Annotated[float, Field(gt=0, le=10)] | None = Field(
        1e-4, description="learning rate of the fine-tuning"
    )
    epsilon: Epsilon = Field(0.1, description="radius of the FGSM images (linf)")
    attack_loss: AttackLoss = Field(
        "cross_entropy", description="the loss that the FGSM images climb"
    )
    clip: bool = Field(
        True, description="keep FGSM images within [0, 1]; false: as the published protocol has it"
    )
    protocol: Literal["honest", "published"] = Field(
        "honest", description="honest: train on training images; published: on the test images"
    )

    def split(self) -> Split:
        """See TrainingDefense.split. The published protocol trains on the test images."""
        return "test" if self.protocol == "published" else "train"

    def learned_from(
        self, model: KerasModel, data: "LabelledImages", seed: int, progress: Progress
    ) -> "LabelledImages":
        """See TrainingDefense.learned_from. FGSM against the weights as they are now."""
        from harness.attacks.fgsm import Fgsm
        from harness.breakers.reader import Reader
        from harness.images.labelled import LabelledImages

        attack = Fgsm(loss=self.attack_loss, clip=self.clip)
        radii = attack.perturb(
            Reader(model), data.images, data.labels, [self.epsilon], seed, progress
        )
        return LabelledImages(next(radii).images, data.labels, data.blank)
