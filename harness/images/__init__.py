"""Images: files into pixels and pixels into files, labelled images, sounds as images."""
