"""Assessments: from a captcha (a folder, a function, a generator, a page) to how long it stands."""
