"""`python -m benchmarks [NAME ...]`: measure, and write the sections of BENCHMARKS.md."""

import sys
from collections.abc import Callable

from benchmarks import (
    attacks,
    audits,
    captcha_curve,
    claptcha,
    curve,
    defended,
    detectors,
    drawing,
    few_labels,
    folder,
    free_labels,
    gan,
    mnist_fgsm,
    pages,
    pgd,
    picture,
    references,
    report,
    robust,
    scaling,
    stopping,
    strengths,
)
from benchmarks.page import render, write_section

BENCHES: dict[str, Callable[[], object]] = {
    "mnist-fgsm": mnist_fgsm.measure,
    "pgd": pgd.measure,
    "attacks": attacks.measure,
    "curve": curve.measure,
    "captcha-curve": captcha_curve.measure,
    "robust": robust.measure,
    "defended": defended.measure,
    "detectors": detectors.measure,
    "gan": gan.measure,
    "pages": pages.measure,
    "picture": picture.measure,
    "references": references.measure,
    "drawing": drawing.measure,
    "claptcha": claptcha.measure,
    "readers": strengths.readers,
    "versions": strengths.versions,
    "packages": strengths.packages,
    "few-labels": few_labels.measure,
    "stopping": stopping.measure,
    "folder": folder.measure,
    "free-labels": free_labels.measure,
    "audio": strengths.audio,
    "audits": audits.measure,
    "scaling": scaling.measure,
    "report": report.measure,
}


def main() -> None:
    """Run the benches that are named, or all of them."""
    names = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.exit(f"no bench {unknown[0]!r}; choices: {', '.join(BENCHES)}")
    for name in names:
        sys.stderr.write(f"bench {name}\n")
        write_section(name, f"python -m benchmarks {name}", render(name, BENCHES[name]()))


if __name__ == "__main__":
    main()
