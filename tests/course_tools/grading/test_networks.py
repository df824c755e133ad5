"""Networks, functions and values between the grader and a student's process: the same verdict as in the notebook."""

import inspect

import numpy as np
import pytest
import torch
from torch import nn

from course_tools import syllabus
from course_tools.authoring.pairing import read_source
from course_tools.grading import networks, pool, wire
from course_tools.grading.grader import examine
from course_tools.grading.limits import Limits
from course_tools.grading.remote import Server
from course_utils import settings
from course_utils.exercises import engine
from course_utils.exercises.kinds import BuildExercise, FunctionExercise
from course_utils.exercises.lecture_09a.networks import LINEAR, NETWORK, NO_CONVOLUTION, TOO_LARGE
from tests.course_tools.grading import makers
from tests.lectures.answers import lecture_09a

IMPORTS = "import numpy as np, torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"
CUSTOM = IMPORTS + inspect.getsource(lecture_09a.GlobalAverage)
MAKES = "\ndef tiny_network():\n    return "
LAYERS = "nn.Sequential(nn.Conv2d(1, 4, 5, stride=3), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(64, 10))"
CLAIMS = """
class Conv2d(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(49, 10)
    def forward(self, x):
        return self.head(F.avg_pool2d(x, 4).flatten(1))
"""
# Answers to 09a.6: a class of one's own, layers of the library; then too large, a name that promises a convolution,
# a forward that breaks, no network at all.
NETWORKS = [
    (CUSTOM + MAKES + "GlobalAverage()", engine.CORRECT, ""),
    # Without biases it scales as a linear map does; it is none, because sums do not pass through it.
    (
        IMPORTS + "def block(channels):\n    layers = [nn.Conv2d(channels, 4, 3, padding=1, bias=False)]\n"
        "    return layers + [nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)]\n"
        + MAKES
        + "nn.Sequential(*block(1), *block(4), *block(4), nn.Flatten(), nn.Linear(36, 10))",
        engine.CORRECT,
        "",
    ),
    (
        IMPORTS + MAKES + "nn.Sequential(nn.Conv2d(1, 2, 4, 4), nn.Flatten(), nn.Linear(98, 10))",
        engine.INCORRECT,
        LINEAR,
    ),
    (IMPORTS + MAKES + LAYERS, engine.CORRECT, ""),
    (CUSTOM + MAKES + "nn.Sequential(GlobalAverage(), nn.Linear(10, 10))", engine.CORRECT, ""),
    (
        CUSTOM + MAKES + "nn.Sequential(GlobalAverage(), nn.Linear(10, 1000), nn.Linear(1000, 10))",
        "incorrect",
        TOO_LARGE,
    ),
    (IMPORTS + CLAIMS + MAKES + "Conv2d()", engine.INCORRECT, NO_CONVOLUTION),
    (IMPORTS + MAKES + "nn.Conv2d(1, 4, 50)", engine.INCORRECT, "failed with RuntimeError"),
    (IMPORTS + MAKES + "3", engine.INCORRECT, NETWORK),
    (IMPORTS + f"kept = {LAYERS}" + MAKES + "kept", engine.INCORRECT, "the same object"),
]


def takes_or_builds_something_special(exercise):
    """True where a network or a function travels: as an argument, or as the answer."""
    if isinstance(exercise, FunctionExercise):
        arguments = exercise.cases(np.random.default_rng(1))[0]
        return any(callable(argument) for argument in arguments)
    return isinstance(exercise, BuildExercise)


SPECIAL = [
    exercise
    for lecture in syllabus.lectures()
    for exercise in engine.of_lecture(lecture.number).values()
    if takes_or_builds_something_special(exercise)
]


@pytest.fixture(scope="module")
def watched():
    """A fork server on a system without namespaces."""
    server = Server(namespaces=False)
    yield server
    server.close()


@pytest.fixture(scope="module")
def closed():
    """A fork server with whatever isolation this system offers."""
    server = Server()
    yield server
    server.close()


@pytest.fixture(params=["closed", "watched"])
def server(request):
    return request.getfixturevalue(request.param)


def examined(server, exercise_id, source, **limits):
    task = pool._tasks(exercise_id.partition(".")[0])[exercise_id]
    return examine(task, [source], [], server, engine.GRADING_SEED, Limits(**{"wall_seconds": 300, **limits}))


@pytest.mark.parametrize(("source", "status", "said"), NETWORKS)
def test_network_is_examined_as_in_the_notebook(server, source, status, said):
    result = examined(server, "09a.6", source)
    assert result.status == status, result
    assert said in result.message


@pytest.mark.parametrize("exercise", SPECIAL, ids=lambda exercise: exercise.id)
def test_solution_with_special_values_passes_as_in_the_notebook(closed, exercise):
    source = makers.answers(read_source(syllabus.lecture(exercise.id.partition(".")[0])))[exercise.id]
    result = examined(closed, exercise.id, source)
    assert result.status == engine.CORRECT, result


def test_function_of_the_grader_can_be_called(server):
    source = """
import numpy as np
def gd(eta, f_grad, steps):
    path = [5.0]
    for _ in range(steps):
        path.append(path[-1] - eta * f_grad(path[-1]))
    return np.array(path)
"""
    result = examined(server, "07a.1", source)
    assert result.status == engine.CORRECT, result


def test_wrong_number_of_parameters_and_traceback_are_the_students_own(server):
    result = examined(server, makers.ATTACKED, f"def {makers.FUNCTION}(image):\n    return image")
    assert "takes (image)" in result.message
    result = examined(server, makers.ATTACKED, makers.defined("return image.no_such_thing"))
    assert "return image.no_such_thing" in result.traceback
    assert "grading" not in result.traceback


def test_changed_argument_is_seen(server):
    result = examined(server, makers.ATTACKED, makers.defined("image *= 2\nreturn image"))
    assert "changes the array" in result.message


def test_audit_hook_refuses_files_network_and_processes(watched, tmp_path):
    assert watched.isolation == "audit hook"
    victim = tmp_path / "victim"
    (victim / "inner").mkdir(parents=True)
    (victim / "file").write_text("there", encoding="utf-8")
    tries = {
        f"open(COURSE + '/notebooks/source/{makers.LECTURE.slug}.py')": "does not allow open",
        f"__import__('course_utils.exercises.lecture_{makers.LECTURE.number}')": "does not allow",
        "open(VICTIM + '/file')": "does not allow open",
        "os.listdir(VICTIM)": "does not allow os.listdir",
        "open('/proc/self/environ')": "does not allow open",
        "open(COURSE + '/course_tools/grading/room.py')": "does not allow open",
        "open(VICTIM + '/new', 'w')": "does not allow open",
        "open(HOME + '2', 'w')": "does not allow open",
        "os.open(VICTIM + '/new', os.O_CREAT | os.O_WRONLY)": "does not allow open",
        "os.open('new', os.O_CREAT | os.O_WRONLY, dir_fd=FOLDER)": "does not allow open by a descriptor",
        "os.open('notebooks', os.O_RDONLY, dir_fd=os.open(COURSE, os.O_RDONLY))": "does not allow open of",
        "os.remove(VICTIM + '/file')": "does not allow os.remove",
        "os.remove(pathlib.Path(VICTIM, 'file'))": "does not allow os.remove",
        "os.remove('file', dir_fd=FOLDER)": "does not allow os.remove by a descriptor",
        "os.rmdir('inner', dir_fd=FOLDER)": "does not allow os.rmdir by a descriptor",
        "os.mkdir('new', dir_fd=FOLDER)": "does not allow os.mkdir by a descriptor",
        "os.chmod(FOLDER, 0)": "does not allow os.chmod by a descriptor",
        "shutil.rmtree(VICTIM)": "does not allow",
        "open('mine', 'w'), os.replace('mine', VICTIM + '/file')": "does not allow os.rename",
        "os.replace(VICTIM + '/file', 'mine')": "does not allow os.rename",
        "open('mine', 'w'), os.rename('mine', 'file', dst_dir_fd=FOLDER)": "does not allow os.rename by a descriptor",
        "os.link(VICTIM + '/file', 'mine')": "does not allow os.link",
        "os.symlink(VICTIM + '/file', 'mine')": "does not allow os.symlink",
        "os.truncate(VICTIM + '/file', 0)": "does not allow os.truncate",
        "__import__('sqlite3').connect(VICTIM + '/new')": "does not allow sqlite3",
        "__import__('socket').socket()": "does not allow socket",
        "__import__('subprocess').run(['true'])": "does not allow subprocess",
        "sys.modules['course_tools.grading.hook']._CHANGING.clear(), os.mkdir(VICTIM + '/new')": (
            "does not allow os.mkdir"
        ),
        "os.fork()": "does not allow os.fork",
        "os.kill(1, 9)": "does not allow os.kill",
    }
    before = f"import os, pathlib, shutil, sys\nCOURSE, VICTIM = {str(settings.course_root())!r}, {str(victim)!r}\n"
    for attempt, refusal in tries.items():
        body = f"HOME = os.environ['HOME']\nFOLDER = os.open(HOME, os.O_RDONLY)\n{attempt}"
        result = examined(watched, makers.ATTACKED, before + makers.defined(body))
        assert refusal in result.message, (attempt, result)
    assert {path.name for path in victim.iterdir()} == {"file", "inner"}
    assert (victim / "file").read_text(encoding="utf-8") == "there"
    own = "open('a', 'w').write('x'), os.mkdir('b'), os.rename('a', 'b/a'), os.remove('b/a'), os.rmdir('b')"
    allowed = "import os\n" + makers.defined(f"{own}\nreturn 'done'")
    assert "Expected a NumPy array" in examined(watched, makers.ATTACKED, allowed).message


def test_values_survive_the_wire():
    def there_and_back(value):
        buffers = []
        tree = wire.pack(value, buffers, lambda *_: None)
        return wire.unpack(tree, buffers, lambda *_: None)

    for value in [None, True, 3, 2.5, "text", (1, [2.0, "x"]), {"a": (1,)}, 10**40]:
        assert there_and_back(value) == value
        assert type(there_and_back(value)) is type(value)
    assert np.isnan(there_and_back(np.nan))
    array = np.arange(6, dtype=np.float32).reshape(2, 3).T
    assert np.array_equal(there_and_back(array), array) and there_and_back(array).dtype == np.float32
    assert torch.equal(there_and_back(torch.arange(3)), torch.arange(3))
    assert there_and_back(np.float64(2)) == 2
    for value in [object(), 10**400, np.array([object()]), b"bytes"]:
        assert isinstance(there_and_back(value), wire.Opaque)
        assert type(there_and_back(value)).__name__ == type(value).__name__


@pytest.mark.parametrize(
    "tree", [None, [], ["array", 7], ["array", "x"], ["tuple", 3], ["dict", [1]], 5, ["plain", []]]
)
def test_garbage_on_the_wire_is_refused(tree):
    def special(tree, buffers):
        raise wire.WireError("no value")

    with pytest.raises(wire.WireError):
        wire.unpack(tree, [b"no array"], special)


def test_library_layers_are_rebuilt_and_own_classes_are_not():
    class Own(nn.Sequential):
        pass

    network = nn.Sequential(nn.Conv2d(1, 2, 3, padding="same", bias=False), nn.BatchNorm2d(2), Own(nn.ReLU()))
    asked = []
    built = networks.rebuild(networks.describe(network), lambda module, inputs: asked.append(module.path) or inputs[0])
    x = torch.randn(2, 1, 5, 4)
    built(x)
    assert asked == ["2"]
    assert [type(one) for one in built[:2]] == [nn.Conv2d, nn.BatchNorm2d] and not isinstance(built[2], nn.Sequential)
    assert torch.equal(built[:2].eval()(x), network[:2].eval()(x))
