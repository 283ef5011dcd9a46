"""The command line: each command reads its options, calls the harness, and shows a view of it.

Nothing imports this room.
"""
