"""Steps without work, for tests of what surrounds them; see quick_workers.

Trainings, readings and curves become files of the right form. The file `behavior` in the home says
what a training does besides: `sleep SECONDS`, `uneven SECONDS`, `hang`, `die` (its process is
killed), `exit`.
"""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

from benchmarks.scaling import Craft, Read, Train, _craft, _read, _train

TEXT = """
name = "quick-steps"
epsilons = [0.0, 0.1]
[datasets.d]
generator = "image_captcha"
length = 2
width = 60
height = 40
font_sizes = [20]
train = 20
test = 50
[breakers.b]
dataset = "d"
architecture = "simple_cnn"
vary.repeat = {repeats}
[attacks.noise]
attack = "uniform_noise"
"""


def train(work, context):
    """Behave as the home says, and leave a file of the right form."""
    behave(Path(os.environ["CAPTCHA_HARNESS_HOME"]) / "behavior")
    _train(work, context)


def read(work, context):
    time.sleep(0.8)
    _read(work, context)


def behave(file):
    word, _, seconds = (file.read_text() if file.exists() else "sleep 0").strip().partition(" ")
    if word == "sleep":
        time.sleep(float(seconds))
    elif word == "uneven":  # the first training that begins is slow
        with contextlib.suppress(FileExistsError):
            file.with_name("slow").touch(exist_ok=False)
            time.sleep(float(seconds))
    elif word == "hang":
        time.sleep(3600)
    elif word == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif word == "exit":
        sys.exit(3)


STEPS = {Train: train, Read: read, Craft: _craft}
