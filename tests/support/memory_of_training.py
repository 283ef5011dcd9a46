"""Prints the peak of private memory, in KiB, of training one epoch on so many images of 80 x 80."""

import sys
import threading
import time
from pathlib import Path

import numpy as np

from harness.backend import keras
from harness.breakers.simple_cnn import SimpleCnn
from harness.breakers.training import fit
from harness.images.labelled import LabelledImages

count, folder = int(sys.argv[1]), Path(sys.argv[2])
file = folder / f"{count}.npy"
np.lib.format.open_memmap(file, "w+", np.uint8, (count, 80, 80, 1)).flush()
images = np.load(file, mmap_mode="r")
labels = np.zeros((count, 1), np.uint8)
seen = [0]


def look():
    """Private pages only: those of the mapped file belong to the system's cache."""
    while True:
        facts = Path("/proc/self/status").read_text().splitlines()
        now = next(int(line.split()[1]) for line in facts if line.startswith("RssAnon"))
        seen.append(now)
        time.sleep(0.01)


threading.Thread(target=look, daemon=True).start()
recipe = SimpleCnn(epochs=1, batch_size=64)
pixels = keras.Input((80, 80, 1))  # a small network: what is measured is the way of the images
features = keras.layers.Flatten()(keras.layers.AveragePooling2D(8)(pixels))
model = keras.Model(pixels, keras.layers.Reshape((1, 10))(keras.layers.Dense(10)(features)))
fit(model, recipe, LabelledImages(images, labels), None, 0, lambda *_: None)
sys.stdout.write(f"{max(seen)}\n")
