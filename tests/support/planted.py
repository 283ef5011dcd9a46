"""Homes whose artifacts are written by hand: what evidence makes of known numbers, in no time."""

import numpy as np

from harness.datasets.drawing.parallel import IMAGES, LABELS
from harness.measurements import gathering
from harness.measurements.curves import run as curves
from harness.measurements.curves.work import Craft
from harness.measurements.datasets.work import Draw
from harness.measurements.detection.run import CLEAN, DETECTION, THROUGH
from harness.measurements.detection.work import Evade, Fit, Look
from harness.measurements.planning import plan
from harness.measurements.reading.run import READING
from harness.measurements.reading.work import Read
from harness.measurements.training.work import Strengthen, Train
from harness.pipeline.store import Store
from harness.sweep.sweepfile import parse

SHAPE = (8, 24, 1)
SWEEP = """
name = "planted"
seed = {seed}
epsilons = [0.0, 0.1, 0.2]
[datasets.d]
generator = "image_captcha"
alphabet = "abc"
length = {length}
train = 20
validation = {validation}
test = {test}
[breakers.b]
dataset = "d"
architecture = "simple_cnn"
epochs = 6
"""


class Planted:
    """A sweep, its plan, and a store that is filled step by step.

    `labels` are class numbers [test, length]; every reading is of them, and right unless `read`
    says otherwise.
    """

    def __init__(self, home, labels, more="", length="3", blank=None, validation=0, seed=3):
        counts = {"test": len(labels), "validation": validation}
        self.text = SWEEP.format(length=length, seed=seed, **counts) + more
        self.sweep = parse(self.text)
        self.plan, self.store = plan(self.sweep), Store(home)
        self.labels, self.blank = np.array(labels, np.uint8), blank
        self.labels_of = {"validation": self.labels[:1].repeat(max(validation, 1), axis=0)}

    def steps(self, kind):
        return [step for step in self.plan.steps if isinstance(step.work, kind)]

    def put(self, step, arrays, **notes):
        contents = {name: self.store.find(kind, name).content for kind, name in step.needs}
        with self.store.writing(step.kind, step.digest, {}, contents) as (folder, kept):
            for name, value in arrays.items():
                if name.endswith(".npz"):
                    np.savez(folder / name, allow_pickle=False, **value)
                else:
                    np.save(folder / name, value)
            kept.update({"seconds": 1.0, **notes})

    def draw(self, **notes):
        for step in self.steps(Draw):
            labels = self.labels_of.get(step.work.split, self.labels)
            images = np.full((len(labels), *SHAPE), 200, np.uint8)
            known = {"alphabet": "abc", "blank": self.blank, **notes}
            self.put(step, {IMAGES: images, LABELS: labels}, **known)

    def train(self, history=(), strengthened=()):
        for step in self.steps(Train | Strengthen):
            rows = strengthened if isinstance(step.work, Strengthen) else history
            self.put(step, {"weights.npz": {"a": np.zeros(1)}}, history=list(rows), layers=[])

    def read(self, classes=None):
        classes = self.labels if classes is None else np.array(classes, np.uint8)
        for step in self.steps(Read):
            arrays = {READING: {"classes": classes, "labels": self.labels}}
            self.put(step, arrays, read_seconds=1.0, blank=self.blank, parameters=1)

    def craft(self, classes, kind=Craft, **notes):
        """Curves; `classes` of each attack: what is read at each radius, [radii, n, length]."""
        for step in self.steps(kind):
            read = np.array(classes[step.label.split()[0]], np.uint8)
            work = step.work
            epsilons = getattr(work, "epsilons", self.sweep.epsilons)
            labels = self.labels[: read.shape[1]]
            zeros = np.zeros(read.shape[:2])
            curve = {
                "epsilons": np.array(epsilons),
                "gradients": np.ones(len(read), int),
                "classes": read,
                "right": (read == labels).sum(axis=2).astype(np.uint8),
                "linf": zeros, "l2": zeros, "ssim": np.ones(len(read)),
            }  # fmt: skip
            samples = {"perturbed": np.zeros((len(read), 1, *SHAPE), np.uint16)}
            known = notes.get(step.label.split()[0], {})
            self.put(
                step,
                {curves.CURVE: curve, curves.SAMPLES: samples},
                **{"radius_seconds": [1.0] * len(read), **known},
            )

    def fit(self, clean, threshold):
        for step in self.steps(Fit):
            scores = np.array(clean, np.float32)
            arrays = {CLEAN: {"scores": scores, "threshold": threshold, "strict": threshold}}
            self.put(step, arrays)

    def look(self, scores, past):
        for step in self.steps(Look | Evade):
            found = {"epsilons": [0.0, 0.1, 0.2], "scores": scores, "past": past}
            none = np.zeros((0,), int)
            through = {
                "numbers": none, "rows": none, "images": np.zeros((0, *SHAPE), np.uint16),
                "classes": np.zeros((0, 3), np.uint8),
            }  # fmt: skip
            self.put(step, {DETECTION: found, THROUGH: through})

    def document(self, failures=None):
        return gathering.gather("run", self.sweep, "", self.plan, self.store, failures or {})
