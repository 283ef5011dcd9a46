"""People: what they answer on the pages /try and /label."""
