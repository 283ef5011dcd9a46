"""Data sets: drawn, chosen, or drawn by a GAN that is trained first."""
