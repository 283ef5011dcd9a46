"""Files: atomic writes, drafts under locks, checkpoints, downloads and their archives."""
