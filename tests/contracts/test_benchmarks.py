"""The sections of BENCHMARKS.md: templates, which give the recorded text from its numbers."""

import re
from types import SimpleNamespace

import pytest
from console import ROOT

from benchmarks import (
    attacks,
    captcha_curve,
    claptcha,
    curve,
    defended,
    folder,
    free_labels,
    mnist_fgsm,
    page,
    picture,
    references,
    robust,
    scaling,
    strengths,
)
from benchmarks.measured import CleanRates
from harness.results.rows.free_labels import FreeLabelsRow


def recorded(name):
    """Give the text of a section without its last line, which names command, date and machine."""
    text = (ROOT / "BENCHMARKS.md").read_text()
    body = text.split(f"<!-- {name} -->\n")[1].split(f"\n<!-- /{name} -->")[0]
    return body.rpartition("\n\n")[0]


def tables(name):
    """Give the cells of each table of a section, without the head."""
    texts = re.findall(r"(?:^\|.*\n?)+", recorded(name), re.M)
    return [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]
        for text in texts
    ]


def numbers(text):
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))]


def number(text):
    return numbers(text)[0]


def rates(**cells):
    empty = dict.fromkeys(("dataset", "breaker", "architecture", "characters", "captchas"), "")
    counts = {"interval": "", "train_images": 0, "parameters": 0, "seconds": 0.0}
    return CleanRates(**(empty | counts | {"milliseconds": None} | cells))


def _mnist_fgsm():
    (rows,) = tables("mnist-fgsm")
    published = [None if row[1] == "not measured" else float(row[1]) for row in rows]
    sweep = [float(row[2]) for row in rows]
    return mnist_fgsm.Comparison(mnist_fgsm.Procedure(*published), mnist_fgsm.Procedure(*sweep))


def _attacks():
    (rows,) = tables("attacks")
    lines = (
        attacks.Left(row[0], row[1], number(row[2]) / 100, float(row[3]) if row[3] else None)
        for row in rows
    )
    return attacks.AttacksLeave(0.3, 1000, tuple(lines))


def _curve():
    text = recorded("curve")
    networks = [
        curve.NetworkCurves(
            name,
            curve.NAMES,
            {number(row[0]): tuple(number(cell) / 100 for cell in row[1:]) for row in rows[:-1]},
            tuple(map(float, rows[-1][1:])),
            int(rounds),
        )
        for name, rounds, rows in zip(
            re.findall(r"\*\*(.*)\*\*", text),
            re.findall(r"(\d) rounds", text),
            tables("curve"),
            strict=True,
        )
    ]
    return curve.Curves(8, 40, 1000, tuple(networks), numbers(text)[-1])


def _captcha_curve():
    (rows,) = tables("captcha-curve")
    radii = (captcha_curve.Radius(float(e), a, b, float(s)) for e, a, b, s in rows)
    return captcha_curve.CaptchaCurve(tuple(radii), numbers(recorded("captcha-curve"))[-1])


def _claptcha():
    (rows,) = tables("claptcha")
    breakers = [
        rates(
            breaker=row[0], characters=row[1], captchas=row[2], interval=row[3],
            parameters=int(number(row[4])), seconds=float(row[5]),
        )
        for row in rows
    ]  # fmt: skip
    speed = claptcha.ReadingSpeed(*numbers(recorded("claptcha"))[-2:])
    return claptcha.ClaptchaBreakers(*breakers, speed)


def _picture():
    (rows,) = tables("picture")
    photographs = [
        picture.Photograph(
            row[0], row[1].split()[0], number(row[1]) / 100, number(row[2]) / 100, int(row[3]),
            float(row[4]), float(row[5]),
        )
        for row in rows
    ]  # fmt: skip
    return picture.Photographs("toaster", 0.01, 0.9, tuple(photographs))


def _references():
    text = recorded("references")
    heads = re.findall(r"`(.*)`: (.*)\. Published \(.*\): (.*)\.\n", text)
    return references.References(
        tuple(
            references.Reference(
                *head,
                tuple(
                    rates(breaker=row[0], characters=row[1], captchas=row[2], interval=row[3])
                    for row in rows
                ),
            )
            for head, rows in zip(heads, tables("references"), strict=True)
        )
    )


def _folder():
    (rows,) = tables("folder")
    folds = [
        rates(dataset=row[0], characters=row[1], captchas=row[2], interval=row[3],
              seconds=float(row[4]))
        for row in rows
    ]  # fmt: skip
    return folder.Folds(tuple(folds), 472, 500)


def _readers():
    (rows,) = tables("readers")
    listed = recorded("readers").split("of 2,000 captchas. ")[1].rstrip(".")
    pairs = dict(text.split(": ") for text in listed.split("; "))
    readings = []
    for dataset, architecture, characters, captchas, interval, milliseconds in rows:
        confused = pairs.get(dataset, "") if architecture == "whole_image" else ""
        confusions = re.findall(r"(\w) read as (\w) (\d+)", confused)
        clean = rates(
            dataset=dataset, architecture=architecture, characters=characters, captchas=captchas,
            interval=interval,
        )  # fmt: skip
        readings.append(strengths.Reading(clean, milliseconds, tuple(confusions)))
    return strengths.Readings(tuple(readings), "whole_image", 12)


def _versions():
    (rows,) = tables("versions")
    versions = {}
    for row in rows:
        readings = []
        for cell in row[1:]:
            mean, *each, low, high = (value / 100 for value in numbers(cell))
            readings.append(strengths.VersionReading(tuple(each or [mean]), low, high))
        versions[row[0]] = tuple(readings)
    return strengths.Versions(("whole_image", "ddddocr", "captcha_whisperer"), versions)


def _defended():
    (rows,) = tables("defended")
    curves = (defended.NoiseCurve(*row[:3], tuple(row[3:])) for row in rows)
    minutes = recorded("defended").rpartition(": ")[2].rstrip(".").split(", ")
    trainings = (text.split() for text in minutes)
    return defended.Defended(
        (0, 0.02, 0.05, 0.1, 0.2), tuple(curves), tuple((a, b, float(m)) for a, b, m in trainings)
    )


def _robust():
    text, (rows,) = recorded("robust"), tables("robust")
    networks = [
        robust.TrainedNetwork(
            row[0], row[1], row[2], tuple(row[3:7]), row[7], row[8],
            None if row[9] == "-" else float(row[9]),
        )
        for row in rows
    ]  # fmt: skip
    (listed,) = re.findall(r"at once\): (.*?)\. The slope", text)
    trainings = []
    for training in listed.split("; "):
        defense, _, moments = training.partition(" ")
        trainings.append((defense, tuple(
            robust.Moment(float(minutes), float(held) / 100, float(sure) / 100 if sure else None)
            for minutes, held, sure in re.findall(r"(\d+): ([\d.]+)(?: \(([\d.]+)\))?", moments)
        )))  # fmt: skip
    images, attacked, held, seconds, certified, clean, at_most = numbers(
        text.split("`auto` on all ")[1].split(" can hold")[0]
    )
    auto = robust.UnderAuto(
        "ibp", int(images), int(attacked),
        *(round(share * images / 100) for share in (held, certified, clean, at_most)), seconds,
    )  # fmt: skip
    return robust.Robust(0.3, 1000, tuple(networks), tuple(trainings), auto)


def _scaling():
    (rows,) = tables("scaling")
    costs = []
    for row in rows:
        name, sizes, unit = re.fullmatch(r"(.*) \(([\d, ]*) (\D*)\)", row[0]).groups()
        seconds = tuple(map(number, row[1:4]))
        sizes = tuple(int(number(size)) for size in sizes.split(", "))
        costs.append(SimpleNamespace(
            name=name, unit=unit, sizes=sizes, seconds=seconds, slope=float(row[4])
        ))  # fmt: skip
    return scaling.Scaling((1, 10, 100), tuple(costs))


def _pgd():
    (rows,) = tables("pgd")
    names = ("this project", "ART 1.20.1", "Foolbox 3.3.4")
    speeds = [
        SimpleNamespace(name=name, median=number(rate), left=number(left) / 100)
        for name, rate, left in zip(names, rows[0][1:], rows[1][1:], strict=True)
    ]
    ratios = [
        SimpleNamespace(name=name, median=float(a), least=float(b), most=float(c))
        for name, a, b, c in re.findall(
            r"(\w+ [\d.]+) ([\d.]+) \(from ([\d.]+) to ([\d.]+)\)", recorded("pgd")
        )
    ]
    return SimpleNamespace(
        steps=40, epsilon=0.1, images=1000, batch=256, rounds=5, precision="bfloat16",
        speeds=speeds, ratios=ratios,
    )  # fmt: skip


def _drawing():
    (rows,) = tables("drawing")
    median, least, most, sounds = numbers(recorded("drawing").rpartition("package: ")[2])
    speeds = [SimpleNamespace(name=name, per_second=number(rate)) for name, rate in rows]
    return SimpleNamespace(rounds=5, speeds=speeds, claptcha=[least, median, most], sounds=sounds)


def _rate(text):
    return None if text == "-" else SimpleNamespace(shown=text, long=text, count=text)


def _detectors():
    text = recorded("detectors")
    names = ("squeeze", "squeeze_judge", "autoencoder", "joint", "strangest")
    tables_ = []
    for breaker, rows in zip(re.findall(r"^\*\*(.*)\*\*$", text, re.M), tables("detectors"),
                             strict=True):  # fmt: skip
        lines = []
        for row in rows[1:-1]:
            attack, norm, epsilon = row[0].split()
            cells = [SimpleNamespace(rate=_rate(cell)) for cell in row[2:]]
            lines.append(SimpleNamespace(
                attack=attack, norm=norm, epsilon=epsilon, past=row[1], cells=cells
            ))  # fmt: skip
        tables_.append(SimpleNamespace(
            breaker=breaker, detectors=names, alarms=[_rate(cell) for cell in rows[0][2:]],
            lines=lines, hardest=[cell.strip("*") for cell in rows[-1][2:]],
        ))  # fmt: skip
    judges = [
        SimpleNamespace(breaker=name, milliseconds=float(ms), per_second=number(rate))
        for name, ms, rate in re.findall(
            r"over (\w+) one image in ([\d.]+) ms .*?, ([\d,]+) images", text
        )
    ]
    return SimpleNamespace(tables=tables_, detector="strangest", judges=judges)


def _gan():
    text = recorded("gan")
    gans, matrix = tables("gan")
    summaries = []
    for names, epochs, minutes, meant, judged, kid, of_real, copies, distinct in gans:
        name, kind = names.split(", ")
        row = SimpleNamespace(gan=name, kind=kind, epochs=epochs, seconds=60 * float(minutes))
        value, span = re.fullmatch(r"(\S+) \((.*)\)", kid).groups()
        summaries.append(SimpleNamespace(
            row=row, agreement=_rate(meant), judged=_rate(judged), kid=value, kid_span=span,
            kid_of_real=of_real, copies=_rate(copies), distinct=_rate(distinct),
        ))  # fmt: skip
    lines = [
        SimpleNamespace(dataset=row[0], cells=[
            SimpleNamespace(rate=_rate(cell.strip("*")), trained=cell.startswith("**"))
            for cell in row[1:]
        ])
        for row in matrix
    ]  # fmt: skip
    (head,) = re.findall(r"\| data set \| (.*) \|", text)
    reads = SimpleNamespace(breakers=head.split(" | "), lines=lines)
    pictures, here, published, median, least, most, rounds, *_ = numbers(
        text.rpartition("`dcgan` over ")[2]
    )
    epochs = SimpleNamespace(
        pictures=int(pictures), here=[here] * int(rounds), published=[published],
        ratios=[least, median, most],
    )  # fmt: skip
    (seconds,) = re.findall(r"drawn in (\d+) s", text)
    drawn = SimpleNamespace(captchas=10_000, length=4, seconds=float(seconds))
    return SimpleNamespace(gans=summaries, who_reads=reads, drawn=drawn, epochs=epochs)


def _pages():
    (rows,) = tables("pages")
    visits = []
    for variant, defense, passed, interval, offline, p50, p95, stuck in rows:
        low, high = numbers(interval)
        row = SimpleNamespace(
            variant=variant, defense=defense, interval=(low / 100, high / 100), p50_ms=float(p50),
            p95_ms=float(p95), stuck=stuck,
        )  # fmt: skip
        visits.append(SimpleNamespace(row=row, passed=_rate(passed), offline=_rate(offline)))
    clients, seconds, each, half, _, most, errors = numbers(recorded("pages").rpartition("t, ")[2])
    load = SimpleNamespace(
        clients=int(clients), seconds=seconds, per_second=each, errors=int(errors),
        within=lambda share: half if share < 0.9 else most,
    )  # fmt: skip
    return SimpleNamespace(visits=visits, load=load)


RESULTS = {
    "mnist-fgsm": _mnist_fgsm,
    "pgd": _pgd,
    "attacks": _attacks,
    "curve": _curve,
    "captcha-curve": _captcha_curve,
    "defended": _defended,
    "detectors": _detectors,
    "gan": _gan,
    "pages": _pages,
    "picture": _picture,
    "references": _references,
    "drawing": _drawing,
    "claptcha": _claptcha,
    "readers": _readers,
    "versions": _versions,
    "folder": _folder,
    "robust": _robust,
    "scaling": _scaling,
}
DERIVED = {  # figures that the page rounds from what its other figures do not hold
    "mnist-fgsm": r"sweep takes \S+", "curve": r"Faster than .*;", "claptcha": r"takes \S+ of",
    "captcha-curve": r"curve takes \d+", "versions": r"\*\*\S+ %\*\*",
    "robust": r" The slope misleads .* at most\.|\n\nThe same training on .*",  # added by hand
}  # fmt: skip


@pytest.mark.parametrize("name", RESULTS)
def test_a_template_gives_the_recorded_text(name):
    text, wanted = page.render(name, RESULTS[name]()), recorded(name)
    if name in DERIVED:
        text, wanted = (re.sub(DERIVED[name], "", each) for each in (text, wanted))
    assert text == wanted


def test_every_bench_has_a_template():
    from benchmarks.__main__ import BENCHES

    assert {file.name.removesuffix(".md.j2") for file in page.TEMPLATES.iterdir()} == set(BENCHES)


def test_rounds_of_labels_for_free_are_a_table():
    rows = [
        FreeLabelsRow(
            dataset="d", breaker="free", round=number, reader="ddddocr", labels_by_hand=0,
            tries=1000 * number, days=1.0, accepted=400 * number, status=status,
        )
        for number, status in ((1, "ok"), (2, "skipped"))
    ]  # fmt: skip
    rounds = tuple(map(free_labels.AskedRound.of, rows))
    text = page.render("free-labels", free_labels.FreeLabels(rounds, {"ddddocr": "41.6 %"}))
    assert "ddddocr reads 41.6 % of them." in text
    assert "| free | 0 | 2 | ddddocr | 2,000 | 800 | skipped |  | - |" in text
