"""What the documents say must be so: links, commands, names, codes; and what they must not say."""

import re

import pytest
from console import ROOT

from harness import __version__
from harness.registry import TABLES
from harness.results.checks import MEANING
from harness.results.document import BREAKER_COLUMNS
from harness.results.rows.attacker_cost import ATTACKER_COST_COLUMNS
from harness.results.rows.detection import DETECTION_COLUMNS
from harness.results.rows.precision import PRECISION_COLUMNS
from harness.results.rows.result import RESULT_COLUMNS
from harness.results.rows.visit import VISIT_COLUMNS
from harness.sweep.sweepfile import FROZEN, parse

PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
TEXTS = [
    file
    for pattern in ("*.md", "*.toml", "*.py", "Makefile", "*.lock", "*.yml", "*.yaml", ".ci/run")
    for file in ROOT.rglob(pattern)
    if not {".venv", ".venv-foolbox", "runs", ".git"} & set(file.relative_to(ROOT).parts)
    and "egg-info" not in str(file)
]


def anchors(page):
    """Name the headings of a page as links do: small letters, hyphens, no other signs."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.M | re.S)
    for heading in re.findall(r"^#+ (.*)$", text, re.M):
        yield re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", page.read_text()):
        other = page.parent / target if target else page
        assert other.exists(), target
        if anchor:
            assert anchor in anchors(other), f"{target}#{anchor}"


def test_the_site_lists_every_page():
    nav = (ROOT / "mkdocs.yml").read_text()
    for page in ROOT.glob("docs/*.md"):
        assert f"- {page.name}\n" in nav, f"add {page.name} to the nav of mkdocs.yml"
    for page in ROOT.glob("*.md"):
        assert page.name in nav.replace("index.md", "README.md")


def test_decisions_have_numbers_dates_and_a_line_in_the_index():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "index.md").read_text()
    pages = sorted(folder.glob("0*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        number = int(page.name[:4])
        title, date = re.match(
            r"# \d+\. (.+)\n\nDate: (\d{4}-\d\d-\d\d)\n", page.read_text()
        ).groups()
        assert f"| {number} | {date} | [{title}]({page.name}) |" in index
        assert all(f"\n## {part}\n" in page.read_text() for part in ("Context", "Decision"))


def test_the_newest_version_of_the_changelog_is_this_one():
    text = (ROOT / "CHANGELOG.md").read_text()
    head, *versions = re.findall(r"^## (.+)$", text, re.M)
    assert head == "Unreleased"
    for version in versions:
        assert re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", version)
    assert versions[0].startswith(f"{__version__} - ")
    kinds = set(re.findall(r"^### (.+)$", text, re.M))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_readme_says_how_to_begin():
    readme = (ROOT / "README.md").read_text()
    assert "make demo" in readme
    assert "make test" in readme


def test_the_example_sweep_is_one():
    text = (ROOT / "docs" / "sweep-files.md").read_text()
    example, *_parts = re.findall(r"```toml\n(.*?)```", text, re.S)
    assert parse(example).name == "mine"


def test_every_row_and_sweep_is_named():
    text = "".join((ROOT / "docs" / n).read_text() for n in ("sweep-files.md", "attacks.md"))
    for rows in TABLES.values():
        for name in rows:
            assert name in text, name
    for file in FROZEN.glob("*.toml"):
        assert file.stem in text, file.stem


def test_every_warning_is_explained():
    text = (ROOT / "docs" / "reading-a-report.md").read_text()
    for code in MEANING:
        assert f"`{code}`" in text, code


def test_the_columns_are_those_of_the_promise():
    assert ",".join(RESULT_COLUMNS) == (
        "dataset,breaker,source,knowledge,defense,attack,norm,epsilon,n_captchas,n_characters,"
        "captcha_accuracy,captcha_accuracy_low,captcha_accuracy_high,character_accuracy,"
        "character_accuracy_low,character_accuracy_high,clean_captcha_accuracy,"
        "clean_character_accuracy,attack_success_rate,mean_linf,mean_l2,mean_ssim,gradients,"
        "seconds,status,warnings"
    )
    assert ",".join(BREAKER_COLUMNS) == (
        "dataset,breaker,defense,architecture,parameters,train_images,epochs,seconds,"
        "captcha_accuracy,character_accuracy,n_captchas,n_characters,captcha_accuracy_low,"
        "captcha_accuracy_high,character_accuracy_low,character_accuracy_high,status,warnings,"
        "mean_confidence,calibration_error,calibration_error_by_chance,optimizer,loss,bit_accuracy"
    )
    assert ",".join(ATTACKER_COST_COLUMNS) == (
        "dataset,breaker,architecture,labels_by_hand,training_seconds,milliseconds_per_captcha,"
        "n_loads,n_tries,n_solved,tries_per_solve,tries_per_solve_low,tries_per_solve_high,"
        "loads_per_solve,loads_per_solve_low,loads_per_solve_high,tries_per_day,loads_per_day,"
        "solved_per_day,solved_per_day_low,solved_per_day_high,price_per_thousand,people_price_per_day,"
        "price_per_label,labels_price,price_per_hour,training_price,reading_price_per_thousand,"
        "cheaper_after,status,warnings"
    )
    assert ",".join(PRECISION_COLUMNS) == (
        "dataset,breaker,coverage,threshold,n_shown,n_submitted,n_right,precision,precision_low,"
        "precision_high,loads_per_solve,solved_per_day,warnings,best"
    )
    assert ",".join(VISIT_COLUMNS) == (
        "variant,breaker,defense,visits,passed,pass_rate,low,high,p50_ms,p95_ms,blocked_requests,"
        "warnings,dataset,offline,stuck,status,loads,submitted,submitted_pass_rate,submitted_low,"
        "submitted_high,blocked_visits,blocked_after,blocked_after_in_session,blocked_seconds,"
        "solved_per_day"
    )
    assert ",".join(DETECTION_COLUMNS) == (
        "dataset,breaker,detector,attack,norm,epsilon,adaptive,n_clean,n_adversarial,auroc,"
        "tpr_at_fpr_5pct,fpr,threshold,warnings,target_fpr,tpr,tpr_low,tpr_high,fpr_low,fpr_high,"
        "n_attacked,status"
    )


def test_no_file_names_a_registry_host_or_a_path_of_a_machine():
    hosts = ["pypi" + ".org", "python" + "hosted", "registry." + "npmjs", "deb." + "debian"]
    paths = ["/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/"]
    for file in TEXTS:
        text = file.read_text()
        for word in hosts + paths:
            assert word not in text, f"{file.name} says {word}"


def test_the_lock_pins_everything_with_hashes():
    for lock in ROOT.glob("**/requirements*.lock"):
        if ".venv" in lock.parts:
            continue
        lines = lock.read_text().splitlines()
        pins = [line for line in lines if line and not line.startswith((" ", "#"))]
        assert pins
        for pin in pins:
            assert re.match(r"^[A-Za-z0-9_.\[\]-]+==[^ ]+.* \\$", pin), pin
        assert sum("--hash=sha256:" in line for line in lines) >= len(pins)
    assert not (ROOT / "uv.lock").exists()
