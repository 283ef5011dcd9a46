"""Models of others in a sweep: a .keras file with gradients, an .onnx file without."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from harness.errors import SpecError
from harness.measurements.planning import plan
from harness.runs.creation import start
from harness.runs.document import gather
from harness.runs.local_execution import carry_out_all
from harness.runs.progress import Silence
from harness.sweep.sweepfile import parse

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras, of NumPy

SWEEP = """
name = "theirs"
epsilons = [0.0, 0.2]
[datasets.d]
generator = "image_captcha"
alphabet = "01"
length = 2
width = 40
height = 24
font_sizes = [16]
train = 20
validation = 100
test = 30
[breakers.theirs]
dataset = "d"
architecture = "keras"
path = "own.keras"
[breakers.closed]
dataset = "d"
architecture = "onnx"
path = "own.onnx"
[attacks.fgsm]
attack = "fgsm"
[attacks.square]
attack = "square"
queries = 20
[attacks.noise]
attack = "uniform_noise"
[defenses.blur]
defense = "mean_blur"
[detectors.squeeze]
detector = "squeeze"
squeezers = ["bit_depth"]
aware = 2
aware_captchas = 4
"""


def saved(folder, classes=2, size=(24, 40), softmax=False):
    """A reader of two characters, in both files."""
    keras.utils.set_random_seed(1)
    pixels = keras.Input((*size, 1))
    features = keras.layers.Dense(8, activation="relu")(keras.layers.Flatten()(pixels))
    logits = keras.layers.Reshape((2, classes))(keras.layers.Dense(2 * classes)(features))
    answers = keras.layers.Softmax()(logits) if softmax else logits
    model = keras.Model(pixels, answers)
    model.save(folder / "own.keras")
    return model


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """A finished run of a sweep over both files, in their folder."""
    from harness.breakers.onnx_file import onnx_bytes

    folder = tmp_path_factory.mktemp("theirs")
    (folder / "own.onnx").write_bytes(onnx_bytes(saved(folder)))
    (folder / "theirs.toml").write_text(SWEEP)
    run = start(folder / "theirs.toml", folder / "home")
    carry_out_all(run, Silence())
    return folder, run, gather(run)


def test_a_keras_file_is_attacked_defended_and_watched_over(theirs):
    _folder, _run, document = theirs
    assert not document.failures
    told = {
        (row.breaker, row.defense, row.attack, row.knowledge)
        for row in document.rows
        if row.attack != "worst_case"
    }
    assert {
        ("theirs", "none", "fgsm", "white_box"),
        ("theirs", "blur", "fgsm", "white_box"),
        ("theirs", "blur", "fgsm", "transfer"),
        ("theirs", "none", "square", "black_box"),
    } <= told
    assert {row.breaker for row in document.detections} == {"theirs"}
    assert {row.attack for row in document.detections} == {"fgsm", "square", "noise", "aware"}


def test_an_onnx_file_is_asked_for_scores_and_answers_alone(theirs):
    _folder, _run, document = theirs
    rows = [row for row in document.rows if row.breaker == "closed"]
    assert {(row.attack, row.knowledge) for row in rows if row.attack != "worst_case"} == {
        ("fgsm", "transfer"),
        ("square", "black_box"),
        ("noise", "black_box"),
    }
    ours = [row for row in document.breakers if row.defense == "none"]
    assert ours[0].accuracy == ours[1].accuracy, "both files hold the same weights"


def test_the_step_is_named_by_the_files_content_and_not_by_its_place(theirs, tmp_path):
    folder, run, _document = theirs
    names = [step.digest for step in run.plan.steps]
    for name in ("own.keras", "own.onnx", "theirs.toml"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    text = (tmp_path / "theirs.toml").read_text()
    assert [step.digest for step in plan(parse(text, tmp_path)).steps] == names
    (tmp_path / "own.onnx").write_bytes(b"another")
    assert [step.digest for step in plan(parse(text, tmp_path)).steps] != names


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ({"classes": 3}, "answers with 2 of 3 classes; the data set has 2 of 2"),
        ({"size": (20, 40)}, "takes images [20, 40, 1], and these are [24, 40, 1]"),
    ],
)
def test_a_model_of_other_captchas_fails_with_one_line(sizes, said, tmp_path):
    saved(tmp_path, **sizes)
    text = SWEEP.partition("[breakers.closed]")[0]
    (tmp_path / "x.toml").write_text(text)
    run = start(tmp_path / "x.toml", tmp_path / "home")
    carry_out_all(run, Silence())
    failure = next(iter(run.failures().values()))
    assert failure.step == "import theirs"
    assert said in failure.reason
    assert not failure.traceback


def test_code_in_a_model_file_is_not_run(tmp_path):
    pixels = keras.Input((24, 40, 1))
    flat = keras.layers.Flatten()(keras.layers.Lambda(lambda x: x * 2)(pixels))
    keras.Model(pixels, keras.layers.Dense(2)(flat)).save(tmp_path / "own.keras")
    from harness.breakers.keras_network import load_keras

    with pytest.raises(SpecError, match="Lambda layer"):
        load_keras(tmp_path / "own.keras")


def test_classes_in_another_order_are_put_in_that_of_the_alphabet(tmp_path):
    from harness.breakers.imported import import_model
    from harness.breakers.pretrained import KerasFile
    from harness.images.labelled import LabelledImages

    model = saved(tmp_path)
    images = np.random.default_rng(0).random((5, 24, 40, 1), np.float32)
    data = LabelledImages(np.zeros((1, 24, 40, 1), np.uint8), np.zeros((1, 2), np.uint8))
    options = KerasFile(path=str(tmp_path / "own.keras"), classes="10")
    (tmp_path / "store").mkdir()
    network = import_model("keras", options, data, "01", tmp_path / "store")
    assert np.allclose(network(images).numpy(), model(images).numpy()[..., ::-1])


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('path = "missing.keras"', "No such file"),
        ('path = "own.h5"', "must be a file that ends in .keras"),
        ('path = "own.keras"\nbounds = [1, 0]', "the first is what black is"),
    ],
)
def test_what_is_wrong_is_told_when_the_sweep_is_read(keys, said, tmp_path):
    saved(tmp_path)
    text = SWEEP.partition("[breakers.closed]")[0].replace('path = "own.keras"', keys)
    with pytest.raises(SpecError, match=said):
        parse(text, tmp_path)


def test_no_heavy_package_is_needed_to_plan_it(tmp_path):
    saved(tmp_path)
    (tmp_path / "x.toml").write_text(SWEEP.partition("[breakers.closed]")[0])
    code = (
        "import sys; from pathlib import Path\n"
        "from harness.sweep import sweepfile\n"
        "from harness.measurements import planning\n"
        f"planning.plan(sweepfile.read(Path({str(tmp_path / 'x.toml')!r})))\n"
        "assert not {'tensorflow', 'keras', 'onnxruntime'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
