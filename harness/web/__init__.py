"""The web pages: recognize, judge, challenge; on this machine only, 127.0.0.1."""
