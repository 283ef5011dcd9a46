"""A folder of the user's own labelled pictures, read as a data set."""
