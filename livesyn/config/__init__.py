"""What a show is made of, read and checked."""
