"""Web pages on 127.0.0.1 alone: recognize, judge, challenge, try, label, reports."""
