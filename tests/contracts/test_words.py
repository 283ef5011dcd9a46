"""Names and first lines are the field's: what is kept here needs no reader's attention."""

from console import ROOT

from benchmarks.house import Offence, files, no_verbs, private_names

OFFENDERS_LEFT: tuple[str, ...] = (  # files that are not there yet, from the root
    "harness/breakers/architecture.py",
    "harness/breakers/augmentation.py",
    "harness/breakers/batch_norm.py",
    "harness/breakers/classifier.py",
    "harness/breakers/exported.py",
    "harness/breakers/imagenet_source.py",
    "harness/breakers/queries.py",
    "harness/breakers/ready_made.py",
    "harness/breakers/spectrogram.py",
    "harness/breakers/training.py",
    "harness/breakers/weights.py",
    "harness/breakers/whole_image.py",
    "harness/browser/chromium.py",
    "harness/browser/fixtures.py",
    "harness/browser/looks.py",
    "harness/browser/visiting.py",
    "harness/browser/wall.py",
    "harness/complaints.py",
    "harness/datasets/audio_captcha.py",
    "harness/datasets/claptcha.py",
    "harness/datasets/collection.py",
    "harness/datasets/copies.py",
    "harness/datasets/django_simple_captcha.py",
    "harness/datasets/drawing.py",
    "harness/datasets/drawn.py",
    "harness/datasets/endless.py",
    "harness/datasets/export.py",
    "harness/datasets/folder.py",
    "harness/datasets/fonts.py",
    "harness/datasets/generator.py",
    "harness/datasets/image_captcha.py",
    "harness/datasets/label_table.py",
    "harness/datasets/labels.py",
    "harness/datasets/legibility.py",
    "harness/datasets/mnist.py",
    "harness/datasets/sham_labels.py",
    "harness/datasets/shard.py",
    "harness/datasets/side_by_side.py",
    "harness/datasets/site_modules.py",
    "harness/datasets/street_numbers.py",
    "harness/datasets/svhn.py",
    "harness/datasets/svhn_source.py",
    "harness/datasets/unusual_labels.py",
    "harness/errors.py",
    "harness/files/checkpoint.py",
    "harness/files/pickled_arrays.py",
    "harness/images/headers.py",
    "harness/images/imagefiles.py",
    "harness/images/labelled.py",
    "harness/images/pictures.py",
    "harness/images/pixels.py",
    "harness/images/sounds.py",
    "harness/measurements/curves/gather.py",
    "harness/measurements/curves/run.py",
    "harness/measurements/curves/worst_case.py",
    "harness/measurements/datasets/gather.py",
    "harness/measurements/detection/gather.py",
    "harness/measurements/finished.py",
    "harness/measurements/gans/gather.py",
    "harness/measurements/people/gather.py",
    "harness/measurements/reading/gather.py",
    "harness/measurements/training/gather.py",
    "harness/measurements/visits/gather.py",
    "harness/metrics.py",
    "harness/people/answers.py",
    "harness/people/poll.py",
    "harness/pipeline/manifest.py",
    "harness/registry.py",
    "harness/runs/failures.py",
    "harness/runs/notes.py",
    "harness/sweep/captcha_kind.py",
    "harness/sweep/entries.py",
    "harness/sweep/fitting.py",
    "harness/sweep/varied.py",
    "harness/web/asking.py",
    "harness/web/judging.py",
    "harness/web/labelling.py",
    "harness/web/recognizer.py",
    "harness/web/reports.py",
    "harness/web/server.py",
)


def offences(file):
    return private_names(file) + no_verbs(file)


def test_names_are_words_of_the_field_and_first_lines_begin_with_a_verb():
    """A verb that is lacking is added to benchmarks/verbs.txt."""
    left = {ROOT / name for name in OFFENDERS_LEFT}
    all_of_them = [offence for file in files() if file not in left for offence in offences(file)]
    shown = "\n".join(f"{where}: {what}" for where, what in all_of_them)
    assert not all_of_them, f"{len(all_of_them)} offences\n{shown}"


def test_a_file_that_is_there_leaves_the_list():
    assert [name for name in OFFENDERS_LEFT if not offences(ROOT / name)] == []


def test_every_kind_of_name_is_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.house.ROOT", tmp_path)
    file = tmp_path / "x.py"
    file.write_text(
        "import re as said\n"
        "def told(one, *place, made=1, **own):\n"
        '    "The words."\n'
        "    self.found = [word for word in given]\n"
        "    call(one=1)\n"
        "    return self.place\n"
        "async def fine():\n"
        '    "Give something."\n'
    )
    names = sorted(offence.what for offence in private_names(file))
    assert names == ["found", "made", "one", "own", "place", "said", "told", "word"]
    assert no_verbs(file) == [Offence("x.py:2", "told: 'The'")]
