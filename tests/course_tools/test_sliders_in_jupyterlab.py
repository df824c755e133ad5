"""Every slider in JupyterLab: how long after a key the new picture is there, and what memory 200 moves take.

Part of ``make test-browser``, for a machine that does nothing else meanwhile. ``-rP`` shows what was measured.
"""

import statistics

import psutil
import pytest

from course_tools import syllabus
from course_tools.cli import workspace
from course_tools.slides import browser
from tests.course_tools.jupyter_server import close, opened, run_all, serving
from tests.course_tools.slides import needs_browser

MOVES = 200
LONGEST = 200  # milliseconds
FLAT = 20  # megabytes; pictures or figures that stay would take more, matplotlib's own caches take less
HANDLE, LIST, SHEET = ".noUi-handle", ".widget-dropdown select", ".course-pad canvas"
OUTPUTS = f".jp-OutputArea-output:has({HANDLE}, {LIST}, {SHEET})"
VALUE = "(control) => control.value ?? control.getAttribute('aria-valuetext')"
# From the key to the frame in which the new picture is on the screen.
WATCH = """(output) => {
    output.answers = [];
    let pressed = 0, last = output.querySelector("img");
    output.addEventListener("keydown", () => { pressed = performance.now(); }, true);
    new MutationObserver(async () => {
        const picture = output.querySelector("img");
        if (picture === null || picture === last) return;
        last = picture;
        await picture.decode().catch(() => {}); // a later picture may have taken its place
        requestAnimationFrame(() => output.answers.push(performance.now() - pressed));
    }).observe(output, { childList: true, subtree: true });
}"""

pytestmark = [needs_browser, pytest.mark.browser]
LECTURES = syllabus.lectures()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_WORK", str(folder / "my_work"))
        for lecture in LECTURES:
            workspace.start(lecture)
        with serving(folder, folder / "my_work") as address:
            yield address


def steps(control):
    """Give a slider or a list another value each time, there and back again."""
    keys = ["ArrowRight", "ArrowLeft"]
    while True:
        before = control.evaluate(VALUE)
        control.press(keys[0])
        if control.evaluate(VALUE) == before:
            keys.reverse()
            control.press(keys[0])
        yield


def strokes(sheet):
    """Clear a sheet and make a dot on it, again and again."""
    while True:
        sheet.press("Delete")
        yield
        sheet.press("Space")
        yield
        sheet.press("Space")


def moves(output):
    """Yield after each move of a control, one control after the other."""
    controls = [steps(one) for one in output.locator(f"{HANDLE}, {LIST}").all()]
    controls += [strokes(one) for one in output.locator(SHEET).all()]
    while True:
        for control in controls:
            yield next(control)


def memory(page):
    """Return megabytes of the kernel and of the page."""
    kernels = [one for one in psutil.Process().children(recursive=True) if "ipykernel_launcher" in one.cmdline()]
    kernel = max(kernels, key=lambda one: one.create_time())
    browsers = page.context.new_cdp_session(page)
    browsers.send("HeapProfiler.collectGarbage")
    return kernel.memory_info().rss / 1e6, browsers.send("Runtime.getHeapUsage")["usedSize"] / 1e6


def measured(page, output):
    """Return milliseconds from key to picture of each move, and by how much kernel and page grew."""
    output.evaluate(WATCH)
    going = moves(output)

    def move(count):
        for _ in range(count):
            before = output.evaluate("(output) => output.answers.length")
            next(going)
            page.wait_for_function(
                "([output, before]) => output.answers.length > before", arg=[output.element_handle(), before]
            )

    move(20)  # fonts and the like are loaded once
    start = memory(page)
    move(MOVES)
    grown = [after - before for before, after in zip(start, memory(page), strict=True)]
    return output.evaluate("(output) => output.answers")[20:], grown


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.number)
def test_a_slider_answers_at_once_and_keeps_nothing(lecture, address):
    slow, growing = [], []
    with browser.page(1280, 900) as page:
        opened(page, address, lecture.student.name)
        run_all(page)
        outputs = page.locator(OUTPUTS)
        for number in range(outputs.count()):
            times, grown = measured(page, outputs.nth(number))
            median, worst = statistics.median(times), max(times)
            said = (
                f"{lecture.number}, slider {number + 1}: median {median:.0f} ms, worst {worst:.0f} ms, kernel "
                f"{grown[0]:+.1f} MB, page {grown[1]:+.1f} MB after {MOVES} moves"
            )
            print(said)
            slow += [said] if worst > LONGEST else []
            growing += [said] if max(grown) > FLAT else []
        assert outputs.count() > 0
        close(page)
    assert (slow, growing) == ([], [])
