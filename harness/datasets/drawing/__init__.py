"""Drawing of captchas by processes: whole data sets, epochs ahead, one by one."""
