"""Checks whether figures are believable: codes of warnings, stored with the rows they concern.

A warning says that a figure must not be trusted until it is explained; no warning says nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from harness.options import Json
from harness.results.rows.result import WORST_CASE, ResultRow

MEANING = {
    "stuck_at_chance": "the breaker reads no better than one that always names the same "
    "text. Look at the pictures first: are they all alike, empty, or cut off, and are their "
    "labels right? If they can be read, its training never got off the ground: try `warmup`, more "
    "captchas or more epochs",
    "still_learning": "the breaker was still learning when its training ended: a longer one reads "
    "more, and the figure is too low; raise `epochs`",
    "few_labels_curve_rises": "more labelled captchas would read more, and the figure is too low: "
    "it still rises with their number, where the sweep tries several; where that says nothing, the "
    "breaker knows its training captchas by heart and reads far fewer fresh ones. Raise `train` or "
    "`images`",
    "weaker_than_ready_made": "a reader that was trained on none of these captchas reads more of "
    "them: the figure is too low, and the stronger reader's is the captcha's",
    "plain_pictures": "some pictures are of one color from edge to edge: nothing can be read there",
    "copies": "some pictures are copies of others: they stay in one split, and fewer captchas are "
    "different than there are files",
    "odd_labels": "some labels are unlike the others: look whether they are what the pictures say",
    "lost_zeros": "a spreadsheet seems to have taken labels for numbers: zeros in front are lost",
    "cut_letters": "the picture's height cuts letters off: more than 5 % of their ink is lost, and "
    "a breaker that misreads them is not to blame; choose smaller `font_sizes`, or a larger height",
    "same_letters": "the font draws some characters of the alphabet alike: nobody can tell them "
    "apart",
    "sizes": "some pictures have another size than most, and are resized",
    "left_out": "some files give no captcha, and are left out",
    "few_captchas": "fewer than 1,000 captchas behind the figure",
    "gan_collapsed": "what the GAN draws looks all alike: it has collapsed; try "
    "lower learning rates, or another `repeat`",
    "gan_copies": "more than 5 in 100 drawn pictures are as near to a training picture as 1 in 100 "
    "real ones: the GAN has learned by heart; give it more pictures, or fewer epochs",
    "few_submitted": "fewer than 30 captchas were submitted: too few for a precision; raise `test`",
    "cross_fitted": "there are too few validation captchas to choose the threshold on: each half "
    "of the test captchas chose it for the other half; raise `validation`",
    "few_visits": "fewer than 100 visits behind the figure",
    "visits_stuck": "some visits came to no answer: the page was slow, its picture did not come or "
    "is all of one color, or it is not as the selectors have it; look at the pictures as they were "
    "shown; visits.json in the store says why",
    "open_door": "the audit of the page found a hole by which one gets in without reading its "
    "captcha: no rate of a breaker counts there until it is closed",
    "visits_blocked": "the page took no more answers of some visits: the rate of all visits says "
    "what its limit holds off, that of the submitted ones what the captcha does",
    "leaking_protocol": "the defense was trained on the very test images it is measured on",
    "weaker_than_fgsm": "an iterative attack does less than FGSM at the same radius",
    "weaker_than_noise": "the attack does less than random noise of the same radius",
    "transfer_beats_white_box": "images made on another breaker do more than the direct attack: "
    "the gradients mislead",
    "success_falls": "a larger radius gives less success: the attack does not find what is there",
    "above_chance_at_largest": "accuracy above chance at a radius where nothing can be read",
    "black_box_beats_white_box": "an attack without gradients does more than the best with them: "
    "the gradients mislead",
    "more_steps_help": "twice the steps break more: the attack has not come to its end",
    "same_attack_as_training": "the defense was trained against this very attack: another may get "
    "through",
    "probabilities": "the breaker answers with probabilities instead of logits: where they round "
    "to 0 and 1, attacks see no slope",
    "random_answers": "the same image is answered differently each time: attacks must average",
    "around_the_filter": "the filter has no slope, and the attack was given none in its place: it "
    "went around the filter, not through it; leave `bpda` at true",
    "not_averaged": "the filter is random, and the attack did not average its answers; raise "
    "`averaged`",
    "not_aware": "the detector was tried against attacks only that do not know of it",
    "random_filter": "the filter is random: read again, some captchas are read otherwise",
    "zero_gradients": "the input gradient of many images is exactly zero",
    "bad_gradients": "an input gradient is NaN or infinite",
    "outside_range": "the attack's images leave [0, 1]: no page can show them, and they count for "
    "no worst case",
    "outside_ball": "a perturbed image lies outside of its ball or of [0, 1]",
    "unequal_captchas": "some attacks were tried on fewer captchas than others: the worst case of "
    "the others rests on fewer attacks",
    "clean_differs": "radius 0 does not give the clean accuracy",
}
ENOUGH_CAPTCHAS = 1000
ENOUGH_DETECTED = 100  # captchas behind a rate of detection
ENOUGH_VISITS = 100
SPREAD = 0.3  # drawn pictures differ less than so many times as much as real ones
COPIES = 0.05  # of drawn pictures; of real ones it is 0.01
BLIND_LINF = 0.5  # from here on, every image of the ball can be made plain gray
SLACK = 0.02  # differences of accuracy below this are noise of the sample
MANY_ZERO = 0.1  # share of images with a zero gradient from which on it is worth a word


def stuck(character_interval: tuple[float, float], constant: float) -> tuple[str, ...]:
    """Tell whether a breaker's characters are no better than one text named everywhere."""
    return ("stuck_at_chance",) if character_interval[0] <= constant else ()


def probed(notes: Mapping[str, Json]) -> tuple[str, ...]:
    """Give codes from what a curve noted of its breaker; see measurements.curves.trust_checks."""
    gradients, answers = notes.get("gradients", {}), notes.get("answers", {})
    raised = {
        "zero_gradients": gradients.get("zero", 0.0) > MANY_ZERO,
        "bad_gradients": gradients.get("bad", 0.0) > 0,
        "probabilities": answers.get("probabilities", False),
        "random_answers": answers.get("random", False),
        "more_steps_help": (notes.get("more_steps") or 0.0) > SLACK,
    }
    return tuple(code for code, there in raised.items() if there)


def few_captchas(captchas: int) -> tuple[str, ...]:
    """Tell whether a figure rests on few captchas."""
    return ("few_captchas",) if captchas < ENOUGH_CAPTCHAS else ()


def submitted(is_measured: bool, cross_fitted: bool) -> tuple[str, ...]:
    """Give the codes of a precision, by whether it is measured, and on what its threshold rests."""
    few = () if is_measured else ("few_submitted",)
    return (*few, "cross_fitted") if cross_fitted else few


def drawn_or_chosen(plain: int, unreadable: int, remarks: Iterable[str]) -> tuple[str, ...]:
    """Give the codes of a data set.

    Args:
        plain: pictures of one color.
        unreadable: files that were left out.
        remarks: on its labels and files, each with its code and a colon in front.
    """
    codes = ["plain_pictures"] if plain else []
    for remark in remarks:
        code = remark.partition(":")[0]
        codes.append(code if code in MEANING else "odd_labels")
    codes += ["left_out"] if unreadable else []
    return tuple(dict.fromkeys(codes))


def detection(clean: int, perturbed: int) -> tuple[str, ...]:
    """Give the codes of a detector's row, by the captchas behind its two rates."""
    return ("few_captchas",) if min(clean, perturbed) < ENOUGH_DETECTED else ()


def visited(visits: int, stuck: int, blocked: int) -> tuple[str, ...]:
    """Give the codes of a page's row, by its visits and by those that sent no answer.

    Args:
        visits: all of them.
        stuck: those that came to no answer.
        blocked: those of which the page took none.
    """
    few = ("few_visits",) if visits < ENOUGH_VISITS else ()
    without = ("visits_stuck",) if stuck else ()
    return (*few, *without, "visits_blocked") if blocked else (*few, *without)


def gan_warnings(spread: float, copies: int, pictures: int) -> tuple[str, ...]:
    """Give the codes of a GAN's row, by how its pictures differ and how many are copies."""
    codes = () if spread >= SPREAD else ("gan_collapsed",)
    return (*codes, "gan_copies") if copies > COPIES * pictures else codes


def warn(
    rows: Sequence[ResultRow], iterative: Iterable[str], attack_of: dict[str, str], classes: int
) -> list[ResultRow]:
    """Give the rows with the warnings that follow from comparing them.

    Args:
        rows: measured rows of one dataset, breaker and defense; they may have warnings already.
        iterative: names of the sweep's iterative attacks.
        attack_of: name in the sweep -> row of the attack table.
        classes: size of the alphabet, for what chance is.

    Returns:
        The same rows in the same order, with more warnings.
    """
    checked: list[ResultRow] = []
    several = set(iterative)
    for row in rows:
        if row.accuracy is None or row.clean is None:
            checked.append(row)
            continue
        codes = list(row.warnings)
        tally = row.accuracy.tally
        codes += few_captchas(tally.captchas)
        if row.attack != WORST_CASE:
            if row.epsilon == 0 and tally != row.clean and "random_filter" not in codes:
                codes.append("clean_differs")
            peers = [
                peer
                for peer in rows
                if peer.accuracy and peer.norm == row.norm and peer.epsilon == row.epsilon
            ]
            codes += _against_peers(row, peers, several, attack_of)
        shortest = min((len(counts) - 1 for counts in tally.counts), default=1)
        chance = 1 / classes**shortest + SLACK
        strongest = row.attack == WORST_CASE or row.attack in several
        if strongest and row.norm == "linf" and row.epsilon >= BLIND_LINF:
            codes += ["above_chance_at_largest"] if row.left > chance else []
        checked.append(row.model_copy(update={"warnings": tuple(dict.fromkeys(codes))}))
    return _falling(checked)


def _against_peers(
    row: ResultRow, peers: Sequence[ResultRow], several: set[str], attack_of: dict[str, str]
) -> list[str]:
    """Give codes from the rows with the same norm and radius."""
    codes = []
    reached = row.left
    same = [peer for peer in peers if peer.knowledge == row.knowledge]
    # Carried to another breaker, FGSM's coarse images often do more than PGD's: no fault there.
    if row.attack in several and row.epsilon > 0 and row.knowledge == "white_box":
        for peer in same:
            if attack_of.get(peer.attack) == "fgsm" and _leaves_more(row, peer):
                codes.append("weaker_than_fgsm")
    if row.knowledge == "white_box":
        for peer in peers:
            if peer.attack == WORST_CASE:
                continue
            weaker = _leaves_more(row, peer)
            if weaker and peer.knowledge == "transfer" and peer.attack == row.attack:
                codes.append("transfer_beats_white_box")
            if weaker and attack_of.get(peer.attack) == "uniform_noise":
                codes.append("weaker_than_noise")
            elif weaker and peer.knowledge == "black_box" and reached == _best_white_box(same):
                codes.append("black_box_beats_white_box")
    return codes


def _leaves_more(row: ResultRow, other: ResultRow) -> bool:
    """Tell whether a row leaves more than another, beyond what their captchas let expect by chance.

    Rows of the same captchas are held against each other as they are; of more and fewer, only
    where their intervals part.
    """
    if row.accuracy is None or other.accuracy is None:
        return False
    same = row.accuracy.tally.captchas == other.accuracy.tally.captchas
    apart = row.accuracy.captcha_interval[0] > other.accuracy.captcha_interval[1]
    return row.left > other.left + SLACK and (same or apart)


def _best_white_box(peers: Sequence[ResultRow]) -> float:
    """Say what the strongest attack with gradients leaves at this radius."""
    return min((peer.left for peer in peers if peer.attack != WORST_CASE), default=1.0)


def _falling(rows: Sequence[ResultRow]) -> list[ResultRow]:
    """Mark the radii at which a curve does less than at a smaller one."""
    curves: dict[tuple[str, ...], list[int]] = {}
    for number, row in enumerate(rows):
        if row.accuracy:
            key = (row.attack, row.norm, row.knowledge, row.source)
            curves.setdefault(key, []).append(number)
    marked = list(rows)
    for numbers in curves.values():
        ordered = sorted(numbers, key=lambda number: rows[number].epsilon)
        for smaller, larger in pairwise(ordered):
            if _leaves_more(rows[larger], rows[smaller]):
                codes = (*marked[larger].warnings, "success_falls")
                marked[larger] = marked[larger].model_copy(update={"warnings": codes})
    return marked
