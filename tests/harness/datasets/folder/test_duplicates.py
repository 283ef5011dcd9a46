"""Splits of a folder are independent: copies never stand on two sides."""

import itertools
import shutil

import numpy as np
import pytest
from labelled_files import DIGITS, draw, fill, plain, refused, warned
from PIL import Image, ImageDraw, ImageOps
from splits_of_folders import SPLITS, split

from harness.datasets.folder.duplicates import duplicate_groups
from harness.datasets.folder.fingerprints import fingerprints, stamp
from harness.datasets.folder.folder import Folder
from harness.datasets.folder.side_by_side import SideBySide
from harness.datasets.folder.splits import ordered, taken, windows
from harness.datasets.packages.claptcha import Claptcha
from harness.datasets.packages.image_captcha import ImageCaptcha
from harness.datasets.ready_made import Choice
from harness.seeds import stream


def apart(parts):
    """No picture on two sides."""
    shown = [{image.tobytes() for image in part.images} for part in parts.values()]
    return all(not a & b for a, b in itertools.combinations(shown, 2))


def collected(folder, different=20, each=10):
    """Pictures that were collected several times, under other names."""
    fill(folder, DIGITS[:different])
    for file in sorted(folder.iterdir()):
        for again in range(1, each):
            shutil.copy(file, folder / f"{file.stem}_{again}.png")
    return folder


def test_copies_stay_in_one_split_and_are_told(tmp_path):
    folder = Folder(path=str(collected(tmp_path))).resolved()
    warned(tmp_path, "copies", "180 of 200 pictures", "20 are different")
    for counts in ((150, 0, 50), (140, 20, 40), (10, 5, 5), (100, 5, 5), (90, 5, 11)):
        parts = split(folder, *counts)
        assert [len(parts[name].images) for name in parts] == [c for c in counts[::-1] if c]
        assert apart(parts)
        assert parts["test"].warnings == folder.warnings()
    # As long as there are enough, tests show different pictures.
    tests = split(folder, 100, 5, 5)["test"].images
    assert len({image.tobytes() for image in tests}) == 5


@pytest.mark.parametrize("counts", [(161, 0, 40), (160, 0, 41), (155, 0, 45), (180, 1, 20)])
def test_what_copies_make_impossible_is_refused(counts, tmp_path):
    folder = Folder(path=str(collected(tmp_path))).resolved()
    with pytest.raises(ValueError, match=r"200 labelled images, 20 of them different") as raised:
        folder.check_counts(*counts)
    assert "\n" not in str(raised.value)


def test_a_few_copies_cost_nothing(tmp_path):
    fill(tmp_path)
    for number in range(3):
        shutil.copy(tmp_path / f"{DIGITS[5]}_0005.png", tmp_path / f"{DIGITS[5]}_copy{number}.png")
    parts = split(Folder(path=str(tmp_path)).resolved(), 31, 4, 8)
    assert apart(parts)
    assert sum(len({i.tobytes() for i in part.images}) for part in parts.values()) == 40


def encodings(image, folder, label):
    image.save(folder / f"{label}_q75.jpg", quality=75)
    image.save(folder / f"{label}_q40.jpg", quality=40)
    width, height = image.size
    for times in (0.5, 0.75, 1.5, 2):
        size = (round(width * times), round(height * times))
        image.resize(size, Image.Resampling.BICUBIC).save(folder / f"{label}_x{times}.png")


def drawn(generator, count, text=None):
    for number in range(count):
        numbers = stream(4, number)
        label = text or generator.text(numbers)
        yield label, generator.picture(label, numbers).convert("L")


def test_moved_or_framed_is_a_copy_and_another_text_is_none(tmp_path):
    texts = [f"{label}{label[::-1]}" for label in DIGITS[:20]]
    for label in texts:
        image = Image.new("L", (90, 34), 255)
        ImageDraw.Draw(image).text((12, 9), label, fill=0, font_size=13)
        image.save(tmp_path / f"{label}_0.png")
        ImageOps.expand(image, 5, fill=255).save(tmp_path / f"{label}_1.png")
        image.crop((6, 4, 88, 32)).save(tmp_path / f"{label}_2.png")
        Image.fromarray(np.roll(np.array(image), (1, -2), (0, 1))).save(tmp_path / f"{label}_3.png")
    folder = Folder(path=str(tmp_path)).resolved()
    assert folder.facts.pools == {"path": {4: 20}}
    warned(tmp_path, "copies", "60 of 80 pictures", "20 are different")


@pytest.mark.parametrize("generator", [ImageCaptcha(), Claptcha()])
def test_captchas_of_one_text_are_as_many_with_and_without_margins(generator, tmp_path):
    seen = []
    for number, (_label, image) in enumerate(drawn(generator, 250, generator.alphabet[:4])):
        image.save(tmp_path / f"{number}.png", compress_level=1)
        seen.append(stamp(tmp_path / f"{number}.png", "gray"))
    assert len(duplicate_groups(list(fingerprints(seen)), ["0123"] * 250)[0]) == 250


def test_a_text_drawn_elsewhere_is_another_picture(tmp_path):
    for number in range(12):
        image = Image.new("L", (90, 34), 255)
        at = (2 + number % 4 * 9, 1 + number // 4 * 7)
        ImageDraw.Draw(image).text(at, "judge", fill=0, font_size=13)
        image.save(tmp_path / f"judge_{number}.png")
    assert Folder(path=str(tmp_path), odd_labels="keep").resolved().facts.pools == {"path": {1: 12}}


def test_a_printed_character_elsewhere_is_another_picture(tmp_path):
    for number in range(10):
        image = Image.new("L", (24, 24), 255)
        ImageDraw.Draw(image).text((2 + number % 5 * 3, 1 + number // 5 * 6), "7", font_size=13)
        image.save(tmp_path / f"7_{number}.png")
    assert Folder(path=str(tmp_path), odd_labels="keep").resolved().facts.pools == {"path": {1: 10}}


@pytest.mark.parametrize("generator", [ImageCaptcha(), Claptcha(), ImageCaptcha(length=1)])
def test_encoded_again_or_resized_is_a_copy_and_drawn_again_is_none(generator, tmp_path):
    for number, (label, image) in enumerate(
        drawn(generator, 15, generator.alphabet[:4][: generator.length])
    ):
        image.save(tmp_path / f"{label}_{number}.png")
        encodings(image, tmp_path, f"{label}_{number}")
    folder = Folder(path=str(tmp_path), odd_labels="keep").resolved()
    assert folder.facts.pools == {"path": {7: 15}}
    of = [{folder.unchanged().pictures[n].name.split("_")[1].split(".")[0] for n in group}
          for group in folder.unchanged().pools["path"]]  # fmt: skip
    assert all(len(numbers) == 1 for numbers in of)


def test_captchas_of_one_generator_are_no_copies(tmp_path):
    seen, labels = [], []
    for generator in (ImageCaptcha(), Claptcha(), Claptcha(length=1), ImageCaptcha(length=1)):
        for number, (label, image) in enumerate(drawn(generator, 100)):
            file = tmp_path / f"{len(labels)}.png"
            image.save(file, compress_level=1)
            seen.append(stamp(file, "gray"))
            labels.append(f"{number // 100}")  # the strictest: all have one label
            assert label
    together, clashes = duplicate_groups(list(fingerprints(seen)), labels)
    assert (len(together), clashes) == (400, [])


def test_texts_on_white_are_as_many_as_they_are(tmp_path):
    for label in DIGITS:
        image = Image.new("L", (60, 24), 255)
        ImageDraw.Draw(image).text((3, 3), label, fill=0, font_size=15)
        image.save(tmp_path / f"{label}.png")
    assert plain(tmp_path).facts.pools == {"path": {1: 40}}


def test_many_pictures_of_one_label_are_told_apart_as_few_are(tmp_path, monkeypatch):
    generator = ImageCaptcha(length=1)
    seen = []
    for number, (_label, image) in enumerate(drawn(generator, 60, "7")):
        for again, quality in enumerate((75, 60)[: 1 + number % 2]):
            image.save(tmp_path / f"{number}_{again}.jpg", quality=quality)
            seen.append(stamp(tmp_path / f"{number}_{again}.jpg", "gray"))
    known = list(fingerprints(seen))
    few = duplicate_groups(known, ["7"] * len(known))
    monkeypatch.setattr("harness.datasets.folder.duplicates.AT_ONCE", 10)
    monkeypatch.setattr("harness.datasets.folder.duplicates.SPANNED", 0)
    assert duplicate_groups(known, ["7"] * len(known)) == few
    assert len(few[0]) == 60


def test_pictures_without_ink_are_copies_only_when_they_are_equal(tmp_path):
    for number in range(30):
        Image.new("L", (10, 12), 8 * number).save(tmp_path / f"a_{number}.png")
        Image.new("L", (10, 12), 8 * number).save(tmp_path / f"a_{number}again.png")
    assert Folder(path=str(tmp_path), odd_labels="keep").resolved().facts.pools == {"path": {2: 30}}
    with pytest.raises(ValueError, match="60 labelled pictures, 19 of them different; at least 20"):
        for number in range(11):
            (tmp_path / f"a_{number}.png").write_bytes((tmp_path / "a_29.png").read_bytes())
            (tmp_path / f"a_{number}again.png").write_bytes((tmp_path / "a_29.png").read_bytes())
        SideBySide(path=str(tmp_path), odd_labels="keep").resolved().check_counts(10, 0, 10)


def test_side_by_side_shows_each_picture_once(tmp_path):
    for number in range(40):
        image = draw("abc"[number % 3], number, (20, 20))
        for again in range(3):
            image.save(tmp_path / f"{'abc'[number % 3]}_{number}_{again}.png")
    generator = SideBySide(path=str(tmp_path), length=2).resolved()
    assert generator.image_shape() == (20, 40, 1)
    shown = {}
    for name in SPLITS:
        part = generator.choose(Choice(name, 5, 200, 0, None))
        shown[name] = {half.tobytes() for image in part.images for half in np.split(image, 2, 1)}
        assert len(part.files) == (0 if name == "train" else 200)
    assert [len(shown[name]) for name in SPLITS] == [8, 4, 28]
    assert len(set().union(*shown.values())) == 40


def test_the_same_picture_with_two_labels_is_refused(tmp_path):
    fill(tmp_path)
    shutil.copy(tmp_path / f"{DIGITS[7]}_0007.png", tmp_path / "1234_x.png")
    refused(tmp_path, "different labels", "'1234_x.png' = '1234'", f"{DIGITS[7]}_0007.png")


def test_folds_share_no_picture_and_those_that_would_are_refused(tmp_path):
    collected(tmp_path, 23, 2)
    shown = []
    for number in range(1, 6):
        parts = split(Folder(path=str(tmp_path), fold=(number, 5)).resolved(), 30, 2, 4)
        assert apart(parts)
        shown += [image.tobytes() for image in parts["test"].images]
    assert len(shown) == len(set(shown)) == 20
    folder = Folder(path=str(tmp_path), fold=(1, 5)).resolved()
    with pytest.raises(ValueError, match=r"test = 5: .* 23 of them different.* have at most 4"):
        folder.check_counts(10, 0, 5)


def test_tests_from_a_folder_of_their_own(tmp_path):
    fill(tmp_path / "train", DIGITS[:30])
    fill(tmp_path / "test", DIGITS[25:])  # five are drawn anew
    for number in range(4):
        shutil.copy(tmp_path / "train" / f"{DIGITS[number]}_{number:04d}.png", tmp_path / "test")
    draw("77", 500).save(tmp_path / "test" / "77_0.png")
    paths = {"path": str(tmp_path / "train"), "test_path": str(tmp_path / "test")}
    folder = Folder(**paths).resolved()
    assert (folder.blank(), folder.text_length()) == (10, 4)
    (line,) = [w for w in folder.warnings() if "left out" in w]
    assert "4 pictures" in line
    parts = split(folder, 22, 4, 20)
    assert apart(parts)
    assert set(parts["test"].files) == {file.name for file in (tmp_path / "test").iterdir()}
    with pytest.raises(ValueError, match=r"test = 21; .*/test has 20 labelled images"):
        folder.check_counts(1, 0, 21)
    with pytest.raises(ValueError, match=r"train \+ validation = 27; .*/train has 26"):
        folder.check_counts(20, 7, 1)
    both = Folder(**paths, validation_path=str(tmp_path / "test")).resolved()
    with pytest.raises(ValueError, match=r"validation = 1; .* has 0 labelled images"):
        both.check_counts(1, 1, 1)
    refused(tmp_path / "train", "fold cuts one folder", test_path=paths["test_path"], fold=(1, 2))
    other = Folder(path=paths["test_path"], test_path=paths["path"]).resolved()
    assert other.contents != folder.contents


@pytest.mark.parametrize("seed", range(30))
def test_windows_never_share_a_group(seed):
    numbers = np.random.default_rng(seed)
    sizes = numbers.choice([1, 1, 1, 2, 3, 9], numbers.integers(3, 40))
    edges = np.concatenate([[0], np.cumsum(sizes)])
    of = [list(range(a, b)) for a, b in itertools.pairwise(edges)]
    fold = (int(numbers.integers(1, 4)), 3) if seed % 3 == 0 else None
    order = ordered(of, seed, fold)
    counts = dict(zip(SPLITS, map(int, numbers.integers(0, sum(sizes) // 3 + 1, 3)), strict=True))
    kinds, how_many = np.unique(sizes, return_counts=True)
    shared = windows(dict(zip(kinds.tolist(), how_many.tolist(), strict=True)), fold, counts)
    if sum(counts.values()) <= len(of):
        assert shared is not None
    if shared is None:
        return
    group_of = {number: n for n, group in enumerate(of) for number in group}
    shown = []
    for name in SPLITS:
        numbers_of = taken(order, name, shared[name], counts[name])
        assert len(numbers_of) == len(set(numbers_of)) == counts[name]
        shown.append({group_of[number] for number in numbers_of})
    assert all(not a & b for a, b in itertools.combinations(shown, 2))
