"""Data sets: drawn by a generator, chosen from files, or drawn by a GAN that is trained first."""
