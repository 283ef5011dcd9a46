"""A sweep that takes seconds, and where a run of it lies."""

import csv

TIMED = ("seconds", "training_seconds", "training_price", "milliseconds_per_captcha")  # columns
TINY = """
name = "tiny"
seed = 3
epsilons = [0.0, 0.1, 0.3]

[datasets.digits]
generator = "image_captcha"
length = 2
width = 64
height = 32
font_sizes = [22, 26]
train = 120
validation = 30
test = 40

[breakers.small]
dataset = "digits"
architecture = "simple_cnn"
epochs = 2

[attacks.fgsm]
attack = "fgsm"

[attacks.pgd]
attack = "pgd"
steps = 3

[defenses.finetune]
defense = "adversarial_finetune"
images = 50
epochs = 1

[defenses.blur]
defense = "mean_blur"
"""


def folder(home):
    """The folder of the only run of a home."""
    (run,) = (each for each in (home / "runs").iterdir() if each.is_dir())
    return run


def tables(home, without=()):
    """All CSV files of the one run of a home, as rows of text, less some columns."""
    rows_of = {}
    for file in sorted(folder(home).rglob("*.csv")):
        with file.open(newline="") as stream:
            rows = list(csv.DictReader(stream))
        for row in rows:
            for column in without:
                row.pop(column, None)
        rows_of[file.name] = rows
    return rows_of


def stamps(home):
    """When each artifact was published; what is still being written does not count."""
    return {
        str(file.parent.relative_to(home)): file.stat().st_mtime_ns
        for file in home.glob("*/*/manifest.json")
    }
