"""GANs: what a judge makes of the pictures that they draw."""
