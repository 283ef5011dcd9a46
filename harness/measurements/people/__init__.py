"""People: what they read on the pages /try and /label."""
