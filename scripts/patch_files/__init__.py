"""What scripts/patches.py makes the files of patches/ from."""
