"""`start_from`: what a training begins with, and what is refused."""

import pytest

from harness.errors import SweepError
from harness.measurements.planning import plan
from harness.sweep.starts import start_of
from harness.sweep.sweepfile import parse

HEAD = """
name = "starts"
[datasets.d]
generator = "image_captcha"
train = {train}
test = 50
{more}
[breakers.b]
dataset = "d"
architecture = "{architecture}"
{keys}
"""


def sweep(keys="", train=100, more="", architecture="whole_image", rest=""):
    return parse(HEAD.format(train=train, keys=keys, more=more, architecture=architecture) + rest)


def test_few_labels_begin_with_the_foundation_and_many_at_random():
    assert start_of(sweep(), "b") == "foundation"
    assert start_of(sweep(train=50_000), "b") == ""
    assert start_of(sweep("images = 100", train=50_000), "b") == "foundation"
    assert start_of(sweep('start_from = "none"'), "b") == ""
    assert start_of(sweep(architecture="four_heads"), "b") == ""
    assert start_of(sweep(more="length = 12\nwidth = 400"), "b") == ""


def test_the_foundation_is_brought_to_the_data_set_once():
    steps = plan(sweep(rest='[breakers.f]\ndataset = "d"\narchitecture = "foundation"\n')).steps
    adapted = [step for step in steps if step.work.step == "adapt"]
    (trained,) = [step for step in steps if step.work.step == "train"]
    assert len(adapted) == 1
    assert trained.work.start == adapted[0].digest
    assert ("breakers", adapted[0].digest) in trained.needs


def test_a_breaker_begins_with_another_of_the_sweep_whatever_their_order():
    other = '[breakers.a]\ndataset = "d"\narchitecture = "whole_image"\nstart_from = "none"\n'
    steps = plan(sweep('start_from = "a"', rest=other)).steps
    digests = [step.digest for step in steps]
    second = next(step for step in steps if step.work.step == "train" and step.work.start)
    assert digests.index(second.work.start) < digests.index(second.digest)
    assert sum(step.work.step == "train" for step in steps) == 2


CIRCLE = '[breakers.a]\ndataset = "d"\narchitecture = "whole_image"\nstart_from = "b"\n'


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"keys": 'start_from = "fundation"'}, "did you mean 'foundation'"),
        (
            {"keys": 'start_from = "foundation"', "architecture": "four_heads"},
            "layers of whole_image",
        ),
        ({"keys": 'start_from = "none"', "architecture": "ddddocr"}, None),
        ({"keys": 'start_from = "foundation"', "architecture": "ddddocr"}, "is not trained"),
        ({"keys": 'start_from = "a"', "rest": CIRCLE}, "a circle"),
        ({"keys": 'start_from = "b"'}, "a circle"),
        ({"architecture": "foundation", "more": "length = 2"}, "3 to 8 characters"),
        (
            {"keys": 'start_from = "foundation"', "more": "length = 9\nwidth = 300"},
            "3 to 8 characters",
        ),
    ],
)
def test_a_start_that_cannot_be_is_one_line(arguments, message):
    if message is None:
        sweep(**arguments)
        return
    with pytest.raises(SweepError) as raised:
        sweep(**arguments)
    for line in raised.value.mistakes:
        assert message in line
        assert "breakers." in line


def test_another_breaker_can_take_the_place_of_the_foundation():
    other = '[breakers.f]\ndataset = "d"\narchitecture = "foundation"\nstart_from = "b"\n'
    steps = plan(sweep(rest=other)).steps
    trained = next(step for step in steps if step.work.step == "train")
    adapted = [step.work.start for step in steps if step.work.step == "adapt"]
    assert sorted(map(str, adapted)) == sorted(["None", trained.digest])
