"""What the page says first: which captcha stands longest, and what can be changed."""

from documents import accuracy, breaker, document, page, row

from harness.metrics import wilson
from harness.results.tally import Accuracy, Tally


def exact(right, trials=1000):
    interval = wilson(right, trials)
    tally = Tally(counts=((trials - right, 0, 0, 0, right),))
    return Accuracy(tally=tally, captcha_interval=interval, character_interval=interval)


def reader(dataset, right, **changes):
    return breaker(dataset=dataset, accuracy=exact(right), **changes)


def test_the_first_section_ranks_and_says_how_sure(tmp_path):
    doc = document(breakers=(reader("old", 950), reader("new", 700)), rows=())
    text, parsed = page(tmp_path, doc)
    assert text.index('id="ranking"') < text.index('id="verdict"') < text.index('id="advice"')
    assert (
        "new stands longest: even reader reads 70.0 % (95 %: 67.1 to 72.8), 25.0 points less than "
        "the strongest on old (95 %: 21.8 to 28.1)."
    ) in parsed.text
    assert "Of the captchas measured here, new is read least" in parsed.text


def test_what_may_be_chance_is_called_so(tmp_path):
    doc = document(breakers=(reader("old", 705), reader("new", 700)), rows=())
    _, parsed = page(tmp_path, doc)
    assert "chance alone may put it before old" in parsed.text
    assert "none is shown to stand longest" in parsed.text


def test_breakers_that_were_not_tried_on_all_are_named(tmp_path):
    strong = reader("old", 950, breaker="strong", architecture="whole_image")
    doc = document(breakers=(reader("old", 300), strong, reader("new", 700)), rows=())
    assert "new was not tried by whole_image." in page(tmp_path, doc)[1].text


def test_flags_of_the_row_that_decides_stand_on_it(tmp_path):
    doc = document(
        breakers=(reader("old", 950), reader("new", 700, warnings=("still_learning",))), rows=()
    )
    ranked = page(tmp_path, doc)[0].split('id="ranking"')[1].split("</section>")[0]
    assert ranked.count("still learning</span>") == 1


def test_noise_is_worth_what_retraining_leaves(tmp_path):
    rows = (row("pgd", 0.1, right=100),)
    _, parsed = page(tmp_path, document(breakers=(breaker(),), rows=rows))
    assert "what is left of that when he does was not measured" in parsed.text
    longer = ({"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.4}, {"epoch": 3, "loss": 0.3})
    rows += (row("pgd", 0.1, right=600, defense="adversarial"),)
    breakers = (breaker(), breaker(defense="adversarial", history=longer))
    _, parsed = page(tmp_path, document(breakers=breakers, rows=rows))
    assert "after adversarial it reads 60.0 %" in parsed.text
    assert "until the attacker trains on it" in parsed.text


def test_a_filter_is_no_retraining(tmp_path):
    rows = (row("pgd", 0.1, right=100), row("pgd", 0.1, right=600, defense="blur"))
    _, parsed = page(tmp_path, document(rows=rows))
    assert "after blur it reads" not in parsed.text


def test_classifiers_come_after_captchas(tmp_path):
    single = breaker(dataset="mnist", accuracy=accuracy(980, 1000, 1))
    text, _ = page(tmp_path, document(breakers=(single, reader("own", 700)), rows=()))
    cards = text.split('id="headline"')[1].split("</section>")[0]
    assert cards.index("on own") < cards.index("Classifiers of single") < cards.index("on mnist")
