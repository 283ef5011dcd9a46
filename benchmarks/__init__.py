"""The same work done by this project and by its peers, side by side in one run."""
