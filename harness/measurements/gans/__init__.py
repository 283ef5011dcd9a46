"""GANs: the appraisal of the pictures that they draw, by a breaker as the judge."""
