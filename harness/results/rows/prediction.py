"""What a breaker read of each captcha: the rows of predictions/*.csv."""

from harness.options import Options
from harness.results.rows.row import Row

PREDICTION_COLUMNS = ("files", "predictions", "targets", "match", "confidence")


class PredictionRow(Row):
    """The reading of one clean test captcha by one breaker; a row of predictions/*.csv."""

    files: str
    predictions: str
    targets: str
    match: bool
    confidence: float | None = None


class Predictions(Options):
    """The readings of a clean test split by one breaker; the columns of predictions/*.csv."""

    files: tuple[str, ...]
    predictions: tuple[str, ...]
    targets: tuple[str, ...]
    match: tuple[bool, ...]
    confidence: tuple[float | None, ...] = ()

    def rows(self) -> list[PredictionRow]:
        """Give a row for each captcha."""
        confidence = self.confidence or (None,) * len(self.files)
        columns = zip(
            self.files, self.predictions, self.targets, self.match, confidence, strict=True
        )
        return [
            PredictionRow(files=file, predictions=text, targets=target, match=same, confidence=sure)
            for file, text, target, same, sure in columns
        ]


class AttackedReading(Options):
    """What a breaker read of the first test captchas under one attack at one radius.

    Files and right texts are those of its clean predictions.
    """

    dataset: str
    breaker: str
    defense: str
    attack: str
    knowledge: str
    source: str
    norm: str
    epsilon: float
    predictions: tuple[str, ...]

    def beside(self, clean: Predictions) -> Predictions:
        """Give the texts with their files and right texts.

        Args:
            clean: predictions of the same breaker without the attack.
        """
        count = len(self.predictions)
        targets = clean.targets[:count]
        pairs = zip(self.predictions, targets, strict=True)
        match = tuple(text == target for text, target in pairs)
        return Predictions(
            files=clean.files[:count], predictions=self.predictions, targets=targets, match=match
        )
