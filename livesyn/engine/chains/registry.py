"""Every chain there is. A new one is a folder beside this file, and a row here."""

from __future__ import annotations

from livesyn.engine.chains.hear_to_see.live import SOUND_TO_PICTURES
from livesyn.engine.chains.live_chain import ChainSpec
from livesyn.engine.chains.notes_to_see.live import NOTES_TO_PICTURES
from livesyn.engine.chains.see_to_hear.live import PICTURES_TO_MUSIC

# Pictures of a later row are shown before those of an earlier one.
CHAINS: tuple[ChainSpec, ...] = (PICTURES_TO_MUSIC, NOTES_TO_PICTURES, SOUND_TO_PICTURES)
