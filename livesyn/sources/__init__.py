"""Where pictures come from: camera, video, folder of images, built-in visuals; and sound:
microphone, file, JACK.

Every source keeps the contract of `livesyn.base.types.PictureSource` or `SoundSource`; `Feed` runs
one behind a watchdog, and `build_source` and `build_sound` make one from a word and a value.
"""
