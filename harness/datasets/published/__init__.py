"""Published data sets of real pictures, MNIST and SVHN, and where they are downloaded from."""
