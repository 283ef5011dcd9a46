"""Processes that draw captchas: whole data sets, epochs ahead of a training, one by one."""
