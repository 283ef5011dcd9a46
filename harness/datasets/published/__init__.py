"""Published data sets of real pictures: MNIST and SVHN."""
