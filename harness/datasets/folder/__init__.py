"""Reading a folder of the user's own labelled pictures as a data set."""
