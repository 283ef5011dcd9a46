"""The Keras optimizers of recipes, and their learning rates."""

from harness.array_types import KerasOptimizer, Tensor
from harness.backend import keras
from harness.breakers.architecture import Recipe


def constant_rate(recipe: Recipe) -> float:
    """Give the learning rate of a recipe before any schedule."""
    plain = recipe.optimizer in ("sgd", "momentum")
    return recipe.learning_rate or (0.01 if plain else 0.001)


def learning_rate(recipe: Recipe, total: int) -> Tensor | float:
    """Give the learning rate of a recipe, or its schedule over `total` steps."""
    rate = constant_rate(recipe)
    if recipe.schedule == "plateau":
        return rate  # the training sets it as it goes on
    if recipe.schedule == "cosine":
        return keras.optimizers.schedules.CosineDecay(
            rate / (recipe.warmup + 1), max(1, total - recipe.warmup),
            warmup_target=rate, warmup_steps=recipe.warmup,
        )  # fmt: skip
    if recipe.warmup:
        first = rate / recipe.warmup
        return keras.optimizers.schedules.PolynomialDecay(first, recipe.warmup, rate, power=1.0)
    return rate


def optimizer(recipe: Recipe, total: int) -> KerasOptimizer:
    """Give the Keras optimizer of a recipe that takes `total` steps."""
    rate = learning_rate(recipe, total)
    return {
        "sgd": lambda: keras.optimizers.SGD(rate),
        "momentum": lambda: keras.optimizers.SGD(rate, momentum=0.9),
        "adagrad": lambda: keras.optimizers.Adagrad(rate),
        "rmsprop": lambda: keras.optimizers.RMSprop(rate),
        "adam": lambda: keras.optimizers.Adam(rate),
    }[recipe.optimizer]()
