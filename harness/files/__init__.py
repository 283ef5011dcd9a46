"""Files that are whole: written at once, under locks; downloads and archives."""
