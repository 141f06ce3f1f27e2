"""Where pictures come from: camera, video, folder of images, built-in visuals.

Every source keeps the contract of `livesyn.types.PictureSource`; `Feed` runs one behind a
watchdog and `build_source` makes one from a word and a value.
"""
