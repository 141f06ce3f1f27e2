"""What MIDI in and MIDI out share: which system's MIDI is used, how a port is found, and JACK's
ways of dying.
"""
