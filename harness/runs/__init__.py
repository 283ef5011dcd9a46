"""Runs on disk: begun, opened, carried out in this process, looked at."""
