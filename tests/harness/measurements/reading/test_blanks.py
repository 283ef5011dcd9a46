"""Blanks between characters are no characters: what is typed is what counts."""

import numpy as np
import pytest
from planted import Planted

from harness.breakers.reader import Reader
from harness.metrics import blanks_last, edits, right_characters
from harness.results.rows.result import WORST_CASE

BLANK = 3  # of the alphabet abc
ABC, INSIDE, BEFORE = [0, 1, 2, 3], [0, 1, 3, 2], [3, 0, 1, 2]
SHORT = [0, 3, 3, 3]


def test_blanks_go_to_the_end_and_characters_keep_their_order():
    rows = np.array([[3, 2, 3, 0], [0, 1, 2, 3], [3, 3, 3, 3], [2, 1, 0, 1]], np.uint8)
    moved = blanks_last(rows, BLANK)
    assert moved.tolist() == [[2, 0, 3, 3], [0, 1, 2, 3], [3, 3, 3, 3], [2, 1, 0, 1]]
    assert moved.dtype == np.uint8
    assert blanks_last(rows, None) is rows
    assert blanks_last(rows[:0], BLANK).shape == (0, 4)


@pytest.mark.parametrize(("read", "right"), [(INSIDE, 3), (BEFORE, 3), (ABC, 3), (SHORT, 1)])
def test_what_would_be_typed_is_what_counts(read, right):
    labels = np.array([ABC], np.uint8)
    assert right_characters(np.array([read], np.uint8), labels, BLANK).tolist() == [right]
    assert edits(np.array([read], np.uint8), labels, BLANK).tolist() == [3 - right]


def test_edits_are_those_of_the_texts_wherever_the_blanks_stand():
    numbers = np.random.default_rng(4)
    first, second = numbers.integers(0, 4, (2, 300, 5)).astype(np.uint8)

    def distance(a, b):
        row = list(range(len(b) + 1))
        for i, x in enumerate(a, 1):
            above, row = row, [i]
            for j, y in enumerate(b, 1):
                row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y)))
        return row[-1]

    wanted = [
        distance([x for x in a if x != BLANK], [y for y in b if y != BLANK])
        for a, b in zip(first, second, strict=True)
    ]
    assert edits(first, second, BLANK).tolist() == wanted


def test_a_reader_gives_texts_as_they_would_be_typed():
    from harness.backend import keras

    rows = np.eye(4, dtype=np.float32)[INSIDE]
    pixels = keras.Input((2, 2, 1))
    flat = keras.layers.Dense(16, kernel_initializer="zeros")
    model = keras.Model(pixels, keras.layers.Reshape((4, 4))(flat(keras.layers.Flatten()(pixels))))
    flat.set_weights([np.zeros((4, 16)), rows.ravel()])
    images = np.zeros((2, 2, 2, 1), np.uint8)
    assert Reader(model, blank=BLANK).read(images).tolist() == [ABC, ABC]
    assert Reader(model).read(images).tolist() == [INSIDE, INSIDE]


def test_old_artifacts_count_right(tmp_path):
    """Readings and curves of old keep blanks where they were, and the wrong count beside them."""
    more = '[attacks.pgd]\nattack = "pgd"\n[attacks.aimed]\nattack = "pgd"\n'
    home = Planted(tmp_path / "home", [ABC, ABC], more, length="[2, 4]", blank=BLANK)
    home.draw()
    home.train()
    home.read([INSIDE, ABC])
    radii = [[INSIDE, ABC], [BEFORE, INSIDE], [SHORT, INSIDE]]
    home.craft({"pgd": radii, "aimed": radii})
    document = home.document()
    (breaker,) = document.breakers
    assert breaker.accuracy.tally.right_captchas == 2
    assert breaker.predictions.match == (True, True)
    assert breaker.misread == ()
    for attack in ("pgd", WORST_CASE):
        counts = {
            row.epsilon: row.accuracy.tally.right_captchas
            for row in document.rows
            if row.attack == attack
        }
        assert counts == {0.0: 2, 0.1: 2, 0.2: 1}
    assert not any("clean_differs" in row.warnings for row in document.rows)
