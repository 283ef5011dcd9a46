"""People: their answers on the pages /try and /label."""
