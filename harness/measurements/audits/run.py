"""Audits, carried out: Chromium before the page, and a breaker that reads."""

import dataclasses
import json

from harness.audit.audit import audit_page
from harness.audit.exchange import MOST_REQUESTS, MOST_REQUESTS_THOROUGH
from harness.audit.outcomes import Phrases
from harness.audit.page_audit import Audited
from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import chromium
from harness.datasets.generator import decode
from harness.measurements.audits.work import Audit
from harness.measurements.inputs import reader
from harness.pipeline.context import StepContext

FINDINGS = "findings.json"


def audit(work: Audit, context: StepContext) -> None:
    """Audit a captcha page.

    Args:
        work: the page, and the breaker that reads its captchas.
        context: gets findings.json; notes requests, captchas, and what was blocked.

    Raises:
        SkippedError: Chromium or playwright is not installed.
    """
    from harness.images import pictures

    spec = work.audit
    alphabet = context.inputs[work.test].notes["alphabet"]
    breaker = reader(work.victim, context, work.test)

    def read(png: bytes) -> tuple[str, float]:
        image = pictures.decoded(png, breaker.shape)
        classes, confidence = breaker.read_with_confidence(image[None])
        return decode(classes[0], alphabet), float(confidence[0])

    page = Audited(
        CaptchaPage(url=spec.url, selectors=spec.selectors),
        Phrases(spec.passed_text, spec.wrong_text),
        spec.fill,
        alphabet,
        spec.thorough,
        spec.expiry,
    )
    most = MOST_REQUESTS_THOROUGH if spec.thorough else MOST_REQUESTS
    with chromium(context.notes) as browser:
        result = audit_page(browser, page, read, spec.requests or most, context.progress)
    findings = [dataclasses.asdict(each) for each in result.findings]
    (context.folder / FINDINGS).write_text(json.dumps(findings))
    context.notes["requests"] = result.requests
    context.notes["captchas"] = result.captchas
    context.notes["blocked"] = result.blocked
    context.notes["audit_seconds"] = result.seconds
