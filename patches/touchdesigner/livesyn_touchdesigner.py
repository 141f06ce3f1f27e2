"""Builds the component `livesyn` in TouchDesigner: OSC from livesyn as channels, OSC to it from
knobs.

Drag this file into a network, where it becomes a Text DAT; right-click that and choose Run Script.
Run again it mends what is there, keeps your values, and leaves alone what you added. README.md
tells the rest.

The component carries this text as its module `code`, and its operators call the functions below.
"""

COMPONENT, CODE = "livesyn", "code"
HOST, TO_LIVESYN, FROM_LIVESYN = "127.0.0.1", 9700, 9701
LATENTS, LEVELS = 12, ("rms", "low", "mid", "high", "onset")
NOTE = ("channel", "pitch", "velocity", "beats", "offset_ms")
NOTES_KEPT = 64
PULSES = {
    "play": "/livesyn/transport/play",
    "stop": "/livesyn/transport/stop",
    "tap": "/livesyn/transport/tap",
    "panic": "/livesyn/panic",
    "ask": "/livesyn/dump",
}
# name, group, low, high, default, whether it is an integer, its choices, what it does
PARAMETERS = (
    # parameters: made by scripts/patches.py from livesyn's table
    ("tempo", "transport", 20, 300, 110, False, (), "Beats a minute."),
    ("swing", "transport", 0, 0.75, 0, False, (), "How far every second sixteenth is played late: 0 straight, 0.33 triplets."),
    ("midi_offset", "latency", -100, 200, 0, False, (), "Play MIDI later (or earlier) than the beat, to meet the sound of other gear."),
    ("osc_offset", "latency", -100, 200, 0, False, (), "Send notes, bars and beats by OSC later (or earlier) than the beat."),
    ("picture_offset", "latency", 0, 500, 0, False, (), "Show pictures later, to meet a sound that comes late from the loudspeakers."),
    ("sound_offset", "latency", -100, 500, 0, False, (), "Play the page's own sound later (or earlier) than the beat."),
    ("sync", "sync", 0, 2, 0, True, ("internal", "link", "midi"), "Who leads the beat: the show itself, an Ableton Link session, or a MIDI clock that comes in."),
    ("sync_offset", "sync", -500, 500, 0, False, (), "Play later (or earlier) than the session or the MIDI clock that leads; nudge adds to it."),
    ("quantum", "sync", 1, 16, 4, True, (), "How many beats of who leads count as one bar: bar lines meet its multiples."),
    ("link_mode", "sync", 0, 2, 2, True, ("follow", "lead", "both"), "In a Link session: follow the others' tempo, lead them, or both."),
    ("link_start_stop", "sync", 0, 1, 1, True, ("off", "on"), "Start and stop together with the others of a Link session."),
    ("commit_ahead", "transport", 200, 2000, 400, False, (), "How long before its bar line a bar is handed to the player."),
    ("quantise", "transport", 0, 3, 0, True, ("now", "beat", "bar", "4 bars"), "When a change takes effect: now, or on the next beat, bar or fourth bar."),
    ("lookahead", "transport", 0, 1000, 0, False, (), "A change that comes less than this before its line takes the line after."),
    ("temperature", "music", 0.05, 2, 0.5, False, (), "How freely notes are drawn: low repeats the likeliest, 1 is as in training."),
    ("key", "music", 0, 11, 0, True, ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"), "Root of the scale."),
    ("scale", "music", 0, 35, 0, True, ("off", "major", "minor", "harmonic minor", "dorian", "mixolydian", "major pentatonic", "minor pentatonic", "blues", "whole tone", "lydian", "phrygian", "locrian", "half-whole", "whole-half", "harmonic major", "dorian #4", "phrygian dominant", "melodic minor", "lydian augmented", "lydian dominant", "super locrian", "spanish", "bhairav", "hungarian minor", "hirajoshi", "in-sen", "iwato", "kumoi", "pelog selisir", "pelog tembung", "messiaen 3", "messiaen 4", "messiaen 5", "messiaen 6", "messiaen 7"), "Notes outside it move to the nearest note inside; off leaves them."),
    ("follow", "music", 0, 2, 0, True, ("off", "live", "chords"), "Follow the band: the key and scale of Ableton Live, or the chords that are played into MIDI in."),
    ("follow_when", "music", 0, 1, 0, True, ("bar", "now"), "When a chord or key of the band is heard: from the next bar, or now, with the notes of this bar that are still to come."),
    ("octave", "music", -3, 3, 0, True, (), "Move the melody up or down."),
    ("pitch_low", "music", 21, 108, 36, True, (), "Notes below are folded up by octaves."),
    ("pitch_high", "music", 21, 108, 96, True, (), "Notes above are folded down by octaves."),
    ("density_min", "music", 0, 16, 0, True, (), "A sparser bar has its longest notes struck again."),
    ("density_max", "music", 0, 16, 16, True, (), "A busier bar loses its metrically weakest notes; 0 is silence."),
    ("velocity", "music", 1, 127, 92, True, (), "How hard notes are struck."),
    ("accent", "music", 0, 1, 0.4, False, (), "How much strong beats stand out."),
    ("gate", "music", 0.1, 1, 0.95, False, (), "Part of its written length that a note sounds."),
    ("window", "latent", 0.25, 8, 2, False, (), "How much of the past each bar looks at."),
    ("half_life", "latent", 0, 16, 0.5, False, (), "How slowly the music follows the picture: bars until half of a change is heard."),
    ("variation", "latent", 0, 2, 1, False, (), "How much of the encoder's own spread is played: 0 the mean, 1 as trained."),
    ("drift", "latent", 0.5, 64, 8, False, (), "How slowly the variation wanders: bars until it has forgotten itself."),
    ("radius", "latent", 0.25, 2, 1, False, (), "Scale of the latent: below 1 calmer and plainer, above 1 stranger."),
    ("steer_0", "steer", -3, 3, 0, False, (), "Push the latent along its principal direction 1."),
    ("steer_1", "steer", -3, 3, 0, False, (), "Push the latent along its principal direction 2."),
    ("steer_2", "steer", -3, 3, 0, False, (), "Push the latent along its principal direction 3."),
    ("steer_3", "steer", -3, 3, 0, False, (), "Push the latent along its principal direction 4."),
    ("steer_4", "steer", -3, 3, 0, False, (), "Push the latent along its principal direction 5."),
    ("steer_5", "steer", -3, 3, 0, False, (), "Push the latent along its principal direction 6."),
    ("steer_6", "steer", -3, 3, 0, False, (), "Push the latent along its principal direction 7."),
    ("steer_7", "steer", -3, 3, 0, False, (), "Push the latent along its principal direction 8."),
    ("steer_8", "steer", -3, 3, 0, False, (), "Push the latent along its principal direction 9."),
    ("steer_9", "steer", -3, 3, 0, False, (), "Push the latent along its principal direction 10."),
    ("steer_10", "steer", -3, 3, 0, False, (), "Push the latent along its principal direction 11."),
    ("steer_11", "steer", -3, 3, 0, False, (), "Push the latent along its principal direction 12."),
    ("light", "attribute", -2, 2, 0, False, (), "Add what the music makes of light, or take it away."),
    ("colour", "attribute", -2, 2, 0, False, (), "Add what it makes of strong colours."),
    ("warmth", "attribute", -2, 2, 0, False, (), "Add what it makes of red against blue."),
    ("contrast", "attribute", -2, 2, 0, False, (), "Add what it makes of light beside dark."),
    ("detail", "attribute", -2, 2, 0, False, (), "Add what it makes of fine structure."),
    ("label", "attribute", 1, 16, 1, True, (), "Which of the checkpoint's labels label_amount adds; livesyn attributes names them."),
    ("label_amount", "attribute", -2, 2, 0, False, (), "Add what the music makes of that label's pictures."),
    ("recall_on", "scene", 0, 3, 2, True, ("now", "beat", "bar", "4 bars"), "When a scene begins that is recalled: now, or on the next beat, bar or fourth bar."),
    ("scene_fade", "scene", 0, 64, 1, False, (), "How long the crossfade to a scene takes that does not say so itself."),
    ("morph_to", "scene", 0, 3, 0, True, ("A", "B", "C", "D"), "The scene whose latent morph leads to; an empty one changes nothing."),
    ("morph", "scene", 0, 1, 0, False, (), "How far the latent is from the live picture to that of the scene: 0 live, 1 the scene."),
    ("rms_sensitivity", "sound", 0, 8, 1, False, (), "Weight of loudness: 0 leaves it out."),
    ("low_sensitivity", "sound", 0, 8, 1, False, (), "Weight of the band below 200 Hz (kicks): 0 leaves it out."),
    ("mid_sensitivity", "sound", 0, 8, 1, False, (), "Weight of the band from 200 to 2000 Hz: 0 leaves it out."),
    ("high_sensitivity", "sound", 0, 8, 1, False, (), "Weight of the band above 2000 Hz (hats): 0 leaves it out."),
    ("onset_sensitivity", "sound", 0, 8, 1, False, (), "Weight of attacks: 0 leaves it out."),
    ("onset_low_sensitivity", "sound", 0, 8, 1, False, (), "Weight of attacks below 200 Hz (kicks): 0 leaves it out."),
    ("onset_mid_sensitivity", "sound", 0, 8, 1, False, (), "Weight of attacks from 200 to 2000 Hz (snares): 0 leaves it out."),
    ("onset_high_sensitivity", "sound", 0, 8, 1, False, (), "Weight of attacks above 2000 Hz (hats): 0 leaves it out."),
    ("rms_release", "sound", 0.02, 4, 0.3, False, (), "Release of loudness: seconds until a third is left."),
    ("low_release", "sound", 0.02, 4, 0.2, False, (), "Release of the band below 200 Hz (kicks): seconds until a third is left."),
    ("mid_release", "sound", 0.02, 4, 0.2, False, (), "Release of the band from 200 to 2000 Hz: seconds until a third is left."),
    ("high_release", "sound", 0.02, 4, 0.1, False, (), "Release of the band above 2000 Hz (hats): seconds until a third is left."),
    ("onset_release", "sound", 0.02, 4, 0.15, False, (), "Release of attacks: seconds until a third is left."),
    ("onset_low_release", "sound", 0.02, 4, 0.15, False, (), "Release of attacks below 200 Hz (kicks): seconds until a third is left."),
    ("onset_mid_release", "sound", 0.02, 4, 0.15, False, (), "Release of attacks from 200 to 2000 Hz (snares): seconds until a third is left."),
    ("onset_high_release", "sound", 0.02, 4, 0.1, False, (), "Release of attacks above 2000 Hz (hats): seconds until a third is left."),
    ("period", "painting", 0, 5, 0, True, ("heard", "renaissance", "baroque", "classical", "romantic", "modern"), "The period that is painted: the one that is heard, or always this one."),
    ("glide", "painting", 0, 30, 1.5, False, (), "How slowly the painting follows the period of the music: seconds until half of a change is seen."),
    ("kick", "painting", 0, 4, 1, False, (), "How far what is heard pushes the painting about."),
    ("onset_low_to", "painting", 0, 4, 2, True, ("nothing", "composition", "zoom", "palette", "brightness"), "What attacks below 200 Hz (kicks) move in the painting."),
    ("onset_mid_to", "painting", 0, 4, 3, True, ("nothing", "composition", "zoom", "palette", "brightness"), "What attacks from 200 to 2000 Hz (snares) move in the painting."),
    ("onset_high_to", "painting", 0, 4, 4, True, ("nothing", "composition", "zoom", "palette", "brightness"), "What attacks above 2000 Hz (hats) move in the painting."),
    ("wander", "painting", 0, 8, 1, False, (), "How fast the painting changes by itself while there is sound."),
    ("spread", "painting", 0, 2, 1, False, (), "How far paintings stray from the average one of their period."),
    ("style", "painting", 0, 1, 0, False, (), "Show the camera in the manner of the music's period: 0 shows the painting instead, 1 the camera wholly restyled."),
    ("flash_limit", "painting", 0, 1, 1, True, ("off", "on"), "Hold back more than three flashes a second, which can bring on seizures."),
    ("blackout", "painting", 0, 1, 0, True, ("off", "on"), "All pictures go black."),
    ("visual_speed", "picture", 0, 4, 1, False, (), "Speed of the built-in visuals and of the images' crossfade."),
    ("freeze", "picture", 0, 1, 0, True, ("off", "on"), "Hold what is seen: the music stays where it is, and the painting as it is."),
    ("mute", "music", 0, 1, 0, True, ("off", "on"), "No notes: those that sound are ended, the clock and the beat go on."),
    ("hold", "music", 0, 1, 0, True, ("off", "on"), "The bar that plays repeats, until hold is off again."),
    # end of parameters
)
BY_NAME = {row[0]: row for row in PARAMETERS}
CHANNELS = (
    "bar",
    "beat",
    "playing",
    *(f"note_{name}" for name in NOTE),
    *(f"latent_{index}" for index in range(LATENTS)),
    *(f"audio_{name}" for name in LEVELS),
)
CALLBACKS = {
    "osc_in_callbacks": (
        "def onReceiveOSC(dat, rowIndex, message, bytes, timeStamp, address, args, peer):\n"
        f"    op('{CODE}').module.received(parent(), address, args)\n"
    ),
    "values_callbacks": (
        f"def onCook(scriptOp):\n    op('{CODE}').module.cook(parent(), scriptOp)\n"
    ),
    "knobs": (
        f"def onValueChange(par, prev):\n    op('{CODE}').module.changed(parent(), par)\n\n"
        f"def onPulse(par):\n    op('{CODE}').module.pulsed(parent(), par)\n"
    ),
}


# What builds it.


def build(beside, text):
    """The component, in the network where `beside` lies."""
    network = beside.parent()
    comp = network.op(COMPONENT)
    if comp is None:
        comp = network.create("baseCOMP", COMPONENT)
        comp.nodeX, comp.nodeY = beside.nodeX + 200, beside.nodeY
    knobs(comp)
    put(comp, "textDAT", CODE, -200, 0).text = text
    put(comp, "textDAT", "osc_in_callbacks", -200, 150).text = CALLBACKS["osc_in_callbacks"]
    osc_in = put(comp, "oscinDAT", "osc_in", 0, 150)
    expression(osc_in, "port", "parent().par.Inport")
    setting(osc_in, "callbacks", "osc_in_callbacks")
    notes = put(comp, "tableDAT", "notes", 200, 150)
    if notes.numRows == 0:
        notes.appendRow(NOTE)
    put(comp, "textDAT", "values_callbacks", 0, 0).text = CALLBACKS["values_callbacks"]
    values = put(comp, "scriptCHOP", "values", 200, 0)
    setting(values, "callbacks", "values_callbacks")
    out = put(comp, "outCHOP", "out1", 400, 0)
    out.inputConnectors[0].connect(values)
    osc_out = put(comp, "oscoutDAT", "osc_out", 200, -150)
    expression(osc_out, "address", "parent().par.Host")
    expression(osc_out, "port", "parent().par.Outport")
    watch = put(comp, "parameterexecuteDAT", "knobs", 0, -150)
    watch.text = CALLBACKS["knobs"]
    for name, value in (("op", ".."), ("pars", "*"), ("builtin", False), ("custom", True)):
        setting(watch, name, value)
    for name in ("valuechange", "onpulse", "active"):
        setting(watch, name, True)
    values.cook(force=True)
    send(comp, PULSES["ask"])
    return comp


def put(comp, kind, name, x, y):
    """The operator `name` of `comp`; another that bears the name but is of another kind goes."""
    found = comp.op(name)
    if found is not None and found.OPType != kind:
        found.destroy()
        found = None
    if found is None:
        found = comp.create(kind, name)
        found.nodeX, found.nodeY = x, y
    return found


def setting(operator, name, value):
    """Set a parameter; say so where this version of TouchDesigner has none of that name."""
    par = getattr(operator.par, name, None)
    if par is None:
        print(f"livesyn: {operator.name} has no parameter {name}; set it by hand to {value!r}")
    else:
        par.val = value


def expression(operator, name, text):
    """Let a parameter follow one of the component's."""
    par = getattr(operator.par, name, None)
    if par is None:
        print(f"livesyn: {operator.name} has no parameter {name}; give it the value of {text}")
    else:
        par.expr = text
        par.mode = ParMode.EXPRESSION  # noqa: F821  (TouchDesigner's own)


def knobs(comp):
    """A page of custom parameters for each group of the table, and one for the network. What is
    there keeps its value."""
    network = page(comp, "network")
    knob(comp, network, "appendStr", "Host", "livesyn's machine", HOST)
    knob(comp, network, "appendInt", "Outport", "livesyn listens at", TO_LIVESYN)
    knob(comp, network, "appendInt", "Inport", "livesyn sends to", FROM_LIVESYN)
    for name in PULSES:
        knob(comp, network, "appendPulse", knob_of(name), name)
    # what a new knob stands at is no change that livesyn should hear of
    heard = {row[0]: float(row[4]) for row in PARAMETERS}
    comp.store("heard", {**heard, **comp.fetch("heard", {})})
    for name, group, low, high, default, integer, choices, about in PARAMETERS:
        on = page(comp, group)
        is_new = getattr(comp.par, knob_of(name), None) is None
        if choices == ("off", "on"):
            knob(comp, on, "appendToggle", knob_of(name), name, default)
        elif choices:
            par = knob(comp, on, "appendMenu", knob_of(name), name)
            par.menuNames = par.menuLabels = list(choices)
            if is_new:
                par.menuIndex = int(default)
        else:
            kind = "appendInt" if integer else "appendFloat"
            par = knob(comp, on, kind, knob_of(name), name, default)
            par.min, par.max, par.clampMin, par.clampMax = low, high, True, True
            par.normMin, par.normMax = low, high
        getattr(comp.par, knob_of(name)).help = about


def page(comp, name):
    """The page of custom parameters called `name`."""
    for one in comp.customPages:
        if one.name == name:
            return one
    return comp.appendCustomPage(name)


def knob(comp, on, append, name, label, default=None):
    """The custom parameter `name` of `comp`, new on page `on` if there is none."""
    found = getattr(comp.par, name, None)
    if found is None:
        found = getattr(on, append)(name, label=label)[0]
        if default is not None:
            found.default = default
            found.val = default
    return found


def knob_of(name):
    """A custom parameter's name: a capital, then small letters and digits."""
    return name.replace("_", "").capitalize()


# What runs in it.


def received(comp, address, args):
    """A message came."""
    if not address.startswith("/livesyn/") or not args:
        return
    kind, _, name = address[len("/livesyn/") :].partition("/")
    values = dict(comp.fetch("values", {}))
    if kind == "param" and name in BY_NAME:
        heard(comp, name, args[0])
        return
    if kind == "note" and len(args) == len(NOTE):
        values.update({f"note_{part}": value for part, value in zip(NOTE, args)})
        notes = comp.op("notes")
        notes.appendRow(list(args))
        while notes.numRows > NOTES_KEPT + 1:
            notes.deleteRow(1)
    elif kind == "panic":
        values["note_velocity"] = 0
    elif kind == "transport" and name == "play":
        values["playing"] = args[0]
    elif kind in ("bar", "beat"):
        # a bar that does not follow the last one: livesyn was started, or we were
        if kind == "bar" and args[0] != values.get("bar", -1) + 1:
            send(comp, PULSES["ask"])
        values[kind] = args[0]
    elif f"{kind}_{name}" in CHANNELS:
        values[f"{kind}_{name}"] = args[0]
    else:
        return
    comp.store("values", values)
    comp.op("values").cook(force=True)


def heard(comp, name, value):
    """livesyn says what a parameter is: its knob shows it, and does not send it back."""
    par = getattr(comp.par, knob_of(name))
    choices = BY_NAME[name][6]
    comp.store("heard", {**comp.fetch("heard", {}), name: float(value)})
    if choices and choices != ("off", "on"):
        par.menuIndex = int(value)
    else:
        par.val = value


def changed(comp, par):
    """A knob was moved."""
    for name, _, low, high, _, _, choices, _ in PARAMETERS:
        if knob_of(name) == par.name:
            menu = choices and choices != ("off", "on")
            value = float(par.menuIndex if menu else par.eval())
            last = comp.fetch("heard", {}).get(name)
            if last is None or abs(last - value) > 1e-6 * (high - low):
                send(comp, f"/livesyn/param/{name}", value)
            return


def pulsed(comp, par):
    """A button was pressed."""
    for name, address in PULSES.items():
        if knob_of(name) == par.name:
            send(comp, address)


def send(comp, address, *values):
    comp.op("osc_out").sendOSC(address, list(values))


def cook(comp, channels):
    """The values that came, as one sample of every channel."""
    values = comp.fetch("values", {})
    channels.clear()
    for name in CHANNELS:
        channels.appendChan(name)[0] = values.get(name, 0)


if me.name != CODE:  # noqa: F821  (TouchDesigner's name for the DAT that runs; the copy builds nothing)
    build(me, me.text)  # noqa: F821
