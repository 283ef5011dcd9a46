"""Bad input: one clear line with the value, the place, the choices; exit code 2 or 3."""

import pytest
from console import command
from tiny import TINY

BAD = {
    "an unknown key": ('train = 120', 'train = 120\ntrian = 5', ["datasets.digits.trian", "train"]),
    "an unknown option": ("steps = 3", "stpes = 3", ["attacks.pgd.stpes", "did you mean 'steps'"]),
    "a misspelt attack": ('attack = "fgsm"', 'attack = "fgms"', ["'fgms'", "did you mean 'fgsm'"]),
    "a misspelt generator": ('"image_captcha"', '"image_capcha"', ["did you mean 'image_captcha'"]),
    "epsilon 2": ("[0.0, 0.1, 0.3]", "[0.0, 2.0]", ["epsilons.1", "2.0", "less than or equal to 1"]),
    "epsilon nan": ("[0.0, 0.1, 0.3]", "[nan]", ["epsilons.0", "nan"]),
    "no epsilons": ("[0.0, 0.1, 0.3]", "[]", ["epsilons"]),
    "a negative count": ("test = 40", "test = -40", ["datasets.digits.test", "-40"]),
    "a word for a number": ("epochs = 2", 'epochs = "two"', ["breakers.small.epochs", "'two'"]),
    "no such font": (
        "length = 2",
        'length = 2\nfonts = ["Comic"]',
        ["'Comic'", "DancingScript-Regular", "DroidSansMono"],
    ),
    "too long a text": ("length = 2", "length = 16", ["width 64", "16 characters", "96"]),
    "lengths that fall": ("length = 2", "length = [4, 2]", ["[4, 2]", "shorter length first"]),
    "a character twice": ("length = 2", 'length = 2\nalphabet = "aab"', ["different characters"]),
    "no such data set": ('dataset = "digits"', 'dataset = "digit"', ["breakers.small", "'digit'"]),
    "a missing key": ("train = 120\n", "", ["datasets.digits.train", "missing"]),
    "a value for a table": ("[attacks.fgsm]\n", "[attacks]\nfgsm = 1\n[attacks.x]\n", ["attacks.fgsm"]),
    "not TOML": ("[defenses.blur]", "[defenses.blur", ["not TOML", "line"]),
    "a norm that is none": ("steps = 3", 'steps = 3\nnorm = "l3"', ["attacks.pgd.norm", "'l3'", "l2"]),
    "too large a linf radius": ("steps = 3", "steps = 3\nepsilons = [1.5]", ["attacks.pgd", "1.5"]),
    "a reserved name": ("[defenses.blur]", "[defenses.none]", ["none", "always measured"]),
    "a table of another name": ("[datasets.digits]", "[dataset.digits]", ["dataset: unknown table", "did you mean 'datasets'"]),
    "a vary that is none": ("epochs = 2", "epochs = 2\nvary = 3", ["breakers.small.vary = 3", "must be lists"]),
    "a name that is there twice": ("epochs = 2", "vary.epochs = [2, 2]", ["vary.epochs = [2, 2]", "2 is there twice"]),
    "a name of the report's": ("[attacks.fgsm]", "[attacks.worst_case]", ["attacks.worst_case", "choose another name"]),
    "a list for a number": ("epochs = 2", "epochs = [2]", ["breakers.small.epochs = [2]", "must be a whole number"]),
    "very deep": ("epochs = 2", f"epochs = {'[' * 5000}", ["not TOML", "brackets"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_sweep_file(case, tmp_path):
    old, new, words = BAD[case]
    assert old in TINY
    file = tmp_path / "bad.toml"
    file.write_text(TINY.replace(old, new, 1))
    done = command("run", file, home=tmp_path / "home")
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    message = done.stderr.strip()
    assert len(message.splitlines()) == 1, message
    assert "Traceback" not in message
    for word in ["bad.toml", *words]:
        assert word in message
    assert not (tmp_path / "home" / "runs").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "quik"], ["'quik'", "did you mean 'quick'"]),
        (["status", "nothing"], ["'nothing'"]),
        (["report", "nothing"], ["'nothing'"]),
        (["data", "fetch", "cifar"], ["'cifar'", "mnist"]),
        (["run"], ["sweep"]),
    ],
)
def test_wrong_use(arguments, words, tmp_path):
    done = command(*arguments, home=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_a_noun_that_is_none():
    """The only command without a home."""
    from commands.listing import listing
    from harness.errors import SpecError

    with pytest.raises(SpecError, match=r"'breaker'.*architecture"):
        listing("breaker")


def test_a_home_that_cannot_be_written(tiny, tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = command("run", tiny, home=tmp_path / "file" / "home")
    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 1
    assert "--home" in done.stderr


def test_binary_sweep_file(tmp_path):
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe\x00binary")
    done = command("run", tmp_path / "bad.toml", home=tmp_path / "home")
    assert done.returncode == 2
    assert "not a text file" in done.stderr


def test_no_queue(tiny, tmp_path):
    done = command("enqueue", tiny, home=tmp_path / "home")
    assert done.returncode == 3
    assert "captcha-harness up" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_label_outside_of_the_alphabet():
    from harness.datasets.generator import encode
    from harness.errors import SpecError

    with pytest.raises(SpecError, match=r"'1X3'.*'X'.*'0123456789'"):
        encode("1X3", "0123456789")
