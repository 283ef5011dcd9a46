"""Captchas to listen to: the package's own samples, but for the white noise below them."""

import json
import random
import wave
from pathlib import Path

import captcha.audio
import numpy as np
import pytest
from captcha.audio import AudioCaptcha as Package
from console import command

from harness.breakers import spectrogram
from harness.datasets.packages import audio_captcha
from harness.datasets.packages.audio_captcha import spoken
from harness.images import sounds

HEADER = 44  # bytes of a WAV file before its samples


@pytest.mark.parametrize("text", ["0", "2759", "AZ9", "00000000"])
def test_samples_are_the_packages(monkeypatch, text):
    numbers = random.Random(5)

    class Secrets:
        randbelow = numbers.randrange
        choice = numbers.choice

    monkeypatch.setattr(captcha.audio, "secrets", Secrets)
    monkeypatch.setattr(
        captcha.audio,
        "create_noise",
        lambda length, _level: bytearray(audio_captcha._white(length, numbers).tobytes()),
    )
    package = Package()
    package._choices = sorted(package.choices)  # as listed by the disk otherwise
    theirs = bytes(package.generate(text))[HEADER:]
    ours = spoken(text, random.Random(5)).tobytes()
    assert theirs[: len(ours)] == ours
    assert len(theirs) - len(ours) in (0, 1)  # padded to an even number


SWEEP = """
name = "heard"
epsilons = [0.0, 0.02]
[datasets.spoken]
generator = "audio_captcha"
length = 1
alphabet = "05"
train = 16
test = 8
[breakers.ears]
dataset = "spoken"
architecture = "spectrogram"
epochs = 1
[attacks.noise]
attack = "uniform_noise"
"""


def test_sounds_go_through_a_sweep(tmp_path):
    file = tmp_path / "heard.toml"
    file.write_text(SWEEP)
    done = command("run", file, "--json", home=tmp_path, check=0)
    found = json.loads(done.stdout)
    rows = [row for row in found["rows"] if row["attack"] == "noise"]
    assert [row["n_captchas"] for row in rows] == [8, 8]
    page = Path(found["report"]).read_text()
    assert "samples of sound" in page
    command("data", "export", file, "spoken", tmp_path / "wav", home=tmp_path, check=0)
    exported = sorted((tmp_path / "wav").glob("*.wav"))
    assert len(exported) == 8
    with wave.open(str(exported[0])) as sound:
        assert (sound.getframerate(), sound.getsampwidth()) == (8000, 1)
        drawn = np.frombuffer(sound.readframes(-1), np.uint8)
    assert drawn.std() > 1, "silence"


def test_pictures_are_not_listened_to(tmp_path):
    file = tmp_path / "heard.toml"
    file.write_text(SWEEP.replace('"spectrogram"', '"simple_cnn"'))
    done = command("run", file, home=tmp_path, check=2)
    assert "datasets.spoken has sounds; choose 'spectrogram'" in done.stderr


def test_tones_end_in_their_bands():
    bands = spectrogram.mel_bands()
    assert bands.shape == (129, 40)
    assert (bands.max(0) > 0).all(), "a band that no frequency reaches"
    assert (np.diff(bands.argmax(0)) >= 0).all()
    tone = 128 + 100 * np.sin(2 * np.pi * 1000 * np.arange(8000) / 8000)
    shown = sounds.spectrogram(tone.astype(np.uint8).reshape(1, -1, 1))
    assert shown.shape[0] == 129
    darkest = shown[..., 0].mean(1).argmin()
    assert abs((128 - darkest) / 128 * 4000 - 1000) < 60
