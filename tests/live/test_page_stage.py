"""The stage view, pads, folds, favourites, names and words in a real chromium."""

import pytest

from livesyn.base import osc_addresses, params
from tests.chromium import PROGRAM
from tests.live.test_page import playing, until

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed"),
    pytest.mark.timeout(120),
]
LAPTOP_MM = 294.0  # width of a screen of 13.3 inches, 16 to 9
PHONE_MM = 71.0  # of one of 6.1 inches
SHORTEST_DIGIT_MM = 25.0
SHORTEST_WORD_MM = 8.0  # of its capitals; at 3 m 9 arc minutes, where 5 can be read
SIZES = [(1366, 768, False), (1920, 1080, False), (390, 844, True), (844, 390, True)]
# height in CSS pixels of the ink of an element's digits
INK = """(found => {
    const element = document.querySelector(found);
    const pen = document.createElement('canvas').getContext('2d');
    const style = getComputedStyle(element);
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const size = pen.measureText('0');
    return size.actualBoundingBoxAscent + size.actualBoundingBoxDescent; })"""
# what is shown on the stage but beyond the screen, over another part, or cut off
MISPLACED = """(() => {
    const parts = [...document.querySelectorAll('#stage-view button, .stage-beats i,'
        + ' .figure output, .figure small, .stage-lights li')].filter(e => e.offsetParent);
    const boxes = new Map(parts.map(e => [e, e.getBoundingClientRect()]));
    const outside = parts.filter(e => {
        const box = boxes.get(e);
        return !box.width || box.left < -1 || box.top < -1
            || box.right > innerWidth + 1 || box.bottom > innerHeight + 1; });
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
        && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    const over = parts.filter(e => parts.some(f => e !== f && meet(boxes.get(e), boxes.get(f))));
    const cut = parts.filter(e => e.matches('button, output, li')
        && e.scrollWidth > e.clientWidth + 1);
    return [outside, over, cut].map(list => list.map(e => e.id || e.textContent)); })()"""
SMALL = """[...document.querySelectorAll('#stage-view button')].filter(e => {
    const box = e.getBoundingClientRect();
    return e.offsetParent && Math.min(box.width, box.height) < 44; }).map(e => e.textContent)"""


async def set_up(view, tab):
    """A set that has played for long, at an uneven tempo."""
    view.timeline = {
        "beat": 4 * 1278.0,
        "time_s": view.clock.now_s(),
        "bpm": 124.5,
        "playing": True,
    }
    await tab.until("livesyn.state.timeline.bpm === 124.5")
    await tab.until("document.getElementById('stage-bar').textContent.startsWith('12')")


@pytest.mark.parametrize(("width", "height", "mobile"), SIZES)
async def test_the_stage_view_is_read_from_three_metres_and_all_of_it_is_on_the_screen(
    width, height, mobile
):
    async with playing(width, height, mobile, path="stage") as (view, _, tab):
        await tab.until("document.getElementById('stage-tempo').textContent === '110'")
        mm = (PHONE_MM if mobile else LAPTOP_MM) / min(width, height if mobile else width)
        for name in ("stage-bar", "stage-tempo"):
            assert mm * await tab.evaluate(f"{INK}('#{name}')") >= SHORTEST_DIGIT_MM or (
                mobile and width > height
            )
        if not mobile:
            assert mm * await tab.evaluate(f"{INK}('.stage-beats b')") >= SHORTEST_DIGIT_MM
            for words in (".stage-lights b", "#stage-source", ".stage-keys .panic"):
                assert mm * await tab.evaluate(f"{INK}('{words}')") >= SHORTEST_WORD_MM
        assert await tab.evaluate(MISPLACED) == [[], [], []]
        assert await tab.evaluate(SMALL) == []
        before = await tab.evaluate(
            "document.querySelector('#stage-view .panic').getBoundingClientRect().toJSON()"
        )
        await set_up(view, tab)
        view.source = {"name": "camera 0", "state": "lost", "reason": "the camera is unplugged"}
        await tab.until(
            "document.getElementById('stage-event').textContent.includes('unplugged') &&"
            " document.querySelector('#stage-light-source span').textContent === 'lost'"
        )
        assert await tab.evaluate(MISPLACED) == [[], [], []]
        assert before == await tab.evaluate(  # nothing jumps
            "document.querySelector('#stage-view .panic').getBoundingClientRect().toJSON()"
        )
        assert await tab.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        ) == [width, height]


async def test_keys_and_buttons_of_the_stage_view_are_those_of_the_page():
    async with playing(1366, 768) as (view, _, tab):
        await tab.key("s")
        await tab.until("!document.getElementById('stage-view').hidden")
        assert await tab.evaluate("location.pathname") == "/stage"
        assert await tab.evaluate("document.querySelector('.panel').offsetParent") is None
        for do in ("panic", "tap", "freeze", "blackout"):
            await tab.click(f"#stage-view [data-do={do}]")
        await until(
            lambda: (
                view.panics == 1
                and view.transports == [("tap", None)]
                and view.params["freeze"] == view.params["blackout"] == 1
            )
        )
        await tab.until(
            "document.querySelector('#stage-view [data-do=freeze]').getAttribute('aria-pressed')"
            " === 'true'"
        )
        await tab.key("p")
        await until(lambda: view.panics == 2)
        await tab.key(" ")
        await until(lambda: view.transports[-1] == ("stop", None))
        await tab.until("document.getElementById('stage-bar').textContent === '–'")
        lit = (
            "[...document.querySelectorAll('.stage-beats i')].map(e => e.classList.contains('on'))"
        )
        assert not any(await tab.evaluate(lit))
        await tab.key("Escape")
        await tab.until("document.getElementById('stage-view').hidden")
        assert await tab.evaluate("location.pathname") == "/"


async def test_who_does_not_want_motion_sees_a_steady_lamp():
    async with playing(1366, 768, path="stage") as (_, _, tab):
        await tab.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-reduced-motion", "value": "reduce"}],
        )
        lit = (
            "[...document.querySelectorAll('.stage-beats i')].map(e =>"
            " e.style.getPropertyValue('--lit'))"
        )
        await tab.until(f"{lit}.includes('1.000')")
        for _ in range(5):
            assert set(await tab.evaluate(lit)) == {"0", "1.000"}


async def test_the_stage_view_asks_for_the_token_and_says_when_the_show_is_gone():
    async with playing(1366, 768, path="stage", token="viola") as (_, page, tab):
        assert await tab.evaluate("[location.pathname, location.search]") == ["/stage", ""]
        await page.stop()
        await tab.until(
            "!document.getElementById('lost').hidden &&"
            " document.getElementById('stage-tempo').textContent === '–' &&"
            " document.getElementById('stage-bar').textContent === '–' &&"
            " document.getElementById('stage-light-engine').dataset.state === 'lost'"
        )
        tab.errors[:] = [error for error in tab.errors if "ERR_CONNECTION_REFUSED" not in error]


async def test_who_leads_the_beat_is_said_and_chosen_where_a_show_can_be_led():
    async with playing(1366, 768) as (_, _, tab):
        said, hidden, sets = await tab.evaluate(
            """(async () => {
            const { TempoSource } = await import('/static/lead.js');
            const at = id => document.getElementById(id), sets = [];
            const lead = new TempoSource(at, { set: (...asked) => sets.push(asked) });
            lead.build(undefined);
            const hidden = [at('sync').hidden];
            const said = [lead.update({ state: 'off' })];
            lead.build({ choices: ['internal', 'link', 'midi'] });
            hidden.push(at('sync').hidden);
            for (const [state, value] of [['off', 0], ['running', 1], ['lost', 2]])
                said.push(lead.update({ state, reason: 'it is gone' }, value));
            at('sync').value = '1';
            at('sync').dispatchEvent(new Event('change'));
            return [said, hidden, sets]; })()"""
        )
        assert said == ["own clock", "own clock", "Ableton Link", "MIDI clock: lost"]
        assert hidden == [True, False] and ["sync", 1] in sets


STATES = "[...document.querySelectorAll('#pads .pad')].map(e => e.dataset.state)"


async def test_pads_show_their_scenes_and_go_to_them():
    async with playing(1366, 768) as (view, _, tab):
        await tab.until(f"{STATES}.join() === 'full,empty,full,empty'")
        await tab.click("#pads .pad:nth-child(3)")
        await until(lambda: view.scene_orders == [("recall", "C", None)])
        await tab.until(f"{STATES}.join() === 'full,empty,current,empty'")
        assert await tab.evaluate(
            "document.querySelector('#pads .pad:nth-child(3)').getAttribute('aria-pressed')"
        )
        await tab.click("#pads .pad:nth-child(2)")  # empty: says so, and goes nowhere
        await tab.until("document.getElementById('event').textContent.includes('B is empty')")
        assert view.scene == "C"

        await tab.click("#fade-live")
        await until(lambda: view.params["morph"] == 0 and view.scene == "live")
        await tab.click("#by-hand")
        await tab.click("#pads .pad:nth-child(3)")  # chooses, and waits for the crossfader
        await until(lambda: view.params["morph_to"] == 2)
        assert view.params["morph"] == 0 and view.scene == "live"
        x, y = await tab.centre("#fade")
        await tab.mouse("mousePressed", x, y)
        await tab.mouse("mouseReleased", x, y)
        await until(lambda: 0.4 < view.params["morph"] < 0.6)

        await tab.click("#store")
        await tab.click("#pads .pad:nth-child(4)")
        await until(lambda: view.scenes["D"])
        await tab.until(f"{STATES}.join() === 'full,empty,full,full'")
        assert (
            await tab.evaluate("document.getElementById('store').getAttribute('aria-pressed')")
            == "false"
        )


async def test_where_no_scene_can_be_kept_there_are_no_pads():
    async with playing(1366, 768) as (view, _, tab):
        await tab.until("document.querySelector('#pads .pad')")
        view._scenes = lambda: []
        await tab.until("document.getElementById('scenes').hidden")
        await tab.key("s")
        await tab.until("document.getElementById('stage-pads').hidden")
        assert await tab.evaluate(MISPLACED) == [[], [], []]


async def test_many_scenes_with_names_are_scrolled_to_the_one_that_plays():
    names = ["intro", "verse", "a scene with a long name", *"DEFGHIJKLMNO"]
    async with playing(1366, 768, path="stage") as (view, _, tab):
        view._scenes = lambda: [
            {
                "name": name,
                "full": True,
                "current": name == "N",
                "next": False,
                "chosen": False,
                "about": "",
                "wrong": "",
            }
            for name in names
        ]
        await tab.until(f"document.querySelectorAll('#stage-pads .pad').length === {len(names)}")
        out = "document.querySelector('#stage-pads').getBoundingClientRect()"
        lit = "document.querySelector('#stage-pads [data-state=current]').getBoundingClientRect()"
        await tab.until(f"{lit}.top >= {out}.top - 2 && {lit}.bottom <= {out}.bottom + 2")
        assert await tab.evaluate(
            MISPLACED.replace("#stage-view button", ".stage-keys button")
        ) == [
            [],
            [],
            [],
        ]


async def test_the_pad_pushes_two_directions_and_springs_back():
    async with playing(390, 844, mobile=True) as (view, _, tab):
        await tab.evaluate(
            "(e => { e.value = 4; e.dispatchEvent(new Event('change'));"
            " })(document.getElementById('xy-x'))"
        )
        box = await tab.evaluate("document.getElementById('xy').getBoundingClientRect().toJSON()")
        x, y = box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.25

        async def touch(kind, *points):
            await tab.call(
                "Input.dispatchTouchEvent",
                type=kind,
                touchPoints=[{"x": x, "y": y} for x, y in points],
            )

        await touch("touchStart", (x, y))
        await until(
            lambda: (
                abs(view.params["steer_4"] - 1.5) < 0.1 and abs(view.params["steer_1"] - 1.5) < 0.1
            )
        )
        await touch("touchMove", (box["x"] - 50, y))  # beyond the edge: as far as it goes
        await until(lambda: view.params["steer_4"] == -3)
        await touch("touchEnd")
        assert view.params["steer_0"] == 0
        assert await tab.evaluate("scrollY") == 0  # the page stood still

        await tab.evaluate(
            "document.getElementById('xy').focus(); document.getElementById('xy-spring').click()"
        )
        await tab.key("ArrowRight")
        await until(lambda: abs(view.params["steer_4"] + 2.9) < 1e-6)
        await touch("touchStart", (x, y))
        await until(lambda: view.params["steer_4"] > 1)
        await touch("touchEnd")
        await until(lambda: view.params["steer_4"] == view.params["steer_1"] == 0)
        await tab.call("Page.reload")
        await tab.until("window.livesyn?.state && document.getElementById('xy-x').value === '4'")
        assert await tab.evaluate("document.getElementById('xy-spring').checked")


async def test_sections_fold_and_a_phone_remembers_it():
    folded = "document.querySelector('[data-group=music]').classList.contains('folded')"
    key = "document.querySelector('[data-group=music] .fold-key')"
    async with playing(390, 844, mobile=True) as (_, _, tab):
        assert await tab.evaluate("document.documentElement.scrollHeight") < 2900
        assert await tab.evaluate(folded)
        assert await tab.evaluate(f"{key}.getAttribute('aria-expanded')") == "false"
        await tab.evaluate(f"{key}.click()")
        assert not await tab.evaluate(folded)
        await tab.call("Page.reload")
        await tab.until("window.livesyn?.state && document.querySelector('.row')")
        assert not await tab.evaluate(folded)
        assert await tab.evaluate(f"{key}.getAttribute('aria-expanded')") == "true"


async def test_panic_blackout_tap_and_the_beat_stay_in_reach_wherever_a_phone_scrolls():
    async with playing(390, 844, mobile=True) as (view, _, tab):
        for far in (0, 500, 100000):
            await tab.evaluate(f"scrollTo(0, {far})")
            hidden = await tab.evaluate(
                "['panic', 'blackout', 'tap', 'play', 'bar', 'tempo'].filter(id => { const r ="
                " document.getElementById(id).getBoundingClientRect(); return"
                " !document.getElementById(id).contains(document.elementFromPoint(r.x + r.width /"
                " 2, r.y + r.height / 2)); })"
            )
            assert hidden == []
        await tab.click("#panic")
        await until(lambda: view.panics == 1)


@pytest.mark.parametrize(("width", "height"), [(1366, 640), (900, 700)])
async def test_where_a_laptop_s_page_scrolls_panic_stays(width, height):
    async with playing(width, height) as (_, _, tab):
        await tab.evaluate("scrollTo(0, 900)")
        top = await tab.evaluate("document.getElementById('panic').getBoundingClientRect().top")
        assert await tab.evaluate("scrollY") > 500 and 0 <= top < 150


async def test_a_row_says_what_it_does_is_copied_and_made_a_favourite_for_all_pages():
    async with playing(1440, 900) as (view, page, tab):
        await tab.call("Browser.grantPermissions", permissions=["clipboardReadWrite"])
        await tab.click("#params label[for=param-velocity]")
        about = "document.querySelector('.about')"
        assert params.BY_NAME["velocity"].description in await tab.evaluate(f"{about}.textContent")
        await tab.click(".about .copy")
        await tab.until("document.querySelector('.copy').textContent === 'copied'")
        assert await tab.evaluate("navigator.clipboard.readText()") == "/livesyn/param/velocity"
        assert view.sets == []
        await tab.click(".about .star")
        first = "document.querySelector('[data-group=favourites] .row input')?.id"
        await tab.until(f"{first} === 'param-velocity'")
        await tab.evaluate("document.getElementById('param-velocity').focus()")
        await tab.key("F2")
        assert await tab.evaluate(about) is None

        await tab.evaluate(  # still a control like the others
            "(e => { e.value = 50; e.dispatchEvent(new Event('input'));"
            " })(document.getElementById('param-velocity'))"
        )
        await until(lambda: view.params["velocity"] == 50)
        await tab.call("Page.reload")  # what another page would see
        await tab.until(f"{first} === 'param-velocity'")
        await tab.evaluate("livesyn.settings.favour('velocity', false)")
        await tab.until(
            "document.querySelector('[data-group=favourites]').hidden &&"
            " document.querySelector('[data-group=music] #param-velocity')"
        )
        order = await tab.evaluate(
            "[...document.querySelectorAll('[data-group=music] input, [data-group=music]"
            " select')].map(e => e.id.replace('param-', ''))"
        )
        assert order == [row.name for row in params.TABLE if row.group == "music"]


async def test_a_direction_gets_a_name_and_a_preset_is_kept_and_recalled():
    async with playing(1440, 900) as (view, _, tab):
        await tab.until("livesyn.settings.version !== null")
        await tab.click(".fader:nth-child(3) .name")
        await tab.call("Input.insertText", text="sparkle")
        await tab.key("Enter")
        await tab.until(
            "document.querySelector('.fader:nth-child(3) .name').textContent === 'sparkle'"
        )
        assert "sparkle" in await tab.evaluate("document.getElementById('xy-x').textContent")
        assert view.panics == 0 and view.transports == []  # these were letters
        assert view.sets == []

        view.params["temperature"] = 1.5
        await tab.until("livesyn.state.params.temperature === 1.5")
        await tab.evaluate("document.querySelector('.presets .fold-key').click()")
        await tab.click("#preset-name")
        await tab.call("Input.insertText", text="wild")
        await tab.key("p")  # a letter
        await tab.evaluate("document.getElementById('preset-form').requestSubmit()")
        recall = "document.querySelector('#presets-list .key')"
        await tab.until(f"{recall}?.textContent === 'wildp'")
        view.params["temperature"] = 0.3
        await tab.evaluate(f"{recall}.click()")
        await until(lambda: view.params["temperature"] == 1.5)
        await tab.evaluate("document.querySelector('#presets-list .away').click()")
        await tab.until("document.querySelector('#presets-list .away').textContent === 'sure?'")
        assert await tab.evaluate(f"Boolean({recall})")
        await tab.evaluate("document.querySelector('#presets-list .away').click()")
        await tab.until("document.querySelector('#presets-list .none')")
        assert view.panics == 0


async def test_a_word_has_a_sentence_under_the_mouse_and_at_a_tap_and_in_the_help():
    async with playing(1440, 900) as (_, _, tab):
        shown = (
            "!document.getElementById('tip').hidden && document.getElementById('tip').textContent"
        )
        x, y = await tab.centre("#radius")  # whose text changes all the while
        await tab.mouse("mouseMoved", x, y)
        await tab.until(f"({shown} || '').includes('1 is usual')")
        await tab.mouse("mouseMoved", 700, 440)
        await tab.until("document.getElementById('tip').hidden")
        await tab.click("#light-midi b")
        await tab.until(f"({shown} || '').includes('synthesizer')")
        assert "Now: livesyn." in await tab.evaluate(shown)
        await tab.key("Escape")
        await tab.until("document.getElementById('tip').hidden")
        missing = await tab.evaluate(
            "(async () => { const { WORDS } = await import('/static/words.js'); return"
            " [...document.querySelectorAll('[data-word]')].map(e => e.dataset.word).filter(word =>"
            " !WORDS[word]); })()"
        )
        assert missing == []
        assert await tab.evaluate("document.querySelectorAll('#words dt').length") > 40
        addresses = await tab.evaluate(
            "[...document.querySelectorAll('#help .copy')].map(e => e.textContent)"
        )
        told = {
            address
            for row in osc_addresses.TABLE
            if row.direction == osc_addresses.IN
            for address in row.addresses
        }
        assert len(addresses) == 7 and set(addresses) <= told


@pytest.mark.parametrize(("width", "height", "path"), [(1366, 768, ""), (1366, 768, "stage")])
async def test_every_button_has_a_name_and_is_reached_by_tab(width, height, path):
    async with playing(width, height, path=path) as (_, _, tab):
        nameless = await tab.evaluate(
            "[...document.querySelectorAll('button, input, select, [role=slider]')].filter(e =>"
            " !(e.getAttribute('aria-label') || e.textContent.trim() ||"
            " e.labels?.length)).map(e => e.outerHTML)"
        )
        assert nameless == []
        wanted = set(
            await tab.evaluate(
                "[...document.querySelectorAll('button, [tabindex], .fade input')].filter(e =>"
                " e.checkVisibility() && !e.disabled && !e.closest('#learn')).map((e, i) =>"
                " e.dataset.n = `${i}`)"
            )
        )
        await tab.evaluate("document.body.focus()")
        reached = set()
        for _ in range(250):
            for kind in ("keyDown", "keyUp"):
                await tab.call(
                    "Input.dispatchKeyEvent", type=kind, key="Tab", windowsVirtualKeyCode=9
                )
            reached.add(await tab.evaluate("document.activeElement.dataset.n ?? ''"))
            if wanted <= reached:
                break
        assert wanted - reached == set()
